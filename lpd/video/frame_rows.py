"""Frames as arrays, and the row of a shot from the rows of its frames. Sizes: F frames, D width."""

from collections.abc import Sequence

import numpy as np

from lpd.errors import MismatchError

__all__ = ["check_frames", "unit_mean"]


def check_frames(frames: Sequence[np.ndarray]) -> None:
    """Raises MismatchError unless every frame is (H, W, 3) uint8 with pixels."""
    for number, frame in enumerate(frames):
        good = frame.ndim == 3 and frame.shape[2] == 3 and frame.size > 0 and frame.dtype == np.uint8
        if not good:
            raise MismatchError(
                "a frame of another form",
                where=f"frame {number}",
                expected="(height, width, 3) uint8",
                found=f"{frame.shape} {frame.dtype}",
            )


def unit_mean(rows: np.ndarray) -> np.ndarray:
    """Returns the mean of rows (F, D) at unit length, (D,) float32; zeros stay zeros."""
    mean = rows.mean(axis=0, dtype=np.float64)
    return (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
