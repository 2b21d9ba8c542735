"""Features that stay where a person keeps them: followed, and checked for changes."""

import os
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError
from lpd.features import FeatureSource, open_matrix, write_pointer

VALUES = np.array([[1, 2], [3, 4]], dtype=np.float16)
IDS = ["a", "b"]


def source(folder: Path, values: np.ndarray = VALUES, ids: str = "a\nb\n") -> FeatureSource:
    folder.mkdir(exist_ok=True)
    np.save(folder / "clip.npy", values)
    (folder / "id.txt").write_text(ids)
    return FeatureSource("npy", folder / "clip.npy", folder / "id.txt")


@pytest.mark.parametrize("form", ["bigfile", "npy", "npz"])
def test_a_pointer_is_followed_to_every_form(tmp_path: Path, form: str) -> None:
    described = source(tmp_path / "mine")
    if form == "bigfile":
        (tmp_path / "mine" / "shape.txt").write_text("2 2")
        (tmp_path / "mine" / "feature.bin").write_bytes(VALUES.astype("<f4").tobytes())
        described = FeatureSource("bigfile", tmp_path / "mine")
    elif form == "npz":
        np.savez(tmp_path / "mine" / "a.npz", names=IDS, clip=VALUES)
        described = FeatureSource("npz", tmp_path / "mine" / "a.npz", ids_key="names", matrix_key="clip")
    written = write_pointer(
        tmp_path / "ws" / "clip", described, name="clip_l14", settings={"from": "a friend"}
    )
    opened = open_matrix(tmp_path / "ws" / "clip")
    assert opened.name == "clip_l14"
    assert opened.digest == written.digest
    np.testing.assert_array_equal(opened.rows(["b", "a"]), VALUES[::-1])
    assert sorted(path.name for path in (tmp_path / "ws" / "clip").iterdir()) == [
        "manifest.json",
        "pointer.json",
    ]


def test_a_relative_source_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    write_pointer(tmp_path / "clip", FeatureSource("npy", Path("mine/clip.npy"), Path("mine/id.txt")))
    monkeypatch.chdir("/")
    assert open_matrix(tmp_path / "clip").ids == IDS


def test_a_source_with_another_size_is_stale(tmp_path: Path) -> None:
    write_pointer(tmp_path / "clip", source(tmp_path / "mine"))
    source(tmp_path / "mine", np.ones((2, 3), np.float16))
    with pytest.raises(
        StaleError, match=r"clip\.npy: a file that features point to has changed.*Next: bring"
    ):
        open_matrix(tmp_path / "clip")


def test_a_source_with_other_content_is_stale(tmp_path: Path) -> None:
    described = source(tmp_path / "mine")
    write_pointer(tmp_path / "clip", described)
    source(tmp_path / "mine", VALUES + 1)
    os.utime(described.path, ns=(1, 1))
    with pytest.raises(StaleError, match="found another digest"):
        open_matrix(tmp_path / "clip")


def test_a_source_that_was_only_touched_is_not_stale(tmp_path: Path) -> None:
    described = source(tmp_path / "mine")
    write_pointer(tmp_path / "clip", described)
    os.utime(described.path, ns=(1, 1))
    assert open_matrix(tmp_path / "clip").ids == IDS


def test_a_source_that_is_gone_is_named(tmp_path: Path) -> None:
    described = source(tmp_path / "mine")
    write_pointer(tmp_path / "clip", described)
    described.path.unlink()
    with pytest.raises(NotFoundError, match=r"clip\.npy: a file that features point to is gone"):
        open_matrix(tmp_path / "clip")


@pytest.mark.parametrize(
    ("values", "ids", "words"),
    [
        (np.array([[1, np.nan], [1, 1]], np.float16), "a\nb\n", "NaN or infinite values in 1 row;"),
        (VALUES, "a\na\n", "ids occur more than once"),
        (VALUES, "a\nb\nc\n", "number of ids and number of rows differ"),
    ],
)
def test_a_bad_source_is_not_pointed_to(tmp_path: Path, values: np.ndarray, ids: str, words: str) -> None:
    with pytest.raises(LpdError, match=words):
        write_pointer(tmp_path / "clip", source(tmp_path / "mine", values, ids))
    assert not (tmp_path / "clip").exists()


def test_a_pointer_that_is_none_is_named(tmp_path: Path) -> None:
    write_pointer(tmp_path / "clip", source(tmp_path / "mine"))
    (tmp_path / "clip" / "pointer.json").write_text('{"source": {"form": "npy"}, "files": []}')
    with pytest.raises(FormatError, match=r"pointer\.json: not a pointer to features"):
        open_matrix(tmp_path / "clip")
