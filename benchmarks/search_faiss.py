"""What one reaches for first, for `benchmarks.search`: a faiss index of 8-bit codes per space, and a fused
list from the union of their lists, which is not the fused list.

Sizes: N shots, S spaces, D width, K depth.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks.search_plain import best, space_vectors
from lpd.search.quantised_files import QuantisedArrays

TRAINING = 20_000
_AT_ONCE = 16384


class FaissUnion:
    """One `IndexScalarQuantizer` (8 bits, inner product) per space, asked by threads.

    Args:
        arrays: of an index; its half floats are read.
        threads: spaces that are searched at once, by one thread each.
    """

    def __init__(self, arrays: QuantisedArrays, *, threads: int) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        kind, metric = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        self._spaces = [faiss.IndexScalarQuantizer(width, kind, metric) for width in arrays.widths]
        shots = len(arrays.rows)
        rows = np.sort(np.random.default_rng(0).choice(shots, min(TRAINING, shots), replace=False))
        for space, vectors in zip(self._spaces, space_vectors(arrays, rows), strict=True):
            space.train(vectors)
        for start in range(0, shots, _AT_ONCE):
            block = space_vectors(arrays, slice(start, start + _AT_ONCE))
            for space, vectors in zip(self._spaces, block, strict=True):
                space.add(vectors)
        self._pool = ThreadPoolExecutor(threads, initializer=faiss.omp_set_num_threads, initargs=(1,))

    def search(self, query: Sequence[np.ndarray], depth: int) -> list[np.ndarray]:
        """Returns the rows of the list made from the union, then of each space's list, of S vectors (D,); a
        space's score that no list names is taken as zero.
        """
        asked = zip(self._spaces, query, strict=True)
        lists = list(self._pool.map(lambda pair: pair[0].search(pair[1][None], depth), asked))
        union = np.unique(np.concatenate([rows[0] for _, rows in lists]))
        fused = np.zeros(len(union), dtype=np.float32)
        for scores, rows in lists:
            fused[np.searchsorted(union, rows[0])] += scores[0]
        return [union[best(fused, depth)[0]], *(rows[0] for _, rows in lists)]

    def close(self) -> None:
        """Ends the threads."""
        self._pool.shutdown()


def best_of_union(
    arrays: QuantisedArrays, query: Sequence[np.ndarray], lists: Sequence[np.ndarray], depth: int
) -> np.ndarray:
    """Returns the rows of the best shots of the spaces' lists by their exact fused scores."""
    union = np.unique(np.concatenate(lists))
    scores = [vectors @ one for one, vectors in zip(query, space_vectors(arrays, union), strict=True)]
    return union[best(np.mean(scores, axis=0), depth)[0]]
