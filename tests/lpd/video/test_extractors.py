"""Extractors react to what they are named after, and to little else."""

import numpy as np
import pytest

from lpd.errors import NotFoundError
from lpd.video.extractors import EXTRACTORS, colour, extractors_named, layout, motion, shape, texture
from lpd.video.extractors.motion import block_flow


def noise(seed: int = 0, frames: int = 6) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, size=(frames, 96, 96, 3), dtype=np.uint8)


def moving_square(step: int, *, down: bool = False) -> np.ndarray:
    frames = np.full((8, 96, 96, 3), 60, dtype=np.uint8)
    rows = np.arange(20)[:, None, None]
    patch = (150 + 60 * np.sin(rows / 3.0) * np.cos(np.arange(20)[None, :, None] / 3.0)).astype(np.uint8)
    for number, frame in enumerate(frames):
        start = 38 + step * (number - 4)
        window = (
            (slice(start, start + 20), slice(38, 58)) if down else (slice(38, 58), slice(start, start + 20))
        )
        frame[window] = patch
    return frames


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.linalg.norm(first.mean(axis=0) - second.mean(axis=0)))


@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize("size", [(96, 96), (60, 80), (33, 47)])
def test_form(name: str, size: tuple[int, int]) -> None:
    one = EXTRACTORS[name]
    frames = np.random.default_rng(1).integers(0, 256, size=(5, *size, 3), dtype=np.uint8)
    rows = one.function(frames)
    assert rows.shape == (5 if one.frame_level else 1, one.dimension)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert np.array_equal(rows, one.function(frames))


@pytest.mark.parametrize("name", EXTRACTORS)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures_are_finite(name: str, level: int) -> None:
    assert np.isfinite(EXTRACTORS[name].function(np.full((3, 96, 96, 3), level, dtype=np.uint8))).all()


@pytest.mark.parametrize("name", [name for name, one in EXTRACTORS.items() if one.frame_level])
def test_frame_level_rows_belong_to_their_frames(name: str) -> None:
    function, frames = EXTRACTORS[name].function, noise()
    rows = function(frames)
    np.testing.assert_allclose(function(frames[::-1])[::-1], rows, atol=1e-6)
    np.testing.assert_allclose(function(frames[2:3])[0], rows[2], atol=1e-6)


def test_dimensions_are_moderate() -> None:
    assert all(64 <= one.dimension <= 600 for one in EXTRACTORS.values())


def test_colour_tells_hues_and_ignores_order_within_a_cell() -> None:
    red, blue = np.zeros((2, 1, 96, 96, 3), dtype=np.uint8)
    red[..., 0] = 200
    blue[..., 2] = 200
    assert distance(colour(red), colour(blue)) > 1.0
    frames = noise(frames=1)
    whole_histogram = colour(frames)[:, :21]
    shuffled = np.random.default_rng(5).permutation(frames.reshape(-1, 3)).reshape(frames.shape)
    np.testing.assert_allclose(colour(shuffled)[:, :21], whole_histogram, atol=1e-6)
    np.testing.assert_allclose((whole_histogram**2).sum(axis=1), 1.0, atol=1e-5)


def test_shape_tells_directions_and_ignores_contrast() -> None:
    wave = np.sin(np.arange(96) / 3.0)
    across = np.broadcast_to((128 + 60 * wave)[None, None, :, None], (1, 96, 96, 3)).astype(np.uint8)
    down = across.transpose(0, 2, 1, 3)
    faint = np.broadcast_to((128 + 30 * wave)[None, None, :, None], (1, 96, 96, 3)).astype(np.uint8)
    assert distance(shape(across), shape(down)) > 10 * distance(shape(across), shape(faint))


def test_texture_tells_stripes_from_checks_but_not_light_from_dark() -> None:
    grid = np.indices((96, 96))
    stripes = np.where(grid[0] // 2 % 2, 150, 90)
    checks = np.where((grid[0] // 2 + grid[1] // 2) % 2, 150, 90)
    first, second = (
        np.repeat(one[None, :, :, None], 3, axis=3).astype(np.uint8) for one in (stripes, checks)
    )
    assert distance(texture(first), texture(second)) > 0.5
    np.testing.assert_allclose(texture(first + np.uint8(60)), texture(first), atol=1e-6)


def test_motion_tells_directions_and_rest() -> None:
    right, left, downwards = (
        motion(moving_square(2)),
        motion(moving_square(-2)),
        motion(moving_square(2, down=True)),
    )
    still = motion(moving_square(0))
    assert distance(right, left) > 0.3
    assert distance(right, downwards) > 0.3
    assert np.abs(still).max() < 0.01
    assert not motion(moving_square(1)[:1]).any()


def test_flow_has_the_right_sign_and_size() -> None:
    grid = np.arange(64, dtype=np.float32)
    grey = np.stack([np.add.outer(np.sin(grid / 4), np.sin((grid - 0.5 * k) / 4)) for k in range(4)])
    across, down = block_flow(grey.astype(np.float32))
    inner = (slice(None), slice(4, -4), slice(4, -4))
    assert abs(float(np.median(across[inner])) - 0.5) < 0.05
    assert abs(float(np.median(down[inner]))) < 0.05


def test_layout_tells_where_light_is() -> None:
    top = np.zeros((1, 96, 96, 3), dtype=np.uint8)
    top[:, :48] = 255
    assert distance(layout(top), layout(top[:, ::-1])) > 0.2
    mean = layout(np.full((1, 96, 96, 3), 51, dtype=np.uint8))[0, 0]
    assert abs(float(mean) - 0.2) < 1e-3


def test_unknown_extractors_are_named_with_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match="colour, shape, texture, motion, layout"):
        extractors_named(["colour", "smell"])
