"""Small collections for the tests of Milvus, and their exact index."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lpd.search import ExactIndex
from lpd.search.index import HitList, ListBlock
from lpd.search.milvus import MilvusIndex, MilvusSettings, build_milvus_index, open_milvus_index

WIDTHS = (4, 6, 3)
SPACES = ("text:a", "text:b", "video:c")


@dataclass
class Sample:
    """A small collection: vectors and queries per space.

    Args:
        vectors: S arrays (N, D_s).
        queries: S arrays (Q, D_s).
        sources: what it is made from.
        started_at: the rows at which its blocks were asked for.
    """

    vectors: list[np.ndarray]
    queries: list[np.ndarray]
    sources: dict[str, str] = field(default_factory=lambda: {"model": "m"})
    started_at: list[int] = field(default_factory=list)
    index: MilvusIndex | None = None

    @property
    def ids(self) -> list[str]:
        """Ids whose order is not that of the rows."""
        return [f"shot{(7 * row) % 1009}_{row}" for row in range(len(self.vectors[0]))]

    @property
    def exact(self) -> ExactIndex:
        """The exact index of the same vectors."""
        return ExactIndex(SPACES, tuple(self.vectors), tuple(self.ids))

    def blocks_from(self, first: int, *, block: int = 30) -> Iterator[list[np.ndarray]]:
        """Yields its vectors from a row on."""
        self.started_at.append(first)
        for start in range(first, len(self.vectors[0]), block):
            yield [vectors[start : start + block] for vectors in self.vectors]

    def build(self, directory: Path, settings: MilvusSettings, **changes: object) -> None:
        """Builds its index."""
        arguments: dict = {
            "spaces": SPACES,
            "widths": WIDTHS,
            "shot_ids": self.ids,
            "blocks_from": self.blocks_from,
            "made_from": self.sources,
            "settings": settings,
        }
        build_milvus_index(directory, **(arguments | changes))

    def stored(self, directory: Path, settings: MilvusSettings) -> "Sample":
        """Builds its index, opens it and returns itself."""
        self.build(directory, settings)
        self.index = open_milvus_index(directory, settings)[0]
        return self


def random_sample(shots: int = 400, queries: int = 3, *, seed: int = 0) -> Sample:
    """Returns shots and queries of a normal distribution."""
    rng = np.random.default_rng(seed)
    return Sample(
        [rng.standard_normal((shots, width)).astype(np.float32) for width in WIDTHS],
        [rng.standard_normal((queries, width)).astype(np.float32) for width in WIDTHS],
    )


def tied_sample(shots: int = 400, queries: int = 2) -> Sample:
    """Returns shots and queries of whole numbers from -1 to 1, whose scores have no rounding."""
    rng = np.random.default_rng(1)
    return Sample(
        [rng.integers(-1, 2, (shots, width)).astype(np.float32) for width in WIDTHS],
        [rng.integers(-1, 2, (queries, width)).astype(np.float32) for width in WIDTHS],
        sources={"model": "ties"},
    )


def hit_lists(blocks: list[ListBlock]) -> list[HitList]:
    """Returns all lists of all queries, each query's fused one first."""
    return [hits for block in blocks for hits in (block.fused, *block.spaces)]


def assert_same(found: list[ListBlock], expected: list[ListBlock]) -> None:
    """Checks that two answers list the same shots in the same order, with equal scores but for rounding."""
    assert len(found) == len(expected)
    for mine, theirs in zip(hit_lists(found), hit_lists(expected), strict=True):
        assert mine.rows.tolist() == theirs.rows.tolist()
        assert (mine.rows.dtype, mine.scores.dtype) == (np.int64, np.float32)
        np.testing.assert_allclose(mine.scores, theirs.scores, rtol=1e-6, atol=2e-6)
