"""Shots of a list folded into one: near-duplicates into the best of them, shots of a video into its best.

Letters: K shots of a list, R of them that stay, D dimensions. A list is folded by its leaders: for each shot
the position of the one that it is folded into; a shot that stays leads itself.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.search.index import HitList

__all__ = ["FoldedList", "alike_leaders", "fold", "leaders_of_leaders", "same_leaders", "unit_rows"]

ROUNDING = 1e-6
"""By so much a cosine in single precision may miss the threshold: that of equal vectors is not always 1."""

_AT_ONCE = 128


class FoldedList(NamedTuple):
    """A list whose shots stand for others.

    Args:
        hits: the R shots that stay, in the order of the list, with their scores.
        places: (R,) int64, their positions in the list.
        members: R lists, the shots folded into each in the order of the list; without the shot itself.
    """

    hits: HitList
    places: np.ndarray
    members: tuple[HitList, ...]

    @property
    def folded(self) -> int:
        """How many shots do not stay."""
        return sum(len(one.rows) for one in self.members)


def alike_leaders(vectors: np.ndarray, *, threshold: float) -> np.ndarray:
    """Returns (K,) int64, leaders by likeness: the first shot of the list that stays and is alike enough.

    Shots are taken in the order of the list. One whose cosine with shots that stay is at least the threshold
    is folded into the first of these; any other stays. So the best of a group stays, all of a group are alike
    to it, and no chain of small steps joins shots that differ. A vector of zeros has cosine 0 with every
    other. A millionth less than the threshold counts as reaching it, for rounding.

    Args:
        vectors: (K, D), one per shot in the order of the list.
        threshold: of the cosine, above 0 and at most 1.

    Raises:
        LpdError: for another threshold.
        FormatError: if a value is not finite.
    """
    if not 0 < threshold <= 1:
        raise LpdError(
            "impossible threshold of likeness", expected="a cosine above 0, at most 1", found=threshold
        )
    if not np.isfinite(vectors).all():
        raise FormatError("vectors are not finite", expected="numbers")
    unit = unit_rows(np.asarray(vectors, dtype=np.float32))
    limit = np.float32(threshold - ROUNDING)
    leaders = np.arange(len(unit), dtype=np.int64)
    stay, staying = np.empty(len(unit), dtype=np.int64), np.empty_like(unit)  # their positions and vectors
    count = 0
    for start in range(0, len(unit), _AT_ONCE):
        block = unit[start : start + _AT_ONCE]
        near = block @ staying[:count].T >= limit  # (block, shots that stay)
        found = near.any(axis=1)
        if found.any():
            leaders[start + np.flatnonzero(found)] = stay[near[found].argmax(axis=1)]
        left = np.flatnonzero(~found)
        leaders[start + left] = start + left[_leaders_within(block[left] @ block[left].T >= limit)]
        new = np.flatnonzero(leaders[start : start + len(block)] == np.arange(start, start + len(block)))
        stay[count : count + len(new)], staying[count : count + len(new)] = start + new, block[new]
        count += len(new)
    return leaders


def _leaders_within(near: np.ndarray) -> np.ndarray:
    """Returns (n,) int64, the leaders of n shots that are alike to none before; near: (n, n) bool."""
    leaders = np.arange(len(near), dtype=np.int64)
    stays = np.ones(len(near), dtype=bool)
    before = np.tril(near, -1)
    for shot in np.flatnonzero(before.any(axis=1)).tolist():
        first = np.flatnonzero(before[shot] & stays)[:1]
        if len(first):
            leaders[shot], stays[shot] = first[0], False
    return leaders


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Returns vectors (n, D) made to have length 1; those of zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)


def same_leaders(labels: Sequence[Hashable]) -> np.ndarray:
    """Returns (K,) int64, leaders by label: the first shot of the list with the same one, such as its video.

    Args:
        labels: one per shot in the order of the list.
    """
    first: dict[Hashable, int] = {}
    return np.array([first.setdefault(label, place) for place, label in enumerate(labels)], dtype=np.int64)


def leaders_of_leaders(leaders: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Returns (K,) int64, the leaders where the shots that stay are folded once more.

    Args:
        leaders: (K,) of the list.
        after: (R,) of the list of those that stay, as positions in that list.
    """
    stay = np.flatnonzero(leaders == np.arange(len(leaders)))
    return np.asarray(stay[after[np.searchsorted(stay, leaders)]], dtype=np.int64)


def fold(hits: HitList, leaders: np.ndarray) -> FoldedList:
    """Returns a list with each shot folded into its leader.

    Args:
        hits: the list, K shots.
        leaders: (K,) positions of shots that lead themselves, none behind the shot that it leads.

    Raises:
        MismatchError: if leaders and list differ in length.
    """
    if leaders.shape != hits.rows.shape:
        raise MismatchError("leaders do not fit the list", expected=hits.rows.shape, found=leaders.shape)
    assert (leaders[leaders] == leaders).all(), "a leader leads itself"
    assert (leaders <= np.arange(len(leaders))).all(), "a leader stands before those it leads"
    order = np.argsort(leaders, kind="stable")  # a leader stands first in its group
    places = np.flatnonzero(leaders == np.arange(len(leaders)))
    starts = np.searchsorted(leaders[order], places)
    ends = np.append(starts, len(order))[1:]
    rows, scores = hits.rows[order], hits.scores[order]
    members = [
        HitList(rows[start + 1 : end], scores[start + 1 : end])
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    return FoldedList(HitList(hits.rows[places], hits.scores[places]), places, tuple(members))
