"""The least that a full scan must do: read the codes once, by three probes that do next to nothing with them.

`benchmarks.search` holds its queries against the fastest of them, on the same array with the same threads.
"""

import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch


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
