"""Whether two systems differ over the same topics, by the paired randomization test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError

__all__ = ["Randomization", "randomization_test"]

EXACT_TOPICS = 20
"""Up to this many topics all sign flips are enumerated: 2^20 of them take a few seconds."""

BATCH = 1 << 14


@dataclass(frozen=True)
class Randomization:
    """The outcome of a randomization test.

    Args:
        observed: the mean over topics of first minus second.
        p_value: two-sided.
        exact: whether all sign flips were enumerated.
        resamples: how many were looked at.
    """

    observed: float
    p_value: float
    exact: bool
    resamples: int


def randomization_test(
    first: Sequence[float], second: Sequence[float], *, resamples: int = 10_000, seed: int = 0
) -> Randomization:
    """Returns how likely so large a mean difference is if the two systems were exchangeable in each topic.

    With at most 20 topics the p-value is exact and the seed has no influence. With more, random sign flips
    are drawn, and the observed one counts among them, so that p is never 0.

    Args:
        first: (T,) a measure of the first system per topic.
        second: (T,) the same of the second system, topics in the same order.
        resamples: how many sign flips to draw where they are not enumerated.
        seed: for drawing them.

    Raises:
        MismatchError: if the two differ in length.
        LpdError: if there are no topics, or fewer than one resample.
        FormatError: if a value is not finite.

    Source: M. D. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance tests for
    information retrieval evaluation", CIKM 2007, section 3.1 (two-sided, on the mean).
    """
    from scipy.stats import permutation_test

    if len(first) != len(second):
        raise MismatchError("systems have different topics", expected=len(first), found=len(second))
    if not len(first) or resamples < 1:
        raise LpdError("nothing to test", expected="at least one topic and one resample")
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if not np.isfinite(differences).all():
        raise FormatError("values are not finite", expected="one number per topic")
    observed, topics = float(differences.mean()), len(differences)
    exact = topics <= EXACT_TOPICS
    flips = 2**topics if exact else resamples
    if topics == 1 or not differences.any():
        return Randomization(observed, 1.0, exact, flips)  # both signs are as extreme; scipy wants two topics
    outcome = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=flips,
        batch=BATCH,
        alternative="two-sided",
        rng=np.random.default_rng(seed),
    )
    return Randomization(observed, float(outcome.pvalue), exact, flips)
