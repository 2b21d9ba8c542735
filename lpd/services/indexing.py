"""Embedding a collection with a model: into its index, or into memory to measure the model."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lpd.cards import ModelCard
from lpd.collection import make_collection
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.models import VideoFactors
from lpd.progress import Progress, no_progress
from lpd.search import ExactIndex, SearchEngine
from lpd.search.choice import index_kind
from lpd.search.engine_opening import index_sources
from lpd.search.exact import build_exact_index
from lpd.search.overlap import overlapped
from lpd.search.quantised_layout import QuantisedLayout
from lpd.search.quantised_writer import QuantisedWriter, drop_partial_build
from lpd.search.queries import open_query_side
from lpd.search.recall import Recall
from lpd.services.sample_queries import sampled_recall
from lpd.services.shot_vectors import ShotVectors, vector_origin
from lpd.storage import writer_lock
from lpd.workspace import Workspace

__all__ = ["BUILDERS", "index_collection", "measuring_engine"]


@dataclass(frozen=True)
class _Build:
    """What an index is built from.

    Args:
        workspace: where it lies.
        card: of the model.
        collection: whose shots are embedded.
        embedding: what gives their vectors.
        made_from: digests of the model and of what else decides the vectors.
    """

    workspace: Workspace
    card: ModelCard
    collection: str
    embedding: ShotVectors
    made_from: dict[str, str]

    @property
    def folder(self) -> Path:
        """Where the index will lie."""
        return self.workspace.index_folder(self.card.name, self.collection)

    @property
    def spaces(self) -> tuple[str, ...]:
        """Names of the spaces, in the model's order."""
        return tuple(space.name for space in self.card.spaces)

    @property
    def widths(self) -> tuple[int, ...]:
        """Dimension of each space."""
        return tuple(space.width for space in self.card.spaces)


def index_collection(
    workspace: Workspace,
    model: str,
    collection: str,
    *,
    kind: str = "auto",
    device: str = "auto",
    progress: Progress = no_progress,
) -> str:
    """Embeds every shot of a collection in every space of a model, writes indexes/<model>@<collection>, and
    returns the kind of the index. Vectors that were brought from elsewhere are taken where the model has no
    weights here, or the collection lacks a feature that it reads.

    Features are read, embedded and written in blocks. For a quantised index the next block is read and
    embedded while the last one is encoded and written, and a build that was stopped goes on where it was.
    What the index takes the place of stands until it is complete, in Milvus as well.
    Memory: two blocks of at most 128 MiB, what the model makes of them on the way, and the ids.

    Args:
        workspace: of both.
        model, collection: their names.
        kind: `exact`, `quantised`, `milvus`, or `auto` for what `lpd.search.choice.index_kind` says.
        device: the model embeds on.
        progress: called per block.

    Raises:
        NotFoundError: if the collection lacks a video feature of the model, and no vectors were brought.
        MismatchError: if a feature has another dimension than the model was trained on, or the vectors have
            other spaces.
        LpdError: if the model is a re-ranker, or the kind is unknown.
    """
    if kind not in ("auto", *BUILDERS):
        raise LpdError("unknown kind of index", expected=", ".join(("auto", *BUILDERS)), found=repr(kind))
    card = workspace.model_card(model)
    shot_ids = workspace.collection(collection).shot_ids
    origin = vector_origin(workspace, card, collection)
    made_from = index_sources(workspace, card, collection, shot_ids=shot_ids) | origin.digests
    chosen = index_kind(len(shot_ids), [space.width for space in card.spaces]) if kind == "auto" else kind
    with writer_lock(workspace.path):
        embedding = origin.open(shot_ids, device=device, progress=progress)
        build = _Build(workspace, card, collection, embedding, made_from)
        _put_in_place(build, chosen)
    return chosen


def _put_in_place(build: _Build, kind: str) -> None:
    """Builds an index, then removes what the one before it, or a build that was stopped, has elsewhere."""
    from lpd.search.milvus.leaving import collections_behind, drop_collections

    left = () if kind == "milvus" else collections_behind(build.folder)
    BUILDERS[kind](build)
    drop_partial_build(build.folder)
    if left:
        drop_collections(left, build.folder, environ=os.environ)


def _build_exact(build: _Build) -> None:
    build_exact_index(
        build.folder,
        spaces=build.spaces,
        widths=build.widths,
        shot_ids=build.embedding.shot_ids,
        blocks=build.embedding.blocks(),
        made_from=build.made_from,
    )


def _build_milvus(build: _Build) -> None:
    from lpd.search.milvus import build_milvus_index, milvus_settings

    build_milvus_index(
        build.folder,
        spaces=build.spaces,
        widths=build.widths,
        shot_ids=build.embedding.shot_ids,
        blocks_from=replace(build.embedding, progress=no_progress).blocks,  # the load draws its own
        made_from=build.made_from,
        settings=milvus_settings(os.environ),
        progress=build.embedding.progress,
    )


def _build_quantised(build: _Build) -> None:
    embedding, factors = build.embedding, build.embedding.factors_that_pay()
    layout = _layout(build, factors)
    writer = QuantisedWriter(
        build.folder, layout=layout, shot_ids=embedding.shot_ids, made_from=build.made_from
    )
    with writer:
        if factors is None:
            overlapped(embedding.blocks(writer.rows_written), writer.append)
        else:
            blocks = embedding.factored_blocks(writer.rows_written)
            overlapped(blocks, lambda block: writer.append(block.components, block.mixing))
        writer.publish(_measured(build, writer) if embedding.shot_ids else None)


def _layout(build: _Build, factors: VideoFactors | None) -> QuantisedLayout:
    shots = len(build.embedding.shot_ids)
    if factors is None:
        each = tuple(range(len(build.spaces)))
        return QuantisedLayout(build.spaces, build.widths, build.widths, each, shots)
    components, _, width = factors.components.shape
    return QuantisedLayout(build.spaces, build.widths, (width,) * components, factors.sources, shots)


def _measured(build: _Build, writer: QuantisedWriter) -> Recall:
    """Returns the recall of an index that is written and not yet published."""
    from lpd.search.quantised import QuantisedIndex

    encoder = open_query_side(build.workspace, build.card, build.collection)
    index = QuantisedIndex(writer.written_arrays())
    return sampled_recall(encoder, index, progress=build.embedding.progress)


BUILDERS: dict[str, Callable[[_Build], None]] = {
    "exact": _build_exact,
    "quantised": _build_quantised,
    "milvus": _build_milvus,
}
"""Kind of an index -> what builds it."""


def measuring_engine(
    workspace: Workspace, model: str, edition: Edition, *, device: str = "auto"
) -> SearchEngine:
    """Returns an engine over the shots that an edition searches, embedded in memory: nothing is written.

    For measuring many models, whose indexes nobody will query, over a collection that fits into memory.

    Raises:
        LpdError: as `index_collection`.
    """
    card = workspace.model_card(model)
    collection = workspace.collection(edition.collection)
    if edition.subset is not None:
        rows = collection.subset_rows(edition.subset)
        table = collection.shots.iloc[rows].reset_index(drop=True)
        subsets = {edition.subset: table["shot_id"].tolist()}
        collection = make_collection(collection.name, table, subsets=subsets)
    embedding = vector_origin(workspace, card, edition.collection).open(collection.shot_ids, device=device)
    vectors = tuple(np.concatenate(space) for space in zip(*embedding.blocks(), strict=True))
    index = ExactIndex(tuple(space.name for space in card.spaces), vectors, tuple(collection.shot_ids))
    return SearchEngine(card, collection, index, open_query_side(workspace, card, edition.collection))
