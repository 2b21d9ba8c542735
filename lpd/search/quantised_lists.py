"""The lists of a query over a quantised index: candidates from codes, order and scores from half floats.

Sizes: N shots, S spaces, Q queries, K depth.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from lpd.search.code_scanner import Candidates, CodeScanner, Wanted
from lpd.search.index import HitList, ListBlock
from lpd.search.rescorer import Rescorer
from lpd.search.rescoring import FUSED_LIST
from lpd.search.score_cache import ScoreCache, Scores, query_key
from lpd.search.topk import order_of_ids, top_k

__all__ = ["ListMaker"]

_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class ListMaker:
    """Makes lists; holds nothing but the cache.

    Args:
        spaces: names of the S spaces.
        shot_ids: N ids.
        scanner: of the codes.
        rescorer: of the half floats.
        cache: for scores of single queries.
    """

    spaces: Sequence[str]
    shot_ids: Sequence[str]
    scanner: CodeScanner
    rescorer: Rescorer
    cache: ScoreCache

    def one(self, vectors: Sequence[np.ndarray], depth: int, wanted: Wanted, *, stretch: bool) -> ListBlock:
        """Returns the lists of one query; its scores are kept, so that other weights need no scan.

        Args:
            vectors: S query vectors (D_s,).
            depth: K.
            wanted: what to bring.
            stretch: see `SpaceIndex.search`.
        """
        watch = _Watch()
        kept, found = self._scores(vectors, wanted, fill=stretch)
        watch.step("scan")
        filtered = b"" if wanted.allowed is None else query_key([np.packbits(wanted.allowed)])
        if filtered not in kept.ranges:
            ranges = _ranges(kept.scores, wanted.allowed) if found is None else found.ranges
            kept.ranges[filtered] = ranges
        fusion = _fusion(wanted.shares, kept.ranges[filtered] if stretch else None)
        known = {
            number: kept.lists[number, depth, filtered]
            for number in np.flatnonzero(wanted.lists[:-1]).tolist()
            if (number, depth, filtered) in kept.lists
        }
        candidates = [
            _NOBODY if not asked or number in known else self._candidates(number, kept, found, wanted, fusion)
            for number, asked in enumerate(wanted.lists)
        ]
        watch.step("select")
        lists = self._lists(vectors, candidates, depth, fusion)
        for number in np.flatnonzero(wanted.lists[:-1]).tolist():
            lists[number] = kept.lists.setdefault((number, depth, filtered), known.get(number, lists[number]))
        self.cache.trim()
        watch.step("rerank")
        return ListBlock(lists[-1], tuple(lists[:-1]), kept.ranges[filtered], watch.timings())

    def some(self, queries: Sequence[np.ndarray], depth: int, wanted: Wanted) -> list[ListBlock]:
        """Returns the lists of several queries, S arrays (Q, D_s), from one scan."""
        watch = _Watch()
        found = self.scanner.scan(queries, wanted)
        watch.step("scan")
        fusion = _fusion(wanted.shares, None)
        per_query = [
            self._lists([vectors[number] for vectors in queries], candidates.rows, depth, fusion)
            for number, candidates in enumerate(found)
        ]
        watch.step("rerank")
        return [
            ListBlock(lists[-1], tuple(lists[:-1]), candidates.ranges, watch.timings(len(found)))
            for lists, candidates in zip(per_query, found, strict=True)
        ]

    def few(
        self, vectors: Sequence[np.ndarray], rows: np.ndarray, depth: int, wanted: Wanted, *, stretch: bool
    ) -> ListBlock:
        """Returns the lists over few allowed shots: each is scored from half floats, so none is missed."""
        watch = _Watch()
        scores = self.similarities(vectors, rows)
        ranges = _ranges(scores, None)
        share, lowest, step = _fusion(wanted.shares, ranges if stretch else None)
        fused = share @ ((scores - lowest[:, None]) * step[:, None])
        lists = [
            self._best(rows, line, depth if asked else 0)
            for line, asked in zip((*scores, fused), wanted.lists, strict=True)
        ]
        watch.step("rerank")
        return ListBlock(lists[-1], tuple(lists[:-1]), ranges, watch.timings(), complete=True)

    def similarities(self, vectors: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns the (S, R) float32 similarities of shots with one query, from half floats."""
        spaces = len(self.spaces)
        scores = self.rescorer.scores(
            vectors,
            np.tile(rows, spaces),
            np.repeat(np.arange(spaces), len(rows)),
            _fusion(np.zeros(spaces), None),
        )
        return scores.reshape(spaces, len(rows))

    def _scores(
        self, vectors: Sequence[np.ndarray], wanted: Wanted, *, fill: bool
    ) -> tuple[Scores, Candidates | None]:
        """Returns the scores of a query; with new ones the candidates that were found on the way.

        Scores that the cache has no room for stay empty, unless `fill` asks for them: writing them costs many
        threads more than one.
        """
        spaces = self.scanner.scored(wanted)
        key = query_key(vectors)
        kept = self.cache.get(key, spaces)
        if kept is not None:
            return kept, None
        shape = (len(self.spaces), len(self.shot_ids))
        fits = 4 * shape[0] * shape[1] <= self.cache.most_bytes
        scores = np.empty(shape if fits or fill else (shape[0], 0), dtype=np.float32)
        found = self.scanner.scan([vector[None] for vector in vectors], wanted, scores=scores)[0]
        kept = Scores(scores, spaces)
        if fits:
            self.cache.put(key, kept)
        return kept, found

    def _candidates(
        self, number: int, kept: Scores, found: Candidates | None, wanted: Wanted, fusion: np.ndarray
    ) -> np.ndarray:
        """Returns the candidates of one list: those found by the scan, else from the scores it kept."""
        fused = number == len(self.spaces)
        stretched = fusion[1].any() or (fusion[2] != 1).any()
        as_scanned = not (fused and stretched)
        if found is not None and as_scanned:
            return found.rows[number]
        if not fused:
            fusion = _fusion(np.arange(len(self.spaces)) == number, None)
        share, lowest, step = fusion
        return self.scanner.select_again(
            kept.scores, wanted._replace(shares=share), lowest=lowest, steps=step
        )

    def _lists(
        self, vectors: Sequence[np.ndarray], candidates: Sequence[np.ndarray], depth: int, fusion: np.ndarray
    ) -> list[HitList]:
        """Returns each list's candidates in the order of their exact scores, cut at the depth."""
        numbers = [*range(len(self.spaces)), FUSED_LIST]
        counts = [len(rows) for rows in candidates]
        scores = self.rescorer.scores(vectors, np.concatenate(candidates), np.repeat(numbers, counts), fusion)
        parts = np.split(scores, np.cumsum(counts)[:-1])
        return [self._best(rows, line, depth) for rows, line in zip(candidates, parts, strict=True)]

    def _best(self, rows: np.ndarray, scores: np.ndarray, depth: int) -> HitList:
        """Returns the best shots; equal scores are ordered by id, descending."""
        best = np.argsort(-scores, kind="stable")
        found = scores[best]
        if (found[1:] == found[:-1]).any():
            best = top_k(scores, depth, order_of_ids([self.shot_ids[row] for row in rows.tolist()]))
        best = best[:depth]
        return HitList(rows[best], scores[best].astype(np.float32))


class _Watch:
    """The time that steps took."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._steps: dict[str, float] = {}

    def step(self, name: str) -> None:
        """Ends a step."""
        now = time.perf_counter()
        self._steps[name], self._last = 1000 * (now - self._last), now

    def timings(self, queries: int = 1) -> MappingProxyType[str, float]:
        """Returns step -> ms, shared equally among queries."""
        return MappingProxyType({name: took / queries for name, took in self._steps.items()})


def _fusion(shares: np.ndarray, ranges: np.ndarray | None) -> np.ndarray:
    """Returns (3, S) float32: shares, what is subtracted from a score, what that is multiplied by.

    Args:
        shares: (S,).
        ranges: (S, 2) that scores are stretched from to [0, 1]; None leaves them as they are.
    """
    shares = np.asarray(shares, dtype=np.float32)
    if ranges is None:
        return np.stack([shares, np.zeros_like(shares), np.ones_like(shares)])
    width = ranges[:, 1] - ranges[:, 0]
    steps = np.divide(1.0, width, out=np.zeros_like(width), where=width > 0)
    return np.stack([shares, ranges[:, 0], steps]).astype(np.float32)


def _ranges(scores: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
    """Returns (S, 2), lowest and highest of scores (S, N) among those allowed; zeros where there are none."""
    seen = scores if allowed is None else scores[:, allowed]
    if not seen.shape[1]:
        return np.zeros((len(scores), 2), dtype=np.float32)
    return np.stack([seen.min(axis=1), seen.max(axis=1)], axis=1)
