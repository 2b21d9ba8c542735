"""The layout of official SEA checkpoints: a list of two parts, `vis_nets.<i>` and `txt_nets.<i>`.

What each text net reads is no part of the file: it is told from the shapes, or said by the person as the
official `text_encoding` (`bow_nsw@w2v_nsw@bigru_mean`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from lpd.checkpoints.fitting import built
from lpd.checkpoints.official.conversion import (
    Converted,
    ImportChoices,
    OfficialTensors,
    place_tensors,
)
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import (
    both_ends,
    copies,
    gru,
    hidden_size,
    known_settings,
    normalisation,
    number_below,
    only_tanh,
    sizes,
    stand_in,
    transform,
    under,
    without_encoder,
)
from lpd.checkpoints.official.text_side import TextSide, text_side
from lpd.errors import FormatError, MismatchError
from lpd.models import TOKENS, unit_length

__all__ = ["convert_sea", "is_sea"]

SETTINGS = ("dropout", "normalisation", "pooling", "text_encoding", "text_tokens", "video_feature")
TRAINED = ("bigru", "gru", "netvlad")
BERT = 768


class TextNet(NamedTuple):
    """One text net of the file.

    Args:
        number: its i.
        kind: `bow`, `w2v`, `bert`, `gru`, `bigru`, `netvlad`, or `text_<i>` where nothing tells.
        dimension: what its transform reads.
    """

    number: int
    kind: str
    dimension: int


def is_sea(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of this layout."""
    return (
        len(file.parts) == 2
        and "vis_nets.0.transformer.fc1.weight" in file.parts[0]
        and "txt_nets.0.transformer.fc1.weight" in file.parts[1]
    )


def convert_sea(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the SEA model of a checkpoint.

    Raises:
        FormatError: if a text net is of a kind that is not known here, or a setting is.
        MismatchError: if tensors are missing, left over or misshapen, or NetVLAD has no word vectors.
    """
    choices.check_settings(SETTINGS, system="sea")
    only_tanh(file)
    video, text = both_ends(file)
    nets = _text_nets(file, choices, text)
    notes: list[str] = []
    settings = known_settings(file, choices, {"dropout": 0.2}, notes)
    if any(net.kind in ("bigru", "gru") for net in nets):
        settings |= known_settings(file, choices, {"pooling": "mean"}, notes)
    side = text_side(file, choices, {net.kind: net.dimension for net in nets}, words=_words(text, nets))
    config = _config(choices, (video, text), nets, settings, side)
    model = built(config, where=file.path)
    tensors = _tensors((video, text), nets, list(side.features), side)
    place_tensors(model, tensors, where=file.path)
    notes += [*side.notes, *without_encoder(model, side.encoders)]
    return Converted(model, side.encoders, video.finish() | text.finish(), tuple(notes))


def _text_nets(file: OfficialFile, choices: ImportChoices, text: OfficialTensors) -> list[TextNet]:
    count = number_below(text, "txt_nets.")
    said = choices.setting("text_encoding", file.config.get("text_encoding"))
    kinds = None if said is None else [one.strip() for one in str(said).split("@")]
    if kinds is not None and len(kinds) != count:
        raise MismatchError(
            "text encodings of SEA", where=file.path, expected=f"{count} parted by @", found=said
        )
    found = []
    for number in range(count):
        prefix = f"txt_nets.{number}."
        dimension = sizes(text, f"{prefix}transformer.fc1.weight")[1]
        trained = _trained_kind(text, f"{prefix}encoder.")
        kind = trained or (_kind(kinds[number]) if kinds else _guessed(file, dimension, number))
        found.append(TextNet(number, kind, dimension))
    if len({net.kind for net in found}) < len(found):
        raise FormatError(
            "text nets of one kind",
            where=file.path,
            found=", ".join(net.kind for net in found),
            next_step="--set text_encoding=bow_nsw@w2v_nsw@... says what they are, in the order of training",
        )
    return found


def _trained_kind(text: OfficialTensors, prefix: str) -> str | None:
    if f"{prefix}netvlad.centeroids" in text:
        return "netvlad"
    if f"{prefix}rnn.weight_ih_l0" not in text:
        return None
    hidden_size(text, prefix)
    return "bigru" if f"{prefix}rnn.weight_ih_l0_reverse" in text else "gru"


def _kind(encoding: str) -> str:
    """Returns the kind of an official text encoding: `bow` of `bow_nsw`, `bert` of `bert_precomputed`."""
    kinds = [kind for kind in ("bow", "w2v", "bert", *TRAINED) if kind in encoding.split("_")]
    if len(kinds) != 1:
        raise FormatError(
            "unknown text encoding", expected=f"bow, w2v, bert, {', '.join(TRAINED)}", found=encoding
        )
    return kinds[0]


def _guessed(file: OfficialFile, dimension: int, number: int) -> str:
    """Returns what a text net without weights of its own reads, told by its dimension."""
    for kind, name in (("bow", "t2v_bow"), ("w2v", "t2v_w2v")):
        found = stand_in(file, name)
        if found is not None and found.attributes.get("ndims") == dimension:
            return kind
    return "bert" if dimension == BERT else f"text_{number}"


def _words(text: OfficialTensors, nets: list[TextNet]) -> int | None:
    """Returns how many token ids the recurrent nets know; None if there is none."""
    rows = [
        sizes(text, f"txt_nets.{net.number}.encoder.we.weight")[0]
        for net in nets
        if net.kind in ("bigru", "gru")
    ]
    return rows[0] if rows else None


def _config(
    choices: ImportChoices,
    ends: tuple[OfficialTensors, OfficialTensors],
    nets: list[TextNet],
    settings: Mapping[str, Any],
    side: TextSide,
) -> dict[str, Any]:
    video, text = ends
    width, inputs = sizes(video, "vis_nets.0.transformer.fc1.weight")
    encoders = {}
    for net in nets:
        if net.kind in TRAINED:
            prefix = f"txt_nets.{net.number}.encoder."
            encoders[net.kind] = {
                "kind": net.kind,
                "vocabulary": side.words,
                **_sizes(text, prefix, settings),
            }
    config: dict[str, Any] = {
        "system": "sea",
        "text_features": side.features | ({TOKENS: side.length} if encoders else {}),
        "video_features": {choices.feature(str(choices.setting("video_feature", "video"))): inputs},
        "width": width,
        "batch_norm": "vis_nets.0.transformer.bn1.weight" in video,
        "dropout": settings["dropout"],
        "encoders": encoders,
    }
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), side.kinds)
    return config


def _sizes(text: OfficialTensors, prefix: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    if f"{prefix}netvlad.centeroids" in text:
        clusters, embedding = sizes(text, f"{prefix}netvlad.centeroids")
        return {"clusters": clusters, "embedding": embedding}
    embedding = sizes(text, f"{prefix}we.weight")[1]
    return {
        "embedding": embedding,
        "hidden": hidden_size(text, prefix),
        "pooling": settings["pooling"],
    }


def _tensors(
    ends: tuple[OfficialTensors, OfficialTensors], nets: list[TextNet], fixed: list[str], side: TextSide
) -> dict[str, Tensor]:
    """Returns our tensors: spaces of fixed features first, then those of trained encoders."""
    video, text = ends
    trained = [net for net in nets if net.kind in TRAINED]
    ordered = [net for net in nets if net.kind not in TRAINED] + trained
    assert len(ordered) == len(fixed) + len(trained)
    made: dict[str, Tensor] = {}
    for number, net in enumerate(ordered):
        made |= under(
            f"text_transforms.layers.{number}", transform(text, f"txt_nets.{net.number}.transformer.")
        )
    wide = copies([transform(video, f"vis_nets.{net.number}.transformer.") for net in ordered])
    made |= under("video_transform", wide)
    for number, net in enumerate(trained):
        target, prefix = f"text_inputs.encoders.{number}", f"txt_nets.{net.number}.encoder."
        if net.kind == "netvlad":
            made[f"{target}.centroids"] = text.take(f"{prefix}netvlad.centeroids")
            made[f"{target}.assignment"] = text.take(f"{prefix}netvlad.fc1.weight")
            made[f"{target}.table"] = unit_length(torch.from_numpy(side.table()))
        else:
            made[f"{target}.embedding.weight"] = text.take(f"{prefix}we.weight")
            made |= under(f"{target}.gru", gru(text, prefix))
    return made
