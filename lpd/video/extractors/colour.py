"""Colour: how much of which hue and lightness lies in which part of a frame."""

from functools import lru_cache

import numpy as np

from lpd.video.extractors.pixels import cell_sums

__all__ = ["COLOUR_DIMENSION", "colour"]

_HUES = 8
_GREYS = 5
_BINS = 2 * _HUES + _GREYS
_GRIDS = (1, 3, 4)
COLOUR_DIMENSION = _BINS * sum(cells * cells for cells in _GRIDS)


def colour(frames: np.ndarray) -> np.ndarray:
    """Returns square roots of HSV histograms over grids of 1, 3 x 3 and 4 x 4 cells, (F, 546) float32.

    A pixel counts in one of 8 hues, dull or vivid, or, with hardly any saturation, in one of 5 greys.

    Args:
        frames: (F, H, W, 3) uint8.
    """
    table = _bin_of_colour()
    small = (frames >> 3).astype(np.int64)
    codes = table[(small[..., 0] << 10) | (small[..., 1] << 5) | small[..., 2]]
    parts = [cell_sums(codes, _BINS, cells=cells).reshape(len(frames), -1) for cells in _GRIDS]
    return np.sqrt(np.concatenate(parts, axis=1))


@lru_cache(maxsize=1)
def _bin_of_colour() -> np.ndarray:
    """Returns (32768,) int64: the bin of each colour, red, green and blue in 32 steps each."""
    steps = (np.arange(32, dtype=np.float64) * 8 + 4) / 255.0
    red, green, blue = (channel.ravel() for channel in np.meshgrid(steps, steps, steps, indexing="ij"))
    value = np.maximum(np.maximum(red, green), blue)
    span = value - np.minimum(np.minimum(red, green), blue)
    safe = np.maximum(span, 1e-9)
    hue = np.where(
        value == red,
        ((green - blue) / safe) % 6,
        np.where(value == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    sector = np.floor(hue / 6 * _HUES + 0.5).astype(np.int64) % _HUES
    vivid = (span / value > 0.55) & (value > 0.35)
    grey = 2 * _HUES + np.minimum((value * _GREYS).astype(np.int64), _GREYS - 1)
    return np.where((span / value < 0.18) | (value < 0.12), grey, sector + _HUES * vivid)
