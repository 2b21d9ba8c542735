"""From a row to what is to be trained for it, or to what it lacks."""

from collections.abc import Sequence

from lpd.features import APPENDED, FRAMES
from lpd.models.dual_task import CONCEPTS
from lpd.models.text_inputs import TOKENS
from lpd.names import REPRODUCED
from lpd.published import published_table
from lpd.reproduce.recipes import ROWS, ZERO_SHOT, Row, zero_shot_row
from lpd.reproduce.setup import SAMPLED_FRAMES, Available, Reproduction, Setup
from lpd.services.training import ModelRequest

__all__ = ["lacking", "model_name", "model_request", "rows_of", "run_tag", "with_needed_rows"]


def rows_of(keys: Sequence[str], available: Available) -> list[Row]:
    """Returns the rows of some keys; `ZERO_SHOT` stands for the paper's and the workspace's own."""
    rows: list[Row] = []
    for key in keys:
        rows += _zero_shot_rows(available) if key == ZERO_SHOT else [ROWS[key]]
    return rows


def _zero_shot_rows(available: Available) -> list[Row]:
    table = published_table("lpd-table3")
    printed = [row for row in table.labels if table.text(row, "group") == "zero-shot"]
    own = {name.lower().replace("_", "-"): name for name in available.pairs}
    rows = [zero_shot_row(own.get(label, label), published=label) for label in printed]
    return rows + [zero_shot_row(name, published=None) for key, name in own.items() if key not in printed]


def with_needed_rows(rows: Sequence[Row], setup: Setup) -> list[Row]:
    """Returns the rows with those that they learn from, re-rank or average before them, each once."""
    found: dict[str, Row] = {}
    for row in rows:
        needed = [ROWS[key] for key in _needed(row, setup)]
        found |= {one.key: one for one in with_needed_rows(needed, setup)}
        found[row.key] = row
    return list(found.values())


def _needed(row: Row, setup: Setup) -> tuple[str, ...]:
    begins_with = (row.begins_with,) if row.begins_with and setup.pretrain else ()
    reranked = (row.reranks,) if row.reranks else ()
    return (*row.teachers, *begins_with, *reranked, *row.fuses)


def model_name(setup: Setup, row: Row, *, seed: int) -> str:
    """Returns the name of a row's model: `rep-sea-s0`, or with the preset if it is not the usual one."""
    return REPRODUCED + "-".join((*_marks(setup), row.key, f"s{seed}"))


def run_tag(setup: Setup, row: Row, *, seed: int) -> str:
    """Returns the tag of a row's runs: `rep.sea.s0`; of a run that is brought, its own."""
    return row.brought or ".".join(("rep", *_marks(setup), row.key, f"s{seed}"))


def _marks(setup: Setup) -> tuple[str, ...]:
    return () if setup.preset == "lpd-recipe" else (setup.preset,)


def lacking(row: Row, reproduction: Reproduction) -> str | None:
    """Returns what a row needs and the workspace has not got, as words; None if nothing is missing."""
    setup, available = reproduction.setup, reproduction.available
    if row.video == "pair" and row.text[0] not in available.pairs:
        return f"text feature and video feature {row.text[0]} of one model"
    missing = [f"text feature {name}" for name in row.text if name not in available.more_text]
    if (row.encoders or row.system == "xclip") and TOKENS not in available.special:
        missing.append(f"text feature {TOKENS}")
    if "netvlad" in row.encoders and "w2v" not in available.more_text:
        missing.append("text feature w2v")
    if row.system == "dual-task" and CONCEPTS not in available.special:
        missing.append(f"text feature {CONCEPTS}")
    if row.video == "frames" and not available.frames:
        missing.append("frame features named as a text feature of their dimension")
    if row.video == "appended_without" and len(available.video) < 2:
        missing.append("two video features")
    for key in _needed(row, setup):
        of_other = lacking(ROWS[key], reproduction)
        if of_other is not None and of_other not in missing:
            missing.append(of_other)
    return ", ".join(dict.fromkeys(missing)) or None


def model_request(row: Row, seed: int, *, reproduction: Reproduction) -> ModelRequest:
    """Returns the training of a row that lacks nothing."""
    setup, available = reproduction.setup, reproduction.available
    begins_with = ROWS[row.begins_with] if row.begins_with and setup.pretrain else None
    captions = setup.pretrain if row.pretraining and setup.pretrain else setup.captions
    text = row.text or available.text
    width, video, options = setup.width, available.video, row.options
    if row.video == "frames":
        frames = available.frames[0]
        sampled = "" if frames.per_shot == SAMPLED_FRAMES else f"@{frames.per_shot}"
        text, video = (frames.name,), (f"{FRAMES}{frames.name}{sampled}",)
        width, options = frames.dimension, (*options, f"frames={frames.per_shot}")
    elif row.video == "pair":
        video = row.text
    elif row.video == "appended":
        video = (APPENDED.join(video),)
    elif row.video == "appended_without":
        left_out = setup.without or video[-1]
        video = (APPENDED.join(name for name in video if name != left_out),)
    return ModelRequest(
        model_name(setup, row, seed=seed),
        row.system,
        captions,
        setup.validation,
        text_features=text,
        video_features=video,
        preset=row.preset or setup.preset,
        settings=(*row.defaults, *setup.settings, *row.settings),
        width=width,
        encoders=tuple(_sized(kind, setup.encoder_sizes) for kind in row.encoders),
        options=options,
        init_from=model_name(setup, begins_with, seed=seed) if begins_with else None,
        teachers=tuple(model_name(setup, ROWS[key], seed=seed) for key in row.teachers),
        seed=seed,
        device=setup.device,
    )


def _sized(kind: str, sizes: Sequence[str]) -> str:
    """Returns a trainable text encoder with those of the sizes that it has: `gru:hidden=256`."""
    own = [size for size in sizes if size.partition("=")[0] in _SIZES[kind]]
    return f"{kind}:{','.join(own)}" if own else kind


_SIZES = {
    "gru": ("embedding", "hidden", "pooling"),
    "bigru": ("embedding", "hidden", "pooling"),
    "netvlad": ("embedding", "clusters"),
}
