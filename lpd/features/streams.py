"""Features that are read from first row to last: those of files that cannot be memory-mapped, and all others
when they are copied.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lpd.errors import FormatError, MismatchError
from lpd.features.files import BLOCK_BYTES, read_blocks
from lpd.features.matrix import FeatureMatrix

__all__ = ["FeatureStream", "in_memory", "stream_of"]

IN_MEMORY_BYTES = 8 << 30


@dataclass(frozen=True, eq=False)
class FeatureStream:
    """Rows that are read in order, a block at a time.

    Args:
        name: of the feature.
        ids: the N row names, in row order; what was written twice is here twice.
        dimension: D, the length of a row.
        dtype: float16, float32 or float64, little-endian.
        read: opens the file and yields (b, D) blocks of this type, at most about as large as it is told.
        where: the file, for messages.
        matrix: the same rows memory-mapped, where the file allows it.
    """

    name: str
    ids: list[str]
    dimension: int
    dtype: np.dtype
    read: Callable[[int], Iterator[np.ndarray]]
    where: object
    matrix: np.ndarray | None = None

    def blocks(self) -> Iterator[np.ndarray]:
        """Yields (b, D) blocks of about 2 MiB in the file's own type, first row to last.

        Raises:
            MismatchError: if the file yields more or fewer rows than it has ids.
        """
        done = 0
        for block in self.read(max(1, BLOCK_BYTES // (self.dimension * self.dtype.itemsize))):
            done += len(block)
            if done > len(self.ids):
                break
            yield block
        if done != len(self.ids):
            raise MismatchError(
                "ids and rows differ in number",
                where=self.where,
                expected=f"{len(self.ids)} rows",
                found=f"at least {done}" if done > len(self.ids) else done,
            )


def stream_of(matrix: FeatureMatrix, *, where: object) -> FeatureStream:
    """Returns the rows of an opened matrix from first to last."""
    return FeatureStream(
        matrix.name,
        matrix.ids,
        matrix.dimension,
        matrix.matrix.dtype,
        lambda rows: read_blocks(matrix.matrix, rows),
        where,
        matrix.matrix,
    )


def in_memory(stream: FeatureStream) -> FeatureMatrix:
    """Returns all rows of a stream as one matrix in memory.

    Raises:
        FormatError: if they take more than 8 GiB.
    """
    size = len(stream.ids) * stream.dimension * stream.dtype.itemsize
    if size > IN_MEMORY_BYTES:
        raise FormatError(
            "too large to be held in memory",
            where=stream.where,
            expected=f"at most {IN_MEMORY_BYTES} bytes, for this kind of file cannot be memory-mapped",
            found=f"{size} bytes",
            next_step="copy it (lpd import features without --pointer), or save the matrix as npy",
        )
    matrix = np.empty((len(stream.ids), stream.dimension), dtype=stream.dtype)
    done = 0
    for block in stream.blocks():
        matrix[done : done + len(block)] = block
        done += len(block)
    return FeatureMatrix(stream.name, stream.ids, matrix)
