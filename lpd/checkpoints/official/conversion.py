"""From official tensors to a model of ours: choices, results, and the checks that nothing was lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lpd.checkpoints.fitting import misfits, not_finite
from lpd.errors import FormatError, MismatchError, name_some
from lpd.models import SpaceModel
from lpd.names import check_name
from lpd.text import TextEncoder

__all__ = ["Converted", "ImportChoices", "OfficialTensors", "place_tensors"]


@dataclass(frozen=True)
class ImportChoices:
    """What a person decides of an import.

    Args:
        features: official feature name -> ours; features left out keep their names.
        settings: setting -> value, for what the file does not hold (dropout, pooling, normalisation).
        mapping: our tensor name -> the file's, a list of them to put one below the other, or a number to
            fill with, where its names are unknown; else empty.
        model: `system` and settings of the model that come with such a mapping.
        word_vectors: the BigFile of word vectors of a `w2v` text feature; None leaves that feature without an
            encoder.
        stop_words: the words that the official `_nsw` encoders leave out; None takes ours.
        vocabularies: `bow`, `tokens` or `concepts` -> the vocabulary file that lies beside a checkpoint which
            holds none.
    """

    features: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)
    model: Mapping[str, Any] = field(default_factory=dict)
    word_vectors: Path | None = None
    stop_words: frozenset[str] | None = None
    vocabularies: Mapping[str, Path] = field(default_factory=dict)

    def feature(self, official: str) -> str:
        """Returns our name of an official feature.

        Raises:
            FormatError: if it cannot be a name here and no other was given.
        """
        return check_name(self.features.get(official, official), "feature")

    def setting(self, name: str, otherwise: Any) -> Any:
        """Returns a setting, or `otherwise` where nothing was chosen."""
        return self.settings.get(name, otherwise)

    def check_settings(self, known: Iterable[str], *, system: str) -> None:
        """Raises FormatError if a setting was given that this system does not have."""
        listed = sorted(known)
        unknown = [name for name in self.settings if name not in listed]
        if unknown:
            raise FormatError(
                f"settings of an import of {system}",
                where="--set",
                expected=", ".join(listed) or "none",
                found=name_some(unknown),
            )


@dataclass(frozen=True, eq=False)
class Converted:
    """A model of ours with official weights.

    Args:
        model: in evaluation mode.
        text_encoders: made of the vocabularies inside of the file, named as the model's text features.
        dropped: official tensor -> why the model does not need it.
        notes: sentences: settings that were taken because the file does not hold them, features without an
            encoder.
    """

    model: SpaceModel
    text_encoders: tuple[TextEncoder, ...] = ()
    dropped: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class OfficialTensors:
    """The tensors of a part, each to be taken or dropped with a reason before `finish`.

    Args:
        tensors: name -> tensor.
        where: the file, for errors.
        label: stands before the names in reports, where a file has several parts: `[0] `.
    """

    def __init__(self, tensors: Mapping[str, Tensor], *, where: Path, label: str = "") -> None:
        self._tensors = tensors
        self._where = where
        self._label = label
        self._left = dict.fromkeys(tensors)
        self._dropped: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    def names(self, prefix: str = "") -> list[str]:
        """Returns the names that begin with a prefix, in the order of the file."""
        return [name for name in self._tensors if name.startswith(prefix)]

    def shape(self, name: str) -> tuple[int, ...]:
        """Returns the shape of a tensor without taking it.

        Raises:
            MismatchError: if there is none of this name.
        """
        return tuple(self._get(name).shape)

    def take(self, name: str) -> Tensor:
        """Returns a tensor, which counts as used from now on; it may be taken again.

        Raises:
            MismatchError: if there is none of this name.
        """
        tensor = self._get(name)
        self._left.pop(name, None)
        return tensor

    def take_all(self, names: Sequence[str]) -> Tensor:
        """Returns tensors one below the other; single numbers become rows of one.

        Raises:
            MismatchError: if one is missing, or their rows have different widths.
        """
        pieces = [self.take(name) for name in names]
        pieces = [piece.reshape(1) if piece.ndim == 0 else piece for piece in pieces]
        if len({piece.shape[1:] for piece in pieces}) != 1:
            raise MismatchError(
                "tensors that cannot stand one below the other",
                where=self._where,
                found=name_some(f"{name} {tuple(self.shape(name))}" for name in names),
            )
        return torch.cat(pieces)

    def drop(self, names: Iterable[str], reason: str) -> None:
        """Marks tensors as not needed, for the reason; those that were taken stay taken."""
        for name in list(names):
            if name in self._left:
                del self._left[name]
                self._dropped[self._label + name] = reason

    def finish(self) -> dict[str, str]:
        """Returns dropped tensor -> reason.

        Raises:
            MismatchError: if tensors were neither taken nor dropped.
        """
        if self._left:
            raise MismatchError(
                "tensors that nothing here takes",
                where=self._where,
                found=name_some([self._label + name for name in self._left]),
                next_step="lpd import checkpoint FILE --inspect shows them; or name them in a --mapping FILE",
            )
        return dict(self._dropped)

    def _get(self, name: str) -> Tensor:
        if name not in self._tensors:
            raise MismatchError(
                "a tensor is missing",
                where=self._where,
                expected=self._label + name,
                found=f"{len(self._tensors)} others",
                next_step="lpd import checkpoint FILE --inspect shows them",
            )
        return self._tensors[name]


def place_tensors(model: SpaceModel, tensors: Mapping[str, Tensor], *, where: Path | None = None) -> None:
    """Fills every tensor of a model and sets it to evaluation mode.

    Args:
        model: whose weights may be on the meta device, as `built` makes it.
        tensors: our tensor name -> value; floating-point ones become float32.
        where: the file, for errors.

    Raises:
        MismatchError: naming every missing, unexpected and misshapen tensor.
        FormatError: naming every tensor with a NaN or an infinity.
    """
    expected = model.state_dict()
    problems = misfits(expected, tensors)
    if problems:
        raise MismatchError("the weights do not fit the model", where=where, found=problems)
    placed = {name: tensor.detach().to("cpu", expected[name].dtype) for name, tensor in tensors.items()}
    broken = not_finite(placed)
    if broken:
        raise FormatError("weights that are not finite numbers", where=where, found=name_some(broken))
    model.load_state_dict({name: tensor.contiguous().clone() for name, tensor in placed.items()}, assign=True)
    model.eval()
