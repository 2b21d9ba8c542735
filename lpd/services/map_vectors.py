"""Where a map takes the vectors of shots from: the model's index, or what an index would be made from.

Sizes: N shots, n of them in a block, S spaces of widths D_s.
"""

from collections.abc import Collection as Sized
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.cards import ModelCard
from lpd.errors import StaleError
from lpd.maps import VectorBlocks
from lpd.search.engine_opening import check_bi_encoder, index_sources
from lpd.search.exact import ExactIndex
from lpd.search.index import SpaceIndex
from lpd.search.opening import INDEX_KINDS, open_fitting_index
from lpd.services.shot_vectors import VectorOrigin, vector_origin
from lpd.storage import read_manifest
from lpd.workspace import Workspace

__all__ = ["FROM_INDEX", "FROM_MODEL", "FROM_VECTORS", "IndexVectors", "MapVectors", "map_vectors"]

FROM_INDEX = "the index"
"""Where the vectors of a map were read: from the model's index."""

FROM_MODEL = "the model, which embedded the shots"
"""Where there is no index that fits."""

FROM_VECTORS = "vectors brought here"
"""Of a model without weights."""

_MOST_SHOTS = 4096
_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True)
class IndexVectors:
    """The vectors that an index has. A block has at most 4096 shots and 64 MiB.

    Args:
        index: of any kind.
        needed: numbers of the spaces that are read; arrays of the others stay empty.
    """

    index: SpaceIndex
    needed: frozenset[int]

    @property
    def shots(self) -> int:
        """Number of shots N."""
        return self.index.shots

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of the S spaces."""
        return self.index.widths

    def blocks(self, rows: np.ndarray | None = None) -> Iterator[Sequence[np.ndarray]]:
        """Yields S arrays (n, D_s) of consecutive shots; of these rows alone, if they are given."""
        count = self.shots if rows is None else len(rows)
        step = max(1, min(_MOST_SHOTS, _BLOCK_BYTES // (4 * max(1, sum(self.widths)))))
        for first in range(0, count, step):
            stop = min(first + step, count)
            yield self._read(np.arange(first, stop, dtype=np.int64) if rows is None else rows[first:stop])

    def _read(self, rows: np.ndarray) -> Sequence[np.ndarray]:
        if not isinstance(self.index, ExactIndex):
            return self.index.vectors(rows)
        empty = np.empty((len(rows), 0), dtype=np.float32)
        return [
            array[rows] if number in self.needed else empty for number, array in enumerate(self.index.arrays)
        ]


@dataclass(frozen=True)
class _OriginVectors:
    """Vectors that are made, or read where they were brought, each time they are asked for."""

    origin: VectorOrigin
    shot_ids: list[str]
    device: str

    @property
    def shots(self) -> int:
        return len(self.shot_ids)

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(space.width for space in self.origin.card.spaces)

    def blocks(self, rows: np.ndarray | None = None) -> Iterator[Sequence[np.ndarray]]:
        shots = self.shot_ids if rows is None else [self.shot_ids[row] for row in rows.tolist()]
        return self.origin.open(shots, device=self.device).blocks()


class MapVectors(NamedTuple):
    """Vectors of shots, digests of what they were made from, and where they come from in words."""

    vectors: VectorBlocks
    made_from: dict[str, str]
    source: str


def map_vectors(
    workspace: Workspace, card: ModelCard, collection: str, *, needed: Sized[int], device: str = "auto"
) -> MapVectors:
    """Returns the vectors of a collection's shots: those of the model's index where there is one that fits;
    else the model embeds the shots, or vectors that were brought are read.

    Args:
        workspace: of both.
        card: of the model.
        collection: its name.
        needed: numbers of the spaces that are read.
        device: the model embeds on, without an index.

    Raises:
        NotFoundError: if there is neither an index, nor features, nor vectors.
        LpdError: if the index is damaged, or the model is a re-ranker.
    """
    check_bi_encoder(card)
    shot_ids = workspace.collection(collection).shot_ids
    sources = index_sources(workspace, card, collection, shot_ids=shot_ids)
    folder = workspace.index_folder(card.name, collection)
    if folder.is_dir():
        try:
            index, _ = open_fitting_index(folder, card, sources=sources, next_step="lpd index")
        except StaleError:
            pass  # of another model or collection, or half-written: what it would be made from now is taken
        else:
            made_from = read_manifest(folder, *INDEX_KINDS).made_from
            return MapVectors(IndexVectors(index, frozenset(needed)), made_from, FROM_INDEX)
    origin = vector_origin(workspace, card, collection)
    source = FROM_MODEL if origin.brought is None else FROM_VECTORS
    return MapVectors(_OriginVectors(origin, shot_ids, device), sources | origin.digests, source)
