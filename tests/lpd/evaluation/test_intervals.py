"""Bootstrap intervals: against a slow plain bootstrap and Efron's own formula, degenerate samples."""

import math
import tracemalloc

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError
from lpd.evaluation import INTERVAL_METHODS, bootstrap_mean, bootstrap_mean_of_means

SKEWED = [0.01, 0.02, 0.02, 0.05, 0.08, 0.1, 0.13, 0.3, 0.31, 0.66]


def plain_distribution(values: list[float], resamples: int, seed: int) -> list[float]:
    """The means of samples drawn with replacement, sorted."""
    rows = np.random.default_rng(seed).integers(len(values), size=(resamples, len(values)))
    return sorted(np.array(values)[rows].mean(axis=1).tolist())


def normal_share(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_point(share: float) -> float:
    """The inverse of `normal_share`, by halving."""
    low, high = -9.0, 9.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_share(middle) < share else (low, middle)
    return low


def plain_bca(values: list[float], level: float, resamples: int, seed: int) -> tuple[float, float]:
    """Efron's interval: percentiles moved by the bias z0 and the acceleration a of the jackknife."""
    means = plain_distribution(values, resamples, seed)
    mean = sum(values) / len(values)
    below = sum(one < mean - 1e-12 for one in means) + sum(abs(one - mean) <= 1e-12 for one in means) / 2
    z0 = normal_point(below / len(means))
    left_out = [(sum(values) - one) / (len(values) - 1) for one in values]
    centre = sum(left_out) / len(left_out)
    cubes, squares = (
        sum((centre - one) ** 3 for one in left_out),
        sum((centre - one) ** 2 for one in left_out),
    )
    acceleration = cubes / (6 * squares**1.5)
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        z = z0 + normal_point(share)
        moved = normal_share(z0 + z / (1 - acceleration * z))
        ends.append(means[min(len(means) - 1, int(moved * len(means)))])
    return ends[0], ends[1]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_percentiles_of_a_plain_bootstrap(level: float) -> None:
    means = plain_distribution(SKEWED, 20_000, seed=9)
    found = bootstrap_mean(SKEWED, level=level, resamples=20_000, method="percentile")
    assert found.low == pytest.approx(means[int((1 - level) / 2 * 20_000)], abs=0.004)
    assert found.high == pytest.approx(means[int((1 + level) / 2 * 20_000)], abs=0.004)


def test_bca_is_efrons_formula() -> None:
    low, high = plain_bca(SKEWED, 0.95, 200_000, seed=4)
    found = bootstrap_mean(SKEWED, resamples=200_000)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)  # drawn apart
    percentile = bootstrap_mean(SKEWED, resamples=200_000, method="percentile")
    assert found.high > percentile.high + 0.01, "the skew moves the interval up"


def test_what_an_interval_says_of_itself() -> None:
    found = bootstrap_mean(SKEWED, level=0.9, resamples=500, seed=3)
    assert found.mean == pytest.approx(0.168)
    assert found.low < found.mean < found.high
    assert (found.level, found.method, found.resamples, found.seed, found.values) == (0.9, "BCa", 500, 3, 10)
    assert found.words == "90% bootstrap interval (BCa, 500 resamples of 10 topics, seed 3)"


def test_the_seed_decides() -> None:
    first, again, other = (bootstrap_mean(SKEWED, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


@pytest.mark.parametrize("method", INTERVAL_METHODS)
def test_equal_values_have_no_width(method: str) -> None:
    found = bootstrap_mean([0.25] * 7, method=method)
    assert (found.mean, found.low, found.high) == (0.25, 0.25, 0.25)


def test_one_that_differs_among_zeros() -> None:
    found = bootstrap_mean([0.0] * 19 + [1.0])
    assert 0 <= found.low < 0.05 < found.high < 0.4


@pytest.mark.parametrize("seed", range(12))
def test_few_coarse_values_have_finite_ends(seed: int) -> None:
    """Two to five topics of values 0, .5 and 1, where means of samples often are the mean itself."""
    random = np.random.default_rng(seed)
    values = random.choice([0.0, 0.5, 1.0], size=2 + seed % 4)
    found = bootstrap_mean(values, resamples=100, seed=seed)
    assert values.min() <= found.low <= found.mean <= found.high <= values.max()


def test_a_mean_of_means_counts_every_group_alike() -> None:
    few, many = [0.1, 0.3], [0.5, 0.6, 0.7] * 10
    found = bootstrap_mean_of_means([few, many])
    assert found.mean == pytest.approx(0.4)
    assert found.values == 32
    # two values, drawn twice: .1, .2 or .3 with 1/4, 1/2, 1/4, halved in the mean of means
    assert 0.33 < found.low < 0.36
    assert 0.44 < found.high < 0.47


def test_groups_are_drawn_within_themselves() -> None:
    apart = bootstrap_mean_of_means([[0.1, 0.11, 0.12], [0.9, 0.91, 0.92]])
    together = bootstrap_mean([0.1, 0.11, 0.12, 0.9, 0.91, 0.92])
    assert apart.mean == pytest.approx(together.mean)
    assert apart.high - apart.low < 0.03 < 0.5 < together.high - together.low


def test_one_group_is_the_plain_interval() -> None:
    assert bootstrap_mean_of_means([SKEWED], seed=5) == bootstrap_mean(SKEWED, seed=5)


def test_many_values_take_bounded_memory() -> None:
    values = np.random.default_rng(0).random(3000)
    bootstrap_mean(values[:30])  # the import of scipy is not counted
    tracemalloc.start()
    try:
        found = bootstrap_mean(values, resamples=2000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 160 << 20, "all resamples at once would hold 6 million numbers more than once"
    deviation = values.std() / math.sqrt(3000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * deviation, rel=0.1)


@pytest.mark.parametrize(
    ("values", "choices", "words"),
    [
        ([0.1], {}, "too few values for an interval; expected at least 2; found 1"),
        ([], {}, "too few values for an interval; expected at least 2; found 0"),
        ([0.1, 0.2], {"level": 1.0}, "no level of an interval"),
        ([0.1, 0.2], {"resamples": 99}, "too few resamples.*at least 100"),
        (
            [0.1, 0.2],
            {"method": "studentized"},
            "unknown bootstrap interval; expected one of BCa, percentile",
        ),
    ],
)
def test_what_has_no_interval_is_said(values: list[float], choices: dict, words: str) -> None:
    with pytest.raises(LpdError, match=words):
        bootstrap_mean(values, **choices)


def test_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(FormatError, match="not finite"):
        bootstrap_mean([0.1, math.nan])
    with pytest.raises(LpdError, match="found 0"):
        bootstrap_mean_of_means([])
