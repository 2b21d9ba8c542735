"""Measuring a model on topics and by captions, in a process of its own."""

from dataclasses import dataclass

import numpy as np
import torch

from lpd.caption_ranks import average_precisions, padded_rows, relevant_ranks
from lpd.checkpoints import load_checkpoint
from lpd.diversity import mean_iou
from lpd.editions import Edition
from lpd.evaluation import evaluate_run
from lpd.models import SpaceModel
from lpd.progress import Progress
from lpd.reproduce.measured import (
    SHOWN,
    caption_path,
    caption_sources,
    measured_path,
    read_measured,
    topic_sources,
    write_measured,
)
from lpd.services.editions import edition_runs
from lpd.services.indexing import measuring_engine
from lpd.services.pairs import input_names, paired_data
from lpd.services.reranking import RerankRequest, rerank_run
from lpd.training import PairedData, ShotsOfText, caption_scores, choose_device
from lpd.trec import Run, write_run
from lpd.workspace import Workspace

__all__ = [
    "CaptionRequest",
    "TopicRequest",
    "caption_precisions",
    "captions_are_measured",
    "measure_by_captions",
    "measure_on_topics",
    "topics_are_measured",
]


@dataclass(frozen=True)
class TopicRequest:
    """A model to be measured on an edition.

    Args:
        model: its name.
        tag: of the run that is written.
        edition: name of the edition.
        qrels: name of the judgements; None takes the edition's default.
        reranked: name and run tag of the model whose run this one re-ranks.
        device: `auto`, `cpu` or `cuda`.
    """

    model: str
    tag: str
    edition: str
    qrels: str | None = None
    reranked: tuple[str, str] | None = None
    device: str = "auto"


@dataclass(frozen=True)
class CaptionRequest:
    """A model to be measured by a caption set."""

    model: str
    captions: str
    device: str = "auto"


def topics_are_measured(workspace: Workspace, request: TopicRequest) -> bool:
    """Returns whether run and measures are there and still true."""
    path = measured_path(workspace, request.model, what=request.edition)
    run = workspace.run_path(request.edition, request.tag)
    return run.is_file() and read_measured(path, _topic_sources(workspace, request)) is not None


def _topic_sources(workspace: Workspace, request: TopicRequest) -> dict[str, str]:
    return topic_sources(
        workspace,
        workspace.model_card(request.model),
        edition=workspace.edition(request.edition),
        qrels=request.qrels,
        reranked=request.reranked[0] if request.reranked else None,
    )


def measure_on_topics(workspace: Workspace, request: TopicRequest, *, progress: Progress) -> str:
    """Writes the run of a model and what it achieves on an edition; returns the run's tag.

    The run is written first: measures without their run count as absent.

    Raises:
        LpdError: if a topic cannot be encoded, or the model does not fit the collection.
    """
    edition = workspace.edition(request.edition)
    sources = _topic_sources(workspace, request)
    spaces: dict[str, Run] = {}
    if request.reranked is None:
        engine = measuring_engine(workspace, request.model, edition, device=request.device)
        runs = edition_runs(engine, edition)
        fused = Run(request.tag, runs["fused"].topics)
        spaces = {name: runs[name] for name in engine.spaces}
    else:
        first = workspace.run(request.edition, request.reranked[1])
        how = RerankRequest("model", model=request.model, tag=request.tag)
        fused = rerank_run(workspace, first, edition=edition, request=how, progress=progress)
    evaluated = evaluate_run(fused, workspace.qrels(request.edition, request.qrels), missing="zero")
    write_run(workspace.run_path(request.edition, request.tag), fused)
    write_measured(
        measured_path(workspace, request.model, what=request.edition),
        sources,
        measures={
            "inf_ap": {topic_id: measures["infAP"] for topic_id, measures in evaluated.topics.items()},
            "spaces": list(spaces),
            "iou": _overlaps(spaces, edition),
            "warnings": evaluated.warnings,
        },
    )
    return request.tag


def _overlaps(spaces: dict[str, Run], edition: Edition) -> list[list[float]] | None:
    if len(spaces) < 2:
        return None
    lists = [
        [run.topics[topic.topic_id].shot_ids[:SHOWN] for run in spaces.values()] for topic in edition.topics
    ]
    overlaps: list[list[float]] = mean_iou(lists, SHOWN).tolist()
    return overlaps


def captions_are_measured(workspace: Workspace, request: CaptionRequest) -> bool:
    """Returns whether the measures by captions are there and still true."""
    sources = caption_sources(workspace, workspace.model_card(request.model), captions=request.captions)
    return (
        read_measured(caption_path(workspace, request.model, captions=request.captions), sources) is not None
    )


def measure_by_captions(workspace: Workspace, request: CaptionRequest, *, progress: Progress) -> int:
    """Writes the average precision of every caption of a set and returns their number."""
    progress("searching with captions", 0, 1)
    card = workspace.model_card(request.model)
    device = choose_device(request.device)
    network = load_checkpoint(workspace.model_folder(request.model), device=str(device)).model
    names = input_names(
        workspace, [request.captions], text=list(card.text_features), video=list(card.video_features)
    )
    found = caption_precisions(network, paired_data(workspace, [request.captions], names), device=device)
    write_measured(
        caption_path(workspace, request.model, captions=request.captions),
        caption_sources(workspace, card, captions=request.captions),
        measures={"average_precision": found.tolist()},
    )
    return len(found)


def caption_precisions(model: SpaceModel, data: PairedData, *, device: torch.device) -> np.ndarray:
    """Returns (C,) float64, the average precision of searching all shots of the data with each caption.

    Every shot that carries the caption's text is relevant; the mean is the validation mAP of the training.

    Args:
        model: in evaluation mode.
        data: captions and the shots searched.
        device: where to compute.
    """
    carriers = ShotsOfText(data)
    _, captions, same_text = np.unique(carriers.group, return_index=True, return_inverse=True)
    found = [
        average_precisions(relevant_ranks(scores, padded_rows(*carriers.of(rows)).to(device))).cpu()
        for rows, scores in caption_scores(model, data, captions, device=device)
    ]
    precisions: np.ndarray = torch.cat(found).numpy()[same_text.reshape(-1)]
    return precisions
