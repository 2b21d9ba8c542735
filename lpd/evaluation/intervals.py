"""How far a mean over topics may be off: bootstrap intervals, of a mean and of a mean over editions.

The intervals say how a mean would scatter over other topics of the same kind. Two systems are measured on the
same topics, so intervals that overlap do not mean that the systems are alike: test the differences.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import FormatError, LpdError

__all__ = ["INTERVAL_METHODS", "Interval", "bootstrap_mean", "bootstrap_mean_of_means"]

INTERVAL_METHODS = ("BCa", "percentile", "basic")
"""BCa: bias-corrected and accelerated, which allows for the skew of measures such as infAP."""

NUMBERS_AT_ONCE = 1 << 21
"""How many resampled values are held at a time, so that memory does not grow with the topics: 16 MiB."""

FEWEST_RESAMPLES = 100
"""With fewer, all of them may lie on one side of the mean, and BCa has no ends."""


@dataclass(frozen=True)
class Interval:
    """A bootstrap interval of a mean.

    Args:
        mean: of the values, or the mean of the groups' means.
        low, high: the interval's ends; both are the mean where the values do not differ.
        level: how often such intervals hold the true mean, about.
        method: one of `INTERVAL_METHODS`.
        resamples: how many were drawn.
        seed: for drawing them.
        values: how many there are, in all groups together.
    """

    mean: float
    low: float
    high: float
    level: float
    method: str
    resamples: int
    seed: int
    values: int

    @property
    def words(self) -> str:
        """How it was made: `95% bootstrap interval (BCa, 10,000 resamples of 20 topics, seed 0)`."""
        drawn = f"{self.resamples:,} resamples of {self.values} topics"
        return f"{100 * self.level:.4g}% bootstrap interval ({self.method}, {drawn}, seed {self.seed})"


def bootstrap_mean(
    values: Sequence[float] | np.ndarray,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
    method: str = "BCa",
) -> Interval:
    """Returns the bootstrap interval of a mean over topics, topics drawn with replacement.

    Args:
        values: (T,) a measure per topic, or a difference of two systems per topic; at least two.
        level: between 0 and 1.
        resamples: how many samples of T topics are drawn, at least 100.
        seed: for drawing them.
        method: one of `INTERVAL_METHODS`.

    Raises:
        LpdError: for fewer than two values, an impossible level, too few resamples or another method.
        FormatError: if a value is not finite.

    Source: B. Efron, "Better bootstrap confidence intervals", JASA 1987 (BCa); scipy.stats.bootstrap.
    """
    return bootstrap_mean_of_means([values], level=level, resamples=resamples, seed=seed, method=method)


def bootstrap_mean_of_means(
    groups: Sequence[Sequence[float] | np.ndarray],
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
    method: str = "BCa",
) -> Interval:
    """Returns the bootstrap interval of the mean of several groups' means, such as that over editions.

    Topics are drawn with replacement within each group, so every edition keeps its number of topics and
    counts alike.

    Args:
        groups: a measure per topic, one sequence per edition, each of at least two values.
        level, resamples, seed, method: as in `bootstrap_mean`.

    Raises:
        LpdError, FormatError: as `bootstrap_mean`.

    Source: as `bootstrap_mean`, with several samples.
    """
    _check(level, resamples, method)
    samples = [np.asarray(group, dtype=np.float64) for group in groups]
    short = [len(sample) for sample in samples if len(sample) < 2]
    if short or not samples:
        raise LpdError("too few values for an interval", expected="at least 2", found=(short or [0])[0])
    if not all(np.isfinite(sample).all() for sample in samples):
        raise FormatError("values are not finite", expected="one number per topic")
    mean = float(np.mean([sample.mean() for sample in samples]))
    low = high = mean
    # samples of equal values have no bias and no acceleration to correct
    if any(sample.min() < sample.max() for sample in samples):
        low, high = _ends(samples, level=level, resamples=resamples, seed=seed, method=method)
    count = sum(len(sample) for sample in samples)
    return Interval(mean, low, high, level, method, resamples, seed, count)


def _check(level: float, resamples: int, method: str) -> None:
    if not 0 < level < 1:
        raise LpdError("no level of an interval", expected="a number between 0 and 1", found=level)
    if resamples < FEWEST_RESAMPLES:
        raise LpdError(
            "too few resamples for an interval", expected=f"at least {FEWEST_RESAMPLES}", found=resamples
        )
    if method not in INTERVAL_METHODS:
        raise LpdError(
            "unknown bootstrap interval", expected=f"one of {', '.join(INTERVAL_METHODS)}", found=repr(method)
        )


def _mean_of_means(*samples: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.mean([sample.mean(axis=axis) for sample in samples], axis=0)


def _ends(
    samples: Sequence[np.ndarray], *, level: float, resamples: int, seed: int, method: str
) -> tuple[float, float]:
    from scipy.stats import bootstrap  # here, because scipy.stats takes long to import

    outcome = bootstrap(
        tuple(samples),
        _mean_of_means,
        n_resamples=resamples,
        confidence_level=level,
        method=method,
        batch=max(1, NUMBERS_AT_ONCE // max(len(sample) for sample in samples)),
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(outcome.confidence_interval.low), float(outcome.confidence_interval.high)
