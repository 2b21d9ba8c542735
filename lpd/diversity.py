"""How much the lists of several spaces overlap: intersection over union of their first k shots."""

from collections.abc import Hashable, Sequence

import numpy as np

from lpd.errors import LpdError, MismatchError

__all__ = ["inter_space_iou", "iou_at", "mean_iou", "mean_off_diagonal"]


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
    if not per_topic:
        raise LpdError("no topics to average over", expected="the lists of at least one topic")
    numbers = sorted({len(lists) for lists in per_topic})
    if len(numbers) > 1:
        raise MismatchError("topics have different numbers of spaces", expected="one number", found=numbers)
    return np.mean([inter_space_iou(lists, k) for lists in per_topic], axis=0)


def mean_off_diagonal(matrix: np.ndarray) -> float:
    """Returns the mean of a square matrix without its diagonal: one number for how alike S spaces are.

    Raises:
        LpdError: if there are fewer than two spaces.
    """
    spaces = len(matrix)
    if spaces < 2:
        raise LpdError("no pair of spaces to compare", expected="at least 2 spaces", found=spaces)
    return float(matrix[~np.eye(spaces, dtype=bool)].mean())
