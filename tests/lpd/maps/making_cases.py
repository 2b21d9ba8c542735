"""Vectors in memory, given in blocks as an index gives them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["InMemory", "unit_vectors"]


def unit_vectors(shots: int, width: int, *, seed: int, noise: float = 0.4) -> np.ndarray:
    """Vectors of length 1 in five groups, float32; the noise is within a group."""
    rng = np.random.default_rng(seed)
    middles = rng.standard_normal((5, width))
    plain = middles[rng.integers(5, size=shots)] + noise * rng.standard_normal((shots, width))
    return (plain / np.linalg.norm(plain, axis=1, keepdims=True)).astype(np.float32)


@dataclass(frozen=True)
class InMemory:
    """Arrays (N, D_s), given in blocks of `step` shots."""

    arrays: tuple[np.ndarray, ...]
    step: int = 1000

    @property
    def shots(self) -> int:
        return len(self.arrays[0])

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(array.shape[1] for array in self.arrays)

    def blocks(self, rows: np.ndarray | None = None) -> Iterator[Sequence[np.ndarray]]:
        chosen = np.arange(self.shots) if rows is None else rows
        for start in range(0, len(chosen), self.step):
            yield [array[chosen[start : start + self.step]] for array in self.arrays]
