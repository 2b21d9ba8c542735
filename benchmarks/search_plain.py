"""Search as one writes it first: float32 vectors memory-mapped, a product per space, a partial sort per list.

What `benchmarks.search` holds the index against. Sizes: N shots, S spaces, C components, D width, K depth.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lpd.search.quantised_files import QuantisedArrays

Ranked = tuple[np.ndarray, np.ndarray]
"""Rows (K,) and their scores (K,), best first."""
_AT_ONCE = 8192


class PlainSearch:
    """Vectors of all shots in all spaces.

    Args:
        vectors: S arrays (N, D) float32.
    """

    def __init__(self, vectors: Sequence[np.ndarray]) -> None:
        self.vectors = vectors

    def search(self, query: Sequence[np.ndarray], depth: int) -> list[Ranked]:
        """Returns the fused list (the mean of all scores) and then each space's, of S query vectors (D,)."""
        fused = np.zeros(len(self.vectors[0]), dtype=np.float32)
        lists = []
        for one, vectors in zip(query, self.vectors, strict=True):
            scores = vectors @ one
            fused += scores
            lists.append(best(scores, depth))
        fused /= len(self.vectors)
        return [best(fused, depth), *lists]


def best(scores: np.ndarray, depth: int) -> Ranked:
    """Returns the rows of the highest scores (N,) and these, best first."""
    depth = min(depth, len(scores))
    rows = np.argpartition(scores, len(scores) - depth)[len(scores) - depth :]
    rows = rows[np.argsort(-scores[rows])]
    return rows, scores[rows]


def write_plain(arrays: QuantisedArrays, folder: Path, *, shots: int) -> None:
    """Writes space_<number>.npy, (shots, D) float32 each, from the half floats of an index's first shots."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [
        np.lib.format.open_memmap(_file(folder, number), "w+", np.float32, (shots, width))
        for number, width in enumerate(arrays.widths)
    ]
    for start in range(0, shots, _AT_ONCE):
        stop = min(start + _AT_ONCE, shots)
        for file, vectors in zip(files, space_vectors(arrays, slice(start, stop)), strict=True):
            file[start:stop] = vectors
    for file in files:
        file.flush()


def open_plain(folder: Path, *, shots: int | None = None) -> PlainSearch:
    """Returns the search over what `write_plain` wrote, or over the first shots of it; memory-mapped."""
    files = sorted(folder.glob("space_*.npy"))
    return PlainSearch([np.load(file, mmap_mode="r")[:shots] for file in files])


def space_vectors(arrays: QuantisedArrays, rows: slice | np.ndarray) -> list[np.ndarray]:
    """Returns the vectors (n, D) float32 of some shots in every space, from the half floats of an index."""
    ends = np.cumsum(arrays.component_widths)
    kept = np.asarray(arrays.rows[rows], dtype=np.float32)
    components = np.split(kept, ends[:-1], axis=1)
    mixed = []
    if arrays.mixing is not None:
        stacked = kept.reshape(len(kept), len(components), -1)
        mixed = list(np.matmul(np.asarray(arrays.mixing[rows]), stacked).transpose(1, 0, 2))
    mixtures = iter(mixed)
    return [
        np.ascontiguousarray(next(mixtures) if source is None else components[source])
        for source in arrays.sources
    ]


def _file(folder: Path, number: int) -> Path:
    return folder / f"space_{number:02d}.npy"
