"""Ranges [first, stop) of places in an order: many at once, without a loop over them.

P ranges, M places.
"""

import numpy as np

__all__ = ["best_in_ranges", "places_in_ranges", "sorted_places"]


def sorted_places(
    values: np.ndarray, wanted: np.ndarray, *, firsts: np.ndarray, stops: np.ndarray, behind_equal: bool
) -> np.ndarray:
    """Returns (P,) int64, where each wanted value would stand in its own range of the values.

    As `numpy.searchsorted`, but each value is looked for in a range by itself, and only there the values need
    to be in order.

    Args:
        values: (M,), rising within every range.
        wanted: (P,).
        firsts, stops: (P,) int64, the ranges.
        behind_equal: whether it would stand behind values equal to it, or before them.
    """
    low, high = firsts.astype(np.int64), stops.astype(np.int64)
    while (searched := low < high).any():
        middle = (low + high) // 2
        found = values[np.where(searched, middle, 0)]
        below = (found <= wanted) if behind_equal else (found < wanted)
        low = np.where(searched & below, middle + 1, low)
        high = np.where(searched & ~below, middle, high)
    return low


def places_in_ranges(firsts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Returns (n,) int64, the places that lie in any of the ranges, rising, each once.

    Args:
        firsts, stops: (P,) int64; a range that stops where it begins, or before, is empty.
    """
    filled = np.flatnonzero(stops > firsts)
    filled = filled[np.argsort(firsts[filled], kind="stable")]
    firsts, stops = firsts[filled], stops[filled]
    reached = np.maximum.accumulate(stops)
    starts = firsts.copy()
    starts[1:] = np.maximum(firsts[1:], reached[:-1])  # what an earlier range holds is not told again
    counts = np.maximum(stops - starts, 0)
    before = np.cumsum(counts) - counts
    return np.arange(counts.sum()) + np.repeat(starts - before, counts)


def best_in_ranges(scores: np.ndarray, firsts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Returns (P,) int64, the place of the highest score in each range, the first of equal ones; -1 where the
    range is empty.

    The best of every 1, 2, 4, ... neighbouring places is found once; any range is then the two such stretches
    that begin and end with it, so its width costs nothing.

    Args:
        scores: (M,), none of them NaN.
        firsts, stops: (P,) int64, within 0..M.
    """
    best = np.full(len(firsts), -1, dtype=np.int64)
    widths = stops - firsts
    stretch, table = 1, np.arange(len(scores))
    while stretch <= len(scores):
        some = np.flatnonzero((widths >= stretch) & (widths < 2 * stretch))
        best[some] = _better(scores, table[firsts[some]], table[stops[some] - stretch])
        table = _better(scores, table[:-stretch], table[stretch:])
        stretch *= 2
    return best


def _better(scores: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.where(scores[right] > scores[left], right, left)
