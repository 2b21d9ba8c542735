"""The quantised index: 8-bit codes are scanned whole, the best are scored again from half floats on disk.

Sizes: N shots, C components, S spaces, Q queries, K depth.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock

import numpy as np

from lpd.progress import Progress, no_progress
from lpd.search.code_scanner import CodeScanner, Wanted
from lpd.search.index import ListBlock, fusion_shares
from lpd.search.quantised_files import QuantisedArrays
from lpd.search.quantised_lists import ListMaker
from lpd.search.rescorer import Rescorer
from lpd.search.score_cache import ScoreCache

__all__ = ["QuantisedIndex", "candidates_of"]

CACHE_BYTES = 256 << 20
_QUERIES_AT_ONCE = 32
_FEW_SHOTS = 20_000
"""So few allowed shots are all scored from their half floats: nothing is scanned, and the lists are exact."""


def candidates_of(depth: int) -> int:
    """Returns how many candidates a list of a depth needs: so that its last places are safe as well."""
    return depth + max(64, 3 * depth // 10)


class QuantisedIndex:
    """A compressed index; any number of threads may search it at once.

    Every list is chosen from the scores of all shots, also the fused one. The codes' scores are off by about
    a hundredth of a score's spread, so more candidates than asked for are scored again from half floats:
    scores shown are exact to half precision, and a list lacks a shot only where the codes put it below all
    candidates (`recall`).

    Args:
        arrays: of the index.
        recall: measured recall, lowest mean over the lists; None if nobody measured it.
        threads: that scan; None takes the processors of this process.
        cache_bytes: for scores of the last queries, over everybody who asks.
        load: returns the arrays with their codes in memory, compared with their checksums; None takes them as
            they are.
    """

    exact = False
    kind = "quantised"

    def __init__(
        self,
        arrays: QuantisedArrays,
        *,
        recall: float | None = None,
        threads: int | None = None,
        cache_bytes: int = CACHE_BYTES,
        load: Callable[[Progress], QuantisedArrays] | None = None,
    ) -> None:
        self.recall = recall
        self.threads = threads or len(os.sched_getaffinity(0))
        self.cache = ScoreCache(cache_bytes)
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="scan")
        self._load = load
        self._warming = Lock()
        self._warm = False
        self._take(arrays)

    def _take(self, arrays: QuantisedArrays) -> None:
        self.arrays = arrays
        self._maker = ListMaker(
            arrays.spaces,
            arrays.shot_ids,
            CodeScanner(arrays, self.threads, self._pool),
            Rescorer(arrays, self.threads, self._pool),
            self.cache,
        )

    @property
    def spaces(self) -> tuple[str, ...]:
        """Names of the spaces, in the model's order."""
        return self.arrays.spaces

    @property
    def widths(self) -> tuple[int, ...]:
        """Dimension of each space."""
        return self.arrays.widths

    @property
    def shots(self) -> int:
        """Number of shots."""
        return len(self.arrays.rows)

    @property
    def shot_ids(self) -> Sequence[str]:
        """Ids of the shots, in the order of the rows."""
        return self.arrays.shot_ids

    @property
    def warm(self) -> bool:
        """Whether the codes are ready to be scanned, in memory and compared with their checksums."""
        return self._warm

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Reads the codes into memory, checks them and prepares the kernels; others wait meanwhile.

        Raises:
            FormatError: if a checksum differs.
        """
        if self._warm:
            return
        with self._warming:
            if self._warm:
                return
            if self._load is not None:
                self._take(self._load(progress))
            if self.shots:
                self._prepare_kernels(progress)
            self._warm = True

    def _prepare_kernels(self, progress: Progress) -> None:
        """Searches with the first shot: what compiles on first use, or is made once, is there afterwards."""
        stage = "preparing the kernels"
        progress(stage, 0, 1)
        spaces = len(self.spaces)
        best = Wanted(fusion_shares(None, spaces), np.ones(spaces + 1, dtype=np.bool_), None, 1)
        unkept = replace(self._maker, cache=ScoreCache(0))  # nobody asks for this query again
        unkept.one(_singles(self.vectors(np.zeros(1, dtype=np.int64)))[0], 1, best, stretch=True)
        progress(stage, 1, 1)

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
        """Returns the lists of each query; see `SpaceIndex.search`."""
        self.warm_up()
        shares = fusion_shares(weights, len(self.spaces))
        lists = np.ones(len(self.spaces) + 1, dtype=np.bool_)
        if wanted is not None:
            lists[:-1] = np.isin(np.arange(len(self.spaces)), wanted)
        keep = min(candidates_of(depth), self.shots)
        asked = Wanted(shares, lists, None if allowed is None else np.asarray(allowed, dtype=np.bool_), keep)
        count = len(queries[0])
        if allowed is not None and np.count_nonzero(allowed) <= _FEW_SHOTS:
            rows = np.flatnonzero(allowed)
            return [self._maker.few(one, rows, depth, asked, stretch=stretch) for one in _singles(queries)]
        if count == 1 or stretch:
            return [self._maker.one(one, depth, asked, stretch=stretch) for one in _singles(queries)]
        blocks: list[ListBlock] = []
        for start in range(0, count, _QUERIES_AT_ONCE):
            some = [vectors[start : start + _QUERIES_AT_ONCE] for vectors in queries]
            blocks += self._maker.some(some, depth, asked)
        return blocks

    def similarities(self, queries: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns the (S, Q, R) float32 similarities of the given shots."""
        wanted = np.asarray(rows, dtype=np.int64)
        return np.stack([self._maker.similarities(one, wanted) for one in _singles(queries)], axis=1)

    def vectors(self, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """Returns the video ends of the given shots, one array (R, D_s) per space."""
        wanted = np.asarray(rows, dtype=np.int64)
        ends = np.cumsum(self.arrays.component_widths)[:-1]
        components = np.split(self.arrays.rows[wanted].astype(np.float32), ends, axis=1)
        mixing = None if self.arrays.mixing is None else iter(self.arrays.mixing[wanted].transpose(1, 2, 0))
        vectors = []
        for source in self.arrays.sources:
            if source is not None:
                vectors.append(components[source])
            elif mixing is not None:
                shares = next(mixing)
                vectors.append(np.einsum("cr,crd->rd", shares, np.stack(components)).astype(np.float32))
        return tuple(vectors)


def _singles(queries: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
    """Returns the S vectors (D_s,) of each query."""
    return [[vectors[number] for vectors in queries] for number in range(len(queries[0]))]
