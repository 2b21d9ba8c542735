"""IoU of lists: the oracle, hand-computed cases, its properties."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd.diversity import inter_space_iou, iou_at, iou_curve, mean_iou, mean_off_diagonal
from lpd.errors import LpdError, MismatchError


def test_top_20_iou_equals_the_oracle(copied_oracles: Path) -> None:
    oracle = json.loads((copied_oracles / "utilities.json").read_text())["iou_top20"]
    np.testing.assert_allclose(inter_space_iou(oracle["lists"], 20), oracle["iou"], rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("first", "second", "k", "expected"),
    [
        (["a", "b", "c"], ["b", "a", "d"], 2, 1.0),
        (["a", "b", "c"], ["b", "a", "d"], 3, 0.5),
        (["a", "b"], ["c", "d"], 2, 0.0),
        (["a"], ["a", "b", "c", "d"], 20, 0.25),
        ([], [], 5, 1.0),
        ([], ["a"], 5, 0.0),
    ],
    ids=["order has no influence", "one of two", "disjoint", "short list", "both empty", "one empty"],
)
def test_iou_of_two_lists(first: list[str], second: list[str], k: int, expected: float) -> None:
    assert iou_at(first, second, k) == expected


shot_lists = st.lists(st.lists(st.integers(0, 12), max_size=10, unique=True), min_size=1, max_size=5)


@given(shot_lists, st.integers(1, 12))
def test_the_matrix_holds_every_pair(lists: list[list[int]], k: int) -> None:
    matrix = inter_space_iou(lists, k)
    expected = [[iou_at(first, second, k) for second in lists] for first in lists]
    np.testing.assert_array_equal(matrix, expected)
    np.testing.assert_array_equal(matrix, matrix.T)
    assert ((matrix >= 0) & (matrix <= 1)).all()
    assert (np.diag(matrix) == 1).all()


def test_topics_are_averaged_and_the_diagonal_left_out() -> None:
    same, other = [["a"], ["a"], ["a"]], [["a"], ["b"], ["a"]]
    matrix = mean_iou([same, other], 1)
    np.testing.assert_array_equal(matrix, [[1, 0.5, 1], [0.5, 1, 0.5], [1, 0.5, 1]])
    assert mean_off_diagonal(matrix) == pytest.approx(2 / 3)


repeated_lists = st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=3, max_size=3)


@given(st.lists(repeated_lists, min_size=1, max_size=3), st.lists(st.integers(1, 14), min_size=1, max_size=6))
def test_the_curve_equals_the_mean_at_every_cut_off(
    per_topic: list[list[list[int]]], cutoffs: list[int]
) -> None:
    curve = iou_curve(per_topic, cutoffs)
    assert curve.cutoffs == tuple(cutoffs)
    assert curve.matrices.shape == (len(cutoffs), 3, 3)
    for number, k in enumerate(cutoffs):
        expected = mean_iou(per_topic, k)
        np.testing.assert_allclose(curve.matrices[number], expected, rtol=0, atol=1e-15)
        assert curve.mean[number] == pytest.approx(mean_off_diagonal(expected), abs=1e-15)
        assert curve.pair(2, 0)[number] == pytest.approx(expected[2, 0], abs=1e-15)


def test_the_curve_up_to_1000_on_lists_of_several_lengths() -> None:
    draw = np.random.default_rng(0)
    per_topic = [
        [[f"shot{shot}" for shot in draw.permutation(1800)[:length]] for length in (1000, 1000, 620, 3)]
        for _ in range(2)
    ]
    curve = iou_curve(per_topic)
    assert curve.cutoffs == tuple(range(1, 1001))
    for k in (1, 2, 3, 4, 100, 619, 620, 621, 999, 1000):
        np.testing.assert_allclose(curve.matrices[k - 1], mean_iou(per_topic, k), rtol=0, atol=1e-15)


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(LpdError, match="cut-off below 1"):
        iou_curve([[["a"]]], [3, 0])
    with pytest.raises(LpdError, match="no cut-offs"):
        iou_curve([[["a"]]], [])
    with pytest.raises(LpdError, match="no topics"):
        iou_curve([])
    with pytest.raises(MismatchError, match="different numbers of spaces"):
        iou_curve([[["a"]], [["a"], ["b"]]])
    with pytest.raises(LpdError, match="no pair of spaces"):
        _ = iou_curve([[["a"]]], [1]).mean
    with pytest.raises(LpdError, match="cut-off below 1"):
        iou_at(["a"], ["a"], 0)
    with pytest.raises(LpdError, match="cut-off below 1"):
        inter_space_iou([["a"]], 0)
    with pytest.raises(LpdError, match="no topics"):
        mean_iou([], 20)
    with pytest.raises(MismatchError, match="different numbers of spaces"):
        mean_iou([[["a"]], [["a"], ["b"]]], 20)
    with pytest.raises(LpdError, match="no pair of spaces"):
        mean_off_diagonal(np.eye(1))
