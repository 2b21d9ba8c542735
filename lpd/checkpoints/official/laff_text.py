"""The text end of official LAFF checkpoints: which text features it reads, and its trained encoders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lpd.checkpoints.official.conversion import ImportChoices, OfficialTensors
from lpd.checkpoints.official.file import OfficialFile
from lpd.checkpoints.official.layout_parts import gru, hidden_size, sizes, under
from lpd.checkpoints.official.text_side import TextSide, text_side
from lpd.errors import FormatError
from lpd.models import unit_length

__all__ = [
    "KINDS",
    "NETVLAD",
    "RECURRENT",
    "TEXT_NET",
    "TEXT_TRANSFORMS",
    "TRAINED",
    "TextEnd",
    "drop_pretrained",
    "encoder_settings",
    "encoder_tensors",
    "text_end",
    "text_names",
    "text_transform",
]

TEXT_NET = "txt_net."
TEXT_TRANSFORMS = f"{TEXT_NET}transform_layer."
RECURRENT = f"{TEXT_NET}encoder.rnn_encoder."
NETVLAD = f"{TEXT_NET}encoder.NetVLAD_encoder.netvlad."
PRETRAINED = {"bert": f"{TEXT_NET}encoder.bert_encoder.", "clip": f"{TEXT_NET}encoder.CLIP_encoder."}
KINDS = {
    "bow_encoder": "bow",
    "w2v_encoder": "w2v",
    "bert_encoder": "bert",
    "CLIP_encoder": "clip",
    "rnn_encoder": "gru",
    "NetVLAD_encoder": "netvlad",
}
"""Official encoder -> ours; others keep their names."""

TRAINED = ("gru", "netvlad")


@dataclass(frozen=True, eq=False)
class TextEnd:
    """What the model reads of a text.

    Args:
        order: our text feature or encoder -> official encoder, in the order of our transforms.
        encoders: our trained encoder -> prefix of its weights.
        side: features, vocabularies and encoders.
    """

    order: dict[str, str]
    encoders: dict[str, str]
    side: TextSide


def text_end(
    file: OfficialFile,
    choices: ImportChoices,
    source: OfficialTensors,
    *,
    bypassed_size: Mapping[str, int] | None = None,
) -> TextEnd:
    """Returns the text end of a checkpoint: fixed features in the order of the file, then trained encoders.

    Args:
        file: as it was read.
        choices: of the person.
        source: its tensors.
        bypassed_size: `text:<official encoder>` -> dimension, where there is no linear layer.

    Raises:
        FormatError: if a vocabulary is damaged, or two features have one name.
        MismatchError: if a vocabulary has another size than the model.
    """
    bypassed = bypassed_size or {}
    kinds: dict[str, int] = {}
    order: dict[str, str] = {}
    named = {
        official: KINDS.get(official, official.removesuffix("_encoder")) for official in text_names(source)
    }
    for official, kind in sorted(named.items(), key=lambda pair: pair[1] in TRAINED):
        weight = f"{text_transform(official)}fc1.weight"
        size = bypassed.get(f"text:{official}") or sizes(source, weight)[1]
        kinds[kind] = size
        order[kind if kind in TRAINED else choices.feature(kind)] = official
    if len(order) < len(named):
        raise FormatError("two official text features under one name", where=file.path, found=list(named))
    words = sizes(source, f"{RECURRENT}we.weight")[0] if "gru" in kinds else None
    side = text_side(file, choices, kinds, words=words)
    prefixes = {"gru": RECURRENT, "netvlad": NETVLAD}
    encoders = {kind: prefixes[kind] for kind in kinds if kind in TRAINED}
    return TextEnd(order, encoders, side)


def text_names(source: OfficialTensors) -> list[str]:
    """Returns the official names of the text encoders, in the order of the file."""
    names = [name.removeprefix(TEXT_TRANSFORMS) for name in source.names(TEXT_TRANSFORMS)]
    return list(dict.fromkeys(name.partition(".")[0].removesuffix("_transform") for name in names))


def text_transform(official: str) -> str:
    """Returns the prefix of the transform of an official text encoder."""
    return f"{TEXT_TRANSFORMS}{official}_transform."


def encoder_settings(
    source: OfficialTensors, text: TextEnd, settings: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Returns encoder -> the settings of our trained text encoders."""
    found: dict[str, dict[str, Any]] = {}
    if "gru" in text.encoders:
        both_ways = f"{RECURRENT}rnn.weight_ih_l0_reverse" in source
        found["gru"] = {
            "kind": "bigru" if both_ways else "gru",
            "vocabulary": text.side.words,
            "embedding": sizes(source, f"{RECURRENT}we.weight")[1],
            "hidden": hidden_size(source, RECURRENT),
            "pooling": settings["pooling"],
        }
    if "netvlad" in text.encoders:
        clusters, embedding = sizes(source, f"{NETVLAD}centeroids")
        found["netvlad"] = {
            "kind": "netvlad",
            "vocabulary": text.side.words,
            "clusters": clusters,
            "embedding": embedding,
        }
    return found


def encoder_tensors(source: OfficialTensors, text: TextEnd) -> dict[str, Tensor]:
    """Returns our tensors of the trained text encoders."""
    made: dict[str, Tensor] = {}
    for number, (kind, prefix) in enumerate(text.encoders.items()):
        target = f"text_inputs.encoders.{number}"
        if kind == "netvlad":
            made[f"{target}.centroids"] = source.take(f"{prefix}centeroids")
            made[f"{target}.assignment"] = source.take(f"{prefix}fc1.weight")
            made[f"{target}.table"] = unit_length(torch.from_numpy(text.side.table()))
        else:
            made[f"{target}.embedding.weight"] = source.take(f"{prefix}we.weight")
            made |= under(f"{target}.gru", gru(source, prefix))
    return made


def drop_pretrained(source: OfficialTensors) -> None:
    """Drops the pretrained encoders inside of a checkpoint: their text features are computed apart."""
    for kind, prefix in PRETRAINED.items():
        reason = f"the pretrained encoder itself; text feature {kind} takes its place"
        source.drop(source.names(prefix), reason)
