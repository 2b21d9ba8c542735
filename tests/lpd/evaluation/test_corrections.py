"""Corrected p-values: cases counted by hand, slow plain versions, what is refused."""

import math

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError
from lpd.evaluation import CORRECTIONS, correct_p_values, significance_mark

# m = 4; sorted .005 .01 .03 .04
# Holm: 4 * .005 = .02, 3 * .01 = .03, 2 * .03 = .06, 1 * .04 = .04, raised to .06
# Benjamini-Hochberg: 4 * .005 / 1 = .02, 4 * .01 / 2 = .02, 4 * .03 / 3 = .04, 4 * .04 / 4 = .04
BY_HAND = {
    "none": [0.01, 0.04, 0.03, 0.005],
    "holm": [0.03, 0.06, 0.06, 0.02],
    "bonferroni": [0.04, 0.16, 0.12, 0.02],
    "benjamini-hochberg": [0.02, 0.04, 0.04, 0.02],
}


@pytest.mark.parametrize("method", list(BY_HAND))
def test_four_comparisons_by_hand(method: str) -> None:
    assert correct_p_values([0.01, 0.04, 0.03, 0.005], method) == pytest.approx(BY_HAND[method], abs=1e-15)


def test_every_method_is_counted_by_hand() -> None:
    assert set(BY_HAND) == set(CORRECTIONS)


def plain_holm(p_values: list[float]) -> list[float]:
    """The smallest level at which Holm's procedure rejects each hypothesis."""
    found = []
    for own in p_values:
        best = 0.0
        for other in p_values:
            if other <= own:
                not_smaller = sum(one >= other for one in p_values)
                best = max(best, not_smaller * other)
        found.append(min(1.0, best))
    return found


def plain_benjamini_hochberg(p_values: list[float]) -> list[float]:
    m = len(p_values)
    return [
        min(min(1.0, m * other / sum(one <= other for one in p_values)) for other in p_values if other >= own)
        for own in p_values
    ]


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_equals_the_plain_versions(count: int) -> None:
    p_values = (np.random.default_rng(count).random(count) ** 3).tolist()
    assert correct_p_values(p_values, "holm") == pytest.approx(plain_holm(p_values), abs=1e-14)
    expected = plain_benjamini_hochberg(p_values)
    assert correct_p_values(p_values, "benjamini-hochberg") == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("method", list(CORRECTIONS))
def test_one_comparison_needs_no_correction(method: str) -> None:
    assert correct_p_values([0.03], method).tolist() == [0.03]


@pytest.mark.parametrize("method", list(CORRECTIONS))
def test_no_comparison_gives_none(method: str) -> None:
    assert correct_p_values([], method).tolist() == []


@pytest.mark.parametrize("method", ["holm", "bonferroni", "benjamini-hochberg"])
def test_none_falls_and_none_exceeds_one(method: str) -> None:
    p_values = np.array([0.9, 0.0, 0.5, 0.9, 1.0])
    corrected = correct_p_values(p_values, method)
    assert (corrected >= p_values).all()
    assert (corrected <= 1).all()


def test_equal_p_values_are_corrected_alike() -> None:
    assert correct_p_values([0.02, 0.5, 0.02], "holm") == pytest.approx([0.06, 0.5, 0.06])


@pytest.mark.parametrize(
    ("p_value", "mark"),
    [(0.0, "***"), (0.001, "***"), (0.0011, "**"), (0.01, "**"), (0.05, "*"), (0.0501, ""), (1.0, "")],
)
def test_marks(p_value: float, mark: str) -> None:
    assert significance_mark(p_value) == mark


def test_what_is_refused() -> None:
    with pytest.raises(LpdError, match=r"unknown correction; expected one of none, holm.*found 'sidak'"):
        correct_p_values([0.1], "sidak")
    for bad in (-0.1, 1.1, math.nan):
        with pytest.raises(FormatError, match="not p-values"):
            correct_p_values([0.1, bad], "holm")
