"""Whether tensors are those of a model: names, shapes, finite numbers. torch is imported where it is used."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpd.errors import LpdError, name_some

if TYPE_CHECKING:
    from torch import Tensor

    from lpd.models import SpaceModel

__all__ = ["built", "misfits", "not_finite"]


def built(config: Mapping[str, Any], *, where: Path) -> "SpaceModel":
    """Returns the model of a configuration, its weights not yet filled; nothing is allocated for them.

    Args:
        config: `system` and its settings, as `lpd.models.build_model` takes them.
        where: the file, for the error.

    Raises:
        LpdError: if the configuration is impossible; the sentence names the file.
    """
    import torch

    from lpd.models import build_model

    try:
        with torch.device("meta"):  # shapes only: a lying file cannot make us allocate anything
            return build_model(config, seed=None)
    except LpdError as error:
        raise type(error)(f"settings of the model: {error}", where=where) from error


def misfits(expected: "Mapping[str, Tensor]", found: "Mapping[str, Tensor]") -> str:
    """Returns what is missing, unexpected and misshapen among tensors, all in one text; empty if they fit.

    Args:
        expected: the model's own, which may be on the meta device.
        found: those it is to get.
    """
    missing = [name for name in expected if name not in found]
    unexpected = [name for name in found if name not in expected]
    misshapen = [
        f"{name} {tuple(found[name].shape)} instead of {tuple(one.shape)}"
        for name, one in expected.items()
        if name in found and found[name].shape != one.shape
    ]
    kinds = (("missing", missing), ("unexpected", unexpected), ("of another shape", misshapen))
    return "; ".join(f"{len(names)} {what}: {name_some(names)}" for what, names in kinds if names)


def not_finite(tensors: "Mapping[str, Tensor]") -> list[str]:
    """Returns the names of the tensors that have a NaN or an infinity."""
    import torch

    return [name for name, tensor in tensors.items() if not bool(torch.isfinite(tensor).all())]
