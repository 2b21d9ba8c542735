"""Files that hold matrices: what can be known of one before it is read, and blocks of its rows."""

import io
import mmap
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.trec.lines import LFS_STUB, read_text

__all__ = [
    "check_array",
    "check_file",
    "check_row_count",
    "check_size",
    "map_rows",
    "read_blocks",
    "read_row_names",
]

STORED_FLOATS = (np.dtype("<f2"), np.dtype("<f4"))
"""What the workspace keeps, and what is memory-mapped as it is."""

BROUGHT_FLOATS = (*STORED_FLOATS, np.dtype("<f8"))
"""What is read; float64 becomes float32 when it is copied."""

BLOCK_BYTES = 2 << 20
"""Of rows read at once; larger blocks leave the processor's cache and are no faster."""


def check_file(path: Path, *, expected: str) -> None:
    """Checks that a file of numbers is there and is no Git LFS stub.

    Raises:
        NotFoundError: if there is no such file, or a link that leads nowhere.
        FormatError: if it is a Git LFS pointer.
    """
    if not path.is_file():
        found = f"a link to {path.readlink()}, which is not there" if path.is_symlink() else None
        raise NotFoundError("file is missing", where=path, expected=expected, found=found)
    with path.open("rb") as stream:
        stub = stream.read(len(LFS_STUB)) == LFS_STUB
    if stub:
        raise FormatError(
            "a Git LFS pointer, not the file itself",
            where=path,
            expected=expected,
            next_step="run `git lfs pull` where it came from, or download it from its publisher",
        )


def check_size(path: Path, expected: int, *, shape: tuple[int, ...], header: int = 0) -> None:
    """Checks that a file has the bytes that its shape asks for.

    Raises:
        MismatchError: if it is cut short or has bytes behind its end.
    """
    size = path.stat().st_size
    if size != expected + header:
        state = "cut short" if size < expected + header else "longer than its shape says"
        raise MismatchError(
            f"the array is {state}",
            where=path,
            expected=f"{expected + header} bytes for shape {shape}",
            found=f"{size} bytes",
            next_step="copy or extract the file again",
        )


def check_row_count(path: Path, rows: int) -> None:
    """Checks that a packed file claims no more rows than have names of their own in so many bits.

    Raises:
        FormatError: if it does.
    """
    most = 8 * path.stat().st_size
    if rows > most:
        raise FormatError(
            "a file that claims to hold more than it can",
            where=path,
            expected=f"at most {most} rows in {path.stat().st_size} bytes",
            found=f"{rows} rows",
        )


def check_array(
    shape: tuple[int, ...], dtype: np.dtype, *, where: object, floats: tuple[np.dtype, ...] = BROUGHT_FLOATS
) -> None:
    """Checks what a header says of a matrix.

    Raises:
        FormatError: if it is of another type, not two-dimensional, or empty.
    """
    if dtype not in floats:
        raise FormatError(
            "wrong number type",
            where=where,
            expected=f"{' or '.join(one.name for one in floats)}, little-endian",
            found=dtype.str,
            next_step="save it again with .astype('float32')",
        )
    if len(shape) != 2 or min(shape) < 1:
        raise FormatError("wrong shape", where=where, expected="rows x dimension, both above 0", found=shape)


def read_row_names(path: Path, rows: int) -> list[str]:
    """Returns the names of `rows` rows: one per line if there are as many lines, else split at blanks.

    Raises:
        NotFoundError, FormatError: as `read_text`.
        MismatchError: if there are more or fewer.
    """
    text = read_text(path)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == rows:
        return lines
    words = text.split()
    if len(words) == rows:
        return words
    raise MismatchError(
        "number of ids and number of rows differ",
        where=path,
        expected=f"{rows} ids, one per line or separated by blanks",
        found=f"{len(lines)} lines with {len(words)} words",
        next_step="give the id list that was written together with the matrix",
    )


def map_rows(path: Path, dtype: np.dtype, *, shape: tuple[int, int], offset: int = 0) -> np.memmap:
    """Returns a matrix of a file whose size was checked, memory-mapped, row by row."""
    return np.memmap(path, dtype=dtype, mode="r", offset=offset, shape=shape)


def block_bounds(matrix: np.ndarray, rows_per_block: int | None = None) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of consecutive blocks of rows; by default of about 2 MiB."""
    row_bytes = max(1, matrix.shape[1] * matrix.itemsize)
    step = rows_per_block or max(1, BLOCK_BYTES // row_bytes)
    for start in range(0, len(matrix), step):
        yield start, min(start + step, len(matrix))


def read_blocks(matrix: np.ndarray, rows_per_block: int | None = None) -> Iterator[np.ndarray]:
    """Yields consecutive blocks of rows in the matrix's own type, first row to last.

    A matrix mapped from a file is read from that file, so its pages do not gather in memory; a file that was
    cut since is told, where the map would end the process.

    Raises:
        MismatchError: if the file has become shorter.
    """
    # a part of a map has the map as its base, and still says the offset of the whole
    whole = isinstance(matrix, np.memmap) and isinstance(matrix.base, mmap.mmap)
    if not whole or not matrix.flags.c_contiguous:
        yield from (matrix[start:end] for start, end in block_bounds(matrix, rows_per_block))
        return
    assert isinstance(matrix, np.memmap)
    assert matrix.filename is not None, "it was mapped from a file"
    with Path(matrix.filename).open("rb", buffering=0) as stream:
        stream.seek(matrix.offset)
        for start, end in block_bounds(matrix, rows_per_block):
            block = np.empty((end - start, matrix.shape[1]), dtype=matrix.dtype)
            _fill(stream, block.reshape(-1).view(np.uint8).data, where=matrix.filename)
            yield block


def _fill(stream: io.RawIOBase, view: memoryview, *, where: object) -> None:
    while view:
        taken = stream.readinto(view)
        if not taken:
            raise MismatchError("the file was cut short while it was read", where=where)
        view = view[taken:]
