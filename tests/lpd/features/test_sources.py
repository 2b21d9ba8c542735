"""BigFile, npy and npz: what is read, and which check fails where."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.features import FeatureMatrix, FeatureSource, describe_source, open_source
from lpd.features.bigfile import open_bigfile
from lpd.features.npy import open_npy
from lpd.features.npz import stream_npz
from lpd.features.streams import in_memory

VALUES = np.array([[1, 2], [3, 4.5], [-1, 0]], dtype=np.float32)
IDS = ["shot1_1", "shot1_2", "shot2_1"]


def open_npz(path: Path, name: str | None = None, **keys: str) -> FeatureMatrix:
    return in_memory(stream_npz(path, name=name, **keys))


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
    with pytest.raises(LpdError, match="expected bigfile or npy or npz or hdf5 or parquet; found 'matlab'"):
        open_source(FeatureSource("matlab", path))
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
    "whole numbers": (
        lambda at: open_npy(*npy(at, VALUES.astype(np.int64))),
        ["wrong number type", "float16 or float32 or float64", "found <i8", ".astype('float32')"],
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
        ["a.npz: ids and rows differ in number; expected 2 rows; found 3"],
    ),
}


@pytest.mark.parametrize("case", BAD_SOURCES)
def test_the_check_that_fails_is_named(tmp_path: Path, case: str) -> None:
    opening, words = BAD_SOURCES[case]
    with pytest.raises(LpdError) as caught:
        opening(tmp_path)
    for word in words:
        assert word in str(caught.value)


def test_an_array_that_is_too_large_for_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez_compressed(tmp_path / "a.npz", ids=IDS, matrix=np.zeros((3, 1000), np.float32))
    monkeypatch.setattr("lpd.features.streams.IN_MEMORY_BYTES", 1000)
    with pytest.raises(LpdError, match=r"a\.npz: too large to be held in memory.*without --pointer"):
        open_npz(tmp_path / "a.npz")


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_npz_is_read_a_block_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    np.savez_compressed(tmp_path / "a.npz", ids=IDS, matrix=np.asarray(VALUES, order=order))
    monkeypatch.setattr("lpd.features.streams.BLOCK_BYTES", 16)
    blocks = list(stream_npz(tmp_path / "a.npz").blocks())
    assert [len(block) for block in blocks] == [2, 1]
    np.testing.assert_array_equal(np.concatenate(blocks), VALUES)


def test_an_npz_that_claims_more_than_it_holds_is_refused_unread(tmp_path: Path) -> None:
    header = np.lib.format.magic(1, 0) + (118).to_bytes(2, "little")
    claim = b"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 1024), }".ljust(117) + b"\n"
    np.save(tmp_path / "ids.npy", IDS)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("matrix.npy", header + claim + b"1234")
        archive.write(tmp_path / "ids.npy", "ids.npy")
    with pytest.raises(LpdError, match=r"array matrix: the array is cut short.*99999999999"):
        open_npz(tmp_path / "a.npz", ids_key="ids")


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.h5", "a.parquet"])
def test_a_git_lfs_stub_is_told_in_every_form(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(LFS)
    (tmp_path / "id.txt").write_text("a\n")
    ids = tmp_path / "id.txt" if name == "a.npy" else None
    with pytest.raises(FormatError, match=rf"{name}: a Git LFS pointer, not the file itself.*git lfs pull"):
        open_source(describe_source(tmp_path / name, ids=ids))


@pytest.mark.parametrize("part", ["shape.txt", "id.txt", "feature.bin"])
def test_a_git_lfs_stub_in_a_bigfile_is_told(tmp_path: Path, part: str) -> None:
    folder = bigfile(tmp_path / "f")
    (folder / part).write_bytes(LFS)
    with pytest.raises(FormatError, match=rf"{part}: a Git LFS pointer, not the file itself"):
        open_source(describe_source(folder))


def test_a_symlinked_split_is_followed_and_a_broken_link_named(tmp_path: Path) -> None:
    common = bigfile(tmp_path / "common" / "clip")
    (tmp_path / "split").symlink_to(tmp_path / "common")
    assert open_source(describe_source(tmp_path / "split" / "clip")).ids == IDS
    (common / "feature.bin").rename(tmp_path / "moved.bin")
    (common / "feature.bin").symlink_to(tmp_path / "moved.bin")
    assert open_source(describe_source(common)).ids == IDS
    (tmp_path / "moved.bin").unlink()
    with pytest.raises(NotFoundError, match=r"feature\.bin: file is missing.*a link to .*moved\.bin"):
        open_source(describe_source(common))
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    with pytest.raises(NotFoundError, match=r"gone: no features here.*a link to .*nowhere"):
        describe_source(tmp_path / "gone")


BAD_PATHS: dict[str, tuple[str, dict, str]] = {
    "an unknown ending": ("a.mat", {}, r"a\.mat: unknown kind of features.*\.npy, \.npz, \.h5"),
    "a folder of BigFiles": ("", {}, "not a BigFile folder.*such folders inside: 'clip'"),
    "nothing": ("none.npy", {}, r"none\.npy: no features here"),
    "ids for a parquet": ("a.parquet", {"ids": Path("ids")}, "parquet takes no id list"),
    "keys for a BigFile": ("clip", {"matrix_key": "x"}, "bigfile takes no names of arrays"),
}


@pytest.mark.parametrize("case", BAD_PATHS)
def test_what_is_no_source_is_told(tmp_path: Path, case: str) -> None:
    name, options, words = BAD_PATHS[case]
    bigfile(tmp_path / "clip")
    for file in ("a.mat", "a.parquet"):
        (tmp_path / file).write_bytes(b"1")
    with pytest.raises(LpdError, match=words):
        describe_source(tmp_path / name, **options)


def test_rows_are_read_from_the_file_and_not_through_the_map(tmp_path: Path) -> None:
    opened = open_npy(*npy(tmp_path))
    assert [block.base is None or block.flags.owndata for block in opened.blocks(2)] == [True, True]
    part = FeatureMatrix("part", IDS[1:], opened.matrix[1:])  # a part of a map is not the file's beginning
    np.testing.assert_array_equal(np.concatenate(list(part.blocks(1))), VALUES[1:])
    file = tmp_path / "colour.npy"
    file.write_bytes(file.read_bytes()[:-4])
    with pytest.raises(MismatchError, match=r"colour\.npy: the file was cut short while it was read"):
        list(opened.blocks())


def test_the_real_features_are_mapped(shared_data: Path) -> None:
    folder = shared_data / "rsicd" / "features"
    opened = open_npy(folder / "mbv2_ptq.npy", folder / "id.txt")
    assert (len(opened), opened.dimension, opened.matrix.dtype) == (10921, 1280, np.float16)
    assert isinstance(opened.matrix, np.memmap)
