"""Opening an engine: a model, a collection and an index that fit together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lpd.cards import ModelCard
from lpd.errors import LpdError, StaleError
from lpd.search.engine import SearchEngine
from lpd.search.opening import open_fitting_index
from lpd.search.queries import open_query_side
from lpd.storage import digest_bytes

if TYPE_CHECKING:
    from lpd.workspace import Workspace

__all__ = ["SET_OF_VECTORS", "check_bi_encoder", "ids_digest", "index_sources", "open_engine"]

SET_OF_VECTORS = "set of vectors"
"""What an index was made from where vectors were brought from elsewhere."""


def open_engine(workspace: "Workspace", *, model: str, collection: str) -> SearchEngine:
    """Returns the engine of a model over a collection, ready to be queried.

    Raises:
        NotFoundError: if there is no such model, collection or index.
        StaleError: if the index was made from another model or another collection.
        LpdError: if the model is a re-ranker.
    """
    card = workspace.model_card(model)
    check_bi_encoder(card)
    opened = workspace.collection(collection)
    folder = workspace.index_folder(model, collection)
    command = f"lpd index --model {model} --collection {collection}"
    if not folder.is_dir():
        raise StaleError("this model has no index of this collection", where=folder, next_step=command)
    sources = index_sources(workspace, card, collection, shot_ids=opened.shot_ids)
    index, queries = open_fitting_index(folder, card, sources=sources, next_step=command)
    encoder = open_query_side(workspace, card, collection)
    return SearchEngine(card, opened, index, encoder, recall_queries=queries)


def check_bi_encoder(card: ModelCard) -> None:
    """Raises LpdError for a model that scores pairs of a text and a shot and hence has no index."""
    if not card.bi_encoder:
        raise LpdError(
            f"{card.name} ({card.system}) scores pairs of a text and a shot, so it cannot be indexed",
            next_step=f"let it re-rank a run: lpd rerank RUN --method model --model {card.name}",
        )


def index_sources(
    workspace: "Workspace", card: ModelCard, collection: str, *, shot_ids: Sequence[str]
) -> dict[str, str]:
    """Returns name -> digest of what an index of a collection must have been made from: the collection, and
    the model, or the vectors of these shots where only vectors of the model are here.

    Raises:
        NotFoundError: if the model is here as vectors, but of other collections.
    """
    shots = {"collection": ids_digest(shot_ids)}
    if card.has_weights:
        return {"model": card.digest} | shots
    return {SET_OF_VECTORS: workspace.embeddings(card.name).brought_shots(collection).digest} | shots


def ids_digest(shot_ids: Sequence[str]) -> str:
    """Returns the digest of an ordered list of ids."""
    return digest_bytes("\n".join(shot_ids).encode())
