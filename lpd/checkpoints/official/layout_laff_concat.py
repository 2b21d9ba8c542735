"""LAFF's code without attention: `vis_net.fc1.*` reads all video features side by side and
`txt_net.transformer.fc1.*` all text features; and its models of frames, which are told apart and refused.
"""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    place_tensors,
)
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.laff_text import (
    KINDS,
    NETVLAD,
    RECURRENT,
    TRAINED,
    TextEnd,
    drop_pretrained,
    encoder_settings,
    encoder_tensors,
)
from lpd.checkpoints.official.layout_parts import (
    hidden_size,
    known_settings,
    normalisation,
    only_tanh,
    options_of,
    permuted,
    sizes,
    stand_in,
    told,
    transform,
    under,
    without_encoder,
)
from lpd.checkpoints.official.text_side import text_side
from lpd.errors import FormatError, MismatchError
from lpd.models.text_inputs import TOKENS

__all__ = ["convert_laff_concat", "is_frame_laff", "is_laff_concat", "refuse_frame_laff"]

VIDEO = "vis_net."
TEXT = "txt_net.transformer."
SETTINGS = ("dropout", "normalisation", "pooling", "text_encoding", "text_tokens", "video_feature")
ORDER = ("gru", "bert", "bow", "w2v", "clip", "netvlad")
"""How the official code puts text features side by side."""

SIZES = {"bert": 768, "clip": 512, "w2v": 500}


def is_laff_concat(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of LAFF's code without attention."""
    names = file.parts[0] if len(file.parts) == 1 else {}
    return f"{VIDEO}fc1.weight" in names and f"{TEXT}fc1.weight" in names


def is_frame_laff(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of a LAFF over frames."""
    return any(name.startswith("vis_net.frame_attention.") for part in file.parts for name in part)


def refuse_frame_laff(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Raises FormatError, always: LAFF over frames is not among the systems here."""
    raise FormatError(
        "a LAFF that attends to frames, which is not among the systems here",
        where=file.path,
        expected="a LAFF of video-level features",
        next_step="bring its vectors of shots and topics:   lpd import embeddings",
    )


def convert_laff_concat(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the W2VV++ model of a checkpoint of LAFF's code.

    Raises:
        FormatError: if its transforms normalise the batch, which happens in another order than W2VV++ has,
            or a setting is not known here.
        MismatchError: if tensors are missing, left over or misshapen, or the text features do not add up.
    """
    choices.check_settings(SETTINGS, system="laff-concat")
    only_tanh(file)
    source = OfficialTensors(file.parts[0], where=file.path)
    if source.names(f"{VIDEO}bn1.") or source.names(f"{TEXT}bn1."):
        raise FormatError("batch normalisation behind the activation", where=file.path, expected="none")
    notes: list[str] = []
    defaults = {"dropout": 0.2} | ({"pooling": "mean"} if source.names(RECURRENT) else {})
    settings = known_settings(file, choices, defaults, notes)
    widths = _text_sizes(file, choices, source, settings)
    words = sizes(source, f"{RECURRENT}we.weight")[0] if "gru" in widths else None
    kinds = {
        kind: widths[kind] for kind in sorted(widths, key=lambda kind: kind in TRAINED)
    }  # as ours reads them
    side = text_side(file, choices, kinds, words=words)
    prefixes = {"gru": RECURRENT, "netvlad": NETVLAD}
    end = TextEnd({}, {kind: prefixes[kind] for kind in kinds if kind in TRAINED}, side)
    width, inputs = sizes(source, f"{VIDEO}fc1.weight")
    config: dict[str, Any] = {
        "system": "w2vvpp",
        "text_features": side.features | ({TOKENS: side.length} if end.encoders else {}),
        "video_features": {_video_name(file, choices): inputs},
        "width": width,
        "dropout": settings["dropout"],
        "encoders": encoder_settings(source, end, settings),
    }
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), side.kinds)
    model = built(config, where=file.path)
    place_tensors(model, _tensors(source, end, widths, list(kinds)), where=file.path)
    drop_pretrained(source)
    notes += [*side.notes, *told(side.encoders), *without_encoder(model, side.encoders)]
    return Converted(model, side.encoders, source.finish(), tuple(notes))


def _tensors(
    source: OfficialTensors, end: TextEnd, widths: Mapping[str, int], ours: list[str]
) -> dict[str, Tensor]:
    of_text = transform(source, TEXT)
    of_text["weight"] = permuted(of_text["weight"], widths, ours)
    made = encoder_tensors(source, end) | under("text_transform", of_text)
    return made | under("video_transform", transform(source, VIDEO))


def _video_name(file: OfficialFile, choices: ImportChoices) -> str:
    """Returns the name of the video features side by side: `a+b`, which is read as a with b appended."""
    said = choices.setting("video_feature", None)
    names = options_of(file, "vid_feats")
    if said is None and isinstance(names, list) and names:
        return "+".join(choices.feature(str(name)) for name in names)
    return choices.feature("video" if said is None else str(said))


def _text_sizes(
    file: OfficialFile, choices: ImportChoices, source: OfficialTensors, settings: Mapping[str, Any]
) -> dict[str, int]:
    """Returns text feature -> dimension, in the order in which they stand side by side."""
    there = _text_kinds(file, choices, source)
    columns = sizes(source, f"{TEXT}fc1.weight")[1]
    widths: dict[str, int | None] = {}
    for kind in there:
        found = stand_in(file, f"t2v_{kind}")
        said = None if found is None else found.attributes.get("ndims")
        widths[kind] = said if isinstance(said, int) else SIZES.get(kind)
    if "gru" in there:
        directions = 2 if f"{RECURRENT}rnn.weight_ih_l0_reverse" in source else 1
        states = 2 if settings["pooling"] == "mean_last" else 1
        widths["gru"] = hidden_size(source, RECURRENT) * directions * states
    if "netvlad" in there:
        clusters, embedding = sizes(source, f"{NETVLAD}centeroids")
        widths["netvlad"] = clusters * embedding
    rest = columns - sum(size or 0 for size in widths.values())
    made = {kind: rest if size is None else size for kind, size in widths.items()}
    if sum(made.values()) != columns or min(made.values(), default=0) < 1:
        raise MismatchError(
            "text features do not add up",
            where=file.path,
            expected=f"{columns} columns",
            found=", ".join(f"{kind} {size}" for kind, size in made.items()) or "none",
            next_step="--set text_encoding=bow,w2v,gru says which there are",
        )
    return made


def _text_kinds(file: OfficialFile, choices: ImportChoices, source: OfficialTensors) -> list[str]:
    """Returns which text features there are: chosen, else as the settings say, in the official order."""
    said = choices.setting("text_encoding", None)
    if said is not None:
        there = {one.strip() for one in str(said).split(",")}
    else:
        settings = options_of(file, "text_encoding")
        names = settings if isinstance(settings, Mapping) else {}
        there = {
            KINDS.get(str(key).replace("_encoding", "_encoder"), str(key))
            for key, one in names.items()
            if isinstance(one, Mapping) and not str(one.get("name", "no")).startswith("no")
        }
        there |= {kind for kind, prefix in (("gru", RECURRENT), ("netvlad", NETVLAD)) if source.names(prefix)}
    unknown = sorted(there - set(ORDER))
    if unknown or not there:
        raise FormatError(
            "text features", where=file.path, expected=f"some of {', '.join(ORDER)}", found=", ".join(unknown)
        )
    return [kind for kind in ORDER if kind in there]
