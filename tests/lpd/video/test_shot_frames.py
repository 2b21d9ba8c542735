from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lpd.errors import FormatError
from lpd.video.decoding import open_video
from lpd.video.extractors import EXTRACTORS
from lpd.video.frame_scaling import FrameScaler
from lpd.video.previews import Thinned, spread, write_preview, write_thumbnail
from lpd.video.shot_frames import LookSettings, SeenShot
from lpd.video.shots_of_file import Look, shot_of_picture, shots_of_video
from tests.clip_files import shot_frames, write_shots


class MeanColour:
    """An encoder that can be checked by eye."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def encode(self, frames):
        self.calls.append(len(frames))
        return np.stack([frame.mean(axis=(0, 1)) for frame in frames]).astype(np.float32)

    def mean_row(self, rows: np.ndarray) -> np.ndarray:
        mean = rows.mean(axis=0)
        return mean / np.linalg.norm(mean)


def one_shot(path: Path, **how) -> SeenShot:
    with open_video(path) as video:
        (shot,) = (shot for _, shot in shots_of_video(video, Look(detector=None, **how)))
    return shot


def smalls(path: Path) -> np.ndarray:
    scaler = FrameScaler(96, longest=192)
    with open_video(path) as video:
        return np.stack([scaler.scaled(frame.picture) for frame in video.frames()])


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shots(tmp_path_factory.mktemp("clip") / "a.mp4", [24], rate=8)


def test_rows_are_what_extractors_say_of_the_frames(clip: Path) -> None:
    shot = one_shot(clip, extractors=tuple(EXTRACTORS))
    frames = smalls(clip)
    described = frames[[2, 6, 10, 14, 18, 22]]  # 8 frames per second: at 0.25, 0.75 ... s
    assert shot.described == 6
    for name, extractor in EXTRACTORS.items():
        rows = extractor.function(described if extractor.frame_level else frames)
        np.testing.assert_allclose(shot.rows[name].row, rows.mean(axis=0, dtype=np.float64), atol=1e-6)
        assert (shot.rows[name].frames is None) is not extractor.frame_level


def test_encoders_see_larger_frames_and_make_the_mean(clip: Path) -> None:
    encoder = MeanColour()
    shot = one_shot(clip, encoders={"mean": encoder})
    rows = shot.rows["mean"].frames
    assert rows is not None
    assert rows.shape == (6, 3)
    np.testing.assert_allclose(shot.rows["mean"].row, encoder.mean_row(rows))


def test_a_long_shot_is_held_in_little_memory(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [700], rate=10)
    encoder = MeanColour()
    shot = one_shot(
        path, extractors=("colour", "motion"), encoders={"mean": encoder}, settings=LookSettings(every_s=0.5)
    )
    assert shot.described == 140
    assert max(encoder.calls) <= 32
    assert sum(encoder.calls) == 140
    assert len(shot.moving) <= 64
    frames = smalls(path)
    # 10 frames per second, 8 of them at most: all that fall on or next after a multiple of 1/8 s
    steps = sorted({int(np.ceil(k / 8 * 10 - 1e-3)) for k in range(8 * 70)})
    seen = frames[[step for step in steps if step < 700]]
    pieces = [seen[start : start + 33] for start in range(0, len(seen) - 1, 32)]
    rows = [EXTRACTORS["motion"].function(piece)[0] for piece in pieces]
    expected = np.average(rows, axis=0, weights=[len(piece) - 1 for piece in pieces])
    np.testing.assert_allclose(shot.rows["motion"].row, expected, atol=1e-5)


def test_a_shot_of_one_frame_is_described(tmp_path: Path) -> None:
    shot = one_shot(write_shots(tmp_path / "a.mp4", [1]), extractors=tuple(EXTRACTORS))
    assert shot.described == 1
    assert not shot.rows["motion"].row.any()
    assert shot.rows["colour"].row.any()


def test_a_tiny_video_is_described(tmp_path: Path) -> None:
    path = write_shots(tmp_path / "a.mp4", [9], width=16, height=16)
    shot = one_shot(path, extractors=tuple(EXTRACTORS))
    assert all(np.isfinite(rows.row).all() for rows in shot.rows.values())


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif"])
def test_a_picture_is_a_shot(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    pixels = np.zeros((300, 400, 3), dtype=np.uint8)
    pixels[:, :200] = (255, 0, 0)
    Image.fromarray(pixels).save(path)
    shot = shot_of_picture(path, Look(extractors=tuple(EXTRACTORS)))
    assert shot.still.shape == (256, 341, 3)
    assert shot.moving[0].shape == (96, 128, 3)
    assert shot.still[100, 50, 0] > 240
    assert shot.still[100, 300, 0] < 15
    assert shot.described == 1


def test_a_picture_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (80, 40), "red").save(tmp_path / "a.jpg", exif=turned)
    assert shot_of_picture(tmp_path / "a.jpg", Look()).still.shape == (80, 40, 3)


def test_broken_pictures_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), "red").save(tmp_path / "a.png")
    content = (tmp_path / "a.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.png").write_bytes(b"")
    bomb = bytearray(content)
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    (tmp_path / "bomb.png").write_bytes(bomb)
    for name in ("cut", "text", "empty", "bomb"):
        with pytest.raises(FormatError):
            shot_of_picture(tmp_path / f"{name}.png", Look())


def test_thinning_keeps_items_spread_evenly() -> None:
    thinned: Thinned[int] = Thinned(8)
    for number in range(1000):
        thinned.add(number)
        assert len(thinned.items) <= 8
    steps = set(np.diff(thinned.items).tolist())
    assert thinned.items[0] == 0
    assert len(steps) == 1
    assert thinned.items[-1] > 700


def test_pictures_of_a_shot_are_small(tmp_path: Path) -> None:
    frames = list(shot_frames(0, 24, width=171, height=96))
    write_preview(tmp_path / "p.webp", frames)
    write_thumbnail(tmp_path / "t.webp", np.full((360, 640, 3), 99, dtype=np.uint8))
    with Image.open(tmp_path / "p.webp") as preview:
        preview.seek(1)
        preview.load()
        assert (preview.n_frames, preview.size, preview.info["duration"]) == (16, (171, 96), 125)
    with Image.open(tmp_path / "t.webp") as still:
        assert still.size == (320, 180)
    assert len(spread(frames, 30)) == 24
    write_preview(tmp_path / "one.webp", frames[:1])
    with Image.open(tmp_path / "one.webp") as one:
        assert getattr(one, "n_frames", 1) == 1
