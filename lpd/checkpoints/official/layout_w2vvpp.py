"""The layout of official W2VV++ checkpoints: `fc1.*`, and `encoder.rnn_encoder.*`, `transformer.fc1.*`."""

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
from lpd.checkpoints.official.layout_parts import (
    both_ends,
    gru,
    hidden_size,
    known_settings,
    normalisation,
    only_tanh,
    permuted,
    sizes,
    stand_in,
    transform,
    under,
    without_encoder,
)
from lpd.checkpoints.official.text_side import TextSide, text_side
from lpd.errors import MismatchError
from lpd.models import TOKENS

__all__ = ["convert_w2vvpp", "is_w2vvpp"]

SETTINGS = ("dropout", "normalisation", "pooling", "text_tokens", "video_feature", "w2v_dimension")
ENCODER = "encoder.rnn_encoder."
FLICKR_VECTORS = 500


def is_w2vvpp(file: OfficialFile) -> bool:
    """Returns whether the tensors have the names of this layout."""
    return (
        len(file.parts) == 2
        and "fc1.weight" in file.parts[0]
        and {f"{ENCODER}we.weight", "transformer.fc1.weight"} <= set(file.parts[1])
    )


def convert_w2vvpp(file: OfficialFile, choices: ImportChoices) -> Converted:
    """Returns the W2VV++ model of a checkpoint.

    Raises:
        FormatError: if a setting is not known here.
        MismatchError: if tensors are missing, left over or misshapen.
    """
    choices.check_settings(SETTINGS, system="w2vvpp")
    only_tanh(file)
    video, text = both_ends(file)
    notes: list[str] = []
    settings = known_settings(file, choices, {"dropout": 0.2, "pooling": "mean"}, notes)
    columns = _official_inputs(file, choices, text, settings["pooling"], notes)
    words = sizes(text, f"{ENCODER}we.weight")[0]
    kinds = {kind: columns[kind] for kind in ("w2v", "bow", "gru")}  # as ours reads them
    side = text_side(file, choices, kinds, words=words)
    model = built(_config(choices, (video, text), side, settings), where=file.path)
    place_tensors(model, _tensors((video, text), columns, list(kinds)), where=file.path)
    notes += [*side.notes, *without_encoder(model, side.encoders)]
    return Converted(model, side.encoders, video.finish() | text.finish(), tuple(notes))


def _official_inputs(
    file: OfficialFile, choices: ImportChoices, text: OfficialTensors, pooling: str, notes: list[str]
) -> dict[str, int]:
    """Returns what stands side by side before the text transform, in the official order: name -> columns."""
    states = hidden_size(text, ENCODER) * (2 if pooling == "mean_last" else 1)
    columns = sizes(text, "transformer.fc1.weight")[1]
    found = {
        kind: one.attributes.get("ndims")
        for kind in ("w2v", "bow")
        if (one := stand_in(file, f"t2v_{kind}")) is not None
    }
    vectors = choices.setting("w2v_dimension", found.get("w2v"))
    counts = found.get("bow")
    if not isinstance(vectors, int) and isinstance(counts, int):
        vectors = columns - states - counts
    elif not isinstance(vectors, int):
        vectors = FLICKR_VECTORS
        notes.append(
            "the file does not hold the dimension of its word vectors: taken as 500, the official one"
        )
    inputs = {"gru": states, "w2v": vectors, "bow": columns - states - vectors}
    if min(inputs.values()) < 1 or counts not in (None, inputs["bow"]):
        raise MismatchError(
            "text inputs of W2VV++ do not add up",
            where=file.path,
            expected=f"{columns} columns of states, word vectors and counted words",
            found=f"{states} states ({pooling}), {vectors} of word vectors, {counts} words",
            next_step="--set pooling=mean, last or mean_last; --set w2v_dimension=D",
        )
    return inputs


def _config(
    choices: ImportChoices,
    ends: tuple[OfficialTensors, OfficialTensors],
    side: TextSide,
    settings: dict[str, Any],
) -> dict[str, Any]:
    video, text = ends
    width, inputs = sizes(video, "fc1.weight")
    encoder = {
        "kind": "gru",
        "vocabulary": side.words,
        "embedding": sizes(text, f"{ENCODER}we.weight")[1],
        "hidden": hidden_size(text, ENCODER),
        "pooling": settings["pooling"],
    }
    config: dict[str, Any] = {
        "system": "w2vvpp",
        "text_features": side.features | {TOKENS: side.length},
        "video_features": {choices.feature(str(choices.setting("video_feature", "video"))): inputs},
        "width": width,
        "batch_norm": "bn1.weight" in video,
        "dropout": settings["dropout"],
        "encoders": {"gru": encoder},
    }
    config["normalisation"] = normalisation(config, choices.setting("normalisation", None), side.kinds)
    return config


def _tensors(
    ends: tuple[OfficialTensors, OfficialTensors], columns: dict[str, int], ours: list[str]
) -> dict[str, Tensor]:
    video, text = ends
    of_text = transform(text, "transformer.")
    of_text["weight"] = permuted(of_text["weight"], columns, ours)
    return (
        under("text_transform", of_text)
        | under("video_transform", transform(video, ""))
        | {"text_inputs.encoders.0.embedding.weight": text.take(f"{ENCODER}we.weight")}
        | under("text_inputs.encoders.0.gru", gru(text, ENCODER))
    )
