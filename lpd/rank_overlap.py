"""Rank-biased overlap (RBO): how alike two orders are when the first places count most.

Letters: L the longer list with l shots, S the shorter one with s, X_d the shots that both have in their first
d, p the persistence: the share of readers who, having seen a place, look at the next one too.
"""

import math
from collections.abc import Hashable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from lpd.errors import FormatError, LpdError, name_some

__all__ = ["PERSISTENCE", "RankBiasedOverlap", "rank_biased_overlap", "ranks_of", "weight_of_top"]

Shot = TypeVar("Shot", bound=Hashable)

PERSISTENCE = 0.9
"""`weight_of_top`: the first 10 shots have 86 % of the weight, the first 20 97 %, the first 50 99.9 %."""


class RankBiasedOverlap(NamedTuple):
    """How alike two orders are, from 0 (no shot in common) to 1 (the same order).

    Args:
        extrapolated: if the lists went on as they are where they end (RBO_EXT).
        lowest: if they had nothing more in common behind their ends.
        highest: if they had as much in common there as can be; `highest - lowest` is the residual.
    """

    extrapolated: float
    lowest: float
    highest: float


def rank_biased_overlap(
    first: Sequence[Shot], second: Sequence[Shot], *, p: float = PERSISTENCE
) -> RankBiasedOverlap:
    """Returns the rank-biased overlap of two lists without ties, and the bounds that it cannot leave.

    For endless lists RBO = (1 - p) sum over d from 1 of p^(d-1) X_d / d. Of lists that end,

        extrapolated = (1-p)/p (sum_{d=1..l} X_d/d p^d + sum_{d=s+1..l} X_s (d-s)/(s d) p^d)
                       + ((X_l - X_s)/l + X_s/s) p^l
        lowest       = (1-p)/p (sum_{d=1..l} X_d/d p^d + X_l sum_{d>l} p^d/d)
        highest      = lowest + p^s + p^l - p^f
                       - (1-p)/p (s sum_{d=s+1..f} p^d/d + l sum_{d=l+1..f} p^d/d + X_l sum_{d>f} p^d/d)

    with f = l + s - X_l. Two empty lists are the same (1), an empty and another list have nothing in common
    (0), as in `lpd.diversity.iou_at`.

    Args:
        first: shots (ids or rows), best first, each once; the lists may differ in length.
        second: likewise; the two may change places.
        p: between 0 (the first place alone counts) and 1 (all places count alike); see `weight_of_top`.

    Raises:
        LpdError: for a p that is not between 0 and 1.
        FormatError: if a shot occurs twice in a list.

    Source: W. Webber, A. Moffat, J. Zobel, "A similarity measure for indefinite rankings", ACM TOIS 28(4),
    2010, equations 11, 30 and 32; equation 11, which is for lists of one length, with the longer list's X_d.
    """
    _check(p)
    longer, shorter = sorted((ranks_of(first), ranks_of(second)), key=len, reverse=True)
    if not shorter:
        return RankBiasedOverlap(float(not longer), 0.0, 1.0)
    length, short = len(longer), len(shorter)
    depths = np.arange(1, length + 1)
    weights = p**depths / depths  # p^d / d
    common = _common(longer, shorter)  # X_d
    at_short, at_end = int(common[short - 1]), int(common[-1])
    odds = (1 - p) / p
    seen = float(common @ weights)
    going_on = at_short / short * float((depths[short:] - short) @ weights[short:])
    beyond = ((at_end - at_short) / length + at_short / short) * p**length
    lowest = odds * (seen + at_end * _tail(length, p))
    residual = _residual(length, short, at_end, p)
    return RankBiasedOverlap(odds * (seen + going_on) + beyond, lowest, min(lowest + residual, 1.0))


def ranks_of(shots: Sequence[Shot]) -> dict[Shot, int]:
    """Returns shot -> its rank, counted from 1.

    Raises:
        FormatError: naming the shots that occur twice.
    """
    ranks = {shot: rank for rank, shot in enumerate(shots, start=1)}
    if len(ranks) != len(shots):
        twice = dict.fromkeys(shot for rank, shot in enumerate(shots, start=1) if ranks[shot] != rank)
        raise FormatError(
            "shots occur twice in a list", expected="each once", found=name_some(map(str, twice))
        )
    return ranks


def weight_of_top(depth: int, *, p: float = PERSISTENCE) -> float:
    """Returns the share of the weight of RBO that the first `depth` places have, from 0 to 1.

    It is 1 - p^(k-1) + (1-p)/p k (ln 1/(1-p) - sum_{d=1..k-1} p^d/d) for depth k: beside what the places
    up to k weigh in the overlaps at their own depths, what they add to those further down.

    Args:
        depth: how many places, 0 or more.
        p: see `rank_biased_overlap`.

    Raises:
        LpdError: for a p that is not between 0 and 1, or a depth below 0.

    Source: as `rank_biased_overlap`, equation 21.
    """
    _check(p)
    if depth < 0:
        raise LpdError("depth below 0", expected="a whole number from 0", found=depth)
    if depth == 0:
        return 0.0
    return min(1.0, 1 - p ** (depth - 1) + (1 - p) / p * depth * _tail(depth - 1, p))


def _check(p: float) -> None:
    if not 0 < p < 1:
        raise LpdError("p of RBO outside of 0..1", expected="a number between 0 and 1", found=p)


def _common(longer: dict[Shot, int], shorter: dict[Shot, int]) -> np.ndarray:
    """Returns (l,) int64, X_d for d from 1 to l: a shot counts from the lower of its two ranks on."""
    from_depth = [max(rank, longer[shot]) for shot, rank in shorter.items() if shot in longer]
    arrivals = np.bincount(np.array(from_depth, dtype=np.int64), minlength=len(longer) + 1)
    return np.cumsum(arrivals[1:])


def _residual(length: int, short: int, common: int, p: float) -> float:
    """Returns how far the highest value lies above the lowest."""
    full = length + short - common  # from here on the best continuation agrees completely
    lost = short * _between(short, full, p) + length * _between(length, full, p) + common * _tail(full, p)
    return max(0.0, p**short + p**length - p**full - (1 - p) / p * lost)


def _between(after: int, last: int, p: float) -> float:
    """Returns the sum of p^d / d over d from after + 1 to last."""
    depths = np.arange(after + 1, last + 1)
    return float((p**depths / depths).sum())


def _tail(after: int, p: float) -> float:
    """Returns the sum of p^d / d over all d above `after`; over all d from 1 it is ln 1/(1 - p)."""
    return max(0.0, -math.log1p(-p) - _between(0, after, p))
