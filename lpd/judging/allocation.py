"""Where further judgements lower a variance most: strata whose variance is a (1 / judged - 1 / size).

Source: W. G. Cochran, "Sampling techniques", 1977, chapter 5 (optimal allocation).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

__all__ = ["ALLOCATIONS", "Strata", "further_judgements"]

ALLOCATIONS = ("optimal", "proportional")
"""optimal: where they lower the variance most; proportional: of what is left, the same share everywhere."""

HALVINGS = 60


@dataclass(frozen=True)
class Strata:
    """The strata of all topics that both runs have, one after the other.

    Args:
        names: (topic, stratum) of each.
        size, judged: (S,) float64, rows and judged rows.
        spread: (S,) float64, a: the variance that 1 / judged - 1 / size is multiplied with.
    """

    names: list[tuple[str, str]]
    size: np.ndarray
    judged: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, parts: Sequence["Strata"], *, variance: float) -> "Strata":
        """Returns the strata of all topics, scaled so that what is judged now has the given variance.

        Where the linear part has no variance, strata count by their size.
        """
        together = cls(
            [name for part in parts for name in part.names],
            size=np.concatenate([part.size for part in parts]),
            judged=np.concatenate([part.judged for part in parts]),
            spread=np.concatenate([part.spread for part in parts]),
        )
        if not together.variance(together.judged):
            together = replace(together, spread=together.size)
        scale = variance / together.variance(together.judged)
        return replace(together, spread=together.spread * scale)

    def variance(self, judged: np.ndarray) -> float:
        """Returns the variance with (S,) judged rows; a stratum without any counts as if one were judged."""
        return float((self.spread * (1 / np.maximum(judged, 1) - 1 / self.size)).sum())


def further_judgements(strata: Strata, target: float, allocation: str) -> dict[tuple[str, str], int]:
    """Returns (topic, stratum) -> judgements more, the fewest of the allocation that reach a variance.

    Args:
        strata: what is judged now.
        target: the variance, above 0.
        allocation: one of `ALLOCATIONS`.
    """
    further = _proportional if allocation == "proportional" else _optimal
    more = further(strata, target)
    return {name: int(count) for name, count in zip(strata.names, more.tolist(), strict=True) if count > 0}


def _proportional(strata: Strata, target: float) -> np.ndarray:
    """Returns (S,) further rows: of what is left of each stratum the same share, rounded up."""
    left = strata.size - strata.judged
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        share = (low + high) / 2
        reached = strata.variance(strata.judged + np.ceil(share * left)) <= target
        low, high = (low, share) if reached else (share, high)
    more: np.ndarray = np.ceil(high * left)
    return more


def _optimal(strata: Strata, target: float) -> np.ndarray:
    """Returns (S,) further rows, taken one by one where the next lowers the variance most: the s-th row of a
    stratum lowers it by a / (s (s - 1)), less than the row before it."""
    numbers = [
        np.arange(judged + 1, size + 1) for judged, size in zip(strata.judged, strata.size, strict=True)
    ]
    of = np.repeat(np.arange(len(numbers)), [len(one) for one in numbers])
    number = np.concatenate(numbers)
    # a stratum without any verdict counts as if one were judged: its first lowers nothing, but comes first
    gains = np.where(number > 1, strata.spread[of] / np.maximum(number * (number - 1), 1), 0.0)
    order = np.argsort(np.where(number > 1, -gains, -np.inf), kind="stable")
    left = strata.variance(strata.judged) - np.cumsum(gains[order])
    count = int(np.searchsorted(-left, -target)) + 1
    return np.bincount(of[order[:count]], minlength=len(numbers))
