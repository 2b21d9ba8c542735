"""Features in npy files."""

import warnings
from collections.abc import Callable
from pathlib import Path
from tokenize import TokenError
from typing import IO, NamedTuple

import numpy as np

from lpd.errors import FormatError
from lpd.features.files import (
    BROUGHT_FLOATS,
    STORED_FLOATS,
    check_array,
    check_file,
    check_size,
    map_rows,
    read_row_names,
)
from lpd.features.matrix import FeatureMatrix

__all__ = ["NpyHeader", "map_npy", "open_npy", "read_npy_header"]

HEADER_READERS: dict[tuple[int, int], Callable] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}

BAD_HEADER = (KeyError, ValueError, TypeError, SyntaxError, TokenError, MemoryError, RecursionError)
"""What numpy raises for a damaged header."""


class NpyHeader(NamedTuple):
    """What the first bytes of an npy file say."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype


def read_npy_header(stream: IO[bytes], *, where: object) -> NpyHeader:
    """Returns the header of an npy file and leaves the stream at the first number.

    Raises:
        FormatError: if there is none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 2 wrote its numbers as 10L, which numpy warns of
            return NpyHeader(*HEADER_READERS[np.lib.format.read_magic(stream)](stream))
    except BAD_HEADER as error:
        raise FormatError("not an npy file", where=where, found=str(error).split("\n")[0][:200]) from error


def map_npy(path: Path, *, floats: tuple[np.dtype, ...] = STORED_FLOATS) -> np.memmap:
    """Returns the (N, D) array of an npy file, memory-mapped.

    Args:
        path: of the file.
        floats: the types that are taken.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not npy, of another type, not two-dimensional, or empty.
        MismatchError: if it is cut short or has bytes behind its end.
    """
    check_file(path, expected="an npy file")
    with path.open("rb") as stream:
        shape, fortran, dtype = read_npy_header(stream, where=path)
        header = stream.tell()
    check_array(shape, dtype, where=path, floats=floats)
    rows, dimension = shape
    check_size(path, rows * dimension * dtype.itemsize, shape=shape, header=header)
    if fortran:
        return np.memmap(path, dtype=dtype, mode="r", offset=header, shape=shape, order="F")
    return map_rows(path, dtype, shape=(rows, dimension), offset=header)


def open_npy(path: Path, ids: Path, *, name: str | None = None) -> FeatureMatrix:
    """Returns the matrix of an npy file, memory-mapped, with the ids of a text file.

    Args:
        path: (N, D) float16, float32 or float64.
        ids: N ids, one per line or separated by blanks.
        name: of the feature; the file's name without its ending if None.

    Raises:
        NotFoundError, FormatError: as `map_npy`.
        MismatchError: if the ids are not as many as the rows, or the file is cut short.
    """
    matrix = map_npy(path, floats=BROUGHT_FLOATS)
    return FeatureMatrix(name or path.stem, read_row_names(ids, len(matrix)), matrix)
