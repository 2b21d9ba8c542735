"""Parquet: ids beside a column of lists, or beside columns of numbers; read in pieces."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lpd.errors import LpdError
from lpd.features import FeatureMatrix, describe_source, open_source, stream_source

VALUES = np.array([[1, 2], [3, 4.5], [-1, 0]], dtype=np.float32)
IDS = ["shot1_1", "shot1_2", "shot2_ü"]
Columns = dict[str, object]


def written(folder: Path, columns: Columns, **how: object) -> Path:
    pq.write_table(pa.table(columns), folder / "a.parquet", **how)
    return folder / "a.parquet"


def opened(path: Path, **keys: object) -> FeatureMatrix:
    return open_source(describe_source(path, **keys), name="clip")


def lists(kind: pa.DataType, values: np.ndarray = VALUES) -> pa.Array:
    return pa.array(values.astype(kind.value_type.to_pandas_dtype()).tolist(), kind)


KINDS = {
    "fixed float32": (pa.list_(pa.float32(), 2), "<f4"),
    "list of float32": (pa.list_(pa.float32()), "<f4"),
    "large list of float64": (pa.large_list(pa.float64()), "<f8"),
    "fixed float16": (pa.list_(pa.float16(), 2), "<f2"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("lpd.features.streams.BLOCK_BYTES", 8)
    path = written(
        tmp_path, {"shot_id": IDS, "note": [1, 2, 3], "clip": lists(KINDS[kind][0])}, row_group_size=2
    )
    stream = stream_source(describe_source(path))
    assert (stream.ids, stream.dimension, stream.dtype) == (IDS, 2, np.dtype(KINDS[kind][1]))
    assert max(len(block) for block in stream.blocks()) <= 2
    found = opened(path, matrix_key="clip")
    assert found.name == "clip"
    np.testing.assert_array_equal(found.rows(IDS[::-1]), VALUES[::-1])


def test_columns_of_numbers_keep_their_order(tmp_path: Path) -> None:
    columns = {"b": VALUES[:, 0], "shot": pa.array(IDS).dictionary_encode(), "a": [1, 2, 3], "word": IDS}
    found = opened(written(tmp_path, columns, row_group_size=2), ids_key="shot")
    assert (found.ids, found.matrix.dtype) == (IDS, np.float64)
    np.testing.assert_array_equal(found.rows(IDS), [[1, 1], [3, 2], [-1, 3]])
    small = {"shot_id": IDS, "a": pa.array([1, 2, 3], pa.int16()), "b": VALUES[:, 1]}
    assert opened(written(tmp_path, small)).matrix.dtype == np.float32


TWO = {"a": lists(pa.list_(pa.float32())), "b": lists(pa.list_(pa.float32()))}


def table_of(**columns: object) -> Callable[[Path], Path]:
    return lambda folder: written(folder, columns)


def changed(act: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = written(folder, {"shot_id": IDS, "clip": lists(pa.list_(pa.float32()))})
        path.write_bytes(act(path.read_bytes()))
        return path

    return make


def rows(*values: list | None) -> pa.Array:
    return pa.array(list(values), pa.list_(pa.float32()))


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no ids": (table_of(id=IDS, a=[1.0, 2, 3]), "column is missing; expected 'shot_id'; found 'id', 'a'"),
    "number ids": (table_of(shot_id=[1, 2, 3], a=[1.0, 2, 3]), "column shot_id: ids are not texts.*row 0: 1"),
    "a missing id": (table_of(shot_id=["a", None, "c"], a=[1.0, 2, 3]), "'row 1: None'"),
    "two columns of lists": (table_of(shot_id=IDS, **TWO), "not clear which.*found 'a', 'b'.*--matrix-key"),
    "no column of numbers": (table_of(shot_id=IDS, word=IDS), "not clear which columns.*found 'word'"),
    "lists of texts": (table_of(shot_id=IDS, a=[["x"]] * 3), "not clear which columns"),
    "lists of two lengths": (
        table_of(shot_id=IDS, a=rows([1], [1, 2], [1])),
        "rows differ in length.*found 1 and 2 numbers",
    ),
    "empty lists": (table_of(shot_id=IDS, a=rows([], [], [])), "rows differ in length"),
    "a missing list": (table_of(shot_id=IDS, a=rows([1], None, [1])), "a value is missing.*none in row 1"),
    "a missing number in a list": (
        table_of(shot_id=IDS, a=rows([1, 2], [1, 2], [None, 1])),
        "column a: a value is missing.*none in row 2",
    ),
    "a missing number": (table_of(shot_id=IDS, a=[1.0, None, 2]), "a value is missing.*none in row 1"),
    "no rows": (table_of(shot_id=pa.array([], pa.string()), a=pa.array([], pa.float32())), "no rows"),
    "cut short": (changed(lambda data: data[:-9]), "parquet cannot be read.*copy the file again"),
    "text": (changed(lambda data: b"shot_id,a"), "parquet cannot be read"),
    "damaged pages": (changed(lambda data: data[:4] + b"\xff" * 60 + data[64:]), "parquet cannot be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_told(tmp_path: Path, case: str) -> None:
    make, words = BAD[case]
    with pytest.raises(LpdError, match=words) as caught:
        opened(make(tmp_path))
    assert "a.parquet" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_lists_that_change_their_length_later_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lpd.features.streams.BLOCK_BYTES", 4)
    path = written(tmp_path, {"shot_id": IDS, "a": rows([1], [1], [1, 2])}, row_group_size=1)
    with pytest.raises(LpdError, match=r"rows differ in length.*found 1 and 2 numbers"):
        opened(path)


def test_the_column_that_is_named_must_be_one_of_lists(tmp_path: Path) -> None:
    path = written(tmp_path, {"shot_id": IDS, "a": [1.0, 2, 3]})
    with pytest.raises(LpdError, match=r"column a: not a column of lists of numbers.*found double"):
        opened(path, matrix_key="a")
    with pytest.raises(LpdError, match="column is missing; expected 'b'"):
        opened(path, matrix_key="b")


def test_more_rows_than_can_have_names_are_refused(tmp_path: Path) -> None:
    repeated = pa.array(["a"]).take(pa.array(np.zeros(300_000, np.int32)))
    columns = {"shot_id": repeated.dictionary_encode(), "a": np.zeros(300_000, np.float32)}
    with pytest.raises(LpdError, match=r"claims to hold more than it can.*found 300000 rows"):
        opened(written(tmp_path, columns))
