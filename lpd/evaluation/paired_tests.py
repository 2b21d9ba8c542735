"""Tests of two systems over the same topics by name: randomization, t, Wilcoxon, sign; wins, ties and losses.

The randomization test and the t test ask about the mean difference, which is what tables show. Wilcoxon's
asks about ranks of differences and the sign test about their signs; they stand here for comparison with
papers. Letter: T pairs.

Source: M. D. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance tests for
information retrieval evaluation", CIKM 2007, which advises against the last two.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError
from lpd.evaluation.significance import paired_differences, randomization_test
from lpd.words import counted

__all__ = ["PAIRED_TESTS", "PairedTest", "WinTieLoss", "paired_test", "win_tie_loss"]

ROUNDING = 1e-12
"""Differences that differ by less than this share of the largest one count as equal."""

EXACT_RANKS = 50
"""Up to this many pairs without ties Wilcoxon's distribution is exact."""

EXACT_TIED_RANKS = 13
"""Up to this many pairs with ties all signs of the ranks are enumerated."""


@dataclass(frozen=True)
class PairedTest:
    """The outcome of a test.

    Args:
        test: one of `PAIRED_TESTS`.
        observed: the mean over topics of first minus second.
        p_value: two-sided; 1 where one topic is all there is.
        pairs: how many topics.
        how: how the p-value came about: exact or not, what was left out.
    """

    test: str
    observed: float
    p_value: float
    pairs: int
    how: str


class WinTieLoss(NamedTuple):
    """In how many topics the first system is better, about the same, worse."""

    wins: int
    ties: int
    losses: int


def win_tie_loss(
    first: Sequence[float] | np.ndarray, second: Sequence[float] | np.ndarray, *, tie: float = 0.0
) -> WinTieLoss:
    """Returns how many topics the first system wins, ties and loses.

    Args:
        first: (T,) a measure of the first system per topic.
        second: (T,) the same of the second system, topics in the same order.
        tie: a difference up to it, in either direction and but for rounding, is a tie.

    Raises:
        MismatchError: if the two differ in length.
        LpdError: if there are no topics, or for a negative `tie`.
        FormatError: if a value is not finite.
    """
    return _counts(paired_differences(first, second), tie)


def _counts(differences: np.ndarray, tie: float) -> WinTieLoss:
    if not tie >= 0:
        raise LpdError("no threshold of a tie", expected="a number from 0", found=tie)
    wins = int((differences > tie + ROUNDING).sum())
    losses = int((differences < -tie - ROUNDING).sum())
    return WinTieLoss(wins, len(differences) - wins - losses, losses)


def paired_test(
    first: Sequence[float] | np.ndarray,
    second: Sequence[float] | np.ndarray,
    *,
    test: str = "randomization",
    tie: float = 0.0,
    resamples: int = 10_000,
    seed: int = 0,
) -> PairedTest:
    """Returns whether two systems differ over the same topics.

    `randomization` is `randomization_test`. `t` is Student's paired t test; where all differences are equal
    and not 0 its t is infinite and p is 0. `wilcoxon` leaves out topics without a difference (Wilcoxon's own
    way with zeros), gives equal sizes their mean rank, and is exact for up to 50 topics without ties and up
    to 13 with, else by the normal approximation without continuity correction. `sign` is the binomial test
    of wins against losses; ties are left out.

    Args:
        first: (T,) a measure of the first system per topic, or per caption.
        second: (T,) the same of the second system, topics in the same order.
        test: one of `PAIRED_TESTS`.
        tie: for the sign test alone: a difference up to it is a tie.
        resamples: for the randomization test alone: sign flips drawn for more than 20 topics.
        seed: for drawing them.

    Raises:
        MismatchError: if the two differ in length.
        LpdError: if there are no topics, for fewer than one resample, a negative `tie` or another test.
        FormatError: if a value is not finite.

    Source: Smucker, Allan, Carterette, CIKM 2007; scipy.stats.ttest_rel, wilcoxon, binomtest.
    """
    if test not in PAIRED_TESTS:
        raise LpdError("unknown test", expected=f"one of {', '.join(PAIRED_TESTS)}", found=repr(test))
    differences = paired_differences(first, second)
    settings = _Settings(tie, resamples, seed)
    p_value, how = PAIRED_TESTS[test](differences, settings)
    if len(differences) == 1:
        p_value, how = 1.0, "one topic says nothing"
    return PairedTest(test, float(differences.mean()), p_value, len(differences), how)


class _Settings(NamedTuple):
    tie: float
    resamples: int
    seed: int


def _randomization(differences: np.ndarray, settings: _Settings) -> tuple[float, str]:
    outcome = randomization_test(
        differences, np.zeros_like(differences), resamples=settings.resamples, seed=settings.seed
    )
    if outcome.exact:
        return outcome.p_value, f"exact, all {outcome.resamples:,} sign flips"
    return outcome.p_value, f"{outcome.resamples:,} random sign flips, seed {settings.seed}"


def _student(differences: np.ndarray, settings: _Settings) -> tuple[float, str]:
    freedom = len(differences) - 1
    size = float(np.abs(differences).max())
    if not size:
        return 1.0, "no difference in any topic"
    if freedom == 0 or np.ptp(differences) <= ROUNDING * size:
        return 0.0, "the same difference in every topic, so t is infinite"
    from scipy.stats import ttest_rel  # here, because scipy.stats takes long to import

    outcome = ttest_rel(differences, np.zeros_like(differences))
    return float(outcome.pvalue), f"t = {outcome.statistic:.2f}, {counted(freedom, 'degree')} of freedom"


def _wilcoxon(differences: np.ndarray, settings: _Settings) -> tuple[float, str]:
    size = float(np.abs(differences).max())
    if not size:
        return 1.0, "no difference in any topic"
    from scipy.stats import PermutationMethod, wilcoxon  # here, because scipy.stats takes long to import

    rounded = np.round(differences / size / ROUNDING) * ROUNDING  # the same numbers for the same differences
    ranked = rounded[rounded != 0]
    count, tied = len(ranked), len(np.unique(np.abs(ranked))) < len(ranked)
    zeros = counted(len(differences) - count, "topic")
    left_out = f", {zeros} without difference left out" if count < len(differences) else ""
    if not tied and count <= EXACT_RANKS:
        method, how = "exact", "exact"
    elif tied and count <= EXACT_TIED_RANKS:
        method, how = PermutationMethod(n_resamples=2**count), "exact, with ties"
    else:
        method, how = "asymptotic", "normal approximation"
    outcome = wilcoxon(ranked, zero_method="wilcox", correction=False, method=method)
    return float(outcome.pvalue), how + left_out


def _sign(differences: np.ndarray, settings: _Settings) -> tuple[float, str]:
    from scipy.stats import binomtest  # here, because scipy.stats takes long to import

    wins, ties, losses = _counts(differences, settings.tie)
    if not wins + losses:
        return 1.0, "ties in all topics"
    p_value = float(binomtest(wins, wins + losses, 0.5).pvalue)
    return p_value, f"exact, {wins} of {wins + losses} topics won, {counted(ties, 'tie')} left out"


PAIRED_TESTS: dict[str, Callable[[np.ndarray, _Settings], tuple[float, str]]] = {
    "randomization": _randomization,
    "t": _student,
    "wilcoxon": _wilcoxon,
    "sign": _sign,
}
"""Name -> test over topics: (T,) differences and settings -> two-sided p-value, and how it was computed."""
