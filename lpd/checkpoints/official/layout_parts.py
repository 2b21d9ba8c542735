"""What the layouts of several official codes have in common: transforms, recurrences, ends, notes."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from lpd.checkpoints.official.conversion import ImportChoices, OfficialTensors
from lpd.checkpoints.official.file import OfficialFile, StandIn
from lpd.errors import FormatError, MismatchError
from lpd.models import TOKENS, SpaceModel
from lpd.text import TextEncoder

__all__ = [
    "NORM_KINDS",
    "both_ends",
    "copies",
    "gru",
    "hidden_size",
    "known_settings",
    "normalisation",
    "number_below",
    "only_tanh",
    "options_of",
    "permuted",
    "sizes",
    "stand_in",
    "told",
    "transform",
    "under",
    "without_encoder",
]

NORM_KINDS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def sizes(source: OfficialTensors, name: str, *, dimensions: int = 2) -> tuple[int, ...]:
    """Returns the shape of a tensor that is expected to have so many dimensions.

    Raises:
        MismatchError: if it is missing or has another number.
    """
    shape = source.shape(name)
    if len(shape) != dimensions or 0 in shape:
        raise MismatchError(f"tensor {name}", expected=f"{dimensions} dimensions", found=f"shape {shape}")
    return shape


def both_ends(file: OfficialFile) -> tuple[OfficialTensors, OfficialTensors]:
    """Returns the tensors of the video end and of the text end, which these codes save in this order.

    Raises:
        FormatError: if the file has another number of parts.
    """
    if len(file.parts) != 2:
        raise FormatError(
            "not a checkpoint of two ends",
            where=file.path,
            expected="a list of the weights of the video end and of the text end",
            found=f"{len(file.parts)} parts",
        )
    video, text = file.parts
    return (
        OfficialTensors(video, where=file.path, label="[0] "),
        OfficialTensors(text, where=file.path, label="[1] "),
    )


def transform(source: OfficialTensors, prefix: str, *, norm: str = "bn1") -> dict[str, Tensor]:
    """Returns the tensors of our `TransformNet` of an official linear layer and its batch normalisation.

    Args:
        source: the tensors of an end.
        prefix: before `fc1`.
        norm: the name of the batch normalisation, where there is one.
    """
    made = {kind: source.take(f"{prefix}fc1.{kind}") for kind in ("weight", "bias")}
    if f"{prefix}{norm}.weight" not in source:
        return made
    for kind in NORM_KINDS:
        name = f"{prefix}{norm}.{kind}"
        if kind == "num_batches_tracked" and name not in source:  # PyTorch before 0.4.1 does not count
            made[f"batch_norm.{kind}"] = torch.tensor(0)
        else:
            made[f"batch_norm.{kind}"] = source.take(name)
    return made


def copies(parts: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Returns the tensors of one wide transform of several that stand side by side in its output.

    Raises:
        MismatchError: if their shapes differ, or some have a batch normalisation and others have none.
    """
    shapes = [{name: tuple(one.shape) for name, one in part.items()} for part in parts]
    for other in shapes[1:]:
        if other != shapes[0]:
            raise MismatchError("transforms of one width", expected=shapes[0], found=other)
    return {
        name: torch.cat([part[name] for part in parts]) if first.ndim else first
        for name, first in parts[0].items()
    }


def under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Returns the tensors with `prefix.` before their names."""
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def hidden_size(source: OfficialTensors, prefix: str) -> int:
    """Returns the width of the state of a recurrent layer.

    Raises:
        FormatError: if it is an LSTM, or has more than one layer.
    """
    rows, hidden = sizes(source, f"{prefix}rnn.weight_hh_l0")
    if rows != 3 * hidden or f"{prefix}rnn.weight_ih_l1" in source:
        raise FormatError(
            f"recurrent layer {prefix}rnn",
            expected="a GRU of one layer",
            found="an LSTM" if rows == 4 * hidden else "another",
        )
    return hidden


def gru(source: OfficialTensors, prefix: str) -> dict[str, Tensor]:
    """Returns the tensors of our `nn.GRU` of an official `rnn`, in one or both directions."""
    hidden_size(source, prefix)
    names = source.names(f"{prefix}rnn.")
    return {name.removeprefix(f"{prefix}rnn."): source.take(name) for name in names}


def permuted(weight: Tensor, sizes: Mapping[str, int], wanted: Sequence[str]) -> Tensor:
    """Returns a weight whose columns belong to other inputs in another order.

    Args:
        weight: (rows, columns).
        sizes: input -> how many columns it has, in the order that the weight has them.
        wanted: the same inputs in the order that is wanted.
    """
    columns = dict(zip(sizes, weight.split(list(sizes.values()), dim=1), strict=True))
    return torch.cat([columns[name] for name in wanted], dim=1)


def number_below(source: OfficialTensors, prefix: str) -> int:
    """Returns how many numbers follow a prefix: 3 of `nets.0.a`, `nets.1.a`, `nets.2.a`.

    Raises:
        MismatchError: if they do not go from 0 on.
    """
    found = {name.removeprefix(prefix).partition(".")[0] for name in source.names(prefix)}
    if found != {str(number) for number in range(len(found))}:
        raise MismatchError(f"numbers of {prefix}", expected="0, 1, 2 and so on", found=sorted(found))
    return len(found)


def stand_in(file: OfficialFile, name: str) -> StandIn | None:
    """Returns an object of the pickled settings, if there is one of this name."""
    found = file.config.get(name)
    return found if isinstance(found, StandIn) else None


def options_of(file: OfficialFile, name: str) -> Any:
    """Returns what the file says of a setting: its configuration, else its command line; None if nothing."""
    return file.config.get(name, file.options.get(name))


def known_settings(
    file: OfficialFile, choices: ImportChoices, defaults: Mapping[str, Any], notes: list[str]
) -> dict[str, Any]:
    """Returns setting -> value: what a person chose, else what the file says, else the official default,
    which is told.

    Args:
        file: as it was read.
        choices: of the person.
        defaults: setting -> the official default.
        notes: a sentence is added for each default taken.
    """
    values = {}
    for name, default in defaults.items():
        said = options_of(file, name)
        values[name] = choices.setting(name, default if said is None else said)
        if said is None and name not in choices.settings:
            notes.append(f"the file does not hold {name}: taken as {default}, the official default")
    return values


def only_tanh(file: OfficialFile) -> None:
    """Raises FormatError if the file says that its transforms end in anything but tanh."""
    said = options_of(file, "activation")
    if said not in (None, "tanh"):
        raise FormatError("activation of the transforms", where=file.path, expected="tanh", found=said)


def normalisation(model: Mapping[str, Any], chosen: object, kinds: Mapping[str, str]) -> dict[str, str]:
    """Returns the normalisation of every input of a model: none, as the official codes read features as they
    are, but for what is said otherwise.

    Args:
        model: with text_features, video_features and perhaps encoders.
        chosen: by the person, `text:<feature>` -> kind; None for nothing.
        kinds: what the file says, likewise.

    Raises:
        FormatError: if the choice is no such table.
    """
    if chosen is not None and not isinstance(chosen, Mapping):
        raise FormatError("normalisation", where="--set", expected='{"text:<feature>": "l2"}', found=chosen)
    names = (*model["text_features"], *model.get("encoders", {}))
    inputs = [f"text:{name}" for name in names if name != TOKENS]
    inputs += [f"video:{name}" for name in model["video_features"]]
    return dict.fromkeys(inputs, "none") | dict(kinds) | dict(chosen or {})


def without_encoder(model: SpaceModel, encoders: Sequence[TextEncoder]) -> list[str]:
    """Returns a sentence on the text features that no encoder comes with; none if all have one."""
    there = {encoder.name for encoder in encoders}
    absent = [name for name in model.text_features if name not in there]
    if not absent:
        return []
    return [f"the checkpoint brings no encoder of the text features {', '.join(absent)}"]


def told(encoders: Sequence[TextEncoder]) -> list[str]:
    """Returns a sentence on every encoder that was made."""
    return [f"text feature {one.name}: {one.kind} with {one.dimension} columns" for one in encoders]
