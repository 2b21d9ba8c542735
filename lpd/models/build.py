"""From a plain configuration to a model, chosen by name."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import torch

from lpd.errors import FormatError, NotFoundError
from lpd.models.clip4clip import Clip4Clip, Clip4ClipConfig
from lpd.models.dual_encoding import DualEncoding, DualEncodingConfig
from lpd.models.dual_encoding_full import DualEncodingFull, DualEncodingFullConfig
from lpd.models.dual_task import DualTask, DualTaskConfig
from lpd.models.dual_task_full import DualTaskFull, DualTaskFullConfig
from lpd.models.laff import Laff
from lpd.models.lpd import Lpd
from lpd.models.ridge import Ridge, RidgeConfig
from lpd.models.sea import Sea, SeaConfig
from lpd.models.settings import LaffConfig, LpdConfig
from lpd.models.spaces import SpaceModel
from lpd.models.teachclip import TeachClip, TeachClipConfig
from lpd.models.ts2net import Ts2Net, Ts2NetConfig
from lpd.models.txv import Txv, TxvConfig
from lpd.models.w2vvpp import W2vvpp, W2vvppConfig
from lpd.models.xclip import XClip, XClipConfig
from lpd.models.zero_shot import ZeroShot, ZeroShotConfig

__all__ = ["MODELS", "build_model", "count_parameters"]

MODELS: dict[str, tuple[type[Any], Callable[[Any], SpaceModel]]] = {
    "clip4clip": (Clip4ClipConfig, Clip4Clip),
    "dual-encoding": (DualEncodingConfig, DualEncoding),
    "dual-encoding-full": (DualEncodingFullConfig, DualEncodingFull),
    "dual-task": (DualTaskConfig, DualTask),
    "dual-task-full": (DualTaskFullConfig, DualTaskFull),
    "laff": (LaffConfig, Laff),
    "lpd": (LpdConfig, Lpd),
    "ridge": (RidgeConfig, Ridge),
    "sea": (SeaConfig, Sea),
    "teachclip": (TeachClipConfig, TeachClip),
    "ts2net": (Ts2NetConfig, Ts2Net),
    "txv": (TxvConfig, Txv),
    "w2vvpp": (W2vvppConfig, W2vvpp),
    "xclip": (XClipConfig, XClip),
    "zero-shot": (ZeroShotConfig, ZeroShot),
}
"""Name of a system -> class of its configuration, and what builds a model of one."""


def build_model(config: Mapping[str, Any], *, seed: int | None = 0) -> SpaceModel:
    """Returns the model that a configuration describes, in training mode.

    Args:
        config: `system` and the fields of its settings, as `SpaceModel.to_config` gives them.
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
