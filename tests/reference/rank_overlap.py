"""Slow, plain rank-biased overlap: sets at every depth, and lists that are really continued."""

import itertools
import math
from collections.abc import Sequence

ENDLESS = 1e-13
"""Places are added until all that would follow weighs less than this."""


def overlap(first: Sequence[object], second: Sequence[object], depth: int) -> int:
    """Returns how many shots both have in their first `depth`."""
    return len(set(first[:depth]) & set(second[:depth]))


def endless_rbo(first: Sequence[object], second: Sequence[object], p: float) -> float:
    """Returns RBO of two lists, up to the depth where the longer one ends: its definition."""
    depths = range(1, max(len(first), len(second)) + 1)
    return (1 - p) * sum(p ** (d - 1) * overlap(first, second, d) / d for d in depths)


def extrapolated(first: Sequence[object], second: Sequence[object], p: float) -> float:
    """Returns RBO_EXT for lists of unequal length, equation 32 word by word."""
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    length, short = len(longer), len(shorter)
    at_short, at_end = overlap(longer, shorter, short), overlap(longer, shorter, length)
    total = sum(overlap(longer, shorter, d) / d * p**d for d in range(1, length + 1))
    total += sum(at_short * (d - short) / (short * d) * p**d for d in range(short + 1, length + 1))
    return (1 - p) / p * total + ((at_end - at_short) / length + at_short / short) * p**length


def lowest(first: Sequence[object], second: Sequence[object], p: float) -> float:
    """Returns RBO of the lists continued by shots that no list has."""
    more = _depth(p)
    return endless_rbo(
        [*first, *(("first", place) for place in range(len(first), more))],
        [*second, *(("second", place) for place in range(len(second), more))],
        p,
    )


def highest(first: Sequence[object], second: Sequence[object], p: float) -> float:
    """Returns RBO of the lists continued by what the other has already, then by the same new shots."""
    longer, shorter = (
        (list(first), list(second)) if len(first) >= len(second) else (list(second), list(first))
    )
    while len(shorter) < len(longer):
        shorter.append(_missing(longer[: len(shorter) + 1], shorter))
    for place in itertools.count():
        if len(longer) >= _depth(p):
            return endless_rbo(longer, shorter, p)
        if set(longer) == set(shorter):
            longer.append(("new", place))
            shorter.append(("new", place))
        else:
            mine, other = _missing(shorter, longer), _missing(longer, shorter)
            longer.append(mine)
            shorter.append(other)
    raise AssertionError


def _missing(has: Sequence[object], lacks: Sequence[object]) -> object:
    return next(shot for shot in has if shot not in lacks)


def _depth(p: float) -> int:
    return math.ceil(math.log(ENDLESS) / math.log(p))
