"""The principal axes of vectors that come in blocks: exact, in memory that depends on their width alone.

Sizes: N vectors of width D, n of them in a block, P axes.
"""

from dataclasses import dataclass

import numpy as np

from lpd.errors import FormatError, LpdError

__all__ = ["WIDEST", "Axes", "Moments", "principal_axes"]

WIDEST = 8192
"""So wide vectors may be: their sums of products take D x D x 8 bytes, 512 MiB here, and as much while a
block is added."""

_ALIKE = 1e-6
"""Entries of an axis whose sizes differ by less than this share count as equally large."""
_BYTES_AT_ONCE = 32 << 20
"""As float64, of wide vectors."""
_NOTHING = 1e-12
"""An axis with less than this share of the variance is rounding."""


class Moments:
    """Number, mean and sums of products of vectors, added up in float64, block after block.

    Vectors are shifted by the mean of the first block before they are multiplied, so that a mean far from the
    origin costs no digits. While there are fewer vectors than a vector has numbers, they are kept themselves,
    which is less work for wide ones.

    Args:
        width: D.

    Raises:
        LpdError: if D is above `WIDEST`.
    """

    def __init__(self, width: int) -> None:
        if width > WIDEST:
            raise LpdError("too wide for principal axes", expected=f"at most {WIDEST:,} numbers", found=width)
        self.width, self.count = width, 0
        self._shift = np.zeros(width)
        self._sum = np.zeros(width)
        self._kept: list[np.ndarray] = []
        self._products: np.ndarray | None = None

    def add(self, vectors: np.ndarray) -> None:
        """Adds a block.

        Args:
            vectors: (n, D) of any float type.

        Raises:
            FormatError: if a value is not finite.
        """
        step = max(1, _BYTES_AT_ONCE // (8 * max(1, self.width)))
        for start in range(0, len(vectors), step):
            self._add(np.asarray(vectors[start : start + step], dtype=np.float64))

    def _add(self, block: np.ndarray) -> None:
        if not self.count:
            self._shift = block.mean(axis=0)
        shifted = block - self._shift
        added = shifted.sum(axis=0)
        if not np.isfinite(added).all():
            raise FormatError("vectors are not finite", where=f"rows from {self.count}", expected="numbers")
        self.count += len(block)
        self._sum += added
        self._kept.append(shifted)
        if self.count >= self.width:
            self._multiply()

    def _multiply(self) -> None:
        if self._products is None:
            self._products = np.zeros((self.width, self.width))
        self._kept.reverse()
        while self._kept:  # each is given back as soon as it is multiplied
            shifted = self._kept.pop()
            self._products += shifted.T @ shifted

    @property
    def mean(self) -> np.ndarray:
        """The mean, (D,) float64; zeros before the first block."""
        return np.asarray(self._shift + self._sum / max(1, self.count))

    def take_rows(self) -> np.ndarray | None:
        """Returns the vectors (N, D) float64 from their mean on, if N is less than D, else None; they can be
        taken once.
        """
        if self._products is not None:
            return None
        rows = np.concatenate([np.zeros((0, self.width)), *self._kept])
        self._kept = []
        rows -= self._sum / max(1, self.count)
        return rows

    def take_covariance(self) -> np.ndarray:
        """Returns the covariance (D, D) float64, divided by N, made in the place of the sums of products: it
        can be taken once.
        """
        self._multiply()
        assert self._products is not None, "multiplied just now"
        covariance, self._products = self._products, None
        offset = self._sum / max(1, self.count)
        covariance /= max(1, self.count)
        for row, one in zip(covariance, offset.tolist(), strict=True):  # an outer product is as large
            row -= one * offset
        return covariance


@dataclass(frozen=True)
class Axes:
    """The first principal axes of vectors.

    Args:
        mean: (D,) float64.
        components: (P, D) float64, orthonormal, of falling variance.
        variances: (P,) float64, of the vectors along each axis.
        total: their variance over all D directions.
    """

    mean: np.ndarray
    components: np.ndarray
    variances: np.ndarray
    total: float

    @property
    def shares(self) -> np.ndarray:
        """(P,) share of the variance along each axis, 0..1; zeros where nothing varies."""
        return self.variances / self.total if self.total > 0 else np.zeros_like(self.variances)

    def coordinates(self, vectors: np.ndarray, count: int | None = None) -> np.ndarray:
        """Returns (n, count) float32, the vectors along the first axes, from the mean on.

        Args:
            vectors: (n, D).
            count: of the axes; None takes all P.
        """
        some = self.components[:count]
        along = np.asarray(vectors, dtype=np.float64) @ some.T - self.mean @ some.T
        return np.asarray(along, dtype=np.float32)


def principal_axes(moments: Moments, count: int) -> Axes:
    """Returns the axes along which vectors vary most: the first eigenvectors of their covariance.

    Signs are fixed: of the entries of an axis that are largest in size (to a millionth), the first is
    positive. So equal vectors give an equal picture.

    Args:
        moments: of the vectors; what they hold is used up.
        count: P; fewer where the vectors are narrower, or vary in fewer directions.

    Source: Jolliffe, Principal Component Analysis (2nd ed., 2002), sections 1.1 and 3.5 (of few vectors, by
    way of their inner products).
    """
    mean, rows = moments.mean, moments.take_rows()
    if rows is not None:
        variances, vectors = _largest(rows @ rows.T / max(1, len(rows)), count)
        total = float((rows**2).sum() / max(1, len(rows)))
        rises = variances > _NOTHING * total
        variances = variances[rises]
        lengths = np.sqrt(variances * len(rows))[:, None]
        components = vectors[rises] @ rows / np.maximum(lengths, np.finfo(np.float64).tiny)
    else:
        covariance = moments.take_covariance()
        total = float(max(np.trace(covariance), 0.0))
        variances, components = _largest(covariance, count)
    if total <= np.finfo(np.float64).tiny or not len(components):
        wanted = min(1, moments.width)
        return Axes(mean, np.eye(wanted, moments.width), np.zeros(wanted), 0.0)
    return Axes(mean, _with_signs(components), np.maximum(variances, 0.0), total)


def _largest(symmetric: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns the largest eigenvalues (P,), falling, and their eigenvectors (P, D)."""
    from scipy.linalg import eigh  # here, because scipy.linalg takes long to import

    size = len(symmetric)
    if not min(count, size):
        return np.zeros(0), np.zeros((0, size))
    wanted = (max(0, size - count), size - 1)
    values, vectors = eigh(
        symmetric.T, subset_by_index=wanted, overwrite_a=True
    )  # so turned, it is not copied
    return values[::-1], vectors.T[::-1]


def _with_signs(components: np.ndarray) -> np.ndarray:
    """Returns axes (P, D), each turned so that the first of its largest entries is positive."""
    sizes = np.abs(components)
    largest = (sizes >= (1 - _ALIKE) * sizes.max(axis=1, keepdims=True)).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return np.ascontiguousarray(components * signs[:, None])
