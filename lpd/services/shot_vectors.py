"""Where the vectors of a collection's shots come from: a model that embeds their features, or vectors that
were brought from elsewhere.

Sizes: N shots, n of them in a block, S spaces of widths D_s.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lpd.cards import ModelCard, SpaceInfo
from lpd.embeddings import Embeddings, unit_rows
from lpd.errors import MismatchError, NotFoundError
from lpd.features import FeatureMatrix, VideoInput
from lpd.progress import Progress, no_progress
from lpd.search.engine_opening import SET_OF_VECTORS
from lpd.services.embedding import Embedding, FactoredBlock, open_embedding, video_inputs
from lpd.workspace import Workspace

__all__ = ["BroughtEmbedding", "ShotVectors", "VectorOrigin", "vector_origin"]

_MOST_SHOTS = 4096
_BLOCK_BYTES = 128 << 20


class _Space(NamedTuple):
    """The matrix of a space, memory-mapped; `rows` are those of the shots, None where it has their order."""

    matrix: np.ndarray
    rows: np.ndarray | None
    cosine: bool

    def read(self, first: int, stop: int) -> np.ndarray:
        place = slice(first, stop) if self.rows is None else self.rows[first:stop]
        vectors = np.ascontiguousarray(self.matrix[place], dtype=np.float32)
        return unit_rows(vectors) if self.cosine else vectors


@dataclass(frozen=True)
class BroughtEmbedding:
    """Vectors of some shots as they were brought, at unit length where the similarity is the cosine.

    Takes the place of `lpd.services.embedding.Embedding`; blocks are as large as there.

    Args:
        spaces: S, in the model's order.
        shot_ids: N ids.
        progress: called with the shots read; its first call says where the work goes on.
    """

    spaces: tuple[_Space, ...]
    shot_ids: list[str]
    progress: Progress = no_progress

    def blocks(self, start: int = 0) -> Iterator[list[np.ndarray]]:
        """Yields the vectors of consecutive shots from `start` on, one float32 array (n, D_s) per space."""
        numbers = sum(space.matrix.shape[1] for space in self.spaces)
        step = max(1, min(_MOST_SHOTS, _BLOCK_BYTES // (4 * numbers)))
        total = len(self.shot_ids)
        for first in range(start, total, step):
            self.progress("reading vectors", first, total)
            yield [space.read(first, min(first + step, total)) for space in self.spaces]
        self.progress("reading vectors", total, total)

    def factored_blocks(self, start: int = 0) -> Iterator[FactoredBlock]:
        """Yields the same as components that nothing mixes."""
        for block in self.blocks(start):
            yield FactoredBlock(block, None)

    def factors_that_pay(self) -> None:
        """Returns None: what the vectors were mixed from is not known."""
        return


ShotVectors = Embedding | BroughtEmbedding
"""Vectors of shots, whichever way they come: both are read in blocks, likewise."""


@dataclass(frozen=True)
class VectorOrigin:
    """Where the vectors of a collection's shots come from.

    Args:
        workspace: of all of it.
        card: of the model.
        collection: name of the collection.
        inputs: what the model reads of it; empty where vectors were brought.
        brought: those vectors; None where the model embeds.
        digests: name -> digest of what decides the vectors beside the model's weights.
    """

    workspace: Workspace
    card: ModelCard
    collection: str
    inputs: dict[str, VideoInput] = field(default_factory=dict)
    brought: Embeddings | None = None
    digests: dict[str, str] = field(default_factory=dict)

    def open(
        self, shot_ids: list[str], *, device: str = "auto", progress: Progress = no_progress
    ) -> ShotVectors:
        """Returns what gives the vectors of some shots, block by block.

        Raises:
            NotFoundError: if the vectors that were brought lack shots.
            StaleError: if they are half-written, or a file that is pointed to has changed.
        """
        if self.brought is None:
            return open_embedding(
                self.workspace, self.card, self.inputs, shot_ids=shot_ids, device=device, progress=progress
            )
        return BroughtEmbedding(self._spaces(self.brought, shot_ids), shot_ids, progress)

    def _spaces(self, brought: Embeddings, shot_ids: list[str]) -> tuple[_Space, ...]:
        """Opens the matrices one after another, so that the ids of one at a time are in memory."""
        order = brought.order_of(self.card.spaces)
        assert order is not None, "only vectors of the same spaces are an origin"
        return tuple(
            _opened(brought.shot_vectors(self.collection, number), space, shot_ids)
            for number, space in zip(order, self.card.spaces, strict=True)
        )


def _opened(one: FeatureMatrix, space: SpaceInfo, shot_ids: list[str]) -> _Space:
    rows = None if one.ids == shot_ids else one.positions(shot_ids)
    return _Space(one.matrix, rows, space.similarity == "cosine")


def vector_origin(workspace: Workspace, card: ModelCard, collection: str) -> VectorOrigin:
    """Returns where the vectors of a collection's shots come from.

    A model with weights embeds the features; where the collection lacks one of these, and vectors of its
    shots were brought for this model, they are taken.

    Raises:
        NotFoundError: if there are neither features nor vectors.
        MismatchError: if a feature has another dimension than the model reads, or the vectors that were
            brought have other spaces than the model.
        LpdError: if the model is a re-ranker.
    """
    if not card.has_weights:
        return _brought(workspace, card, collection)
    try:
        inputs = video_inputs(workspace, card, collection)
    except NotFoundError:
        named = card.name in workspace.embeddings_names()
        if not named or collection not in workspace.embeddings(card.name).shots:
            raise
        return _brought(workspace, card, collection)
    digests = {f"feature {name}": str(one.digest) for name, one in inputs.items()}
    return VectorOrigin(workspace, card, collection, inputs, digests=digests)


def _brought(workspace: Workspace, card: ModelCard, collection: str) -> VectorOrigin:
    embeddings = workspace.embeddings(card.name)
    if embeddings.order_of(card.spaces) is None:
        raise MismatchError(
            f"the vectors that were brought for model {card.name} have other spaces than its checkpoint",
            where=embeddings.directory,
            expected=_told(card.spaces),
            found=_told(embeddings.spaces),
            next_step="import the vectors of this model, or give one of the two another name",
        )
    digests = {SET_OF_VECTORS: embeddings.brought_shots(collection).digest}
    return VectorOrigin(workspace, card, collection, brought=embeddings, digests=digests)


def _told(spaces: Sequence[SpaceInfo]) -> str:
    return ", ".join(f"{space.name} ({space.width}, {space.similarity})" for space in spaces)
