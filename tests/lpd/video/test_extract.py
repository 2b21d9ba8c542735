"""Features of encoded files: only the files are read, and broken ones are named."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lpd.demo import PRESETS, generate_world, render_media, save_truth
from lpd.errors import FormatError, NotFoundError
from lpd.video import EXTRACTORS, ExtractionSettings, extract_features, key_frames, read_frames
from lpd.video.frames import frame_positions, pick_key_frames

COUNT = 56


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("media")
    world = generate_world(PRESETS["small"])
    save_truth(folder / "truth.jsonl", world)
    files = render_media(world.part("inland")[:COUNT], folder)
    return [folder / file.preview for file in files]


def test_frames_are_those_of_the_file(clips: list[Path]) -> None:
    frames = read_frames(clips[0])
    with Image.open(clips[0]) as picture:
        picture.seek(2)
        assert np.array_equal(frames[2], np.asarray(picture.convert("RGB")))
        assert len(frames) == picture.n_frames
    assert frames.shape[1:] == (96, 96, 3)


@pytest.mark.slow
def test_matrices_without_the_truth_file_are_the_same(clips: list[Path]) -> None:
    settings = ExtractionSettings(key_frame_count=2, key_frame_size=16)
    first = extract_features(clips, list(EXTRACTORS), settings=settings)
    (clips[0].parents[1] / "truth.jsonl").unlink()
    second = extract_features(clips, list(EXTRACTORS), settings=settings, workers=2)
    assert list(first.matrices) == list(EXTRACTORS)
    for name, matrix in first.matrices.items():
        assert matrix.shape == (COUNT, EXTRACTORS[name].dimension)
        assert matrix.dtype == np.float32
        assert np.isfinite(matrix).all()
        assert np.array_equal(matrix, second.matrices[name])
    assert np.array_equal(first.frame_rows["shape"], second.frame_rows["shape"])
    assert np.array_equal(first.key_frames, second.key_frames)
    assert np.array_equal(first.key_frames, key_frames(clips, 16, 2))


def test_frame_rows_pool_to_the_shot_rows(clips: list[Path]) -> None:
    found = extract_features(clips[:5], ["shape", "colour"])
    assert set(found.frame_rows) == {"shape"}
    assert found.offsets.tolist()[0] == 0
    assert found.offsets[-1] == len(found.frame_rows["shape"])
    for row in range(5):
        pooled = found.frame_rows["shape"][found.offsets[row] : found.offsets[row + 1]].mean(axis=0)
        np.testing.assert_allclose(pooled, found.matrices["shape"][row], atol=1e-6)


def test_progress_reaches_the_end(clips: list[Path]) -> None:
    calls: list[tuple[str, int, int]] = []
    extract_features(clips[:3], ["colour"], progress=lambda *call: calls.append(call))
    assert calls[0] == ("extract", 0, 3)
    assert calls[-1] == ("extract", 3, 3)


def test_no_clips_give_empty_matrices() -> None:
    found = extract_features([], ["shape"])
    assert found.matrices["shape"].shape == (0, EXTRACTORS["shape"].dimension)
    assert found.offsets.tolist() == [0]


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_cut_clip_is_named(clips: list[Path], tmp_path: Path, share: float) -> None:
    data = clips[0].read_bytes()
    broken = tmp_path / "broken.webp"
    broken.write_bytes(data[: int(share * len(data))])
    with pytest.raises(FormatError, match=r"broken\.webp"):
        extract_features([clips[1], broken], ["colour"])


def test_overwritten_clip_is_named_also_by_other_processes(clips: list[Path], tmp_path: Path) -> None:
    data = bytearray(clips[0].read_bytes())
    data[60:] = bytes(len(data) - 60)
    broken = tmp_path / "zeros.webp"
    broken.write_bytes(data)
    with pytest.raises(FormatError, match=r"zeros\.webp"):
        extract_features([*clips, broken], ["layout"], workers=2)


def test_missing_files_are_named_before_work_begins(clips: list[Path], tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"a\.webp.*b\.webp"):
        extract_features([clips[0], tmp_path / "a.webp", tmp_path / "b.webp"], ["colour"])
    with pytest.raises(NotFoundError):
        read_frames(tmp_path / "a.webp")


def test_text_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "note.webp"
    path.write_text("not a picture")
    with pytest.raises(FormatError, match="not a picture"):
        read_frames(path)


def test_limits_are_refused_not_applied(clips: list[Path]) -> None:
    with pytest.raises(FormatError, match="at most 2 frames"):
        read_frames(clips[0], max_frames=2)
    with pytest.raises(FormatError, match="96 x 96"):
        read_frames(clips[0], max_pixels=1000)


def test_single_picture_has_one_frame(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), (10, 200, 30)).save(tmp_path / "one.png")
    assert read_frames(tmp_path / "one.png").shape == (1, 30, 40, 3)


@pytest.mark.parametrize(
    ("frames", "step", "expected"), [(8, 3, [0, 3, 6]), (9, 3, [1, 4, 7]), (1, 3, [0]), (3, 9, [1])]
)
def test_frame_positions_lie_in_the_middle(frames: int, step: int, expected: list[int]) -> None:
    assert frame_positions(frames, step).tolist() == expected


def test_key_frames_of_a_short_clip_repeat() -> None:
    frames = np.zeros((1, 64, 64, 3), dtype=np.uint8)
    assert pick_key_frames(frames, size=32, count=2).shape == (2, 32, 32, 3)
