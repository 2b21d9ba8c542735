"""How much the lists of several spaces overlap: intersection over union of their first k shots.

Letters: S spaces (or any lists), T topics, C cut-offs.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MismatchError

__all__ = ["OverlapCurve", "inter_space_iou", "iou_at", "iou_curve", "mean_iou", "mean_off_diagonal"]


def iou_at(first: Sequence[Hashable], second: Sequence[Hashable], k: int) -> float:
    """Returns the shots in both lists' first k over those in either's: 0 (disjoint) to 1 (the same shots).

    The order within the first k has no influence. A list shorter than k is taken whole. Two empty lists hold
    the same shots, so they give 1; an empty and another list give 0.

    Args:
        first: shots (ids or rows), best first.
        second: likewise.
        k: the cut-off, at least 1.

    Raises:
        LpdError: for k below 1.

    Source: LPD paper, section 4.3.1 and Fig. 3, with k = 20.
    """
    _check_cutoff(k)
    return _iou(frozenset(first[:k]), frozenset(second[:k]))


def _check_cutoff(k: int) -> None:
    if k < 1:
        raise LpdError("cut-off below 1", expected="a whole number from 1", found=k)


def _iou(first: frozenset[Hashable], second: frozenset[Hashable]) -> float:
    either = len(first | second)
    return len(first & second) / either if either else 1.0


def inter_space_iou(lists: Sequence[Sequence[Hashable]], k: int) -> np.ndarray:
    """Returns (S, S) float64, `iou_at` of every two of S lists for one topic; symmetric, 1 on the diagonal.

    Raises:
        LpdError: for k below 1.
    """
    _check_cutoff(k)
    tops = [frozenset(one[:k]) for one in lists]
    matrix = np.eye(len(tops))
    for row, first in enumerate(tops):
        for column in range(row + 1, len(tops)):
            matrix[row, column] = matrix[column, row] = _iou(first, tops[column])
    return matrix


def mean_iou(per_topic: Sequence[Sequence[Sequence[Hashable]]], k: int) -> np.ndarray:
    """Returns (S, S) float64, the mean of `inter_space_iou` over topics.

    Args:
        per_topic: T topics, each with the S lists of the same spaces in the same order.
        k: the cut-off, at least 1.

    Raises:
        LpdError: if there are no topics, or for k below 1.
        MismatchError: if topics have different numbers of lists.
    """
    _check_topics(per_topic)
    return np.mean([inter_space_iou(lists, k) for lists in per_topic], axis=0)


def _check_topics(per_topic: Sequence[Sequence[Sequence[Hashable]]]) -> None:
    if not per_topic:
        raise LpdError("no topics to average over", expected="the lists of at least one topic")
    numbers = sorted({len(lists) for lists in per_topic})
    if len(numbers) > 1:
        raise MismatchError("topics have different numbers of spaces", expected="one number", found=numbers)


def mean_off_diagonal(matrix: np.ndarray) -> float:
    """Returns the mean of a square matrix without its diagonal: one number for how alike S spaces are.

    Raises:
        LpdError: if there are fewer than two spaces.
    """
    spaces = len(matrix)
    if spaces < 2:
        raise LpdError("no pair of spaces to compare", expected="at least 2 spaces", found=spaces)
    return float(matrix[~np.eye(spaces, dtype=bool)].mean())


@dataclass(frozen=True)
class OverlapCurve:
    """IoU of every two of S lists, against the cut-off.

    Args:
        cutoffs: C of them, as asked for.
        matrices: (C, S, S) float64, `mean_iou` at each cut-off.
    """

    cutoffs: tuple[int, ...]
    matrices: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """(C,) float64, `mean_off_diagonal` at each cut-off.

        Raises:
            LpdError: if there are fewer than two lists.
        """
        return np.array([mean_off_diagonal(matrix) for matrix in self.matrices])

    def pair(self, first: int, second: int) -> np.ndarray:
        """Returns (C,) float64, the IoU of two of the lists at each cut-off.

        Args:
            first: number of a list, from 0.
            second: likewise.
        """
        return self.matrices[:, first, second]


def iou_curve(
    per_topic: Sequence[Sequence[Sequence[Hashable]]], cutoffs: Sequence[int] = range(1, 1001)
) -> OverlapCurve:
    """Returns `mean_iou` at many cut-offs from one pass over the lists.

    A shot is in the intersection of two lists from the lower of its two ranks on, so counting shots by that
    rank and summing up gives the intersections at every k; the unions follow from the lists' lengths. It is
    the work of two or three calls of `mean_iou`, however many cut-offs there are.

    Args:
        per_topic: as `mean_iou` takes it; for one query the lists of one topic.
        cutoffs: each at least 1, in any order.

    Raises:
        LpdError: if there are no topics or no cut-offs, or for a cut-off below 1.
        MismatchError: if topics have different numbers of lists.
    """
    _check_topics(per_topic)
    if not len(cutoffs):
        raise LpdError("no cut-offs", expected="at least one whole number from 1")
    _check_cutoff(min(cutoffs))
    places = np.array(cutoffs, dtype=np.int64)
    total = np.zeros((len(places), len(per_topic[0]), len(per_topic[0])))
    for lists in per_topic:
        total += _topic_curve(lists, places)
    return OverlapCurve(tuple(places.tolist()), total / len(per_topic))


def _topic_curve(lists: Sequence[Sequence[Hashable]], cutoffs: np.ndarray) -> np.ndarray:
    """Returns (C, S, S), `inter_space_iou` at each cut-off."""
    depth = int(cutoffs.max())
    ranks = _ranks(lists, depth)
    held = _counted_up_to(ranks, cutoffs, depth)  # (S, C) shots in the first k
    curve = np.ones((len(cutoffs), len(lists), len(lists)))
    for row in range(len(lists) - 1):
        both = _counted_up_to(np.maximum(ranks[row], ranks[row + 1 :]), cutoffs, depth)
        either = held[row] + held[row + 1 :] - both
        iou = np.divide(both, either, out=np.ones(both.shape), where=either > 0)
        curve[:, row, row + 1 :] = curve[:, row + 1 :, row] = iou.T
    return curve


def _ranks(lists: Sequence[Sequence[Hashable]], depth: int) -> np.ndarray:
    """Returns (S, shots) int64, the first rank of every shot of any list in each; depth + 1 where absent."""
    number: dict[Hashable, int] = {}
    coded = [[number.setdefault(shot, len(number)) for shot in one[:depth]] for one in lists]
    ranks = np.full((len(lists), len(number)), depth + 1, dtype=np.int64)
    for row, codes in enumerate(coded):
        np.minimum.at(ranks[row], codes, np.arange(1, len(codes) + 1))
    return ranks


def _counted_up_to(ranks: np.ndarray, cutoffs: np.ndarray, depth: int) -> np.ndarray:
    """Returns (rows, C) int64, how many of each row's ranks are at most each cut-off.

    Args:
        ranks: (rows, shots), from 1 to depth + 1.
        cutoffs: (C,), at most depth.
        depth: the largest cut-off.
    """
    width = depth + 2
    own_bins = ranks + width * np.arange(len(ranks))[:, None]
    counts = np.bincount(own_bins.ravel(), minlength=width * len(ranks)).reshape(len(ranks), width)
    return np.cumsum(counts, axis=1)[:, cutoffs]
