"""Many ranges at once, against one loop per range."""

import bisect

import numpy as np
import pytest

from lpd.search.ranges import best_in_ranges, places_in_ranges, sorted_places


def random_ranges(draw: np.random.Generator, count: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Ranges of any width; some are empty, some of those stop before they begin."""
    firsts = draw.integers(0, length + 1, count)
    return firsts, np.clip(firsts + draw.integers(-2, length + 1, count), 0, length)


@pytest.mark.parametrize("behind_equal", [True, False])
@pytest.mark.parametrize(("count", "length"), [(0, 5), (1, 1), (40, 7), (300, 100)])
def test_each_value_is_looked_for_in_its_own_range(count: int, length: int, behind_equal: bool) -> None:
    draw = np.random.default_rng(length)
    values = np.concatenate([np.sort(draw.integers(0, 9, length)), np.sort(draw.integers(0, 9, length))])
    part = draw.integers(0, 2, count)
    firsts = part * length + draw.integers(0, length, count)
    stops = (part + 1) * length
    wanted = draw.integers(-1, 10, count)
    found = sorted_places(values, wanted, firsts=firsts, stops=stops, behind_equal=behind_equal)
    look = bisect.bisect_right if behind_equal else bisect.bisect_left
    plain = [look(values.tolist(), w, f, s) for w, f, s in zip(wanted, firsts, stops, strict=True)]
    assert found.tolist() == plain


@pytest.mark.parametrize(("count", "length"), [(0, 5), (1, 1), (5, 40), (200, 50)])
def test_places_of_overlapping_ranges_are_told_once(count: int, length: int) -> None:
    for seed in range(5):
        firsts, stops = random_ranges(np.random.default_rng(seed), count, length)
        plain = sorted({place for f, s in zip(firsts, stops, strict=True) for place in range(f, s)})
        assert places_in_ranges(firsts, stops).tolist() == plain


@pytest.mark.parametrize(("count", "length"), [(0, 5), (3, 0), (4, 1), (200, 2), (300, 33), (300, 64)])
def test_the_best_of_each_range_is_its_first_highest(count: int, length: int) -> None:
    draw = np.random.default_rng(count + length)
    scores = draw.integers(0, 5, length).astype(np.float32)  # many are equal
    firsts, stops = random_ranges(draw, count, length)
    plain = [
        f + int(np.argmax(scores[f:s])) if s > f else -1
        for f, s in zip(firsts.tolist(), stops.tolist(), strict=True)
    ]
    assert best_in_ranges(scores, firsts, stops).tolist() == plain


def test_infinitely_low_scores_have_a_best_as_well() -> None:
    scores = np.array([-np.inf, -np.inf, -1.0], dtype=np.float32)
    assert best_in_ranges(scores, np.array([0, 0]), np.array([2, 3])).tolist() == [0, 2]
