"""Rows of a source in the order that a collection wants them, with no more than a few blocks in memory."""

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO

import numpy as np

from lpd.features.files import BLOCK_BYTES
from lpd.features.matrix import not_finite_error, rows_not_finite
from lpd.features.streams import FeatureStream
from lpd.progress import Progress, no_progress

__all__ = ["picked_blocks"]


@contextmanager
def picked_blocks(
    stream: FeatureStream,
    targets: np.ndarray,
    *,
    scratch: Path,
    progress: Progress = no_progress,
) -> Iterator[Iterator[np.ndarray]]:
    """Yields the picked rows in blocks, in the order of their targets.

    A source that has them in this order is read from first row to last; one that is memory-mapped is asked
    for them; any other is read in its order into a temporary file, which is then read in the order wanted.

    Args:
        stream: the source.
        targets: (N,) int64, for each of its rows the row that it becomes, or -1 if it is left out; those from
            0 on are each there once.
        scratch: the folder of the temporary file.
        progress: called while rows are read into it.

    Raises:
        FormatError: when a block with NaN or infinity is read, naming the rows.
    """
    picked = np.flatnonzero(targets >= 0)
    in_order = bool((np.diff(targets[picked]) > 0).all())
    if stream.matrix is not None and not (in_order and 2 * len(picked) > len(targets)):
        sources = np.empty(len(picked), dtype=np.int64)
        sources[targets[picked]] = picked
        yield _gathered(stream, stream.matrix, sources)
    elif in_order:
        yield (rows for rows, _ in _read_picked(stream, targets))
    else:
        with tempfile.TemporaryFile(dir=scratch, prefix=".rows.", suffix=".part") as file:
            _scatter(stream, targets, file=file, progress=progress)
            yield _read_back(file, stream, len(picked))


def _gathered(stream: FeatureStream, matrix: np.ndarray, sources: np.ndarray) -> Iterator[np.ndarray]:
    step = _rows_at_once(stream)
    for start in range(0, len(sources), step):
        rows = sources[start : start + step]
        block = np.asarray(matrix[rows])
        if isinstance(matrix.base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            matrix.base.madvise(mmap.MADV_DONTNEED)  # else the whole file gathers in this process
        _check_block(block, rows, stream)
        yield block


def _read_picked(stream: FeatureStream, targets: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yields, block by block of the source, the picked rows and their targets."""
    start = 0
    for block in stream.blocks():
        wanted = targets[start : start + len(block)]
        kept = np.flatnonzero(wanted >= 0)
        rows = block if len(kept) == len(block) else block[kept]
        _check_block(rows, start + kept, stream)
        start += len(block)
        if len(kept):
            yield rows, wanted[kept]


def _check_block(block: np.ndarray, rows: np.ndarray, stream: FeatureStream) -> None:
    bad = rows[rows_not_finite(block)].tolist()
    if bad:
        raise not_finite_error([f"row {row}: {stream.ids[row]}" for row in bad], where=stream.where)


def _scatter(stream: FeatureStream, targets: np.ndarray, *, file: IO[bytes], progress: Progress) -> None:
    """Writes each picked row at its place; rows that follow each other at once."""
    row_bytes = stream.dimension * stream.dtype.itemsize
    total, done = int((targets >= 0).sum()), 0
    progress("sorting rows", 0, total)
    for rows, places in _read_picked(stream, targets):
        order = np.argsort(places)
        sorted_rows, sorted_places = np.ascontiguousarray(rows[order]), places[order]
        starts = [0, *(np.flatnonzero(np.diff(sorted_places) != 1) + 1).tolist(), len(places)]
        for start, end in pairwise(starts):
            file.seek(int(sorted_places[start]) * row_bytes)
            file.write(sorted_rows[start:end].data)
        done += len(places)
        progress("sorting rows", done, total)


def _read_back(file: IO[bytes], stream: FeatureStream, count: int) -> Iterator[np.ndarray]:
    file.seek(0)
    step = _rows_at_once(stream)
    for start in range(0, count, step):
        rows = min(step, count - start)
        data = file.read(rows * stream.dimension * stream.dtype.itemsize)
        yield np.frombuffer(data, dtype=stream.dtype).reshape(rows, stream.dimension)


def _rows_at_once(stream: FeatureStream) -> int:
    return max(1, BLOCK_BYTES // (stream.dimension * stream.dtype.itemsize))
