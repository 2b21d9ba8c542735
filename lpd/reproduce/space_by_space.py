"""A closer look at a model on topics, in a process of its own: each space alone, and what re-ranking its
list for diversity costs.
"""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lpd.progress import Progress
from lpd.reproduce.looks import looks_digest, looks_of
from lpd.reproduce.measured import measured_path, read_measured, topic_sources, write_measured
from lpd.services.indexing import measuring_engine
from lpd.services.richness import (
    TRADE_OFFS,
    Richness,
    TradeOffPoint,
    model_richness,
    trade_off_curve,
)
from lpd.workspace import Workspace

__all__ = ["CURVES", "MeasuredSpaces", "SpaceRequest", "measure_spaces", "read_spaces", "spaces_are_measured"]

CURVES = ("mmr", "xquad")
_AS_IT_IS = 1.0
"""The trade-off of MMR that leaves a list as it is."""


@dataclass(frozen=True)
class SpaceRequest:
    """A model whose spaces are to be looked at one by one on an edition.

    Args:
        model: its name.
        edition: name of the edition.
        representation: the video feature by which lists are called diverse.
        curves: also re-rank the list with every trade-off.
        qrels: name of the judgements; None takes the edition's default.
        device: `auto`, `cpu` or `cuda`.
    """

    model: str
    edition: str
    representation: str
    curves: bool
    qrels: str | None = None
    device: str = "auto"


@dataclass(frozen=True)
class MeasuredSpaces:
    """What was seen.

    Args:
        richness: of the spaces.
        as_it_is: the list without re-ranking.
        curves: method -> the list with every trade-off; empty where it was not asked for.
    """

    richness: Richness
    as_it_is: TradeOffPoint
    curves: dict[str, list[TradeOffPoint]]


def _sources(workspace: Workspace, request: SpaceRequest) -> dict[str, str]:
    edition = workspace.edition(request.edition)
    card = workspace.model_card(request.model)
    seen = workspace.features(edition.collection, request.representation)
    return topic_sources(workspace, card, edition=edition, qrels=request.qrels, reranked=None) | {
        "representation": f"{request.representation} {seen.digest}",
        "looks": looks_digest(workspace) or "",
        "curves": " ".join(CURVES) if request.curves else "",
    }


def spaces_are_measured(workspace: Workspace, request: SpaceRequest) -> bool:
    """Returns whether the measures are there and still true."""
    return read_measured(_path(workspace, request), _sources(workspace, request)) is not None


def measure_spaces(workspace: Workspace, request: SpaceRequest, *, progress: Progress) -> str:
    """Writes what the spaces of a model achieve on an edition, and returns the model's name.

    Raises:
        LpdError: if a topic cannot be encoded, or the model does not fit the collection.
    """
    edition = workspace.edition(request.edition)
    engine = measuring_engine(workspace, request.model, edition, device=request.device)
    qrels = workspace.qrels(request.edition, request.qrels)
    looks = looks_of(workspace, edition)
    document: dict[str, Any] = asdict(
        model_richness(engine, edition, qrels=qrels, subtopics=looks, progress=progress)
    )
    seen = workspace.features(edition.collection, request.representation)
    for method in CURVES if request.curves else CURVES[:1]:
        points = trade_off_curve(
            engine,
            edition,
            qrels=qrels,
            method=method,
            representation=seen,
            subtopics=looks,
            trade_offs=TRADE_OFFS if request.curves else (_AS_IT_IS,),
            progress=progress,
        )
        document[method] = [asdict(point) for point in points]
    write_measured(_path(workspace, request), _sources(workspace, request), measures=document)
    return request.model


def read_spaces(workspace: Workspace, request: SpaceRequest) -> MeasuredSpaces | None:
    """Returns what was measured, or None if it was not, or is no longer true."""
    document = read_measured(_path(workspace, request), _sources(workspace, request))
    if document is None:
        return None
    curves = {
        method: [TradeOffPoint(**point) for point in document[method]]
        for method in CURVES
        if method in document
    }
    [as_it_is] = [point for point in curves["mmr"] if point.trade_off == _AS_IT_IS]
    richness = Richness(**{field.name: document[field.name] for field in fields(Richness)})
    return MeasuredSpaces(richness, as_it_is, curves if request.curves else {})


def _path(workspace: Workspace, request: SpaceRequest) -> Path:
    return measured_path(workspace, request.model, what=f"{request.edition}.spaces")
