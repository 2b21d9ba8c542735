"""BigFile, npy and npz: what is read, and which check fails where."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.features import FeatureSource, open_bigfile, open_npy, open_npz, open_source

VALUES = np.array([[1, 2], [3, 4.5], [-1, 0]], dtype=np.float32)
IDS = ["shot1_1", "shot1_2", "shot2_1"]


def bigfile(
    folder: Path, *, shape: str = "3 2\n", ids: str = "shot1_1 shot1_2 shot2_1", data: bytes | None = None
) -> Path:
    folder.mkdir(parents=True)
    (folder / "shape.txt").write_text(shape)
    (folder / "id.txt").write_text(ids)
    (folder / "feature.bin").write_bytes(VALUES.astype("<f4").tobytes() if data is None else data)
    return folder


def npy(
    folder: Path, array: np.ndarray = VALUES, ids: str = "shot1_1\nshot1_2\nshot2_1\n"
) -> tuple[Path, Path]:
    np.save(folder / "colour.npy", array)
    (folder / "id.txt").write_text(ids)
    return folder / "colour.npy", folder / "id.txt"


@pytest.mark.parametrize(
    "ids", ["shot1_1 shot1_2 shot2_1", "shot1_1\nshot1_2\nshot2_1\n", "shot1_1 shot1_2\nshot2_1"]
)
def test_a_bigfile_is_mapped_whichever_way_its_ids_stand(tmp_path: Path, ids: str) -> None:
    opened = open_bigfile(bigfile(tmp_path / "mean_resnext101,avgpool,os", ids=ids))
    assert opened.name == "mean_resnext101,avgpool,os"
    assert opened.ids == IDS
    assert isinstance(opened.matrix, np.memmap)
    np.testing.assert_array_equal(opened.rows(["shot2_1", "shot1_2"]), VALUES[[2, 1]])


def test_names_with_blanks_are_kept_where_they_stand_one_per_line(tmp_path: Path) -> None:
    assert open_bigfile(bigfile(tmp_path / "f", ids="a 1\na 2\nb 1\n")).ids == ["a 1", "a 2", "b 1"]


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_npy_file_is_mapped_with_its_ids(tmp_path: Path, dtype: str, order: str) -> None:
    opened = open_npy(*npy(tmp_path, np.asarray(VALUES, dtype=dtype, order=order)))
    assert isinstance(opened.matrix, np.memmap)
    assert opened.name == "colour"
    assert opened.matrix.dtype == dtype
    np.testing.assert_array_equal(opened.rows(IDS), VALUES)


@pytest.mark.parametrize("ids", [np.array(IDS), np.array([one.encode() for one in IDS])])
def test_an_npz_file_holds_ids_and_matrix(tmp_path: Path, ids: np.ndarray) -> None:
    np.savez_compressed(tmp_path / "a.npz", ids=ids, matrix=VALUES)
    assert open_npz(tmp_path / "a.npz").ids == IDS
    np.savez(tmp_path / "b.npz", names=ids, x=VALUES.astype(np.float16))
    opened = open_npz(tmp_path / "b.npz", name="x", ids_key="names", matrix_key="x")
    np.testing.assert_array_equal(opened.rows(["shot1_2"]), VALUES[[1]])


def test_a_source_is_opened_by_its_form(tmp_path: Path) -> None:
    folder = bigfile(tmp_path / "f")
    np.savez(tmp_path / "a.npz", ids=IDS, matrix=VALUES)
    path, ids = npy(tmp_path)
    for source in (
        FeatureSource("bigfile", folder),
        FeatureSource("npy", path, ids),
        FeatureSource("npz", tmp_path / "a.npz"),
    ):
        opened = open_source(source, name="clip")
        assert opened.name == "clip"
        np.testing.assert_array_equal(opened.rows(IDS), VALUES)
    with pytest.raises(
        LpdError, match="unknown form of features; expected bigfile or npy or npz; found 'hdf5'"
    ):
        open_source(FeatureSource("hdf5", path))
    with pytest.raises(LpdError, match="an npy file needs an id list"):
        open_source(FeatureSource("npy", path))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def lengthened(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def cut_npy(folder: Path, change: Callable[[Path], None]) -> tuple[Path, Path]:
    path, ids = npy(folder)
    change(path)
    return path, ids


def pickled(folder: Path) -> Path:
    np.savez(folder / "a.npz", ids=np.array(IDS, dtype=object), matrix=VALUES)
    return folder / "a.npz"


def packed(folder: Path, **arrays: np.ndarray | list[str]) -> Path:
    np.savez(folder / "a.npz", **{name: np.asarray(array) for name, array in arrays.items()})
    return folder / "a.npz"


def text_file(folder: Path, name: str) -> Path:
    (folder / name).write_text("no array")
    return folder / name


BAD_SOURCES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "shape with a word": (
        lambda at: open_bigfile(bigfile(at / "f", shape="3 two\n")),
        ["shape.txt:1: malformed shape", "expected two whole numbers above 0", "found '3 two'"],
    ),
    "shape of one number": (lambda at: open_bigfile(bigfile(at / "f", shape="3")), ["found '3'"]),
    "no rows": (lambda at: open_bigfile(bigfile(at / "f", shape="0 2", ids="", data=b"")), ["found '0 2'"]),
    "fewer ids than rows": (
        lambda at: open_bigfile(bigfile(at / "f", ids="a\nb")),
        ["id.txt: number of ids and number of rows differ", "expected 3 ids", "found 2 lines with 2 words"],
    ),
    "truncated feature.bin": (
        lambda at: open_bigfile(bigfile(at / "f", data=VALUES.tobytes()[:-4])),
        ["feature.bin: the array is cut short", "expected 24 bytes for shape (3, 2)", "found 20 bytes"],
    ),
    "long feature.bin": (
        lambda at: open_bigfile(bigfile(at / "f", data=VALUES.tobytes() + b"1234")),
        ["feature.bin: the array is longer than its shape says", "found 28 bytes"],
    ),
    "no folder": (lambda at: open_bigfile(at / "none"), ["shape.txt: file is missing"]),
    "npy missing": (lambda at: open_npy(at / "a.npy", at / "id.txt"), ["a.npy: file is missing"]),
    "truncated npy": (
        lambda at: open_npy(*cut_npy(at, truncated)),
        ["colour.npy: the array is cut short", "expected 152 bytes for shape (3, 2)", "found 147 bytes"],
    ),
    "npy with more behind": (lambda at: open_npy(*cut_npy(at, lengthened)), ["longer than its shape says"]),
    "not npy": (lambda at: open_npy(text_file(at, "a.npy"), at / "id.txt"), ["a.npy: not an npy file"]),
    "float64": (
        lambda at: open_npy(*npy(at, VALUES.astype(np.float64))),
        ["wrong number type", "expected float16 or float32", "found <f8", ".astype('float32')"],
    ),
    "big-endian": (lambda at: open_npy(*npy(at, VALUES.astype(">f4"))), ["little-endian; found >f4"]),
    "pickled npy": (lambda at: open_npy(*npy(at, np.array([[None]]))), ["wrong number type", "found |O"]),
    "one dimension": (lambda at: open_npy(*npy(at, VALUES[0])), ["wrong shape", "found (2,)"]),
    "empty": (lambda at: open_npy(*npy(at, VALUES[:0])), ["wrong shape", "found (0, 2)"]),
    "npy with fewer ids": (
        lambda at: open_npy(*npy(at, ids="a\n")),
        ["number of ids and number of rows differ", "expected 3 ids", "found 1 lines with 1 words"],
    ),
    "not npz": (lambda at: open_npz(text_file(at, "a.npz")), ["a.npz: not an npz file, or cut short"]),
    "npz missing": (lambda at: open_npz(at / "a.npz"), ["a.npz: file is missing"]),
    "npz without ids": (
        lambda at: open_npz(packed(at, names=IDS, matrix=VALUES)),
        ["array is missing", "expected 'ids'", "found 'names', 'matrix'"],
    ),
    "pickled ids": (
        lambda at: open_npz(pickled(at)),
        ["array ids: array cannot be read", "no pickled objects"],
    ),
    "number ids": (
        lambda at: open_npz(packed(at, ids=np.arange(3), matrix=VALUES)),
        ["ids are not texts", "found int64 of shape (3,)", "numpy.array(ids, dtype=str)"],
    ),
    "npz of whole numbers": (
        lambda at: open_npz(packed(at, ids=IDS, matrix=np.ones((3, 2), np.int64))),
        ["array matrix: wrong number type"],
    ),
    "npz with fewer ids": (
        lambda at: open_npz(packed(at, ids=IDS[:2], matrix=VALUES)),
        ["ids and rows differ in number", "found shape (3, 2)"],
    ),
}


@pytest.mark.parametrize("case", BAD_SOURCES)
def test_the_check_that_fails_is_named(tmp_path: Path, case: str) -> None:
    opening, words = BAD_SOURCES[case]
    with pytest.raises(LpdError) as caught:
        opening(tmp_path)
    for word in words:
        assert word in str(caught.value)


def test_an_array_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed(tmp_path / "a.npz", ids=IDS, matrix=np.zeros((3, 1000), np.float32))
    monkeypatch.setattr("lpd.features.sources.NPZ_LIMIT_BYTES", 1000)
    with pytest.raises(LpdError, match="array matrix: array too large for an npz file"):
        open_npz(tmp_path / "a.npz")


def test_the_real_features_are_mapped(shared_data: Path) -> None:
    folder = shared_data / "rsicd" / "features"
    opened = open_npy(folder / "mbv2_ptq.npy", folder / "id.txt")
    assert (len(opened), opened.dimension, opened.matrix.dtype) == (10921, 1280, np.float16)
    assert isinstance(opened.matrix, np.memmap)
