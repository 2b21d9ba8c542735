"""From a plain configuration to a model, chosen by name."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import torch

from lpd.errors import FormatError, NotFoundError
from lpd.models.laff import Laff
from lpd.models.lpd import Lpd
from lpd.models.settings import LaffConfig, LpdConfig
from lpd.models.spaces import SpaceModel

__all__ = ["MODELS", "build_model", "count_parameters"]

MODELS: dict[str, tuple[type[Any], Callable[[Any], SpaceModel]]] = {
    "laff": (LaffConfig, Laff),
    "lpd": (LpdConfig, Lpd),
}


def build_model(config: Mapping[str, Any], *, seed: int | None = 0) -> SpaceModel:
    """Returns the model that a configuration describes, in training mode.

    Args:
        config: `system` and the fields of its settings, as `to_config` gives them.
        seed: decides the initial weights; None leaves them as allocated, for a caller that will fill them.

    Raises:
        NotFoundError: if there is no such system.
        FormatError: if a key is unknown, missing or has an impossible value; all keys are named at once.
    """
    system = config.get("system")
    if system not in MODELS:
        raise NotFoundError("unknown system", expected=", ".join(MODELS), found=system)
    settings, constructor = MODELS[system]
    known = {field.name: field for field in fields(settings)}
    unknown = [key for key in config if key != "system" and key not in known]
    missing = [
        name
        for name, field in known.items()
        if name not in config and field.default is MISSING and field.default_factory is MISSING
    ]
    if unknown or missing:
        raise FormatError(
            f"settings of {system}: unknown {unknown}, missing {missing}", expected=", ".join(known)
        )
    model = constructor(settings(**{key: value for key, value in config.items() if key != "system"}))
    if seed is not None:
        model.reset(torch.Generator().manual_seed(seed))
    return model


def count_parameters(model: SpaceModel) -> int:
    """Returns the number of trainable weights; the fitted normalisation does not count."""
    return sum(parameter.numel() for parameter in model.parameters())
