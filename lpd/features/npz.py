"""Features in npz files: ids and matrix in one archive, read from first row to last."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.features.files import check_array, check_file
from lpd.features.npy import NpyHeader, read_npy_header
from lpd.features.streams import FeatureStream

__all__ = ["stream_npz"]

MOST_PACKED = 1100
"""Bytes that one byte of a deflated file can become, at most (1032); a larger promise is no npz file."""

BROKEN = (ValueError, EOFError, OSError, RuntimeError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


def stream_npz(
    path: Path, *, name: str | None = None, ids_key: str = "ids", matrix_key: str = "matrix"
) -> FeatureStream:
    """Returns the matrix of an npz file, to be read in order, and its ids.

    Args:
        path: of the file.
        name: of the feature; the file's name without its ending if None.
        ids_key: the array of N texts.
        matrix_key: the (N, D) array of float16, float32 or float64.

    Raises:
        NotFoundError: if the file or one of the two arrays is missing; the arrays that are there are named.
        FormatError: if it is not npz, holds pickled objects, or an array has the wrong type or shape.
        MismatchError: if the ids are not as many as the rows.
    """
    check_file(path, expected="an npz file")
    if not zipfile.is_zipfile(path):
        raise FormatError("not an npz file, or cut short", where=path, expected="a file of numpy.savez")
    ids = _read_ids(path, ids_key)
    with _opened(path, matrix_key) as (_, header):
        where = f"{path}, array {matrix_key}"
        check_array(header.shape, header.dtype, where=where)
        rows, dimension = header.shape
    if len(ids) != rows:
        raise MismatchError(
            "ids and rows differ in number", where=path, expected=f"{len(ids)} rows", found=rows
        )

    def read(count: int) -> Iterator[np.ndarray]:
        with _opened(path, matrix_key) as (stream, _):
            if header.fortran:  # columns stand one after the other: no row is there before the last column is
                columns = np.frombuffer(stream.read(), dtype=header.dtype).reshape(dimension, rows)
                yield from (columns[:, start : start + count].T for start in range(0, rows, count))
                return
            for start in range(0, rows, count):
                taken = min(count, rows - start)
                data = stream.read(taken * dimension * header.dtype.itemsize)
                yield np.frombuffer(data, dtype=header.dtype).reshape(taken, dimension)

    return FeatureStream(name or path.stem, ids, dimension, header.dtype, read, path)


def _read_ids(path: Path, key: str) -> list[str]:
    where = f"{path}, array {key}"
    with _opened(path, key) as (stream, header):
        if len(header.shape) != 1 or header.dtype.kind not in "US":
            raise FormatError(
                "ids are not texts",
                where=where,
                expected="one row of texts",
                found=f"{header.dtype} of shape {header.shape}",
                next_step="save them as numpy.array(ids, dtype=str)",
            )
        texts = np.frombuffer(stream.read(), dtype=header.dtype)
        decoded = np.char.decode(texts, "utf-8") if texts.dtype.kind == "S" else texts
        return [str(one) for one in decoded.tolist()]


@contextmanager
def _opened(path: Path, key: str) -> Iterator[tuple[IO[bytes], NpyHeader]]:
    """Yields an array's stream, that stands at its first number, and its header; its size was checked."""
    where = f"{path}, array {key}"
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if key not in members:
                raise NotFoundError(
                    "array is missing",
                    where=path,
                    expected=repr(key),
                    found=", ".join(map(repr, list(members)[:10])) or "no array",
                )
            with archive.open(members[key]) as stream:
                header = read_npy_header(stream, where=where)
                _check_member(members[key], header, path=path, start=stream.tell(), where=where)
                yield stream, header
    except BROKEN as error:
        raise FormatError(
            "array cannot be read",
            where=where,
            expected="numbers or texts, no pickled objects",
            found=str(error)[:200],
        ) from error


def _check_member(info: zipfile.ZipInfo, header: NpyHeader, *, path: Path, start: int, where: object) -> None:
    """Checks that an array is what its header says, and not more than a file of this size can hold."""
    if header.dtype.hasobject:
        raise FormatError(
            "array cannot be read", where=where, expected="numbers or texts, no pickled objects"
        )
    size = int(np.prod([int(one) for one in header.shape], dtype=object)) * header.dtype.itemsize
    if min(header.shape, default=0) < 0 or size + start != info.file_size:
        raise MismatchError(
            "the array is cut short, or longer than its shape says",
            where=where,
            expected=f"{size + start} bytes for shape {header.shape}",
            found=f"{info.file_size} bytes",
        )
    if info.file_size > MOST_PACKED * path.stat().st_size:
        raise FormatError(
            "a file that claims to hold more than it can",
            where=where,
            expected=f"at most {MOST_PACKED} times its {path.stat().st_size} bytes",
            found=f"{info.file_size} bytes",
        )
