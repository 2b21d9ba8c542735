"""The least that a full scan must do: read the codes once, by three probes that do next to nothing with them,
and multiply them with the queries, on rows that lie in the cache.

`benchmarks.search` holds its queries against the fastest probe, on the same array with the same threads, and
many topics in one pass against the products.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numba import njit

from lpd.search.kernels import GROUP, multiply_rows
from lpd.search.quantised_files import QuantisedArrays
from lpd.search.scanning import BLOCK

_ROWS_TIMED = 16384
"""Of each component; the products of all shots are that much more of the same."""


def _numpy_sum(words: np.ndarray) -> object:
    return words.sum()


def _numpy_xor(words: np.ndarray) -> object:
    return np.bitwise_xor.reduce(words)


def _torch_sum(words: np.ndarray) -> object:
    return torch.from_numpy(words).sum()


PROBES: dict[str, Callable[[np.ndarray], object]] = {
    "numpy sum": _numpy_sum,
    "numpy xor": _numpy_xor,
    "torch sum": _torch_sum,
}


class Floor:
    """Arrays of bytes, divided among threads that read them.

    Args:
        arrays: contiguous, their bytes a multiple of 8.
        threads: as many as the index has.
    """

    def __init__(self, arrays: Sequence[np.ndarray], *, threads: int) -> None:
        words = [array.reshape(-1).view(np.int64) for array in arrays]
        self.bytes = sum(array.nbytes for array in arrays)
        self._shares = [
            [array[part * array.size // threads : (part + 1) * array.size // threads] for array in words]
            for part in range(threads)
        ]
        self._pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))

    def read(self, probe: str) -> float:
        """Returns the milliseconds that a probe of PROBES takes over all bytes."""
        work = PROBES[probe]

        def read_share(share: list[np.ndarray]) -> None:
            for words in share:
                work(words)

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
            started = time.perf_counter()
            list(self._pool.map(read_share, self._shares))
            return 1000 * (time.perf_counter() - started)

    def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown()


def products_ms(arrays: QuantisedArrays, *, topics: int, threads: int) -> float:
    """Returns the milliseconds of nothing but the products that a scan for some topics makes.

    Every component is multiplied with the topics' queries of each mixture and its own, a block of rows again
    and again, over a part of the rows; the time is what all of them take.
    """
    columns = topics * (arrays.sources.count(None) + 1)
    columns += -columns % GROUP
    parts = []
    for codes in arrays.codes:
        rows, width = codes[:BLOCK].copy(), codes.shape[1]
        parts.append((rows, np.ones((columns, width), dtype=np.int8), columns, width))

    def multiply(part: tuple[np.ndarray, np.ndarray, int, int], blocks: int) -> None:
        rows, queries, columns, width = part
        _multiply(rows.ctypes.data, queries.ctypes.data, columns, width, blocks)

    multiply(parts[0], 1)  # compiles
    blocks = _ROWS_TIMED // BLOCK // threads
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        for part in parts:
            list(pool.map(multiply, [part] * threads, [blocks] * threads))
        taken = time.perf_counter() - started
    return 1000 * taken * len(arrays.rows) / (blocks * threads * BLOCK)


@njit(nogil=True)
def _multiply(codes, queries, columns, width, blocks):  # type: ignore[no-untyped-def]
    out = np.empty((1, columns, BLOCK), dtype=np.int32)
    for _ in range(blocks):
        multiply_rows(codes, BLOCK, queries, columns, width, out, 0)
