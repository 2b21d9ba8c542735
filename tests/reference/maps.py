"""Slow, plain versions of what maps are made by."""

import math
from collections.abc import Sequence

import numpy as np


def principal_coordinates(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Returns coordinates (N, count), the variance along each axis, and the whole variance, by the singular
    value decomposition of the centred vectors; the largest entry of an axis is positive.
    """
    centred = vectors.astype(np.float64) - vectors.astype(np.float64).mean(axis=0)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    for number, axis in enumerate(axes):
        if axis[np.abs(axis).argmax()] < 0:
            left[:, number] *= -1
    variances = sizes**2 / len(vectors)
    return (left * sizes)[:, :count], variances[:count], float(variances.sum())


def place_among(one: Sequence[float], anchors: np.ndarray, points: np.ndarray, *, count: int) -> list[float]:
    """Returns the mean place of the nearest anchors, weighted by one over the squared distance."""
    squared = [sum((a - b) ** 2 for a, b in zip(one, anchor, strict=True)) for anchor in anchors.tolist()]
    nearest = sorted(range(len(anchors)), key=lambda row: squared[row])[:count]
    weights = [1 / squared[row] for row in nearest]
    return [
        math.fsum(weight * float(points[row, axis]) for weight, row in zip(weights, nearest, strict=True))
        / math.fsum(weights)
        for axis in (0, 1)
    ]
