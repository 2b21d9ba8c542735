"""Shape: which way edges run in which part of a frame, at two scales."""

import numpy as np

from lpd.video.extractors.pixels import cell_sums, gradients, halve, luminance, normalise_rows

__all__ = ["SHAPE_DIMENSION", "shape"]

_DIRECTIONS = 8
_FINE_GRIDS = (6,)
_COARSE_GRIDS = (4, 1)
SHAPE_DIMENSION = _DIRECTIONS * sum(cells * cells for cells in (*_FINE_GRIDS, *_COARSE_GRIDS))


def shape(frames: np.ndarray) -> np.ndarray:
    """Returns gradient-orientation histograms, (F, 424) float32: 6 x 6 cells; at half size 4 x 4 and one.

    Light on dark and dark on light count alike. Each grid is divided by its length, clipped at 0.3, and
    divided again, so that contrast does not matter.

    Args:
        frames: (F, H, W, 3) uint8.
    """
    grey = luminance(frames)
    parts = [_histograms(grey, cells) for cells in _FINE_GRIDS]
    half = halve(grey)
    parts += [_histograms(half, cells) for cells in _COARSE_GRIDS]
    return np.concatenate(parts, axis=1)


def _histograms(grey: np.ndarray, cells: int) -> np.ndarray:
    across, down = gradients(grey)
    strength = np.sqrt(across * across + down * down)
    turn = np.arctan2(down, across) * np.float32(_DIRECTIONS / np.pi)
    codes = np.floor(turn + 0.5).astype(np.int64) % _DIRECTIONS
    sums = cell_sums(codes, _DIRECTIONS, cells=cells, weights=strength).reshape(len(grey), -1)
    return normalise_rows(np.minimum(normalise_rows(sums), np.float32(0.3)))
