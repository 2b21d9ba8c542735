"""The settings of a training and the device it runs on."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch

from lpd.errors import FormatError, LpdError, NotFoundError
from lpd.losses import DCL_MODES, DCL_PAIRS, DIRECTIONS, ENDS, REDUCTIONS

__all__ = ["PRESETS", "TrainingConfig", "choose_device", "preset", "training_config"]

SELECTIONS = ("entropy", "off", "random_half")
CAPTIONS_PER_EPOCH = ("all", "one")
PRECISIONS = ("auto", "bfloat16", "float16", "float32")


CHOICES: dict[str, tuple[str, ...]] = {
    "captions_per_epoch": CAPTIONS_PER_EPOCH,
    "direction": DIRECTIONS,
    "reduction": REDUCTIONS,
    "ef": SELECTIONS,
    "ef_end": ENDS,
    "dcl_mode": DCL_MODES,
    "dcl_pairs": DCL_PAIRS,
    "precision": PRECISIONS,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a training but for the data and the model.

    Args:
        seed: of batches and dropout; the initial weights are the model's own.
        epochs: at most so many.
        patience: stop after so many epochs in a row without a better validation mAP.
        batch_size: pairs per batch; every batch is full.
        captions_per_epoch: `all` captions once, or `one` per shot.
        learning_rate: of RMSprop, in the first epoch.
        decay: the rate is multiplied by it after each epoch.
        plateau: also halve the rate when the validation mAP has not risen for three epochs, as the
            ancestors do.
        clip: the gradient norm over all weights is cut to this; 0 for never.
        margin: of the hinge.
        direction: t2v, v2t or both.
        hardest_only: only the hardest negative counts.
        reduction: `mean` or `sum` of the hinge over the batch.
        ef: which spaces learn from a batch: those selected by `entropy` (EF-MTRL), a `random_half`, or all
            (`off`).
        ef_end: whose entropy: both, dominant or fused.
        dcl_weight: of the de-correlation loss; 0 leaves it out.
        dcl_mode: remove, zero or full.
        dcl_pairs: `mean` or `sum` over the pairs of spaces.
        precision: `auto` is float32 on a CPU and mixed precision on a GPU.
        device: `auto` takes a GPU when there is one; else a name such as `cpu` or `cuda:1`.

    Raises:
        FormatError: if a value is impossible; all such values are named at once.

    Source: LPD, Section 4.1.5; what the paper does not say (clip, cap, dropout) is as in LAFF's official
    code.
    """

    seed: int = 0
    epochs: int = 80
    patience: int = 10
    batch_size: int = 128
    captions_per_epoch: str = "all"
    learning_rate: float = 1e-4
    decay: float = 0.99
    plateau: bool = False
    clip: float = 2.0
    margin: float = 0.2
    direction: str = "t2v"
    hardest_only: bool = True
    reduction: str = "mean"
    ef: str = "entropy"
    ef_end: str = "both"
    dcl_weight: float = 0.2
    dcl_mode: str = "remove"
    dcl_pairs: str = "mean"
    precision: str = "auto"
    device: str = "auto"

    def __post_init__(self) -> None:
        smallest_batch = 3 if _is_number(self.dcl_weight) and self.dcl_weight > 0 else 2
        checks = {
            "seed": (_is_whole(self.seed, 0), "a whole number from 0"),
            "epochs": (_is_whole(self.epochs, 1), "a whole number from 1"),
            "patience": (_is_whole(self.patience, 1), "a whole number from 1"),
            "batch_size": (
                _is_whole(self.batch_size, smallest_batch),
                f"a whole number from {smallest_batch} (3 with DcL)",
            ),
            "learning_rate": (_is_number(self.learning_rate) and self.learning_rate > 0, "above 0"),
            "decay": (_is_number(self.decay) and 0 < self.decay <= 1, "above 0, at most 1"),
            "clip": (_is_number(self.clip) and self.clip >= 0, "0 or more"),
            "margin": (_is_number(self.margin) and self.margin >= 0, "0 or more"),
            "dcl_weight": (_is_number(self.dcl_weight) and self.dcl_weight >= 0, "0 or more"),
            "plateau": (isinstance(self.plateau, bool), "true or false"),
            "hardest_only": (isinstance(self.hardest_only, bool), "true or false"),
            "device": (
                isinstance(self.device, str) and self.device != "",
                "auto, cpu, cuda or cuda:<number>",
            ),
        }
        for name, allowed in CHOICES.items():
            checks[name] = (getattr(self, name) in allowed, " or ".join(allowed))
        wrong = {
            name: f"{getattr(self, name)!r} ({what})" for name, (good, what) in checks.items() if not good
        }
        if wrong:
            listed = "; ".join(f"{name}: {problem}" for name, problem in wrong.items())
            raise FormatError("training settings", found=listed)

    def to_dict(self) -> dict[str, Any]:
        """Returns the settings as plain JSON values."""
        return asdict(self)


PRESETS: dict[str, TrainingConfig] = {
    # LPD with everything on; both losses as means, so that they are of one order of magnitude
    "lpd-recipe": TrainingConfig(),
    # the same optimisation for a system without EF-MTRL and DcL (LAFF and the other baselines)
    "baseline-recipe": TrainingConfig(ef="off", dcl_weight=0.0),
    # "simply the sum" of Eqs. 5 and 10, read word for word
    "paper-literal": TrainingConfig(reduction="sum", dcl_pairs="sum", dcl_weight=1.0),
    # as the official codes of the ancestors train
    "original": TrainingConfig(reduction="sum", ef="off", dcl_weight=0.0, plateau=True),
}


def preset(name: str) -> TrainingConfig:
    """Returns the training settings of a name in `PRESETS`.

    Raises:
        NotFoundError: for another name.
    """
    if name not in PRESETS:
        raise NotFoundError("unknown preset of a training", expected=", ".join(PRESETS), found=name)
    return PRESETS[name]


def training_config(settings: Mapping[str, Any]) -> TrainingConfig:
    """Returns the settings made from plain JSON values.

    Raises:
        FormatError: if a key is unknown or a value impossible.
    """
    known = [field.name for field in fields(TrainingConfig)]
    unknown = [key for key in settings if key not in known]
    if unknown:
        raise FormatError("unknown training settings", expected=", ".join(known), found=", ".join(unknown))
    return TrainingConfig(**settings)


def choose_device(name: str) -> torch.device:
    """Returns the device of a name; `auto` is the current GPU when there is one, else the CPU.

    Raises:
        NotFoundError: if this machine has no such device.
    """
    available = torch.cuda.is_available()
    if name == "auto":
        name = "cuda" if available else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise NotFoundError(
            "unknown device", expected="auto, cpu, cuda or cuda:<number>", found=name
        ) from error
    if device.type == "cpu":
        return device
    if device.type != "cuda" or not available or (device.index or 0) >= torch.cuda.device_count():
        raise NotFoundError(
            "this machine has no such device",
            expected="auto, cpu"
            + (f" or cuda:0 to cuda:{torch.cuda.device_count() - 1}" if available else ""),
            found=name,
        )
    return torch.device("cuda", torch.cuda.current_device() if device.index is None else device.index)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """Returns the type that embeddings are computed in; weights, losses and updates stay float32.

    Raises:
        LpdError: if half precision is asked for on a CPU.
    """
    if name == "float32" or (name == "auto" and device.type == "cpu"):
        return torch.float32
    if device.type == "cpu":
        raise LpdError(
            "mixed precision needs a GPU", found=f"precision {name} on a CPU", next_step="use float32"
        )
    if name == "auto":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if name == "bfloat16" else torch.float16
