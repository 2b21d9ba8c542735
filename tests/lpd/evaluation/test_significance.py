"""The randomization test and its inversion: enumeration, sampling, many captions, degenerate input."""

import json
import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.evaluation import randomization_test, smallest_difference
from tests.reference.retrieval import sign_flip_p


def test_the_enumerated_p_of_the_oracle(copied_oracles: Path) -> None:
    oracle = json.loads((copied_oracles / "utilities.json").read_text())["randomization_exact"]
    outcome = randomization_test(oracle["system_a"], oracle["system_b"])
    assert outcome.p_value == pytest.approx(oracle["two_sided_p"], abs=1e-12)
    assert outcome.observed == pytest.approx(oracle["observed"], abs=1e-12)
    assert (outcome.exact, outcome.resamples) == (True, 1024)


@pytest.mark.parametrize("topics", [2, 5, 9])
def test_few_topics_equal_the_enumeration(topics: int) -> None:
    differences = np.random.default_rng(topics).normal(0.1, 0.2, topics)
    outcome = randomization_test(differences, np.zeros(topics), seed=5)
    assert outcome.p_value == pytest.approx(sign_flip_p(differences.tolist()), abs=1e-12)


def test_many_topics_are_sampled_with_the_seed() -> None:
    first = np.random.default_rng(0).normal(0.08, 0.2, 40)
    outcomes = [randomization_test(first, np.zeros(40), resamples=2000, seed=seed) for seed in (1, 1, 2)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0].p_value != outcomes[2].p_value
    assert (outcomes[0].exact, outcomes[0].resamples) == (False, 2000)
    assert outcomes[0].p_value == pytest.approx(outcomes[2].p_value, abs=0.03)


def test_a_sampled_p_is_never_zero() -> None:
    assert 0 < randomization_test(np.ones(30), np.zeros(30), resamples=500).p_value <= 4 / 501


def test_the_order_of_the_systems_changes_only_the_sign() -> None:
    first, second = np.random.default_rng(3).random((2, 8))
    forth, back = randomization_test(first, second), randomization_test(second, first)
    assert forth.p_value == pytest.approx(back.p_value, abs=1e-12)
    assert forth.observed == -back.observed


@pytest.mark.parametrize("topics", [1, 3, 30])
def test_equal_systems_do_not_differ(topics: int) -> None:
    assert randomization_test(np.ones(topics), np.ones(topics)).p_value == 1.0


def test_one_topic_says_nothing() -> None:
    assert randomization_test([0.9], [0.1]).p_value == 1.0


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([0.1], [0.1, 0.2], "systems have different topics; expected 1; found 2"),
        ([], [], "at least one topic"),
        ([0.1, np.nan], [0.1, 0.2], "values are not finite"),
    ],
)
def test_what_cannot_be_tested_is_said(first: list[float], second: list[float], words: str) -> None:
    with pytest.raises(LpdError, match=words):
        randomization_test(first, second)


@pytest.mark.parametrize("topics", [7, 12, 30])
def test_equals_the_library(topics: int) -> None:
    """scipy doubles the smaller tail, which is the same where the flips are enumerated."""
    from scipy.stats import permutation_test

    differences = np.random.default_rng(topics).normal(0.08, 0.2, topics)
    outcome = permutation_test(
        (differences,), np.mean, permutation_type="samples", vectorized=True, rng=np.random.default_rng(1)
    )
    mine = randomization_test(differences, np.zeros(topics))
    assert mine.p_value == pytest.approx(outcome.pvalue, abs=1e-12 if mine.exact else 0.01)


def test_differences_of_every_size_are_compared_alike() -> None:
    first, second = np.random.default_rng(4).random((2, 10)).round(1)
    expected = randomization_test(first, second).p_value
    for scale in (1e-9, 1e6):
        assert randomization_test(first * scale, second * scale).p_value == expected


def test_ten_thousand_captions_take_bounded_memory() -> None:
    differences = np.random.default_rng(0).normal(0.01, 0.5, 10_000)
    tracemalloc.start()
    try:
        outcome = randomization_test(differences, np.zeros(10_000), seed=3)
        least = smallest_difference(differences, np.zeros(10_000), seed=3)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20
    deviation = differences.std() / 100
    z_value = outcome.observed / deviation
    assert outcome.p_value == pytest.approx(math.erfc(z_value / math.sqrt(2)), abs=0.015)
    assert least == pytest.approx(1.96 * deviation, rel=0.05)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("level", [0.05, 0.2])
@pytest.mark.parametrize("topics", [6, 9, 13])
def test_the_smallest_difference_is_where_the_test_changes_its_mind(
    topics: int, level: float, sign: int
) -> None:
    random = np.random.default_rng(topics)
    differences = sign * random.gamma(0.5, 0.2, topics)  # skewed, so that the directions differ
    least = smallest_difference(differences, np.zeros(topics), level=level)
    centred = differences - differences.mean()
    above, below = (sign_flip_p((centred + sign * x).tolist()) for x in (1.0001 * least, 0.9999 * least))
    assert above <= level < below
    if topics == 13:
        assert above > level / 2, "the level is used"


def test_the_mean_itself_has_no_influence_on_the_smallest_difference() -> None:
    first = np.random.default_rng(2).normal(0.1, 0.2, 15)
    values = [smallest_difference(first + shift, np.zeros(15)) for shift in (0.0, 1.0, 5.0)]
    assert values == pytest.approx([values[0]] * 3, rel=1e-9)
    assert smallest_difference(np.zeros(15), first) == pytest.approx(values[0], rel=1e-12)


def test_without_a_direction_the_easier_one_counts() -> None:
    differences = np.array([0.5, 0.25, -0.125, 0.25, -0.75, 0.125, -0.25, 0.0])
    assert differences.mean() == 0
    either = [smallest_difference(differences + 2.0 * sign, np.zeros(8)) for sign in (1, -1)]
    assert smallest_difference(differences, np.zeros(8)) == pytest.approx(min(either), abs=1e-15)
    assert smallest_difference(-differences, np.zeros(8)) == pytest.approx(min(either), abs=1e-15)


def test_sampled_flips_find_about_the_enumerated_difference() -> None:
    """30 pairs are sampled; a normal approximation of the test says where its mind changes."""
    differences = np.random.default_rng(8).normal(0, 0.2, 30)
    centred = differences - differences.mean()
    least = smallest_difference(differences, np.zeros(30), resamples=20_000, seed=1)
    sign = math.copysign(1.0, differences.mean())
    near = [
        randomization_test(centred + sign * x * least, np.zeros(30), resamples=20_000, seed=2).p_value
        for x in (0.95, 1.05)
    ]
    assert near[0] > 0.05 > near[1]
    assert least == smallest_difference(differences, np.zeros(30), resamples=20_000, seed=1)


@pytest.mark.parametrize("topics", [1, 4, 5])
def test_too_few_topics_never_suffice(topics: int) -> None:
    assert smallest_difference(np.random.default_rng(0).random(topics), np.zeros(topics)) == math.inf


def test_too_few_resamples_never_suffice() -> None:
    first = np.random.default_rng(0).random(25)
    assert smallest_difference(first, np.zeros(25), resamples=18) == math.inf
    assert smallest_difference(first, np.zeros(25), resamples=19) < math.inf


def test_where_nothing_scatters_any_difference_suffices() -> None:
    assert smallest_difference(np.full(8, 0.5), np.zeros(8)) == 0.0


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, float("nan")])
def test_impossible_levels_are_refused(level: float) -> None:
    with pytest.raises(LpdError, match="no level of significance"):
        smallest_difference([0.1, 0.2], [0.0, 0.0], level=level)
