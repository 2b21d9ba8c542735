"""Features in parquet files: a column of ids, and a column of lists or columns of numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.features.files import check_file, check_row_count
from lpd.features.streams import FeatureStream

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["stream_parquet"]

READ_BYTES = 1 << 20
IDS_AT_ONCE = 65536

BROKEN = (OSError, ValueError, LookupError, TypeError, NotImplementedError, OverflowError, MemoryError)
"""What pyarrow raises for a damaged file; its own errors are of these kinds."""


def stream_parquet(
    path: Path, *, name: str | None = None, ids_key: str = "shot_id", matrix_key: str | None = None
) -> FeatureStream:
    """Returns the rows of a parquet file, to be read in order.

    Args:
        path: of the file.
        name: of the feature; the file's name without its ending if None.
        ids_key: the column of ids.
        matrix_key: the column of lists of D numbers; if None the only one there is, or else all columns of
            numbers in their order.

    Raises:
        NotFoundError: if the file or a column is missing; the columns that are there are named.
        FormatError: if it is not parquet, has no or several columns of lists, or a value is missing.
        MismatchError: if the lists differ in length.
    """
    check_file(path, expected="a parquet file")
    with _opened(path) as file:
        columns = _number_columns(file.schema_arrow, ids_key, matrix_key, path=path)
        check_row_count(path, file.metadata.num_rows)
        ids = _read_ids(file, ids_key, path=path)
    first = next(_read(path, columns, 1), None)
    if first is None or not ids:
        raise FormatError("no rows", where=path)

    def read(at_once: int) -> Iterator[np.ndarray]:
        for block in _read(path, columns, at_once):
            if block.shape[1] != first.shape[1]:
                raise _lengths_differ(path, first.shape[1], block.shape[1])
            yield block

    return FeatureStream(name or path.stem, ids, first.shape[1], first.dtype, read, path)


@contextmanager
def _opened(path: Path) -> "Iterator[pq.ParquetFile]":
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as stream:  # a row group may be large: it is read a piece at a time
            yield pq.ParquetFile(stream, buffer_size=READ_BYTES, pre_buffer=False)
    except BROKEN as error:
        raise FormatError(
            "parquet cannot be read",
            where=path,
            expected="a whole parquet file",
            found=str(error).split("\n")[0][:200] or type(error).__name__,
            next_step="copy the file again",
        ) from error


def _number_columns(schema: "pa.Schema", ids_key: str, matrix_key: str | None, *, path: Path) -> list[str]:
    """Returns the one column of lists, or the columns of numbers."""
    import pyarrow.types as kinds

    for wanted in (ids_key, *([] if matrix_key is None else [matrix_key])):
        if schema.names.count(wanted) != 1:
            what = "column occurs twice" if wanted in schema.names else "column is missing"
            raise NotFoundError(what, where=path, expected=repr(wanted), found=name_some(schema.names))
    others = [field for field in schema if field.name != ids_key]
    lists = [field.name for field in others if _is_list(field.type)]
    if matrix_key is not None:
        if matrix_key not in lists:
            raise FormatError(
                "not a column of lists of numbers",
                where=f"{path}, column {matrix_key}",
                expected="lists of float16, float32 or float64",
                found=schema.field(matrix_key).type,
            )
        return [matrix_key]
    numbers = [one.name for one in others if kinds.is_floating(one.type) or kinds.is_integer(one.type)]
    found = lists or numbers
    if len(lists) > 1 or not found or len(set(found)) != len(found):
        raise FormatError(
            "it is not clear which columns are the feature",
            where=path,
            expected="one column of lists of numbers, or columns of numbers",
            found=name_some(field.name for field in others) or "no other column",
            next_step="name the column of lists with --matrix-key",
        )
    return found


def _is_list(kind: "pa.DataType") -> bool:
    import pyarrow.types as kinds

    listed = kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
    return bool(listed and kinds.is_floating(kind.value_type))


def _read_ids(file: "pq.ParquetFile", column: str, *, path: Path) -> list[str]:
    ids: list[str] = []
    for batch in file.iter_batches(batch_size=IDS_AT_ONCE, columns=[column]):
        ids += batch.column(0).to_pylist()
        check_row_count(path, len(ids))
    bad = [f"row {row}: {one!r:.80}" for row, one in enumerate(ids) if not isinstance(one, str)]
    if bad:
        raise FormatError(
            "ids are not texts", where=f"{path}, column {column}", expected="texts", found=name_some(bad)
        )
    return ids


def _read(path: Path, columns: list[str], at_once: int) -> Iterator[np.ndarray]:
    """Yields (b, D) blocks of the columns side by side."""
    done = 0
    with _opened(path) as file:
        for batch in file.iter_batches(batch_size=at_once, columns=columns):
            if not len(batch):
                continue
            parts = [_block(batch.column(name), f"{path}, column {name}", done) for name in columns]
            done += len(batch)
            if len(parts) == 1:
                yield parts[0]
                continue
            kinds = [part.dtype for part in parts]
            with np.errstate(invalid="ignore"):  # of a NaN; the rows that are taken are checked
                block = np.concatenate(parts, axis=1, dtype=np.result_type(*kinds, np.float16))
            yield block


def _block(column: "pa.Array", where: str, first_row: int) -> np.ndarray:
    """Returns the (b, D) numbers of a column of lists, or (b, 1) of a column of numbers."""
    import pyarrow as pa

    rows = len(column)
    _check_no_gap(column, where, first_row, 1)
    if not isinstance(column, pa.FloatingPointArray | pa.IntegerArray | pa.HalfFloatArray):
        lengths = np.asarray(column.value_lengths())
        if lengths.min() != lengths.max() or not lengths[0]:
            odd = int(np.argmax(lengths != lengths[0])) if lengths[0] else 0
            raise _lengths_differ(where, int(lengths[0]), int(lengths[odd]))
        column = column.flatten()
        _check_no_gap(column, where, first_row, int(lengths[0]))
    numbers = column.to_numpy(zero_copy_only=False).reshape(rows, -1)
    return numbers if numbers.dtype.kind == "f" else numbers.astype(np.result_type(numbers, np.float16))


def _check_no_gap(column: "pa.Array", where: str, first_row: int, per_row: int) -> None:
    if column.null_count:
        row = first_row + int(np.argmax(np.asarray(column.is_null()))) // per_row
        raise FormatError("a value is missing", where=where, expected="a number", found=f"none in row {row}")


def _lengths_differ(where: object, one: int, other: int) -> MismatchError:
    return MismatchError(
        "rows differ in length",
        where=where,
        expected="lists of one length above 0",
        found=f"{one} and {other} numbers",
    )
