"""Embedding a collection with a model and writing its index."""

from collections.abc import Iterator

import numpy as np
import torch

from lpd.checkpoints import load_checkpoint
from lpd.errors import MismatchError
from lpd.models import SpaceModel
from lpd.progress import Progress, no_progress
from lpd.search.engine import ids_digest
from lpd.search.exact import build_exact_index
from lpd.storage import writer_lock
from lpd.training import choose_device
from lpd.workspace import Workspace

__all__ = ["index_collection"]

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
    """
    card = workspace.model_card(model)
    shot_ids = workspace.collection(collection).shot_ids
    features = {name: workspace.features(collection, name) for name in card.video_features}
    for name, matrix in features.items():
        if matrix.dimension != card.video_features[name]:
            raise MismatchError(
                f"video feature {name} does not fit model {model}",
                where=workspace.feature_folder(collection, name),
                expected=f"{card.video_features[name]} dimensions",
                found=matrix.dimension,
            )
    chosen = str(choose_device(device))
    network = load_checkpoint(workspace.model_folder(model), device=chosen).model

    def blocks() -> Iterator[list[np.ndarray]]:
        for start in range(0, len(shot_ids), _SHOTS_AT_ONCE):
            some = shot_ids[start : start + _SHOTS_AT_ONCE]
            progress("embedding shots", start, len(shot_ids))
            yield _embed(network, {name: matrix.rows(some) for name, matrix in features.items()}, chosen)
        progress("embedding shots", len(shot_ids), len(shot_ids))

    made_from = {"model": card.digest, "collection": ids_digest(shot_ids)}
    made_from |= {f"feature {name}": str(matrix.digest) for name, matrix in features.items()}
    with writer_lock(workspace.path):
        build_exact_index(
            workspace.index_folder(model, collection),
            spaces=[space.name for space in card.spaces],
            widths=[space.width for space in card.spaces],
            shot_ids=shot_ids,
            blocks=blocks(),
            made_from=made_from,
        )


def _embed(network: SpaceModel, features: dict[str, np.ndarray], device: str) -> list[np.ndarray]:
    with torch.inference_mode():
        tensors = {name: torch.from_numpy(rows).to(device) for name, rows in features.items()}
        return [space.float().cpu().numpy() for space in network.embed_video(tensors, unit=True)]
