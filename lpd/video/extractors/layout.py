"""Layout: the coarse arrangement of light, colour and edges over a frame."""

from functools import lru_cache

import numpy as np

from lpd.video.extractors.pixels import cell_sums, gradients, luminance

__all__ = ["LAYOUT_DIMENSION", "layout"]

_SIDE = 24
_LIGHT = 10
_CHROMA = 5
_EDGES = 12
LAYOUT_DIMENSION = _LIGHT * _LIGHT + 2 * _CHROMA * _CHROMA + _EDGES * _EDGES


def layout(frames: np.ndarray) -> np.ndarray:
    """Returns low-frequency cosine coefficients and an edge map, (F, 294) float32.

    10 x 10 coefficients of the luminance, 5 x 5 of each of two colour differences, the first of each being
    the mean; and the edge strength in 12 x 12 cells, divided by its mean.

    Args:
        frames: (F, H, W, 3) uint8, at least 24 x 24 pixels.
    """
    small = _reduce(frames)
    grey = small @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    parts = [_cosines(grey, _LIGHT)]
    for channel in (2, 0):
        parts.append(_cosines(small[..., channel] - grey, _CHROMA))
    across, down = gradients(luminance(frames))
    strength = np.sqrt(across * across + down * down)
    codes = np.zeros(strength.shape, dtype=np.int64)
    edges = cell_sums(codes, 1, cells=_EDGES, weights=strength).reshape(len(frames), -1)
    parts.append(np.sqrt(edges / np.maximum(edges.mean(axis=1, keepdims=True), np.float32(1e-6))))
    return np.concatenate(parts, axis=1).astype(np.float32)


def _reduce(frames: np.ndarray) -> np.ndarray:
    """Returns (F, 24, 24, 3) float32 in 0..1, the mean colours of a grid."""
    _, height, width, _ = frames.shape
    rows = np.arange(_SIDE) * height // _SIDE
    columns = np.arange(_SIDE) * width // _SIDE
    sums = np.add.reduceat(frames.astype(np.float32), rows, axis=1)
    sums = np.add.reduceat(sums, columns, axis=2)
    high = np.diff(np.append(rows, height))
    wide = np.diff(np.append(columns, width))
    return sums / (255.0 * high[:, None, None] * wide[None, :, None]).astype(np.float32)


def _cosines(plane: np.ndarray, count: int) -> np.ndarray:
    basis = _basis()[:count]
    return (basis @ plane @ basis.T).reshape(len(plane), -1)


@lru_cache(maxsize=1)
def _basis() -> np.ndarray:
    """Returns (24, 24) float32, the orthonormal cosine basis divided by the square root of its size."""
    steps = np.arange(_SIDE)
    basis = np.cos(np.pi * (steps[None, :] + 0.5) * steps[:, None] / _SIDE) * np.sqrt(2.0 / _SIDE)
    basis[0] /= np.sqrt(2.0)
    return (basis / np.sqrt(_SIDE)).astype(np.float32)
