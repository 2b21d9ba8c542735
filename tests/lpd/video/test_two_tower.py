"""The two towers on pictures of coloured shapes: they learn, repeat themselves and survive the disk."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError
from lpd.text import WarmupSettings, load_text_encoder
from lpd.video.two_tower import (
    FrameNetworkShape,
    TwoTower,
    TwoTowerSettings,
    load_video_tower,
    train_two_tower,
)

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 40), "blue": (40, 60, 230), "white": (240, 240, 240)}
SHAPES = ("disc", "bar", "frame")
SETTINGS = TwoTowerSettings(
    video=FrameNetworkShape(channels=8, dimension=24),
    embedding=16,
    hidden=16,
    warmup=WarmupSettings(batch_size=32, epochs=8, learning_rate=3e-3, threads=1),
)
Y, X = np.mgrid[:32, :32]


def picture(shape: str, colour: tuple[int, int, int], generator: np.random.Generator) -> np.ndarray:
    """Returns a noisy (32, 32, 3) uint8 picture of one shape somewhere near the middle."""
    across, down = X - generator.integers(12, 20), Y - generator.integers(12, 20)
    wide = np.maximum(abs(across), abs(down))
    mask = {
        "disc": np.hypot(across, down) < 7,
        "bar": (abs(down) < 2) & (abs(across) < 11),
        "frame": (wide < 9) & (wide > 6),
    }[shape]
    frame = generator.normal(90, 20, size=(32, 32, 3))
    frame[mask] = colour
    return np.clip(frame, 0, 255).astype(np.uint8)


def pictures(shots: int, *, seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Returns two captions per shot, their shots, and two key frames per shot."""
    generator = np.random.default_rng(seed)
    texts, frames = [], []
    for _ in range(shots):
        colour, shape = generator.choice(list(COLOURS)), generator.choice(SHAPES)
        texts += [f"a {colour} {shape}", f"the {shape} is {colour}"]
        frames.append([picture(shape, COLOURS[colour], generator) for _ in range(2)])
    return texts, np.repeat(np.arange(shots), 2), np.array(frames)


@pytest.fixture(scope="module")
def towers() -> TwoTower:
    return train_two_tower(*pictures(240, seed=1), validation=pictures(60, seed=2), settings=SETTINGS, seed=4)


def test_towers_learn_colours_and_shapes(towers: TwoTower) -> None:
    assert max(epoch.mean_average_precision or 0.0 for epoch in towers.history) > 0.7
    texts, _, frames = pictures(60, seed=3)
    video, text = towers.video.encode(frames), towers.text.encode(["the frame is blue", "a white disc"])
    assert video.shape == (60, 24)
    assert (video.dtype, text.dtype) == (np.float32, np.float32)
    np.testing.assert_allclose(np.linalg.norm(video, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(text, axis=1), 1.0, atol=1e-5)
    best = (text @ video.T).argmax(axis=1)
    assert [texts[2 * shot] for shot in best] == ["a blue frame", "a white disc"]


def test_shot_vector_is_the_unit_mean_of_its_frames(towers: TwoTower) -> None:
    frames = pictures(300, seed=5)[2]
    rows = towers.video.encode_frames(frames)
    assert rows.shape == (300, 2, 24)
    mean = rows.mean(axis=1)
    expected = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    np.testing.assert_allclose(towers.video.encode(frames), expected, atol=1e-6)
    np.testing.assert_allclose(towers.video.encode(frames[7:8]), expected[7:8], atol=1e-5)
    assert towers.video.encode(frames[:0]).shape == (0, 24)


def test_towers_repeat_themselves(towers: TwoTower) -> None:
    again = train_two_tower(
        *pictures(240, seed=1), validation=pictures(60, seed=2), settings=SETTINGS, seed=4
    )
    assert again.video.digest == towers.video.digest
    assert again.text.digest == towers.text.digest


def test_towers_survive_the_disk(towers: TwoTower, tmp_path: Path) -> None:
    towers.video.save(tmp_path / "video")
    towers.text.save(tmp_path / "text")
    frames = pictures(5, seed=6)[2]
    loaded = load_video_tower(tmp_path / "video")
    assert loaded.name == load_text_encoder(tmp_path / "text").name == "twotower"
    assert loaded.digest == towers.video.digest
    np.testing.assert_array_equal(loaded.encode(frames), towers.video.encode(frames))


def test_other_kinds_and_damage_are_named(towers: TwoTower, tmp_path: Path) -> None:
    towers.video.save(tmp_path / "video")
    towers.text.save(tmp_path / "text")
    with pytest.raises(MismatchError, match="expected two_tower_video; found bigru"):
        load_video_tower(tmp_path / "text")
    with pytest.raises(LpdError, match="not a text encoder"):
        load_text_encoder(tmp_path / "video")
    path = tmp_path / "video" / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LpdError, match="damaged or truncated"):
        load_video_tower(tmp_path / "video")
    with pytest.raises(LpdError, match="no encoder here"):
        load_video_tower(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 1, 16, 16, 3), dtype=np.uint8),
        np.zeros((2, 0, 32, 32, 3), dtype=np.uint8),
        np.zeros((2, 32, 32, 3), dtype=np.uint8),
        np.zeros((2, 1, 32, 32, 3), dtype=np.float32),
    ],
)
def test_frames_of_another_form_are_named(towers: TwoTower, frames: np.ndarray) -> None:
    with pytest.raises(MismatchError, match=r"expected \(shots, frames, 32, 32, 3\) uint8"):
        towers.video.encode(frames)
    with pytest.raises(MismatchError, match="key frames of another form"):
        train_two_tower(["a b", "b a"], np.array([0, 1]), frames)
