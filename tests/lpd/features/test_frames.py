"""Frame-level features: offsets, rows of a shot, means."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.features import FrameFeatures, open_frame_matrix, write_frame_matrix

IDS = ["a", "b", "c"]
OFFSETS = np.array([0, 2, 3, 6])
VALUES = np.arange(12, dtype=np.float32).reshape(6, 2)


def written(folder: Path, dtype: str = "float32") -> Path:
    write_frame_matrix(folder, [VALUES[:4], VALUES[4:]], name="layout", ids=IDS, offsets=OFFSETS, dtype=dtype)
    return folder


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_rows_and_means_of_shots(tmp_path: Path, dtype: str) -> None:
    frames = open_frame_matrix(written(tmp_path / "layout", dtype))
    assert isinstance(frames.matrix, np.memmap)
    assert (frames.name, len(frames), frames.dimension) == ("layout", 3, 2)
    np.testing.assert_array_equal(frames.rows_of("b"), VALUES[2:3])
    assert frames.rows_of("c").dtype == np.float32
    means = frames.pooled(["c", "a"])
    assert means.dtype == np.float32
    np.testing.assert_array_equal(means, [VALUES[3:6].mean(axis=0), VALUES[0:2].mean(axis=0)])


def test_means_of_half_precision_do_not_overflow() -> None:
    frames = FrameFeatures("x", ["a"], np.array([0, 100]), np.full((100, 1), 60000, np.float16))
    np.testing.assert_array_equal(frames.pooled(["a"]), [[np.float16(60000)]])


def test_unknown_shots_are_named() -> None:
    frames = FrameFeatures("x", IDS, OFFSETS, VALUES)
    with pytest.raises(NotFoundError, match="frame feature x: 2 of 3 shots have no frames; found 'y', 'z'"):
        frames.pooled(["y", "a", "z"])
    with pytest.raises(NotFoundError, match="found 'y'"):
        frames.rows_of("y")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"offsets": np.array([0, 2, 2, 6])}, "shots without frames; expected rising offsets.*found 'b'"),
        ({"offsets": np.array([0, 2, 6])}, "wrong offsets; expected 4 int64 numbers"),
        ({"offsets": np.array([0.0, 2, 3, 6])}, "found float64"),
        ({"offsets": np.array([1, 2, 3, 6])}, "expected offsets from 0 to 6; found from 1 to 6"),
        ({"offsets": np.array([0, 2, 3, 7])}, "ids and rows differ in number; expected 7 rows; found 6"),
        ({"ids": ["a", "b", "a"]}, "ids occur more than once"),
        ({"blocks": [np.where(VALUES == 8, np.nan, VALUES)]}, "found 'c, frame 1'"),
    ],
)
def test_bad_frames_are_named_and_not_written(tmp_path: Path, changes: dict, words: str) -> None:
    arguments = {"blocks": [VALUES], "name": "layout", "ids": IDS, "offsets": OFFSETS} | changes
    with pytest.raises(LpdError, match=words):
        write_frame_matrix(tmp_path / "layout", **arguments)
    assert list(tmp_path.iterdir()) == []


DAMAGES: dict[str, tuple[Callable[[Path], object], type[LpdError], str]] = {
    "offsets of fewer rows": (
        lambda at: np.save(at / "offsets.npy", np.array([0, 2, 3, 5])),
        MismatchError,
        "expected offsets from 0 to 6; found from 0 to 5",
    ),
    "offsets missing": (
        lambda at: (at / "offsets.npy").unlink(),
        NotFoundError,
        "offsets.npy: file is missing",
    ),
    "offsets of something else": (
        lambda at: (at / "offsets.npy").write_text("0 2 3 6"),
        FormatError,
        "offsets.npy: not an npy file",
    ),
    "fewer ids": (lambda at: (at / "ids.txt").write_text("a\nb\n"), MismatchError, "expected 3 ids; found 2"),
    "fewer rows": (
        lambda at: np.save(at / "matrix.npy", VALUES[:5]),
        MismatchError,
        "rows of the array and of its manifest differ; expected 6; found 5",
    ),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damage_is_named_on_opening(tmp_path: Path, case: str) -> None:
    damage, kind, words = DAMAGES[case]
    damage(written(tmp_path / "layout"))
    with pytest.raises(kind) as caught:
        open_frame_matrix(tmp_path / "layout")
    assert words in str(caught.value)
