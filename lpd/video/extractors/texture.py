"""Texture: local binary patterns, which of a pixel's eight neighbours are lighter, in parts of a frame."""

from functools import lru_cache

import numpy as np

from lpd.video.extractors.pixels import cell_sums, halve, luminance

__all__ = ["TEXTURE_DIMENSION", "texture"]

_BINS = 59
_MARGIN = np.float32(0.012)
TEXTURE_DIMENSION = _BINS * 5

_NEIGHBOURS = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))


def texture(frames: np.ndarray) -> np.ndarray:
    """Returns square roots of histograms of uniform patterns, (F, 295) float32: 2 x 2 cells; the half size.

    Patterns with at most two changes around the circle have a bin each (58), all others share one. A
    neighbour must be lighter by 0.012 to count as lighter, so that flat areas are flat.

    Args:
        frames: (F, H, W, 3) uint8.

    Source: Ojala, Pietikäinen, Mäenpää, Multiresolution gray-scale and rotation invariant texture
        classification with local binary patterns, PAMI 2002 (the u2 mapping).
    """
    grey = luminance(frames)
    fine = cell_sums(_patterns(grey), _BINS, cells=2).reshape(len(frames), -1)
    coarse = cell_sums(_patterns(halve(grey)), _BINS, cells=1).reshape(len(frames), -1)
    return np.sqrt(np.concatenate([fine, coarse], axis=1))


def _patterns(grey: np.ndarray) -> np.ndarray:
    _, height, width = grey.shape
    middle = grey[:, 1:-1, 1:-1] + _MARGIN
    codes = np.zeros(middle.shape, dtype=np.uint8)
    for bit, (row, column) in enumerate(_NEIGHBOURS):
        neighbour = grey[:, row : height - 2 + row, column : width - 2 + column]
        codes |= (neighbour > middle).astype(np.uint8) << np.uint8(bit)
    return _uniform_bins()[codes]


@lru_cache(maxsize=1)
def _uniform_bins() -> np.ndarray:
    """Returns (256,) int64: the bin of each pattern."""
    bins = np.full(256, _BINS - 1, dtype=np.int64)
    number = 0
    for pattern in range(256):
        turned = ((pattern << 1) | (pattern >> 7)) & 255
        if (pattern ^ turned).bit_count() <= 2:
            bins[pattern] = number
            number += 1
    return bins
