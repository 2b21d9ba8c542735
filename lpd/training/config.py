"""The settings of a training."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from lpd.errors import FormatError
from lpd.losses import DCL_MODES, DCL_PAIRS, DIRECTIONS, ENDS, REDUCTIONS

__all__ = ["TrainingConfig", "training_config"]

SELECTIONS = ("entropy", "off", "random_half")
LOSSES = ("hinge", "infonce")
OPTIMISERS = ("adam", "rmsprop")
CRITERIA = ("mAP", "MRR", "recall_sum")
CAPTIONS_PER_EPOCH = ("all", "one")
PRECISIONS = ("auto", "bfloat16", "float16", "float32", "float64")


CHOICES: dict[str, tuple[str, ...]] = {
    "captions_per_epoch": CAPTIONS_PER_EPOCH,
    "criterion": CRITERIA,
    "optimiser": OPTIMISERS,
    "loss": LOSSES,
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
        patience: stop after so many epochs in a row without a better validation score.
        criterion: the validation score: `mAP`, `MRR`, or `recall_sum`, the sum of R@1, R@5 and R@10 of both
            directions.
        batch_size: pairs per batch, those of all processes together; every batch is full.
        captions_per_epoch: `all` captions once, or `one` per shot.
        optimiser: `rmsprop` or `adam`, with PyTorch's defaults.
        learning_rate: in the first epoch.
        decay: the rate is multiplied by it after each epoch.
        plateau: also halve the rate when the validation score has not risen for three epochs, as the
            ancestors do.
        clip: the gradient norm over all weights is cut to this; 0 for never.
        loss: what ranks the pairs: `hinge` (ITRL) or `infonce`, for models with a logit scale.
        ranking_weight: of that loss against what a system learns beside it.
        select_on_sum: one hinge on the summed similarity, in the place of one per space (SEA's ablation).
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
        precision: `auto` is float32 on a CPU and mixed precision on a GPU; with `float64` everything is,
            weights included, which serves comparisons.
        device: `auto` takes a GPU when there is one; else a name such as `cpu` or `cuda:1`.

    Raises:
        FormatError: if a value is impossible; all such values are named at once.

    Source: LPD, Section 4.1.5; what the paper does not say (clip, cap, dropout) is as in LAFF's official
    code.
    """

    seed: int = 0
    epochs: int = 80
    patience: int = 10
    criterion: str = "mAP"
    batch_size: int = 128
    captions_per_epoch: str = "all"
    optimiser: str = "rmsprop"
    learning_rate: float = 1e-4
    decay: float = 0.99
    plateau: bool = False
    clip: float = 2.0
    loss: str = "hinge"
    ranking_weight: float = 1.0
    select_on_sum: bool = False
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
            "ranking_weight": (_is_number(self.ranking_weight) and self.ranking_weight >= 0, "0 or more"),
            "device": (
                isinstance(self.device, str) and self.device != "",
                "auto, cpu, cuda or cuda:<number>",
            ),
        }
        for name in ("plateau", "hardest_only", "select_on_sum"):
            checks[name] = (isinstance(getattr(self, name), bool), "true or false")
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
