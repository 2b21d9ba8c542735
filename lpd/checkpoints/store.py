"""Trained models as a folder of `model.safetensors` and `config.json`.

Loading executes nothing: weights are plain arrays, settings are plain JSON. torch is imported where it is
used, so that cards can be read without it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpd import __version__
from lpd.checkpoints.card import CARD_NAME, FORMAT_VERSION, WEIGHTS_NAME, read_card
from lpd.checkpoints.fitting import built, misfits, not_finite
from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.storage import atomic_directory, digest_file, write_json

if TYPE_CHECKING:
    from torch import Tensor

    from lpd.models import SpaceModel

__all__ = ["WEIGHT_TYPES", "Checkpoint", "CheckpointNotes", "load_checkpoint", "save_checkpoint"]

WEIGHT_TYPES = ("bfloat16", "float16", "float32")
"""Numbers that weights may be kept in."""


@dataclass(frozen=True)
class CheckpointNotes:
    """What a card records beside the model itself.

    Args:
        training: the training settings as plain JSON values.
        seed: of initial weights and batches; None if unknown.
        best: `epoch` and the validation measures of the weights kept.
        made_from: name -> digest of features, captions and the like.
    """

    training: dict[str, Any] = field(default_factory=dict)
    seed: int | None = None
    best: dict[str, Any] = field(default_factory=dict)
    made_from: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """A model that was loaded.

    Args:
        model: in evaluation mode, float32.
        card: the content of `config.json`.
        digest: of the weights' file.
    """

    model: "SpaceModel"
    card: dict[str, Any]
    digest: str


def save_checkpoint(
    directory: Path,
    model: "SpaceModel",
    *,
    notes: CheckpointNotes | None = None,
    weights: str = "float32",
    extra: Callable[[Path], None] | None = None,
) -> dict[str, Any]:
    """Returns the card of the checkpoint it has written; the whole folder takes its place at once.

    What stood in the folder before (an earlier checkpoint, the state of a training) is replaced.

    Args:
        directory: the folder of the model.
        model: its weights are stored as they are, or at half precision; fitted input statistics stay float32.
        notes: the rest of the card.
        weights: float32, float16 or bfloat16.
        extra: called with the folder being made, to add files (text encoders, history) before it takes its
            place.

    Raises:
        LpdError: if a weight is not finite, or becomes so at half precision.
    """
    import torch
    from safetensors.torch import save_file

    if weights not in WEIGHT_TYPES:
        raise NotFoundError("unknown type of weights", expected=", ".join(WEIGHT_TYPES), found=weights)
    parameters = {name for name, _ in model.named_parameters()}
    kind = getattr(torch, weights)
    tensors = {
        name: tensor.detach().to("cpu", kind if name in parameters else tensor.dtype).contiguous().clone()
        for name, tensor in model.state_dict().items()
    }
    _check_finite(tensors, directory)
    with atomic_directory(Path(directory)) as folder:
        if extra is not None:
            extra(folder)
        save_file(tensors, folder / WEIGHTS_NAME, metadata=_told_apart_by(model, tensors, notes))
        card = _make_card(model, notes or CheckpointNotes(), digest_file(folder / WEIGHTS_NAME))
        write_json(folder / CARD_NAME, card)
    return card


def _told_apart_by(
    model: "SpaceModel", tensors: "dict[str, Tensor]", notes: CheckpointNotes | None
) -> dict[str, str] | None:
    """Returns what makes the file of a model without weights its own: settings and what it was made from.

    The digest of the file stands for the model; those of all zero-shot pairs would be one.
    """
    if tensors:
        return None
    told = {"model": model.to_config(), "made_from": notes.made_from if notes else {}}
    return {"model": json.dumps(told, sort_keys=True)}


def _make_card(model: "SpaceModel", notes: CheckpointNotes, digest: str) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "system": model.system,
        "model": model.to_config(),
        "training": notes.training,
        "spaces": [asdict(space) for space in model.spaces],
        "fusion": {"kind": model.fusion.kind, "weights": list(model.fusion.weights)},
        "bi_encoder": model.bi_encoder,
        "seed": notes.seed,
        "best": notes.best,
        "made_from": notes.made_from,
        "lpd_version": __version__,
        "weights_digest": digest,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
    }


def load_checkpoint(directory: Path, *, device: str = "cpu") -> Checkpoint:
    """Returns the checkpoint of a folder, ready for retrieval: evaluation mode, float32, on the device.

    Weights of half precision are widened, so what a GPU trained opens on any machine.

    Raises:
        NotFoundError: if there is no checkpoint, or no such system.
        FormatError: if a file is damaged, of another version, or holds weights that are not finite.
        MismatchError: if the weights are not those of the card; all differing tensors are named at once.
    """
    directory = Path(directory)
    card = read_card(directory)
    path = directory / WEIGHTS_NAME
    tensors = _read_tensors(path)
    model = built({**card["model"], "system": card["system"]}, where=directory / CARD_NAME)
    _check_names_and_shapes(model.state_dict(), tensors, path)
    _check_finite(tensors, path)
    digest = digest_file(path)
    if digest != card["weights_digest"]:
        raise MismatchError(
            "the weights are not those the card was written for",
            where=path,
            expected=card["weights_digest"],
            found=digest,
            next_step="copy the whole folder again, or train again",
        )
    widened = {
        name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()
    }
    model.load_state_dict(widened, assign=True)
    return Checkpoint(model.to(device).eval(), card, digest)


def _read_tensors(path: Path) -> "dict[str, Tensor]":
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not path.is_file():
        raise NotFoundError(
            "weights are missing", where=path, next_step="copy the whole folder, or train again"
        )
    try:
        return load_file(path)
    except SafetensorError as error:
        raise FormatError(
            f"not a whole safetensors file ({error})", where=path, next_step="copy it again, or train again"
        ) from error


def _check_names_and_shapes(expected: "dict[str, Tensor]", found: "dict[str, Tensor]", path: Path) -> None:
    """Raises MismatchError that names every missing, unexpected and misshapen tensor."""
    problems = misfits(expected, found)
    if problems:
        raise MismatchError(
            "the weights are of another model than config.json describes",
            where=path,
            found=problems,
            next_step="put the files of one training together",
        )


def _check_finite(tensors: "dict[str, Tensor]", where: Path) -> None:
    """Raises FormatError that names every tensor with a NaN or an infinity."""
    broken = not_finite(tensors)
    if broken:
        raise FormatError(
            "weights that are not finite numbers",
            where=where,
            found=name_some(broken),
            next_step="train again with a lower learning rate, or save as float32",
        )
