"""What was measured of a model, kept in files, so that nothing is computed twice.

A file says what it was measured on; if any of that has changed, it counts as absent and is made again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lpd import __version__
from lpd.cards import ModelCard
from lpd.diversity import mean_off_diagonal
from lpd.editions import Edition
from lpd.errors import FormatError, NotFoundError
from lpd.search.engine_opening import ids_digest
from lpd.storage import digest_bytes, read_json, write_json
from lpd.workspace import Workspace

__all__ = [
    "FOLDER",
    "MeasuredOnTopics",
    "caption_path",
    "caption_sources",
    "measured_path",
    "read_measured",
    "topic_measures",
    "topic_sources",
    "write_measured",
]

FOLDER = "reproduce"
"""In the workspace; `measured` in it is shared by all tables."""

SHOWN = 20
"""The cut-off of the paper's inter-space IoU."""


@dataclass(frozen=True)
class MeasuredOnTopics:
    """What a run achieves on an edition.

    Args:
        inf_ap: topic -> infAP, of all topics with judgements.
        spaces: of the model; empty where the run is not one of a model of several spaces.
        iou: (S, S) inter-space IoU@20, averaged over the topics.
        warnings: sentences about the run.
    """

    inf_ap: dict[str, float]
    spaces: tuple[str, ...] = ()
    iou: np.ndarray | None = None
    warnings: tuple[str, ...] = ()

    @property
    def mean(self) -> float:
        """Mean infAP."""
        return float(np.mean(list(self.inf_ap.values())))

    @property
    def overlap(self) -> float | None:
        """Mean IoU@20 of two different spaces; None for one space."""
        return None if self.iou is None or len(self.iou) < 2 else mean_off_diagonal(self.iou)


def measured_path(workspace: Workspace, model: str, *, what: str) -> Path:
    """Returns where the measures of a model are kept.

    Args:
        workspace: of the model.
        model: its name.
        what: name of an edition, or another name with a suffix.
    """
    return workspace.path / FOLDER / "measured" / f"{model}@{what}.json"


def caption_path(workspace: Workspace, model: str, *, captions: str) -> Path:
    """Returns where the measures of a model by a caption set are kept."""
    return measured_path(workspace, model, what=f"{captions}.captions")


def topic_sources(
    workspace: Workspace, card: ModelCard, *, edition: Edition, qrels: str | None, reranked: str | None
) -> dict[str, str]:
    """Returns name -> digest of all that measures on an edition depend on.

    Args:
        workspace: of model and edition.
        card: of the model.
        edition: its topics and the shots searched.
        qrels: name of the judgements; None takes the default.
        reranked: name of the model whose run this one re-ranks.
    """
    collection = workspace.collection(edition.collection)
    searched = collection.shot_ids
    if edition.subset is not None:
        searched = [searched[row] for row in collection.subset_rows(edition.subset).tolist()]
    topics = "\n".join(f"{topic.topic_id} {topic.text}" for topic in edition.topics)
    sources = {
        "model": card.digest,
        "qrels": workspace.qrels(edition.name, qrels).digest,
        "topics": digest_bytes(topics.encode()),
        "shots": ids_digest(searched),
    }
    for name in card.video_features:
        sources[f"video:{name}"] = str(workspace.video_input(edition.collection, name).digest)
    own_encoders = workspace.model_folder(card.name) / "text_encoders"
    for name in card.text_features:
        if not (own_encoders / name).is_dir():
            sources[f"text:{name}"] = str(workspace.text_features(edition.name, name).digest)
    if reranked is not None:
        sources["reranked"] = workspace.model_card(reranked).digest
    return sources


def caption_sources(workspace: Workspace, card: ModelCard, *, captions: str) -> dict[str, str]:
    """Returns name -> digest of all that measures by captions depend on."""
    collection = workspace.caption_collection(captions)
    told = "\n".join(f"{one.caption_id} {one.shot_id} {one.text}" for one in workspace.captions(captions))
    sources = {"model": card.digest, "captions": digest_bytes(told.encode())}
    for name in card.video_features:
        sources[f"video:{name}"] = str(workspace.video_input(collection, name).digest)
    for name in card.text_features:
        sources[f"text:{name}"] = str(workspace.text_features(captions, name).digest)
    return sources


def write_measured(path: Path, sources: Mapping[str, str], *, measures: Mapping[str, Any]) -> None:
    """Writes measures with what they were made from."""
    write_json(path, {"made_from": dict(sources), "version": __version__, **measures})


def read_measured(path: Path, sources: Mapping[str, str]) -> dict[str, Any] | None:
    """Returns the measures in a file; None if there are none, or they were made from something else."""
    try:
        document = read_json(path)
    except (NotFoundError, FormatError):
        return None
    same = document.get("made_from") == dict(sources) and document.get("version") == __version__
    return document if same else None


def topic_measures(document: Mapping[str, Any]) -> MeasuredOnTopics:
    """Returns what `read_measured` read of an edition."""
    iou = document["iou"]
    return MeasuredOnTopics(
        inf_ap={str(topic_id): float(value) for topic_id, value in document["inf_ap"].items()},
        spaces=tuple(document["spaces"]),
        iou=None if iou is None else np.array(iou, dtype=np.float64),
        warnings=tuple(document["warnings"]),
    )
