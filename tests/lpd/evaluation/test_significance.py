"""The randomization test: the enumerated oracle, sampling, degenerate input."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.evaluation import randomization_test


def enumerated_p(differences: np.ndarray) -> float:
    signs = np.array(list(itertools.product((1, -1), repeat=len(differences))))
    means = np.abs((signs * differences).mean(axis=1))
    return float((means >= abs(differences.mean()) - 1e-12).mean())


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
    assert outcome.p_value == pytest.approx(enumerated_p(differences), abs=1e-12)


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
