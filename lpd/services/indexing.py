"""Embedding a collection with a model: into its index, or into memory to measure the model."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from lpd.cards import ModelCard
from lpd.checkpoints import load_checkpoint
from lpd.collection import make_collection
from lpd.editions import Edition
from lpd.errors import MismatchError
from lpd.features import VideoInput
from lpd.models import SpaceModel
from lpd.progress import Progress, no_progress
from lpd.search import ExactIndex, SearchEngine
from lpd.search.engine import check_bi_encoder, ids_digest
from lpd.search.exact import build_exact_index
from lpd.search.queries import open_query_encoder
from lpd.storage import writer_lock
from lpd.training import choose_device
from lpd.workspace import Workspace

__all__ = ["index_collection", "measuring_engine"]

_SHOTS_AT_ONCE = 4096


def index_collection(
    workspace: Workspace,
    model: str,
    collection: str,
    *,
    device: str = "auto",
    progress: Progress = no_progress,
) -> None:
    """Embeds every shot of a collection in every space of a model and writes indexes/<model>@<collection>.

    Features are read, embedded and written in blocks of 4096 shots, so memory stays bounded whatever the
    collection.

    Raises:
        NotFoundError: if the collection lacks a video feature of the model.
        MismatchError: if a feature has another dimension than the model was trained on.
        LpdError: if the model is a re-ranker.
    """
    card = workspace.model_card(model)
    shot_ids = workspace.collection(collection).shot_ids
    inputs = _inputs(workspace, card, collection)
    made_from = {"model": card.digest, "collection": ids_digest(shot_ids)}
    made_from |= {f"feature {name}": str(one.digest) for name, one in inputs.items()}
    with writer_lock(workspace.path):
        build_exact_index(
            workspace.index_folder(model, collection),
            spaces=[space.name for space in card.spaces],
            widths=[space.width for space in card.spaces],
            shot_ids=shot_ids,
            blocks=_embedded(workspace, card, inputs, shot_ids, device=device, progress=progress),
            made_from=made_from,
        )


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
    inputs = _inputs(workspace, card, edition.collection)
    blocks = list(
        _embedded(workspace, card, inputs, collection.shot_ids, device=device, progress=no_progress)
    )
    vectors = tuple(np.concatenate(space) for space in zip(*blocks, strict=True))
    index = ExactIndex(tuple(space.name for space in card.spaces), vectors, tuple(collection.shot_ids))
    return SearchEngine(card, collection, index, open_query_encoder(workspace, card, edition.collection))


def _inputs(workspace: Workspace, card: ModelCard, collection: str) -> dict[str, VideoInput]:
    check_bi_encoder(card)
    inputs = {name: workspace.video_input(collection, name) for name in card.video_features}
    for name, one in inputs.items():
        if one.dimension != card.video_features[name]:
            raise MismatchError(
                f"video feature {name} does not fit model {card.name}",
                where=workspace.collection_folder(collection),
                expected=f"{card.video_features[name]} dimensions",
                found=one.dimension,
            )
    return inputs


def _embedded(
    workspace: Workspace,
    card: ModelCard,
    inputs: dict[str, VideoInput],
    shot_ids: Sequence[str],
    *,
    device: str,
    progress: Progress,
) -> Iterator[list[np.ndarray]]:
    """Yields the vectors of consecutive shots, one array (n, D_s) per space."""
    chosen = str(choose_device(device))
    network = load_checkpoint(workspace.model_folder(card.name), device=chosen).model
    for start in range(0, len(shot_ids), _SHOTS_AT_ONCE):
        some = shot_ids[start : start + _SHOTS_AT_ONCE]
        progress("embedding shots", start, len(shot_ids))
        yield _embed(network, {name: one.rows(some) for name, one in inputs.items()}, chosen)
    progress("embedding shots", len(shot_ids), len(shot_ids))


def _embed(network: SpaceModel, features: dict[str, np.ndarray], device: str) -> list[np.ndarray]:
    with torch.inference_mode():
        tensors: dict[str, Tensor] = {
            name: torch.from_numpy(rows).to(device) for name, rows in features.items()
        }
        return [space.float().cpu().numpy() for space in network.embed_video(tensors, unit=True)]
