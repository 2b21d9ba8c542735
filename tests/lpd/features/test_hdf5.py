"""HDF5: ids and rows, mapped or read in blocks; nothing outside of the file is ever opened."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MissingExtraError
from lpd.features import FeatureMatrix, FeatureSource, describe_source, open_source, stream_source

h5py = pytest.importorskip("h5py")

VALUES = np.array([[1, 2], [3, 4.5], [-1, 0]], dtype=np.float32)
IDS = ["shot1_1", "shot1_2", "shot2_ü"]


FIXED = np.array([one.encode() for one in IDS])
"""Texts of any length are read in a process of their own, which takes its time."""


def written(folder: Path, *, ids: object = FIXED, userblock: int = 0, **how: object) -> Path:
    path = folder / "a.h5"
    with h5py.File(path, "w", userblock_size=userblock) as file:
        file.create_dataset("data", **({"data": VALUES} | how))
        if ids is not None:
            file["ids"] = ids
    return path


def opened(path: Path, **keys: object) -> FeatureMatrix:
    return open_source(describe_source(path, **keys), name="clip")


@pytest.mark.parametrize("userblock", [0, 512])
@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8"])
def test_rows_in_one_piece_are_mapped(tmp_path: Path, dtype: str, userblock: int) -> None:
    found = opened(written(tmp_path, data=VALUES.astype(dtype), userblock=userblock))
    assert isinstance(found.matrix, np.memmap)
    assert (found.name, found.ids, found.matrix.dtype) == ("clip", IDS, np.dtype(dtype))
    np.testing.assert_array_equal(found.rows(IDS[::-1]), VALUES[::-1])


PACKINGS: dict[str, dict] = {
    "chunks": {"chunks": (2, 2)},
    "gzip": {"chunks": (1, 1), "compression": "gzip", "shuffle": True, "fletcher32": True},
    "lzf": {"chunks": (3, 2), "compression": "lzf"},
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_rows_in_chunks_are_read_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packing: str
) -> None:
    monkeypatch.setattr("lpd.features.streams.BLOCK_BYTES", 8)
    path = written(tmp_path, **PACKINGS[packing])
    stream = stream_source(describe_source(path))
    assert stream.matrix is None
    sizes = {"chunks": [2, 1], "gzip": [1, 1, 1], "lzf": [3]}
    assert [len(block) for block in stream.blocks()] == sizes[packing]
    np.testing.assert_array_equal(opened(path).rows(IDS), VALUES)


@pytest.mark.parametrize("ids", [IDS, FIXED], ids=["of any length", "of one length"])
def test_ids_of_any_length_or_of_one(tmp_path: Path, ids: object) -> None:
    assert opened(written(tmp_path, ids=ids)).ids == IDS


def test_a_heap_that_holds_the_library_for_ever_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, ids=IDS)
    data = bytearray(path.read_bytes())
    data[data.index(b"GCOL") + 24] = 0  # the length of the first text's entry, by which one comes to the next
    path.write_bytes(data)
    monkeypatch.setattr("lpd.features.hdf5.SECONDS_FOR_TEXTS", 2)
    with pytest.raises(FormatError, match=r"data set ids: HDF5 cannot be read; expected 3 texts within 2 s"):
        opened(path)


def test_texts_that_are_none_are_told(tmp_path: Path) -> None:
    kind = h5py.string_dtype("utf-8")
    path = written(tmp_path, ids=np.array([b"\xff", b"a", b"b"], dtype=kind))
    with pytest.raises(FormatError, match=r"data set ids: HDF5 cannot be read; .*UnicodeDecodeError"):
        opened(path)
    path = written(tmp_path, ids=np.array([b"\xff", b"a", b"b"]))
    with pytest.raises(FormatError, match=r"data set ids: HDF5 cannot be read; .*utf-8"):
        opened(path)


def test_groups_and_other_names(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        file["train/clip"] = VALUES
        file["train/names"] = FIXED
    assert opened(tmp_path / "a.hdf5", ids_key="/train/names", matrix_key="train/clip").ids == IDS


def test_an_id_list_may_stand_for_the_data_set(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("a b c")
    assert opened(written(tmp_path, ids=None), ids=tmp_path / "ids.txt").ids == ["a", "b", "c"]


def linked(kind: str) -> Callable[[Path], Path]:
    """A file whose rows lie elsewhere; that elsewhere would be readable."""

    def make(folder: Path) -> Path:
        with h5py.File(folder / "other.h5", "w") as other:
            other["data"], other["group/data"] = VALUES, VALUES
        VALUES.tofile(folder / "raw.bin")
        path = written(folder)
        with h5py.File(path, "r+") as file:
            file.move("data", "moved")
            if kind == "soft":
                file["data"] = h5py.SoftLink("/moved")
            elif kind == "external":
                file["data"] = h5py.ExternalLink("other.h5", "data")
            elif kind == "raw":
                size = VALUES.nbytes
                file.create_dataset("data", (3, 2), "f4", external=[(str(folder / "raw.bin"), 0, size)])
            else:
                layout = h5py.VirtualLayout((3, 2), "f4")
                layout[:] = h5py.VirtualSource(folder / "other.h5", "data", shape=(3, 2))
                file.create_virtual_dataset("data", layout)
        return path

    return make


def with_ids(**how: object) -> Callable[[Path], Path]:
    return lambda folder: written(folder, **how)


def changed(act: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = written(folder)
        path.write_bytes(act(path.read_bytes()))
        return path

    return make


def unwritten(**how: object) -> Callable[[Path], Path]:
    return lambda folder: written(folder, ids=["a"], **({"data": None, "dtype": "f4"} | how))


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a soft link": (linked("soft"), "data set data: a link instead of a data set"),
    "an external link": (linked("external"), "data set data: a link instead of a data set"),
    "raw data of another file": (linked("raw"), "data set data: its data lie in other files"),
    "a virtual data set": (linked("virtual"), "data set data: its data lie in other files"),
    "lists of rows": (with_ids(data=None, shape=(3, 2), dtype=h5py.vlen_dtype("f4")), "wrong number type"),
    "references": (with_ids(data=None, shape=(3, 2), dtype=h5py.ref_dtype), "wrong number type"),
    "whole numbers": (with_ids(data=VALUES.astype("i4")), "wrong number type.*found <i4"),
    "big-endian": (with_ids(data=VALUES.astype(">f4")), "wrong number type.*found >f4"),
    "one dimension": (with_ids(data=VALUES[0]), r"wrong shape.*\(2,\)"),
    "a single number": (with_ids(data=np.float32(1)), "wrong shape|cannot be read"),
    "nothing": (with_ids(data=h5py.Empty("f4")), r"a\.h5"),
    "number ids": (with_ids(ids=[1, 2, 3]), "data set ids: ids are not texts.*int64"),
    "fewer ids": (
        with_ids(ids=["a"]),
        "data set ids: ids and rows differ in number; expected 3 ids; found 1",
    ),
    "no ids": (with_ids(ids=None), r"a\.h5: data set is missing; expected 'ids'; found 'data'"),
    "rows never written": (unwritten(shape=(3, 2)), "rows were never written; expected 24 bytes; found 0"),
    "chunks never written": (unwritten(shape=(3, 2), chunks=(1, 2)), "expected 3 chunks; found 0 chunks"),
    "a boundless shape": (unwritten(shape=(1 << 40, 1 << 20), chunks=(1, 1024)), "claims to hold more"),
    "huge chunks": (unwritten(shape=(300, 1 << 20), chunks=(300, 1 << 20)), "chunks are too large"),
    "cut short": (changed(lambda data: data[:-200]), r"a\.h5.*cannot be read"),
    "text": (changed(lambda data: b"hello"), r"a\.h5.*cannot be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_told(tmp_path: Path, case: str) -> None:
    make, words = BAD[case]
    with pytest.raises(LpdError, match=words) as caught:
        opened(make(tmp_path))
    assert "a.h5" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_group_is_no_data_set(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["data/rows"] = VALUES
    with pytest.raises(LpdError, match="a group instead of a data set; expected 'data'; found 'rows'"):
        opened(tmp_path / "a.h5")


def test_the_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lpd-explorer\[hdf5\]'"):
        open_source(FeatureSource("hdf5", path))


def test_a_foreign_filter_is_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, chunks=(3, 2), compression="gzip")
    monkeypatch.setattr("lpd.features.hdf5.BUILT_IN_FILTERS", {})
    with pytest.raises(FormatError, match=r"packed in a way that needs a plugin.*filter 1"):
        opened(path)
