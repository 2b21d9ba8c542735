"""Named settings of a training, per system."""

from typing import Any

from lpd.errors import NotFoundError
from lpd.training.config import TrainingConfig

__all__ = ["PRESETS", "preset"]

PRESETS = ("lpd-recipe", "paper-literal", "original")
"""Names of the settings that can be asked for."""

PAPER_LITERAL: dict[str, Any] = {"reduction": "sum", "dcl_pairs": "sum", "dcl_weight": 1.0}
"""\"Simply the sum\" of Eqs. 5 and 10, read word for word."""

OF_THE_SYSTEM: dict[str, dict[str, Any]] = {
    "dual-encoding": {"direction": "both"},
    "dual-encoding-full": {"direction": "both"},
    "dual-task": {"direction": "both"},
    "dual-task-full": {"direction": "both"},
    "clip4clip": {"loss": "infonce"},
    "teachclip": {"loss": "infonce", "ranking_weight": 0.2},
    "ts2net": {"loss": "infonce"},
    "xclip": {"loss": "infonce"},
}
"""What belongs to a system itself, whatever the recipe."""

_SUM = {"reduction": "sum", "plateau": True}
_DUAL_ENCODING = {**_SUM, "optimiser": "adam", "criterion": "recall_sum", "patience": 11}

ORIGINAL: dict[str, dict[str, Any]] = {
    "lpd": PAPER_LITERAL,  # there is no official code
    "laff": {**_SUM, "criterion": "MRR"},
    "sea": {**_SUM, "criterion": "MRR", "patience": 11},
    "w2vvpp": {**_SUM, "criterion": "MRR", "patience": 11},
    "dual-encoding": _DUAL_ENCODING,
    "dual-encoding-full": _DUAL_ENCODING,
    "dual-task": {**_DUAL_ENCODING, "patience": 6},
    "dual-task-full": {**_DUAL_ENCODING, "patience": 6},
    "txv": {**_DUAL_ENCODING, "direction": "both", "batch_size": 196, "epochs": 20},
    "clip4clip": {"optimiser": "adam"},
    "teachclip": {"optimiser": "adam"},
    "ts2net": {"optimiser": "adam"},
    "xclip": {"optimiser": "adam"},
}
"""How each system's authors train it: optimiser, reduction, selection, patience."""


def preset(name: str, system: str = "lpd") -> TrainingConfig:
    """Returns the training settings of a name in `PRESETS` for a system.

    `lpd-recipe` is one recipe for all: the paper's optimisation, and means in every arm, so that the losses
    are of one order of magnitude. Only LPD has EF-MTRL and DcL in it; with `dcl_weight` any model of two or
    more spaces takes DcL. `paper-literal` reads the paper's sums word for word. `original` is how the
    system's authors train it.

    Raises:
        NotFoundError: for another name.

    Source: LPD, Section 4.1.5; the official codes of the ancestors.
    """
    if name not in PRESETS:
        raise NotFoundError("unknown preset of a training", expected=", ".join(PRESETS), found=name)
    settings: dict[str, Any] = {} if system == "lpd" else {"ef": "off", "dcl_weight": 0.0}
    settings |= OF_THE_SYSTEM.get(system, {})
    if name == "paper-literal":
        settings |= PAPER_LITERAL if system == "lpd" else {"reduction": "sum"}
    if name == "original":
        settings |= ORIGINAL.get(system, {})
    return TrainingConfig(**settings)
