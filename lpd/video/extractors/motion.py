"""Motion: which way, how fast and how steadily the parts of a clip move, after the camera's own movement."""

import numpy as np
from scipy.ndimage import uniform_filter

from lpd.video.extractors.pixels import cell_sums, halve, luminance

__all__ = ["MOTION_DIMENSION", "block_flow", "motion"]

_CELLS = 4
_DIRECTIONS = 8
_WINDOW = 3
_GLOBAL = 2 + 2 * _DIRECTIONS + 4
MOTION_DIMENSION = _CELLS * _CELLS * (_DIRECTIONS + 2) + _GLOBAL


def motion(frames: np.ndarray) -> np.ndarray:
    """Returns one row per clip, (1, 182) float32.

    On 4 x 4 cells: flow by direction (8 bins), mean change, and how much the change trembles over time; of
    the whole: the camera's mean flow, slow and fast flow by direction, and the change over 1 to 4 frames.
    Lengths are compressed by a square root that keeps the sign. A single frame gives zeros.

    Args:
        frames: (F, H, W, 3) uint8, in order.
    """
    if len(frames) < 2:
        return np.zeros((1, MOTION_DIMENSION), dtype=np.float32)
    grey = halve(luminance(frames))
    across, down = block_flow(grey)
    camera = np.stack([np.median(across, axis=(1, 2)), np.median(down, axis=(1, 2))], axis=1)
    across = across - camera[:, :1, None]
    down = down - camera[:, 1:, None]
    speed = np.sqrt(across * across + down * down)
    sector = (
        np.floor(np.arctan2(down, across) * (_DIRECTIONS / (2 * np.pi)) + 0.5).astype(np.int64) % _DIRECTIONS
    )
    by_cell = cell_sums(sector, _DIRECTIONS, cells=_CELLS, weights=speed).mean(axis=0)
    fast = speed > 1.0
    slow_total = cell_sums(sector, _DIRECTIONS, cells=1, weights=speed * ~fast).mean(axis=0)
    fast_total = cell_sums(sector, _DIRECTIONS, cells=1, weights=speed * fast).mean(axis=0)
    parts = [by_cell, *_change(grey), camera.mean(axis=0), slow_total, fast_total, _lags(grey)]
    row = np.concatenate([part.ravel() for part in parts]).astype(np.float32)
    return (np.sign(row) * np.sqrt(np.abs(row)))[None]


def block_flow(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the flow between consecutive frames, to the right and downwards, (F - 1, H // 2, W // 2) each.

    Pixels per frame, one estimate for every 2 x 2 pixels: least squares on brightness constancy in the 6 x 6
    around; where there is no structure the flow is 0. Lengths are limited to 4 pixels.

    Args:
        grey: (F, H, W) float32.

    Source: Lucas, Kanade, An iterative image registration technique with an application to stereo vision,
        1981 (one iteration).
    """
    mean = 0.5 * (grey[1:] + grey[:-1])
    gx = 0.5 * (np.roll(mean, -1, axis=2) - np.roll(mean, 1, axis=2))
    gy = 0.5 * (np.roll(mean, -1, axis=1) - np.roll(mean, 1, axis=1))
    gx[:, :, [0, -1]] = 0.0
    gy[:, [0, -1], :] = 0.0
    change = grey[1:] - grey[:-1]
    xx, xy, yy, xt, yt = (
        _window(product) for product in (gx * gx, gx * gy, gy * gy, gx * change, gy * change)
    )
    damping = np.float32(2e-4)
    xx, yy = xx + damping, yy + damping
    determinant = xx * yy - xy * xy
    across = (xy * yt - yy * xt) / determinant
    down = (xy * xt - xx * yt) / determinant
    return np.clip(across, -4.0, 4.0), np.clip(down, -4.0, 4.0)


def _window(values: np.ndarray) -> np.ndarray:
    return uniform_filter(halve(values), size=(0, _WINDOW, _WINDOW), mode="nearest")


def _change(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns per cell the mean change and its standard deviation over time."""
    change = np.abs(grey[1:] - grey[:-1])
    codes = np.zeros(change.shape, dtype=np.int64)
    per_cell = cell_sums(codes, 1, cells=_CELLS, weights=change)[:, :, 0]
    return per_cell.mean(axis=0), per_cell.std(axis=0)


def _lags(grey: np.ndarray) -> np.ndarray:
    """Returns the mean change over 1, 2, 3 and 4 frames; 0 where the clip is too short."""
    means = [np.abs(grey[lag:] - grey[:-lag]).mean() if len(grey) > lag else 0.0 for lag in (1, 2, 3, 4)]
    return np.array(means, dtype=np.float32)
