"""Paired tests by name: textbook formulas and enumerations in plain Python, ties, zeros, what is refused."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.evaluation import PAIRED_TESTS, paired_test, randomization_test, win_tie_loss


def plain_t(differences: list[float]) -> float:
    count = len(differences)
    mean = sum(differences) / count
    variance = sum((one - mean) ** 2 for one in differences) / (count - 1)
    return mean / math.sqrt(variance / count)


def plain_t_p(t: float, freedom: int) -> float:
    """Both tails of Student's distribution, by summing its density in small steps."""
    scale = math.gamma((freedom + 1) / 2) / (math.sqrt(freedom * math.pi) * math.gamma(freedom / 2))
    steps = 200_000
    width = abs(t) / steps
    inside = sum(
        scale * (1 + ((step + 0.5) * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for step in range(steps)
    )
    return 1 - 2 * inside * width


def plain_wilcoxon_p(differences: list[float]) -> float:
    """All signs of the ranks of what is not zero, equal sizes sharing their mean rank."""
    kept = [one for one in differences if one != 0]
    sizes = [abs(one) for one in kept]
    ranks = [
        sum(other < own for other in sizes) + (sum(other == own for other in sizes) + 1) / 2 for own in sizes
    ]
    total = sum(ranks)
    observed = abs(2 * sum(rank for rank, one in zip(ranks, kept, strict=True) if one > 0) - total)
    reached = 0
    for signs in itertools.product((0, 1), repeat=len(ranks)):
        plus = sum(rank * sign for rank, sign in zip(ranks, signs, strict=True))
        reached += abs(2 * plus - total) >= observed - 1e-9
    return reached / 2 ** len(ranks)


def plain_sign_p(wins: int, losses: int) -> float:
    count = wins + losses
    tail = sum(math.comb(count, one) for one in range(min(wins, losses) + 1)) / 2**count
    return min(1.0, 2 * tail)


@pytest.fixture
def systems(copied_oracles: Path) -> tuple[list[float], list[float]]:
    oracle = json.loads((copied_oracles / "utilities.json").read_text())["randomization_exact"]
    return oracle["system_a"], oracle["system_b"]


def test_t_is_the_textbook_formula(systems: tuple[list[float], list[float]]) -> None:
    differences = [one - other for one, other in zip(*systems, strict=True)]
    found = paired_test(*systems, test="t")
    t = plain_t(differences)
    assert found.p_value == pytest.approx(plain_t_p(t, 9), abs=1e-8)
    assert found.how == f"t = {t:.2f}, 9 degrees of freedom"
    assert found.observed == pytest.approx(0.02)
    assert (found.test, found.pairs) == ("t", 10)


def test_two_pairs_have_one_degree_of_freedom() -> None:
    # differences .3 and .1: mean .2, deviation of the mean .1, so t = 2; Cauchy's tails beyond 2
    found = paired_test([0.5, 0.3], [0.2, 0.2], test="t")
    assert found.p_value == pytest.approx(1 - 2 * math.atan(2) / math.pi, abs=1e-12)
    assert found.how == "t = 2.00, 1 degree of freedom"


def test_wilcoxon_without_ties_is_the_enumeration(systems: tuple[list[float], list[float]]) -> None:
    differences = [round(one - other, 6) for one, other in zip(*systems, strict=True)]
    assert len({abs(one) for one in differences}) == 9, "one pair of equal sizes"
    found = paired_test(*systems, test="wilcoxon")
    assert found.p_value == pytest.approx(plain_wilcoxon_p(differences), abs=1e-12)
    assert found.how == "exact, with ties"


def test_wilcoxon_by_hand() -> None:
    # ranks 1 to 5, only rank 1 negative: the sum of the negative ranks is 1; 2 of 32 signs give at most 1
    found = paired_test([0.0, 0.2, 0.3, 0.4, 0.5], [0.1, 0.0, 0.0, 0.0, 0.0], test="wilcoxon")
    assert found.p_value == pytest.approx(2 * 2 / 32)
    assert found.how == "exact"


def test_wilcoxon_leaves_zeros_out_and_sees_ties_through_rounding() -> None:
    first = [0.3, 0.31, 0.7, 0.5, 0.9, 0.2, 0.4]
    second = [0.2, 0.21, 0.5, 0.5, 0.5, 0.3, 0.4]  # .1 .1 .2 0 .4 -.1 0, but for rounding
    found = paired_test(first, second, test="wilcoxon")
    assert found.p_value == pytest.approx(plain_wilcoxon_p([1, 1, 2, 0, 4, -1, 0]), abs=1e-12)
    assert found.how == "exact, with ties, 2 topics without difference left out"


def test_many_tied_ranks_take_the_normal_approximation() -> None:
    steps = [1, 2, -1, 3, 2, 4, -2, 3, 1, 2, 5, -1, 2, 3, 4, 1, 2, 2, -3, 6]
    found = paired_test(np.array(steps) / 100, np.zeros(20), test="wilcoxon")
    assert found.how == "normal approximation"
    sizes = [abs(one) for one in steps]
    ranks = [
        sum(other < own for other in sizes) + (sum(other == own for other in sizes) + 1) / 2 for own in sizes
    ]
    plus = sum(rank for rank, one in zip(ranks, steps, strict=True) if one > 0)
    tied = sum(sizes.count(one) ** 3 - sizes.count(one) for one in set(sizes))
    deviation = math.sqrt((20 * 21 * 41 - tied / 2) / 24)
    assert found.p_value == pytest.approx(
        math.erfc((plus - 20 * 21 / 4) / deviation / math.sqrt(2)), abs=1e-12
    )


@pytest.mark.parametrize("topics", [6, 9])
def test_wilcoxon_is_the_enumeration_for_random_differences(topics: int) -> None:
    differences = np.random.default_rng(topics).normal(0.1, 0.2, topics)
    found = paired_test(differences, np.zeros(topics), test="wilcoxon")
    assert found.p_value == pytest.approx(plain_wilcoxon_p(differences.tolist()), abs=1e-12)


def test_sign_by_hand() -> None:
    # 7 of 8 won: 2 * (1 + 8) / 256
    found = paired_test([0.5] * 7 + [0.1, 0.3], [0.2] * 9, test="sign", tie=0.0)
    assert found.p_value == pytest.approx(plain_sign_p(8, 1))
    tied = paired_test([0.5] * 7 + [0.1, 0.205], [0.2] * 9, test="sign", tie=0.01)
    assert tied.p_value == pytest.approx(18 / 256)
    assert tied.how == "exact, 7 of 8 topics won, 1 tie left out"


def test_randomization_is_the_one_at_hand(systems: tuple[list[float], list[float]]) -> None:
    found = paired_test(*systems)
    assert found.p_value == randomization_test(*systems).p_value == 0.37109375
    assert found.how == "exact, all 1,024 sign flips"
    many = np.random.default_rng(1).random((2, 30))
    drawn = paired_test(*many, resamples=500, seed=4)
    assert drawn.p_value == randomization_test(*many, resamples=500, seed=4).p_value
    assert drawn.how == "500 random sign flips, seed 4"


@pytest.mark.parametrize("test", list(PAIRED_TESTS))
@pytest.mark.parametrize("topics", [1, 2, 8, 30])
def test_equal_systems_do_not_differ(test: str, topics: int) -> None:
    assert paired_test([0.3] * topics, [0.3] * topics, test=test).p_value == 1.0


@pytest.mark.parametrize("test", list(PAIRED_TESTS))
def test_one_topic_says_nothing(test: str) -> None:
    found = paired_test([0.9], [0.1], test=test)
    assert (found.p_value, found.how) == (1.0, "one topic says nothing")


@pytest.mark.parametrize("test", list(PAIRED_TESTS))
def test_the_order_of_the_systems_changes_only_the_sign(test: str) -> None:
    first, second = np.random.default_rng(3).random((2, 12)).round(1)
    forth, back = paired_test(first, second, test=test), paired_test(second, first, test=test)
    assert forth.p_value == pytest.approx(back.p_value, abs=1e-12)
    assert forth.observed == -back.observed


def test_the_same_difference_everywhere_is_beyond_any_t() -> None:
    found = paired_test([0.4, 0.5, 0.6], [0.3, 0.4, 0.5], test="t")
    assert (found.p_value, found.how) == (0.0, "the same difference in every topic, so t is infinite")


def test_wins_ties_and_losses_respect_the_threshold_but_for_rounding() -> None:
    first, second = [0.31, 0.2, 0.5, 0.1, 0.33], [0.3, 0.3, 0.5, 0.09, 0.3]
    assert win_tie_loss(first, second) == (3, 1, 1)
    assert win_tie_loss(first, second, tie=0.01) == (1, 3, 1)
    assert win_tie_loss(first, second, tie=0.1) == (0, 5, 0)
    assert win_tie_loss(second, first).losses == 3


@pytest.mark.parametrize("test", list(PAIRED_TESTS))
def test_what_cannot_be_tested_is_said(test: str) -> None:
    with pytest.raises(MismatchError, match="different topics; expected 1; found 2"):
        paired_test([0.1], [0.1, 0.2], test=test)
    with pytest.raises(LpdError, match="at least one topic"):
        paired_test([], [], test=test)
    with pytest.raises(FormatError, match="not finite"):
        paired_test([math.nan, 0.1], [0.1, 0.2], test=test)


def test_impossible_settings_are_said() -> None:
    with pytest.raises(LpdError, match="unknown test; expected one of randomization, t, wilcoxon, sign"):
        paired_test([0.1], [0.2], test="anova")
    with pytest.raises(LpdError, match="threshold of a tie"):
        win_tie_loss([0.1], [0.2], tie=-0.1)
    with pytest.raises(LpdError, match="at least one resample"):
        paired_test([0.1, 0.2], [0.2, 0.1], resamples=0)
