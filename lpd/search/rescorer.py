"""Exact scores of candidates, from half floats on disk, over several threads.

Sizes: N shots, C components, S spaces.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lpd.search.quantised_files import QuantisedArrays
from lpd.search.rescoring import Halves, rescore

__all__ = ["Rescorer"]

_FEW = 64


@dataclass(frozen=True)
class Rescorer:
    """Scores pairs of a list and a shot.

    Args:
        arrays: of the index.
        threads: that work at once.
        pool: of that many threads.
    """

    arrays: QuantisedArrays
    threads: int
    pool: ThreadPoolExecutor

    def scores(
        self, vectors: Sequence[np.ndarray], rows: np.ndarray, lists: np.ndarray, fusion: np.ndarray
    ) -> np.ndarray:
        """Returns the exact score of each row in its list, (n,) float32.

        Args:
            vectors: S query vectors (D_s,) float32.
            rows: (n,) int64; lists: (n,) int64, a space's number or -1 for the fused list.
            fusion: (3, S) float32: share of a space, what is subtracted from its score, and what that is
                multiplied by.
        """
        held = [np.ascontiguousarray(vector, dtype=np.float32) for vector in vectors]
        addresses = np.array([vector.ctypes.data for vector in held], dtype=np.int64)
        scores = np.empty(len(rows), dtype=np.float32)
        threads = self.threads if len(rows) > _FEW else 1

        def part(number: int) -> None:
            # every n-th pair, so that the costly ones of the fused list are dealt out evenly
            found = np.empty(len(rows[number::threads]), dtype=np.float32)
            some = (np.ascontiguousarray(one[number::threads]) for one in (rows, lists))
            rescore(self._halves, *some, addresses, fusion, found)
            scores[number::threads] = found

        if threads == 1:
            part(0)
        else:
            list(self.pool.map(part, range(threads)))
        return scores

    @cached_property
    def _halves(self) -> Halves:
        arrays = self.arrays
        widths = np.array(arrays.component_widths, dtype=np.int64)
        mixing = arrays.mixing
        if mixing is None:
            mixing = np.zeros((len(arrays.rows), 0, len(widths)), dtype=np.float32)
        mixing = mixing.view()
        mixing.flags.writeable = False  # as those of files are: numba compiles for either
        mixtures = [space for space, source in enumerate(arrays.sources) if source is None]
        return Halves(
            address=arrays.rows.ctypes.data,
            stride=arrays.rows.strides[0],
            starts=2 * (np.cumsum(widths) - widths),
            widths=widths,
            mixing=mixing,
            component=np.array([-1 if one is None else one for one in arrays.sources], dtype=np.int64),
            mixture=np.array(
                [mixtures.index(space) if space in mixtures else -1 for space in range(len(arrays.sources))],
                dtype=np.int64,
            ),
        )
