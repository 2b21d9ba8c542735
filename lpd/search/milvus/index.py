"""An index that lies in a Milvus collection: one vector per shot, all spaces side by side.

The inner product with the query's vectors side by side, each times its share, is the fused score of a shot;
with the other spaces' parts zero it is the similarity in one space. So one field of D dimensions gives every
list, and a scan without loss (FLAT) makes them exact.

Sizes: S spaces of width D_s, N shots, Q queries, D = sum of the widths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import ClassVar, NamedTuple

import numpy as np

from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.search.index import HitList, ListBlock, fusion_shares
from lpd.search.milvus.collection import MilvusCollection
from lpd.search.milvus.filters import listed_rows
from lpd.search.milvus.lists import DEEPEST, FETCHED_MORE, best_lists, ranked

__all__ = ["MilvusIndex"]

_BYTES_AT_ONCE = 16 * 2**20
_HITS_AT_ONCE = 500_000
_ROWS_AT_ONCE = 1024
_NOTHING = HitList(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))


class _Asked(NamedTuple):
    """What is asked of every query; see `SpaceIndex.search`. `listed` are the numbers of the spaces with
    lists.
    """

    depth: int
    shares: np.ndarray
    listed: tuple[int, ...]
    allowed: np.ndarray | None
    stretch: bool


@dataclass(frozen=True)
class MilvusIndex:
    """The video ends of a collection's shots in Milvus. Read-only, so threads may share it.

    Lists are those of a full scan in float32; equal scores are ordered as `best_lists` says.

    Args:
        collection: where they lie.
        spaces: names, in the model's order.
        widths: D_s.
        shot_ids: N ids in the order of the rows.
    """

    collection: MilvusCollection
    spaces: tuple[str, ...]
    widths: tuple[int, ...]
    shot_ids: tuple[str, ...] = field(repr=False)
    kind: ClassVar[str] = "milvus"
    exact: ClassVar[bool] = True
    recall: ClassVar[float | None] = None

    @property
    def shots(self) -> int:
        """Number of shots."""
        return len(self.shot_ids)

    @property
    def warm(self) -> bool:
        """Whether Milvus holds the collection ready for queries."""
        return self.collection.is_loaded()

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Lets Milvus load the collection, waits for it, and counts its rows.

        Raises:
            StaleError: if it is gone or has another number of rows.
        """
        self.collection.load(progress)
        found = self.collection.rows_found()
        if found != self.shots:
            raise self.collection.stale("has another number of rows", expected=self.shots, found=found)

    def search(
        self,
        queries: Sequence[np.ndarray],
        depth: int,
        *,
        weights: np.ndarray | None = None,
        allowed: np.ndarray | None = None,
        stretch: bool = False,
        wanted: Sequence[int] | None = None,
    ) -> list[ListBlock]:
        """Returns the lists of each query; see `SpaceIndex.search`.

        All lists of as many queries as fit are one call of Milvus. `ranges` would cost as many lists again,
        so they are found for `stretch` alone, of the spaces that have a list or a share; the others' are
        zero, and without `stretch` all are NaN.

        Raises:
            LpdError: if the depth is more than Milvus gives (16,384), or Milvus fails.
            StaleError: if its collection is gone.
        """
        listed = tuple(sorted(set(range(len(self.spaces)) if wanted is None else wanted)))
        asked = _Asked(depth, fusion_shares(weights, len(self.spaces)), listed, allowed, stretch)
        if depth > DEEPEST:
            raise LpdError("the list is longer than Milvus gives", expected=f"at most {DEEPEST}", found=depth)
        if depth < 1 or not (self.shots if allowed is None else allowed.any()):
            ranges = np.zeros((len(self.spaces), 2), dtype=np.float32)
            return [ListBlock(_NOTHING, (_NOTHING,) * len(self.spaces), ranges) for _ in queries[0]]
        vectors = max(1 + len(listed), 2 * len(self.spaces) if stretch else 0)
        at_once = self._queries_at_once(vectors, min(depth + FETCHED_MORE, self.shots))
        blocks: list[ListBlock] = []
        for start in range(0, len(queries[0]), at_once):
            blocks += self._search_some([query[start : start + at_once] for query in queries], asked)
        return blocks

    def _search_some(self, queries: Sequence[np.ndarray], asked: _Asked) -> list[ListBlock]:
        queries = [np.asarray(query, dtype=np.float32) for query in queries]
        count = len(queries[0])
        ranges = np.full((count, len(self.spaces), 2), np.nan, dtype=np.float32)
        factors = np.tile(asked.shares, (count, 1))
        if asked.stretch:
            ranges = self._ranges(queries, asked)
            width = ranges[..., 1] - ranges[..., 0]
            factors = np.where(width > 0, factors / np.where(width > 0, width, 1), np.float32(0))
        # sum share (score - lowest) / width is an inner product less a constant
        constants = (factors * ranges[..., 0]).sum(axis=1) if asked.stretch else np.zeros(count, np.float32)
        fused = np.concatenate([q * f[:, None] for q, f in zip(queries, factors.T, strict=True)], axis=1)
        vectors = np.concatenate([fused, *(self._alone(space, queries[space]) for space in asked.listed)])
        lists = self._lists(vectors, asked.depth, asked.allowed)
        blocks = []
        for number in range(count):
            best, *alone = lists[number::count]
            by_space = dict(zip(asked.listed, alone, strict=True))
            spaces = tuple(by_space.get(space, _NOTHING) for space in range(len(self.spaces)))
            if asked.stretch:
                best = ranked(HitList(best.rows, best.scores - constants[number]), self.shot_ids)
            blocks.append(ListBlock(best, spaces, ranges[number]))
        return blocks

    def _ranges(self, queries: Sequence[np.ndarray], asked: _Asked) -> np.ndarray:
        """Returns (Q, S, 2) float32: the lowest score is the highest of the opposite query, negated."""
        ranges = np.zeros((len(queries[0]), len(self.spaces), 2), dtype=np.float32)
        needed = [space for space in range(len(self.spaces)) if space in asked.listed or asked.shares[space]]
        vectors = np.concatenate([self._alone(space, queries[space]) for space in needed])
        ends = self._lists(np.concatenate([-vectors, vectors]), 1, asked.allowed)
        best = np.array([hits.scores[0] for hits in ends], dtype=np.float32).reshape(2, len(needed), -1)
        ranges[:, needed, 0], ranges[:, needed, 1] = -best[0].T, best[1].T
        return ranges

    def _lists(self, vectors: np.ndarray, depth: int, allowed: np.ndarray | None) -> list[HitList]:
        return best_lists(
            self.collection.fetch, vectors, depth=depth, allowed=allowed, shot_ids=self.shot_ids
        )

    def _alone(self, space: int, query: np.ndarray) -> np.ndarray:
        """Returns (Q, D) float32: the query's part of one space, zeros elsewhere."""
        alone = np.zeros((len(query), sum(self.widths)), dtype=np.float32)
        start = sum(self.widths[:space])
        alone[:, start : start + self.widths[space]] = query
        return alone

    def _queries_at_once(self, vectors: int, hits: int) -> int:
        """Returns how many queries of so many vectors and hits per vector go to Milvus in one message."""
        return max(1, min(_BYTES_AT_ONCE // (4 * sum(self.widths)), _HITS_AT_ONCE // hits) // vectors)

    def similarities(self, queries: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns the (S, Q, R) float32 similarities of the given shots.

        Raises:
            StaleError: if Milvus lacks one of them.
        """
        different, places = np.unique(np.asarray(rows, dtype=np.int64), return_inverse=True)
        vectors = np.concatenate([self._alone(space, query) for space, query in enumerate(queries)])
        scores = np.empty((len(vectors), len(different)), dtype=np.float32)
        at_once = self._queries_at_once(1, _ROWS_AT_ONCE)
        for first in range(0, len(different), _ROWS_AT_ONCE):
            some = different[first : first + _ROWS_AT_ONCE]
            for start in range(0, len(vectors), at_once):
                lists = self.collection.fetch(vectors[start : start + at_once], len(some), listed_rows(some))
                for number, hits in enumerate(lists, start):
                    if len(hits.rows) != len(some):
                        raise self.collection.stale("lacks rows", expected=len(some), found=len(hits.rows))
                    scores[number, first + np.searchsorted(some, hits.rows)] = hits.scores
        return scores[:, places].reshape(len(self.spaces), len(queries[0]), len(places))

    def vectors(self, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """Returns the vectors of the given shots, one (R, D_s) float32 array per space.

        Raises:
            StaleError: if Milvus lacks one of them.
        """
        different, places = np.unique(np.asarray(rows, dtype=np.int64), return_inverse=True)
        found = self.collection.vectors(different, sum(self.widths))[places]
        return tuple(np.split(found, list(accumulate(self.widths))[:-1], axis=1))
