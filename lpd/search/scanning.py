"""The scan of a quantised index: scores of every shot from 8-bit codes, and the best of every list.

Sizes: N shots, C components, M mixtures, S spaces, Q queries, L = S + 1 lists (the fused one last), T dot
products of a component per query, R places of a reservoir.

A space's score is the dot product with one component, or a mixture of those with all components. Scores of
8-bit codes decide who is looked at again, not the order of a list.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from lpd.search.kernels import multiply_rows

__all__ = ["Best", "Codes", "Queries", "new_best", "scan", "select_again"]

BLOCK = 128
"""Shots whose sums and scores lie in the cache while they are made and looked at."""


class Codes(NamedTuple):
    """The codes of all shots.

    Args:
        addresses: (C,) int64, of (N, P_c) bytes each; widths: (C,) int64, P_c.
        places: (C,) int64, of the components in `weights`, which may hold more.
        weights: (blocks, C, M + 1, BLOCK) float32, what a sum counts in each mixture, then in the component's
            own space; those of one block of shots lie together, in the order in which they are read.
        own_space: (C,) int64, the space that a component is by itself; -1 for none.
        mixture_space: (M,) int64.
    """

    addresses: np.ndarray
    widths: np.ndarray
    places: np.ndarray
    weights: np.ndarray
    own_space: np.ndarray
    mixture_space: np.ndarray


class Queries(NamedTuple):
    """What the codes are multiplied with: per query and component the mixtures' queries, then its own.

    Args:
        addresses: (C,) int64, of (columns, P_c) bytes each.
        scales: (C, columns) float32, of the queries' bytes.
        corrections: (C, columns) int32, what the codes' 128 adds to each sum.
        number: Q; per_query: T; columns are Q T, padded.
        shares: (S,) float32, of the spaces in the fused score; all zero makes no fused list.
        wanted: (L,) bool, the lists to make.
        allowed: (N,) bool, or empty for all.
    """

    addresses: np.ndarray
    scales: np.ndarray
    corrections: np.ndarray
    number: int
    per_query: int
    shares: np.ndarray
    wanted: np.ndarray
    allowed: np.ndarray


class Best(NamedTuple):
    """The best of each list so far, unordered: reservoirs that are emptied down to `keep` when they are full.

    Args:
        scores: (Q, L, R) float32; rows: (Q, L, R) int64.
        counts: (Q, L) int64; thresholds: (Q, L) float32, what a score must exceed.
        ranges: (Q, S, 2) float32, lowest and highest score of each space.
        keep: that many are sure to be among the best.
    """

    scores: np.ndarray
    rows: np.ndarray
    counts: np.ndarray
    thresholds: np.ndarray
    ranges: np.ndarray
    keep: int


def new_best(queries: int, spaces: int, keep: int) -> Best:
    """Returns empty reservoirs for lists of `keep`."""
    places = 4 * keep + BLOCK
    shape = (queries, spaces + 1)
    ranges = np.empty((queries, spaces, 2), dtype=np.float32)
    ranges[..., 0], ranges[..., 1] = np.inf, -np.inf
    return Best(
        np.empty((*shape, places), dtype=np.float32),
        np.empty((*shape, places), dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
        np.full(shape, -np.inf, dtype=np.float32),
        ranges,
        keep,
    )


@njit(nogil=True, cache=True)
def scan(start, stop, codes, queries, best, kept):  # type: ignore[no-untyped-def]
    """Scores the shots of rows start to stop and enters them into the lists.

    Args:
        start, stop: rows; the first is a multiple of BLOCK.
        codes: Codes; queries: Queries; best: Best, of one thread.
        kept: (S, N) float32, where the scores of a single query stay; empty (S, 0) keeps none.
    """
    spaces = queries.shares.size
    columns = queries.scales.shape[1]
    sums = np.zeros((codes.widths.size, columns, BLOCK), dtype=np.int32)
    scores = np.empty((queries.number, spaces + 1, BLOCK), dtype=np.float32)
    for first in range(start, stop, BLOCK):
        rows = min(BLOCK, stop - first)
        if kept.shape[1] == 0 and _nobody(queries.allowed, first, rows):  # what is kept serves other filters
            continue
        for component in range(codes.widths.size):
            width = codes.widths[component]
            address = codes.addresses[component] + first * width
            multiply_rows(address, rows, queries.addresses[component], columns, width, sums, component)
        _combine(first // BLOCK, codes, queries, sums, scores)
        if kept.shape[1]:
            for space in range(spaces):  # loops: assigning slices would compile numba's words for errors
                for row in range(rows):
                    kept[space, first + row] = scores[0, space, row]
        _enter(first, rows, 0, queries.wanted, queries.allowed, scores, best)


@njit(nogil=True, cache=True)
def _nobody(allowed, first, rows):  # type: ignore[no-untyped-def]
    """Returns whether none of some rows is allowed; an empty mask allows all."""
    return allowed.size > 0 and not allowed[first : first + rows].any()


@njit(nogil=True, cache=True)
def _combine(block, codes, queries, sums, scores):  # type: ignore[no-untyped-def]
    """Turns sums (C, columns, BLOCK) into scores (Q, L, BLOCK); behind the last shot they mean nothing.

    Whole blocks in every loop: their length is known when they are compiled.
    """
    mixtures = codes.mixture_space.size
    spaces = queries.shares.size
    for query in range(queries.number):
        scores[query] = 0.0
        for component in range(codes.widths.size):
            place = codes.places[component]
            for number in range(queries.per_query):
                space = codes.mixture_space[number] if number < mixtures else codes.own_space[component]
                if space >= 0:
                    column = query * queries.per_query + number
                    scale = queries.scales[component, column]
                    correction = queries.corrections[component, column]
                    kind = number if number < mixtures else codes.weights.shape[2] - 1
                    for row in range(BLOCK):
                        dot = scale * np.float32(sums[component, column, row] - correction)
                        scores[query, space, row] += codes.weights[block, place, kind, row] * dot
        for space in range(spaces):
            share = queries.shares[space]
            if share != 0.0:
                for row in range(BLOCK):
                    scores[query, spaces, row] += share * scores[query, space, row]


@njit(nogil=True, cache=True)
def _enter(first, rows, from_list, wanted, allowed, scores, best):  # type: ignore[no-untyped-def]
    """Enters the scores (Q, L, BLOCK) of some rows into the lists; those that are not allowed stay out."""
    spaces = scores.shape[1] - 1
    for query in range(scores.shape[0]):
        for number in range(from_list, spaces + 1):
            line = scores[query, number]
            if allowed.size or rows < BLOCK:
                low, high = _range_of_allowed(line, first, rows, allowed)
            else:
                low, high = _range(line)
            if number < spaces:
                reached = best.ranges[query, number]
                reached[0], reached[1] = min(reached[0], low), max(reached[1], high)
            if wanted[number] and high > best.thresholds[query, number]:
                _offer(first, rows, line, query, number, best)


@njit(nogil=True, cache=True, fastmath=True)
def _range(line):  # type: ignore[no-untyped-def]
    """Returns the lowest and the highest of BLOCK scores."""
    low, high = line[0], line[0]
    for row in range(BLOCK):
        low, high = min(low, line[row]), max(high, line[row])
    return low, high


@njit(nogil=True, cache=True)
def _range_of_allowed(line, first, rows, allowed):  # type: ignore[no-untyped-def]
    """Returns the lowest and the highest score of those allowed; the others become -inf."""
    low, high = np.float32(np.inf), np.float32(-np.inf)
    for row in range(rows):
        if allowed.size and not allowed[first + row]:
            line[row] = -np.inf
        else:
            low, high = min(low, line[row]), max(high, line[row])
    return low, high


@njit(nogil=True, cache=True)
def _offer(first, rows, line, query, number, best):  # type: ignore[no-untyped-def]
    """Adds the scores above a list's threshold, then makes room for another block."""
    scores, kept = best.scores[query, number], best.rows[query, number]
    threshold, count = best.thresholds[query, number], best.counts[query, number]
    for row in range(rows):
        if line[row] > threshold:
            scores[count], kept[count] = line[row], first + row
            count += 1
    if count > scores.size - BLOCK:
        cut = _kth_highest(scores[:count].copy(), best.keep)
        left = 0
        for place in range(count):  # those above the cut first, so that equal ones cannot push them out
            if scores[place] > cut:
                scores[left], scores[place] = scores[place], scores[left]
                kept[left], kept[place] = kept[place], kept[left]
                left += 1
        for place in range(left, count):
            if left < best.keep and scores[place] == cut:
                scores[left], scores[place] = scores[place], scores[left]
                kept[left], kept[place] = kept[place], kept[left]
                left += 1
        count = left
        best.thresholds[query, number] = cut
    best.counts[query, number] = count


@njit(nogil=True, cache=True)
def _kth_highest(values, k):  # type: ignore[no-untyped-def]
    """Returns the k-th highest of some values, which are moved about.

    Hoare's selection; numba would compile np.partition for a quarter of a minute.
    """
    low, high, place = 0, values.size - 1, k - 1
    while low < high:
        pivot = values[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while values[left] > pivot:
                left += 1
            while values[right] < pivot:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left, right = left + 1, right - 1
        if place <= right:
            high = right
        elif place >= left:
            low = left
        else:
            break
    return values[place]


@njit(nogil=True, cache=True)
def select_again(start, stop, kept, lowest, steps, shares, wanted, allowed, best):  # type: ignore[no-untyped-def]
    """Enters rows start to stop into the fused list of a query whose scores were kept.

    Args:
        kept: (S, N) float32.
        lowest, steps, shares: (S,) float32; a space adds `share * (score - lowest) * step`.
        wanted: (L,) bool; allowed: (N,) bool, or empty.
        best: Best, of one thread.
    """
    spaces = kept.shape[0]
    scores = np.empty((1, spaces + 1, BLOCK), dtype=np.float32)
    for first in range(start, stop, BLOCK):
        rows = min(BLOCK, stop - first)
        fused = scores[0, spaces]
        fused[:] = 0.0
        for space in range(spaces):
            if shares[space] != 0.0:
                share = shares[space] * steps[space]
                for row in range(rows):
                    fused[row] += share * (kept[space, first + row] - lowest[space])
        _enter(first, rows, spaces, wanted, allowed, scores, best)
