"""What several extractors start from: luminance, gradients, cells of a grid."""

import numpy as np

__all__ = ["cell_codes", "cell_sums", "gradients", "halve", "luminance", "normalise_rows"]


def luminance(frames: np.ndarray) -> np.ndarray:
    """Returns (F, H, W) float32 in 0..1 of (F, H, W, 3) uint8 frames (ITU-R BT.601 weights)."""
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32) / np.float32(255.0)
    return frames.astype(np.float32) @ weights


def halve(grey: np.ndarray) -> np.ndarray:
    """Returns (F, H // 2, W // 2), each pixel the mean of four; an odd last row or column is left out."""
    even = grey[:, : grey.shape[1] // 2 * 2, : grey.shape[2] // 2 * 2]
    return 0.25 * (even[:, ::2, ::2] + even[:, 1::2, ::2] + even[:, ::2, 1::2] + even[:, 1::2, 1::2])


def gradients(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the horizontal and vertical central differences, (F, H - 2, W - 2) each."""
    across = grey[:, 1:-1, 2:] - grey[:, 1:-1, :-2]
    down = grey[:, 2:, 1:-1] - grey[:, :-2, 1:-1]
    return across, down


def cell_codes(height: int, width: int, cells: int) -> np.ndarray:
    """Returns (height, width) int64: the number of each pixel's cell in a grid of cells x cells."""
    rows = np.arange(height, dtype=np.int64) * cells // height
    columns = np.arange(width, dtype=np.int64) * cells // width
    return rows[:, None] * cells + columns[None, :]


def cell_sums(codes: np.ndarray, bins: int, *, cells: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Returns histograms of codes per frame and cell, (F, cells * cells, bins) float32, as shares of pixels.

    Args:
        codes: (F, H, W) integers in 0..bins-1.
        weights: (F, H, W), what each pixel counts; 1 if absent.
    """
    count, height, width = codes.shape
    per_frame = cells * cells * bins
    place = cell_codes(height, width, cells) * bins
    flat = codes + place[None] + (np.arange(count, dtype=np.int64) * per_frame)[:, None, None]
    spread = None if weights is None else weights.ravel()
    sums = np.bincount(flat.ravel(), weights=spread, minlength=count * per_frame)
    pixels = height * width / (cells * cells)
    return (sums.reshape(count, cells * cells, bins) / pixels).astype(np.float32)


def normalise_rows(rows: np.ndarray) -> np.ndarray:
    """Returns the rows (last axis) divided by their length; an all-zero row stays zero."""
    length = np.sqrt(np.sum(rows * rows, axis=-1, keepdims=True))
    return rows / np.maximum(length, np.float32(1e-6))
