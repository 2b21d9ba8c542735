"""Exact scores of some shots, from their half-float rows.

Sizes: N shots, C components, M mixtures, S spaces.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from lpd.search.kernels import dot_halves

__all__ = ["FUSED_LIST", "Halves", "rescore"]

FUSED_LIST = -1


class Halves(NamedTuple):
    """The components of every shot side by side.

    Args:
        address: of (N, sum of D_c) half floats; stride: bytes of a row.
        starts: (C,) int64, byte at which a component begins; widths: (C,) int64, D_c.
        mixing: (N, M, C) float32.
        component: (S,) int64, the component that a space is; -1 for a mixture.
        mixture: (S,) int64, the mixture that a space is; -1 for a component.
    """

    address: int
    stride: int
    starts: np.ndarray
    widths: np.ndarray
    mixing: np.ndarray
    component: np.ndarray
    mixture: np.ndarray


@njit(nogil=True, cache=True)
def rescore(halves, rows, lists, queries, fusion, scores):  # type: ignore[no-untyped-def]
    """Writes the exact score of each shot in a list.

    Args:
        halves: Halves.
        rows: (n,) int64; lists: (n,) int64, a space's number or FUSED_LIST, per row.
        queries: (S,) int64, addresses of the spaces' float32 query vectors.
        fusion: (3, S) float32: share, what is subtracted from a space's score, and what it is multiplied by.
        scores: (n,) float32, written.
    """
    for place in range(rows.size):
        if lists[place] != FUSED_LIST:
            scores[place] = _space_score(halves, rows[place], lists[place], queries[lists[place]])
            continue
        fused = np.float32(0.0)
        for space in range(queries.size):
            if fusion[0, space] != 0.0:
                score = _space_score(halves, rows[place], space, queries[space])
                fused += fusion[0, space] * ((score - fusion[1, space]) * fusion[2, space])
        scores[place] = fused


@njit(nogil=True, cache=True)
def _space_score(halves, row, space, query):  # type: ignore[no-untyped-def]
    """Returns one space's score of one shot."""
    first = halves.address + row * halves.stride
    component = halves.component[space]
    if component >= 0:
        return dot_halves(first + halves.starts[component], query, halves.widths[component])
    score = np.float32(0.0)
    shares = halves.mixing[row, halves.mixture[space]]
    for component in range(halves.widths.size):
        if shares[component] != 0.0:
            dot = dot_halves(first + halves.starts[component], query, halves.widths[component])
            score += shares[component] * dot
    return score
