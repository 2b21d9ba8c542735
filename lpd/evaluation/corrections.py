"""P-values of several comparisons at once, corrected so that chance alone does not look like a finding."""

from collections.abc import Callable, Sequence

import numpy as np

from lpd.errors import FormatError, LpdError

__all__ = ["CORRECTIONS", "LEVELS", "correct_p_values", "significance_mark"]

LEVELS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
"""Highest p-value -> the mark it earns, the strictest first."""


def _holm(p_values: np.ndarray) -> np.ndarray:
    """Returns the step-down values: the i-th smallest of m times m - i + 1, none below one before it."""
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    corrected = np.empty_like(stepped)
    corrected[order] = stepped
    return np.minimum(corrected, 1.0)


def _benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    from scipy.stats import false_discovery_control  # here, because scipy.stats takes long to import

    return np.asarray(false_discovery_control(p_values, method="bh"))


CORRECTIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda p_values: p_values,
    "holm": _holm,
    "bonferroni": lambda p_values: np.minimum(p_values * len(p_values), 1.0),
    "benjamini-hochberg": _benjamini_hochberg,
}
"""Holm and Bonferroni bound the chance of one false finding or more, Benjamini-Hochberg the expected share of
false ones among the findings."""


def correct_p_values(p_values: Sequence[float] | np.ndarray, method: str) -> np.ndarray:
    """Returns (m,) float64, the p-values of m comparisons made together, corrected for their number.

    Compare them with the level itself. With p(1) <= ... <= p(m): `bonferroni` m p, `holm` the largest of
    (m - j + 1) p(j) over j up to i, `benjamini-hochberg` the smallest of m p(j) / j over j from i on; each at
    most 1.

    Args:
        p_values: (m,) from 0 to 1; none gives none.
        method: one of `CORRECTIONS`.

    Raises:
        LpdError: for another method.
        FormatError: if a p-value is not one.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 1979;
    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 1995.
    """
    if method not in CORRECTIONS:
        raise LpdError("unknown correction", expected=f"one of {', '.join(CORRECTIONS)}", found=repr(method))
    given = np.asarray(p_values, dtype=np.float64)
    if not ((given >= 0) & (given <= 1)).all():
        raise FormatError("not p-values", expected="numbers from 0 to 1", found=given.tolist())
    return CORRECTIONS[method](given) if len(given) else given


def significance_mark(p_value: float) -> str:
    """Returns `***` for p <= .001, `**` for p <= .01, `*` for p <= .05, else nothing."""
    return next((mark for level, mark in LEVELS if p_value <= level), "")
