"""Rank-biased overlap: by hand, against plain sums, and against lists that are really continued."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpd.errors import FormatError, LpdError
from lpd.rank_overlap import PERSISTENCE, rank_biased_overlap, ranks_of, weight_of_top
from tests.reference import rank_overlap as slow


def test_unequal_lists_by_hand() -> None:
    """X is 0, 2, 2 and p one half; the agreement of the first two places goes on."""
    found = rank_biased_overlap("abc", "ba", p=0.5)
    assert found.extrapolated == pytest.approx((1 / 4 + 2 / 24) + 2 / 6 / 8 + 1 / 8)
    tail = math.log(2) - 1 / 2 - 1 / 8 - 1 / 24
    assert found.lowest == pytest.approx(1 / 4 + 2 / 24 + 2 * tail)
    assert found.highest == pytest.approx(1 / 2)  # nothing in the first place, everything from the second on


def test_lists_of_one_length_by_hand() -> None:
    """X is 1, 1, 2: the agreement 2/3 goes on."""
    p = 0.9
    found = rank_biased_overlap("abc", "adb", p=p)
    assert found.extrapolated == pytest.approx((1 - p) * (1 + p / 2 + p**2 * 2 / 3) + p**3 * 2 / 3)


@pytest.mark.parametrize(
    ("first", "second", "extrapolated"),
    [("abcd", "abcd", 1.0), ("ab", "cd", 0.0), ("abcd", "ab", 1.0), ("", "", 1.0), ("", "ab", 0.0)],
    ids=["the same", "disjoint", "one begins the other", "both empty", "one empty"],
)
def test_ends_of_the_scale(first: str, second: str, extrapolated: float) -> None:
    found = rank_biased_overlap(first, second)
    assert found.extrapolated == pytest.approx(extrapolated, abs=1e-15)
    assert 0 <= found.lowest <= found.highest <= 1
    if not (first and second):
        assert (found.lowest, found.highest) == (0, 1)


def shuffled(seed: int, shots: int, lengths: tuple[int, int]) -> tuple[list[str], list[str]]:
    draw = np.random.default_rng(seed)
    first, second = ([f"s{shot}" for shot in draw.permutation(shots)[:length]] for length in lengths)
    return first, second


@pytest.mark.parametrize("p", [0.3, 0.7, 0.9])
@pytest.mark.parametrize(
    ("shots", "lengths"), [(3, (1, 1)), (9, (7, 7)), (9, (2, 7)), (60, (40, 25))], ids=str
)
def test_equals_the_plain_sums_and_real_continuations(shots: int, lengths: tuple[int, int], p: float) -> None:
    for seed in range(4):
        first, second = shuffled(seed, shots, lengths)
        found = rank_biased_overlap(first, second, p=p)
        assert found.extrapolated == pytest.approx(slow.extrapolated(first, second, p), abs=1e-12)
        assert found.lowest == pytest.approx(slow.lowest(first, second, p), abs=1e-12)
        assert found.highest == pytest.approx(slow.highest(first, second, p), abs=1e-12)


def test_a_thousand_deep() -> None:
    first, second = shuffled(3, 1500, (1000, 870))
    found = rank_biased_overlap(first, second, p=0.99)
    assert found.extrapolated == pytest.approx(slow.extrapolated(first, second, 0.99), abs=1e-12)
    assert found.lowest == pytest.approx(slow.endless_rbo(first, second, 0.99), abs=1e-4)
    assert found.highest - found.lowest < 0.99**870 + 0.99**1000  # the residual cannot weigh more


lists = st.lists(st.integers(0, 15), max_size=12, unique=True)


@given(lists, lists, lists, lists, st.floats(0.05, 0.97))
@settings(deadline=None)
def test_no_continuation_leaves_the_bounds(
    first: list[int], second: list[int], more: list[int], others: list[int], p: float
) -> None:
    found = rank_biased_overlap(first, second, p=p)
    assert rank_biased_overlap(second, first, p=p) == found
    assert found.lowest - 1e-12 <= found.extrapolated <= found.highest + 1e-12
    longer = first + [shot for shot in more if shot not in first]
    other = second + [shot for shot in others if shot not in second]
    if len(first) <= len(other) and len(second) <= len(longer):
        continued = rank_biased_overlap(longer, other, p=p)
        assert continued.lowest >= found.lowest - 1e-12
        assert continued.highest <= found.highest + 1e-12


@pytest.mark.parametrize("p", [0.5, 0.9, 0.98])
def test_the_weight_of_the_first_places(p: float) -> None:
    per_depth = [p**d / d for d in range(1, 4000)]
    by_rank = np.cumsum([(1 - p) / p * sum(per_depth[rank:]) for rank in range(60)])
    for depth in (1, 2, 10, 50):
        assert weight_of_top(depth, p=p) == pytest.approx(by_rank[depth - 1], abs=1e-12)
    assert weight_of_top(0, p=p) == 0
    assert weight_of_top(100_000, p=p) == 1


def test_what_the_usual_p_weighs() -> None:
    assert PERSISTENCE == 0.9
    assert weight_of_top(10) == pytest.approx(0.8556, abs=1e-4)  # 86 %, as the authors say
    assert weight_of_top(20) == pytest.approx(0.9656, abs=1e-4)
    assert weight_of_top(50) == pytest.approx(0.9992, abs=1e-4)


def test_what_cannot_be_compared_is_said() -> None:
    for p in (0.0, 1.0, -0.1, math.nan):
        with pytest.raises(LpdError, match="p of RBO"):
            rank_biased_overlap("ab", "ab", p=p)
    with pytest.raises(LpdError, match="depth below 0"):
        weight_of_top(-1)
    with pytest.raises(FormatError, match=r"occur twice in a list.*'a', 'b'"):
        rank_biased_overlap("abbac", "ab")
    assert ranks_of(["x", 7]) == {"x": 1, 7: 2}
