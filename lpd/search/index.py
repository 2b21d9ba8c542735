"""What an index over many common spaces offers; the engine knows nothing else of it.

S spaces, Q queries, N shots, D_s the width of space s, K the depth.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

import numpy as np

from lpd.progress import Progress, no_progress

__all__ = ["HitList", "ListBlock", "SpaceIndex", "fusion_shares", "stretched"]


class HitList(NamedTuple):
    """One ranked list: rows of the collection, best first, with their scores.

    `rows` is (K,) int64, `scores` (K,) float32; K is less than the depth where fewer shots qualify.
    """

    rows: np.ndarray
    scores: np.ndarray


class ListBlock(NamedTuple):
    """All lists of one query: the fused one and one per space, in the order of the spaces.

    `ranges` (S, 2) holds the lowest and the highest score of each space among the shots allowed; only with
    `stretch`, and of spaces that have a list or a share, can they be relied upon in every kind.
    `timings_ms` holds what the steps of the search took, where it has steps, shared equally among the queries
    of a pass.
    `complete` says that every shot allowed was scored directly, so that the lists lack none although the
    index is not exact; one that is exact need not say it.
    """

    fused: HitList
    spaces: tuple[HitList, ...]
    ranges: np.ndarray
    timings_ms: Mapping[str, float] = MappingProxyType({})
    complete: bool = False


class SpaceIndex(Protocol):
    """An index over the video ends of every common space.

    The fused list comes from the scores of ALL shots, never from the union of the spaces' lists: with rank
    correlation .3 between spaces that union misses a third of the true fused top 1000.
    """

    @property
    def spaces(self) -> tuple[str, ...]:
        """Names of the spaces, in the model's order."""
        ...

    @property
    def widths(self) -> tuple[int, ...]:
        """Dimension D_s of each space."""
        ...

    @property
    def shots(self) -> int:
        """Number of shots N."""
        ...

    @property
    def shot_ids(self) -> Sequence[str]:
        """Ids of the shots, in the order of the rows."""
        ...

    @property
    def kind(self) -> str:
        """`exact`, `quantised` or `milvus`."""
        ...

    @property
    def exact(self) -> bool:
        """Whether the lists are those of a full scan in float32."""
        ...

    @property
    def recall(self) -> float | None:
        """Measured recall of the lists where they are not exact."""
        ...

    def search(
        self,
        queries: Sequence[np.ndarray],
        depth: int,
        *,
        weights: np.ndarray | None = None,
        allowed: np.ndarray | None = None,
        stretch: bool = False,
        wanted: Sequence[int] | None = None,
    ) -> list[ListBlock]:
        """Returns the lists of each query.

        Args:
            queries: S arrays (Q, D_s) float32, unit length where the space's similarity is cosine.
            depth: K.
            weights: (S,) shares of the spaces in the fused score, not negative; None is the mean.
            allowed: (N,) bool, the shots that may be returned; None allows all.
            stretch: fuse scores stretched to [0, 1] per space over the shots allowed; see `stretched`.
            wanted: numbers of the spaces whose lists are made, None for all; those of the others stay empty.
        """
        ...

    def similarities(self, queries: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
        """Returns the (S, Q, R) float32 similarities of the given shots."""
        ...

    def vectors(self, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """Returns the video ends of the given shots, one array (R, D_s) per space: queries by a shot."""
        ...

    @property
    def warm(self) -> bool:
        """Whether a query finds in memory what it needs."""
        ...

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Reads what a query needs into memory and checks it; a query before that waits for it."""
        ...


def fusion_shares(weights: np.ndarray | None, spaces: int) -> np.ndarray:
    """Returns the (S,) float32 shares of the spaces in the fused score, summing to 1; None gives the mean.

    Raises:
        ValueError: if a weight is negative or not finite, all are zero, or their number is wrong.
    """
    if weights is None:
        return np.full(spaces, 1.0 / spaces, dtype=np.float32)
    shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (spaces,) or not np.isfinite(shares).all() or (shares < 0).any() or shares.sum() <= 0:
        raise ValueError(f"expected {spaces} weights, none negative and not all zero; found {weights!r}")
    return (shares / shares.sum()).astype(np.float32)


def stretched(scores: np.ndarray, lowest: np.ndarray, highest: np.ndarray) -> np.ndarray:
    """Returns scores as shares of the way from the lowest to the highest; zeros where the two are equal.

    Args:
        scores: any shape that the other two broadcast to.
        lowest, highest: of the list the scores belong to.

    Source: DualTask's fusion of its two lists.
    """
    width = np.asarray(highest - lowest, dtype=np.float32)
    return np.asarray((scores - lowest) / np.where(width > 0, width, np.inf), dtype=np.float32)
