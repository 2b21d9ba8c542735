"""The exact answer to some queries from the half floats of a quantised index, in one pass over them.

Sizes: N shots, n of them in a block, S spaces, L = S + 1 lists (the fused one first), Q queries, C components
of widths D_c, M mixtures, K depth.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lpd.progress import Progress, no_progress
from lpd.search.index import HitList
from lpd.search.quantised_files import QuantisedArrays

__all__ = ["ExactAnswer", "ExactAnswers", "exact_answers", "space_vectors"]

_BLOCK_BYTES = 64 << 20


class ExactAnswer(NamedTuple):
    """What a full scan in float32 gives for one list of one query.

    Args:
        best: the K best rows; of equal scores at the end of the list any.
        asked: exact scores of the rows asked for, in their order.
    """

    best: HitList
    asked: np.ndarray


class ExactAnswers(NamedTuple):
    """The exact answers to some queries.

    Args:
        lists: per query the answer for each of the L lists.
        counts: (Q, S), what one unit of a space's score counts in the fused score.
    """

    lists: list[list[ExactAnswer]]
    counts: np.ndarray


def exact_answers(
    arrays: QuantisedArrays,
    queries: Sequence[np.ndarray],
    depth: int,
    *,
    shares: np.ndarray,
    asked: Sequence[Sequence[np.ndarray]],
    stretch: bool = False,
    progress: Progress = no_progress,
) -> ExactAnswers:
    """Returns the exact answers to some queries; fused scores are right but for one number per query added.

    Memory holds one block of vectors and one of scores (64 MiB each) and a few K candidates per list. Only to
    stretch, a pass that finds the ranges of the scores goes before.

    Args:
        arrays: of the index.
        queries: S arrays (Q, D_s) float32.
        depth: K.
        shares: (S,) of the spaces in the fused score.
        asked: per query L arrays of rows whose exact scores are wanted too.
        stretch: fuse scores stretched to [0, 1] per space, see `lpd.search.index.stretched`.
        progress: called with the rows scanned.
    """
    counts = np.tile(np.asarray(shares, dtype=np.float32), (len(queries[0]), 1))
    if stretch:
        widths = _widths_of_scores(arrays, queries)
        counts /= np.where(widths > 0, widths, np.float32(np.inf))
    lists = [[_Best(depth, rows) for rows in some] for some in asked]
    for start, block in _scores(arrays, queries, progress):
        # where a stretched scale begins adds the same to all scores of a query
        fused = np.einsum("qs,sqn->qn", counts, block)
        for number, some in enumerate(lists):
            some[0].add(start, fused[number])
            for space, best in enumerate(some[1:]):
                best.add(start, block[space, number])
    return ExactAnswers([[best.answer() for best in some] for some in lists], counts)


def space_vectors(arrays: QuantisedArrays, rows: slice | np.ndarray) -> list[np.ndarray]:
    """Returns the vectors of some shots in every space from the half floats, one array (n, D_s) float32 each.

    Args:
        arrays: of the index.
        rows: which shots.
    """
    side_by_side = np.asarray(arrays.rows[rows], dtype=np.float32)
    components = np.split(side_by_side, np.cumsum(arrays.component_widths)[:-1], axis=1)
    mixed: Iterator[np.ndarray] = iter(())
    if arrays.mixing is not None:
        stacked = side_by_side.reshape(len(side_by_side), len(components), -1)
        mixed = iter(np.einsum("nic,ncd->ind", arrays.mixing[rows], stacked))
    return [next(mixed) if source is None else components[source] for source in arrays.sources]


def _scores(
    arrays: QuantisedArrays, queries: Sequence[np.ndarray], progress: Progress
) -> Iterator[tuple[int, np.ndarray]]:
    """Yields the first row and the (S, Q, n) float32 scores of consecutive blocks of shots."""
    shots, numbers = len(arrays.rows), sum(arrays.widths) + sum(arrays.component_widths)
    step = max(1, _BLOCK_BYTES // (4 * max(numbers, len(queries) * len(queries[0]))))
    for start in range(0, shots, step):
        progress("measuring recall", start, shots)
        vectors = space_vectors(arrays, slice(start, start + step))
        yield start, np.stack([one @ space.T for one, space in zip(queries, vectors, strict=True)])
    progress("measuring recall", shots, shots)


def _widths_of_scores(arrays: QuantisedArrays, queries: Sequence[np.ndarray]) -> np.ndarray:
    """Returns (Q, S), highest less lowest score of each space over all shots."""
    lowest, highest = np.float32(np.inf), np.float32(-np.inf)
    for _, block in _scores(arrays, queries, no_progress):
        lowest = np.minimum(lowest, block.min(axis=2))
        highest = np.maximum(highest, block.max(axis=2))
    return np.asarray(highest - lowest).T


class _Best:
    """The best rows of one list so far, and the exact scores of the rows asked for.

    Args:
        depth: K.
        asked: rows, in any order.
    """

    def __init__(self, depth: int, asked: np.ndarray) -> None:
        self._depth = depth
        self._rows = np.empty(0, dtype=np.int64)
        self._scores = np.empty(0, dtype=np.float32)
        self._threshold = -np.inf
        self._order = np.argsort(asked)
        self._asked = np.asarray(asked, dtype=np.int64)[self._order]
        self._asked_scores = np.full(len(asked), -np.inf, dtype=np.float32)

    def add(self, start: int, scores: np.ndarray) -> None:
        """Takes the scores (n,) of the rows from `start` on."""
        first, last = np.searchsorted(self._asked, [start, start + len(scores)])
        self._asked_scores[first:last] = scores[self._asked[first:last] - start]
        places = np.flatnonzero(scores > self._threshold)
        self._rows = np.concatenate([self._rows, places + start])
        self._scores = np.concatenate([self._scores, scores[places]])
        if len(self._rows) > 4 * self._depth:
            self._cut()

    def _cut(self) -> None:
        if len(self._rows) > self._depth:
            kept = np.argpartition(-self._scores, self._depth - 1)[: self._depth]
            self._rows, self._scores = self._rows[kept], self._scores[kept]
            self._threshold = float(self._scores.min())

    def answer(self) -> ExactAnswer:
        """Returns what a full scan gives, once every row was added."""
        self._cut()
        order = np.argsort(-self._scores, kind="stable")
        asked = np.empty_like(self._asked_scores)
        asked[self._order] = self._asked_scores
        return ExactAnswer(HitList(self._rows[order], self._scores[order]), asked)
