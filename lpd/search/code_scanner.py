"""Candidates of every list from the codes of a quantised index, over several threads.

Sizes: N shots, C components, M mixtures, S spaces, Q queries.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from lpd.search.quantised_files import QuantisedArrays
from lpd.search.quantised_queries import pack_queries
from lpd.search.scanning import BLOCK, Best, Codes, new_best, scan, select_again

__all__ = ["Candidates", "CodeScanner", "Wanted"]

ROWS_PER_TASK = 128 * BLOCK


class Wanted(NamedTuple):
    """What a scan is to bring.

    Args:
        shares: (S,) of the spaces in the fused score.
        lists: (S + 1,) bool; the fused list is the last.
        allowed: (N,) bool, or None for all shots.
        keep: candidates of each list.
    """

    shares: np.ndarray
    lists: np.ndarray
    allowed: np.ndarray | None
    keep: int


class Candidates(NamedTuple):
    """What a scan brought for one query.

    Args:
        rows: per list the rows of its candidates, in no order.
        ranges: (S, 2) float32, lowest and highest score of each space that was scored, from its codes.
    """

    rows: list[np.ndarray]
    ranges: np.ndarray


@dataclass(frozen=True)
class CodeScanner:
    """Scans codes; threads share the pool, whoever asks.

    Args:
        arrays: of the index.
        threads: that scan at once.
        pool: of that many threads; a query never runs in it, so tasks wait for tasks nowhere.
    """

    arrays: QuantisedArrays
    threads: int
    pool: ThreadPoolExecutor

    @cached_property
    def _weights(self) -> np.ndarray:
        return _sum_weights(self.arrays)

    def scored(self, wanted: Wanted) -> frozenset[int]:
        """Returns the spaces whose scores a scan makes: those of every component that it reads."""
        sources = self.arrays.sources
        asked = {int(space) for space in np.flatnonzero((wanted.shares > 0) | wanted.lists[:-1])}
        if any(sources[space] is None for space in asked):
            return frozenset(range(len(sources)))
        return frozenset(asked)

    def scan(
        self, vectors: Sequence[np.ndarray], wanted: Wanted, *, scores: np.ndarray | None = None
    ) -> list[Candidates]:
        """Returns the candidates of each query.

        Args:
            vectors: S arrays (Q, D_s) float32.
            wanted: what to bring.
            scores: (S, N) float32, filled with the scores of a single query; None keeps none.
        """
        codes, component_spaces = self._codes(self.scored(wanted))
        packed = pack_queries(
            vectors,
            component_spaces=component_spaces.tolist(),
            mixture_spaces=codes.mixture_space.tolist(),
            padded_widths=codes.widths.tolist(),
            shares=wanted.shares,
            wanted=wanted.lists,
        )
        queries = packed.queries
        if wanted.allowed is not None:
            queries = queries._replace(allowed=np.ascontiguousarray(wanted.allowed, dtype=np.bool_))
        kept = np.empty((len(self.arrays.sources), 0), dtype=np.float32) if scores is None else scores

        def some(start: int, stop: int, best: Best) -> None:
            scan(start, stop, codes, queries, best, kept)

        return self._over_all_rows(some, queries.number, wanted)

    def select_again(
        self, scores: np.ndarray, wanted: Wanted, *, lowest: np.ndarray, steps: np.ndarray
    ) -> np.ndarray:
        """Returns the candidates of the fused list of a query whose scores were kept; codes are not read.

        Args:
            scores: (S, N) float32.
            wanted: shares, allowed and keep are read.
            lowest, steps: (S,) float32; a space adds `share * (score - lowest) * step`.
        """
        shares = np.asarray(wanted.shares, dtype=np.float32)
        fused_only = np.arange(len(shares) + 1) == len(shares)
        allowed = np.zeros(0, dtype=np.bool_) if wanted.allowed is None else wanted.allowed

        def some(start: int, stop: int, best: Best) -> None:
            select_again(start, stop, scores, lowest, steps, shares, fused_only, allowed, best)

        return self._over_all_rows(some, 1, wanted)[0].rows[-1]

    def _codes(self, spaces: frozenset[int]) -> tuple[Codes, np.ndarray]:
        """Returns the codes that the spaces are scored from, and per component the space that it is."""
        arrays = self.arrays
        mixtures = [space for space, source in enumerate(arrays.sources) if source is None]
        mixed = bool(spaces & set(mixtures))
        own = np.full(len(arrays.codes), -1, dtype=np.int64)
        for space in spaces:
            source = arrays.sources[space]
            if source is not None:
                own[source] = space
        read = [number for number in range(len(own)) if mixed or own[number] >= 0]
        codes = Codes(
            addresses=np.array([arrays.codes[number].ctypes.data for number in read], dtype=np.int64),
            widths=np.array([arrays.codes[number].shape[1] for number in read], dtype=np.int64),
            places=np.array(read, dtype=np.int64),
            weights=self._weights,
            own_space=own[read],
            mixture_space=np.array(mixtures if mixed else [], dtype=np.int64),
        )
        return codes, own[read]

    def _over_all_rows(
        self, some: Callable[[int, int, Best], None], queries: int, wanted: Wanted
    ) -> list[Candidates]:
        """Runs a task over all rows, part by part, each thread with lists of its own, and joins the lists."""
        shots, spaces = len(self.arrays.scales), len(self.arrays.sources)
        parts = iter([(start, min(start + ROWS_PER_TASK, shots)) for start in range(0, shots, ROWS_PER_TASK)])
        threads = min(self.threads, -(-shots // ROWS_PER_TASK))

        def worker(best: Best) -> Best:
            for start, stop in _taken(parts):
                some(start, stop, best)
            return best

        kept = [new_best(queries, spaces, wanted.keep) for _ in range(threads)]
        done = [worker(kept[0])] if threads == 1 else list(self.pool.map(worker, kept))
        return [_joined(done, query, wanted) for query in range(queries)]


def _taken(parts: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yields parts that no other thread has; a list's iterator hands out each once, under the interpreter's
    lock.
    """
    while (part := next(parts, None)) is not None:
        yield part


def _joined(done: list[Best], query: int, wanted: Wanted) -> Candidates:
    """Returns the best of the threads' lists of one query."""
    rows = []
    for number, asked in enumerate(wanted.lists):
        counts = [int(best.counts[query, number]) for best in done] if asked else [0]
        found = np.concatenate([best.rows[query, number, :n] for best, n in zip(done, counts, strict=False)])
        if len(found) > wanted.keep:
            scores = np.concatenate(
                [best.scores[query, number, :n] for best, n in zip(done, counts, strict=False)]
            )
            found = found[np.argpartition(-scores, wanted.keep)[: wanted.keep]]
        rows.append(found)
    reached = np.stack([best.ranges[query] for best in done])
    ranges = np.stack([reached[..., 0].min(axis=0), reached[..., 1].max(axis=0)], axis=1)
    return Candidates(
        rows, np.where(np.isfinite(ranges), ranges, 0.0)
    )  # a space that was not scored has none


def _sum_weights(arrays: QuantisedArrays) -> np.ndarray:
    """Returns what the sums of codes count in each mixture and alone, as `Codes.weights`.

    The files hold them shot by shot; a scan wants those of neighbouring shots side by side.
    """
    shots, components = arrays.scales.shape
    mixtures = 0 if arrays.mixing is None else arrays.mixing.shape[1]
    weights = np.zeros((-(-shots // BLOCK), components, mixtures + 1, BLOCK), dtype=np.float32)
    for number, block in enumerate(weights):
        rows = slice(number * BLOCK, (number + 1) * BLOCK)
        scales = arrays.scales[rows].T
        block[:, -1, : scales.shape[1]] = scales
        if arrays.mixing is not None:
            block[:, :-1, : scales.shape[1]] = arrays.mixing[rows].transpose(2, 1, 0) * scales[:, None]
    return weights
