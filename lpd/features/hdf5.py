"""Features in HDF5 files: a data set of ids and one of rows."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from lpd.errors import FormatError, MismatchError, MissingExtraError, NotFoundError, name_some, pip_line
from lpd.features import hdf5_texts
from lpd.features.files import check_array, check_file, check_row_count, map_rows, read_row_names
from lpd.features.matrix import FeatureMatrix
from lpd.features.streams import FeatureStream, stream_of

__all__ = ["stream_hdf5"]

LARGEST_CHUNK_BYTES = 256 << 20
SECONDS_FOR_TEXTS, TEXTS_PER_SECOND = 30, 10_000
BUILT_IN_FILTERS = {1: "gzip", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset"}
LZF = 32000  # comes with h5py; HDF5 would load any other as a plugin, which is code from outside

BROKEN = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, MemoryError)
"""What h5py raises for a damaged file."""


def stream_hdf5(
    path: Path,
    *,
    name: str | None = None,
    ids_key: str = "ids",
    matrix_key: str = "data",
    ids: Path | None = None,
) -> FeatureStream:
    """Returns the rows of an HDF5 file, to be read in order; memory-mapped where they lie in one piece.

    Args:
        path: of the file.
        name: of the feature; the file's name without its ending if None.
        ids_key: the data set of N texts, as `ids` or `a/b`.
        matrix_key: the (N, D) data set of float16, float32 or float64.
        ids: a text file of N ids, instead of the data set.

    Raises:
        MissingExtraError: if h5py is not installed.
        NotFoundError: if the file or a data set is missing; those that are there are named.
        FormatError: if it is not HDF5, leads to another file, holds objects, or has the wrong type or shape.
        MismatchError: if the ids are not as many as the rows, or rows were never written.
    """
    check_file(path, expected="an HDF5 file")
    where = f"{path}, data set {matrix_key}"
    with _data_set(path, matrix_key) as rows:
        check_array(rows.shape, rows.dtype, where=where)
        check_row_count(path, len(rows))
        _check_written(rows, where=where)
        (count, dimension), dtype = rows.shape, rows.dtype
        offset = None if rows.chunks else rows.id.get_offset()
    names = _read_ids(path, ids_key, count) if ids is None else read_row_names(ids, count)
    called = name or path.stem
    if offset is not None:
        if offset + count * dimension * dtype.itemsize > path.stat().st_size:
            raise MismatchError("the rows are cut short", where=where, next_step="copy the file again")
        mapped = map_rows(path, dtype, shape=(count, dimension), offset=offset)
        return stream_of(FeatureMatrix(called, names, mapped), where=path)

    def read(at_once: int) -> Iterator[np.ndarray]:
        with _data_set(path, matrix_key) as rows:
            # a chunk that lies in two blocks would be unpacked twice
            step = max(at_once // rows.chunks[0], 1) * rows.chunks[0] if rows.chunks else count
            for start in range(0, count, step):
                yield rows[start : start + step]

    return FeatureStream(called, names, dimension, dtype, read, path)


@contextmanager
def _data_set(path: Path, key: str) -> Iterator[Any]:
    """Yields a data set of the file itself."""
    try:
        import h5py
    except ImportError as error:
        raise MissingExtraError(
            "HDF5 files cannot be read without h5py",
            where=path,
            next_step=pip_line("hdf5"),
        ) from error
    where = f"{path}, data set {key}"
    try:
        with h5py.File(path, "r", locking=False) as file:
            yield _find(file, key, path=path)
    except BROKEN as error:
        raise FormatError(
            "HDF5 cannot be read",
            where=where,
            expected="a whole HDF5 file with this data set",
            found=str(error).split("\n")[0][:200] or type(error).__name__,
            next_step="copy the file again",
        ) from error


def _find(file: Any, key: str, *, path: Path) -> Any:
    """Returns the data set under a key; on the way to it there is no link to another file."""
    import h5py

    found, where = file, f"{path}, data set {key}"
    for part in [one for one in key.split("/") if one]:
        if not isinstance(found, h5py.Group) or found.get(part, getlink=True) is None:
            there = found if isinstance(found, h5py.Group) else []
            raise NotFoundError(
                "data set is missing", where=path, expected=repr(key), found=name_some(there) or "none"
            )
        link = found.get(part, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise FormatError(
                "a link instead of a data set", where=where, expected="data in the file itself", found=link
            )
        found = found[part]
    if not isinstance(found, h5py.Dataset):
        raise NotFoundError(
            "a group instead of a data set", where=path, expected=repr(key), found=name_some(found)
        )
    if found.is_virtual or found.external:
        raise FormatError("its data lie in other files", where=where, expected="data in the file itself")
    return found


def _check_written(rows: Any, *, where: str) -> None:
    """Checks that a data set has on disk what its shape says, in pieces that can be read one by one."""
    filters = rows.id.get_create_plist()
    numbers = [filters.get_filter(one)[0] for one in range(filters.get_nfilters())]
    foreign = [number for number in numbers if number not in BUILT_IN_FILTERS and number != LZF]
    if foreign:
        raise FormatError(
            "packed in a way that needs a plugin",
            where=where,
            expected="no filter, gzip, lzf or szip",
            found=f"filter {foreign[0]}",
            next_step="save it again without compression, or as npy",
        )
    if rows.chunks is None:
        expected, found = prod(rows.shape) * rows.dtype.itemsize, rows.id.get_storage_size()
        if rows.dtype.hasobject:  # texts of any length, which lie elsewhere: so many bytes lead to each
            expected = max(found, prod(rows.shape))
        unit = "bytes"
    else:
        size = prod(rows.chunks) * rows.dtype.itemsize
        if size > LARGEST_CHUNK_BYTES:
            raise FormatError(
                "chunks are too large",
                where=where,
                expected=f"at most {LARGEST_CHUNK_BYTES} bytes",
                found=size,
                next_step="save it again in smaller chunks",
            )
        expected = prod(-(-length // chunk) for length, chunk in zip(rows.shape, rows.chunks, strict=True))
        found, unit = rows.id.get_num_chunks(), "chunks"
    if found != expected:
        raise MismatchError(
            "rows were never written", where=where, expected=f"{expected} {unit}", found=f"{found} {unit}"
        )


def _read_ids(path: Path, key: str, count: int) -> list[str]:
    """Returns the texts of a data set."""
    import h5py

    where = f"{path}, data set {key}"
    with _data_set(path, key) as texts:
        if h5py.check_string_dtype(texts.dtype) is None or texts.ndim != 1:
            raise FormatError(
                "ids are not texts",
                where=where,
                expected="one row of texts",
                found=f"{texts.dtype} of shape {texts.shape}",
                next_step="save them as a list of str, or name a text file of ids",
            )
        if len(texts) != count:
            raise MismatchError(
                "ids and rows differ in number", where=where, expected=f"{count} ids", found=len(texts)
            )
        _check_written(texts, where=where)
        if not texts.dtype.hasobject:
            return [str(one) for one in np.char.decode(texts[:], "utf-8").tolist()]
    return _read_texts_apart(path, key, count)


def _read_texts_apart(path: Path, key: str, count: int) -> list[str]:
    """Returns texts of any length, read in a process that can be ended: see `lpd.features.hdf5_texts`."""
    where, limit_s = f"{path}, data set {key}", SECONDS_FOR_TEXTS + count // TEXTS_PER_SECOND
    again = "copy the file again, or save the ids as texts of one length: numpy.array(ids, dtype='S')"
    try:
        reading = subprocess.run(
            [sys.executable, "-P", hdf5_texts.__file__, str(path), key],
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FormatError(
            "HDF5 cannot be read",
            where=where,
            expected=f"{count} texts within {limit_s} s",
            found="none; a damaged file can hold the HDF5 library for ever",
            next_step=again,
        ) from error
    if reading.returncode:
        told = reading.stderr.decode("utf-8", "replace").strip().split("\n")[-1][:200]
        raise FormatError("HDF5 cannot be read", where=where, expected="texts", found=told, next_step=again)
    return list(json.loads(reading.stdout))
