"""The lists of any two systems and what they are worth: for one query, and over the topics of an edition."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from app.background import BackgroundWork
from app.compare.searching import searched_run
from app.resources.engines import DEPTH, Asked, engine, search
from app.resources.stamps import Stamp, edition_stamp, searched_stamp
from app.resources.stamps import stamp as stamp_of
from app.resources.workspaces import kept_run, qrels
from app.systems import RUN, System, model_weights
from lpd.errors import LpdError, NotFoundError, name_some
from lpd.evaluation import RunEvaluation, evaluate_run
from lpd.search import SearchResult
from lpd.services.topic_differences import MeasuredRun, TopicDifferences, topic_differences
from lpd.storage import digest_file
from lpd.trec import Qrels, RankedList, Run, rank_shots
from lpd.workspace import Workspace, open_workspace

__all__ = [
    "Need",
    "SystemList",
    "edition_work",
    "list_inf_ap",
    "run_digest",
    "system_differences",
    "system_list",
    "system_result",
    "system_run",
]


class Need(NamedTuple):
    """What lists are wanted for.

    Args:
        collection: whose shots are searched.
        query: a text; that of the topic where there is one.
        subset: of the collection, None for all shots; that of the edition where there is a topic.
        edition: of the topic, None for a text that is none.
        topic: its id.
    """

    collection: str
    query: str
    subset: str | None
    edition: str | None = None
    topic: str | None = None


# --- one query ----------------------------------------------------------------------------------------------


class SystemList(NamedTuple):
    """The list of one system: its shots, how exact it is, and the query's words that its encoders lack."""

    ranked: RankedList
    exactness: str
    unknown_words: dict[str, list[str]]


def system_list(workspace: Workspace, system: System, need: Need) -> SystemList:
    """Returns the list of a system; equal scores stand in the order of a run, so a topic's list is the same
    here and over the edition.

    Raises:
        LpdError: if a run is asked for a text that is no topic, or a model cannot be searched.
        NotFoundError: if a run lacks the topic, or a model the space.
    """
    if system.kind == RUN:
        return _kept_list(workspace, system, need)
    result = system_result(workspace, system, need)
    if system.list_name not in result.lists:
        raise NotFoundError(
            f"model {system.name} has no such space",
            expected=f"one of {name_some(result.lists, len(result.lists))}",
            found=repr(system.list_name),
        )
    hits, ids = result.lists[system.list_name], engine(workspace, system.name, need.collection).shot_ids
    ranked = rank_shots([ids[row] for row in hits.rows.tolist()], hits.scores.astype(np.float64))
    return SystemList(ranked, result.exactness.words, result.unknown_words)


def _kept_list(workspace: Workspace, system: System, need: Need) -> SystemList:
    if need.edition is None or need.topic is None:
        raise LpdError(
            f"run {system.name} has lists of its topics only",
            expected="a topic of its edition",
            found=repr(need.query),
            next_step="take a topic, or compare a model in its place",
        )
    topics = kept_run(workspace, need.edition, system.name).topics
    if need.topic not in topics:
        raise NotFoundError(
            "the run has no list of this topic",
            where=f"run {system.name}",
            expected=f"one of {name_some(topics)}",
            found=repr(need.topic),
        )
    return SystemList(topics[need.topic], "as the run has it", {})


def system_result(workspace: Workspace, system: System, need: Need) -> SearchResult:
    """Returns all that a query brings a model, with its weights as they are set; a run has no such thing.

    Raises:
        LpdError: if the model cannot be searched.
    """
    asked = Asked(system.name, need.collection, need.query, need.subset)
    weights = model_weights(system, workspace.model_card(system.name))
    if weights is None:
        return search(workspace, asked)
    stamp = searched_stamp(workspace, asked.model, asked.collection)
    return _weighted_search(str(workspace.path), asked, weights, stamp)


@st.cache_resource(max_entries=64, show_spinner="Searching with these weights")
def _weighted_search(path: str, asked: Asked, weights: tuple[float, ...], stamp: Stamp) -> SearchResult:
    opened = engine(open_workspace(Path(path)), asked.model, asked.collection)
    return opened.search(asked.query, depth=DEPTH, subset=asked.subset, weights=weights)


def list_inf_ap(
    workspace: Workspace, ranked: RankedList, *, edition: str, qrels_name: str, topic: str
) -> float | None:
    """Returns the infAP of one list on a topic, None where the topic is not judged."""
    judged = qrels(workspace, edition, qrels_name)
    if topic not in judged.topic_ids:
        return None
    return evaluate_run(Run("list", {topic: ranked}), judged).topics[topic]["infAP"]


# --- every topic of an edition ------------------------------------------------------------------------------


def edition_work(workspace: Workspace, system: System, edition: str) -> BackgroundWork[Run]:
    """Returns the one work that searches every topic with a model's list; all sessions watch the same.

    Raises:
        LpdError: if the model has no index of the edition's collection, or a stale one.
    """
    return _edition_work(system, str(workspace.path), edition, _name_of(workspace, system, edition))


@st.cache_resource(max_entries=24, show_spinner=False)
def _edition_work(_system: System, path: str, edition: str, name: tuple[object, ...]) -> BackgroundWork[Run]:
    workspace = open_workspace(Path(path))
    opened, card = workspace.edition(edition), workspace.model_card(_system.name)
    searching, weights = engine(workspace, card.name, opened.collection), model_weights(_system, card)
    return BackgroundWork(
        lambda progress: searched_run(searching, opened, system=_system, weights=weights, progress=progress),
        name="comparing",
    )


def system_run(workspace: Workspace, system: System, edition: str) -> Run | None:
    """Returns the lists of a system for every topic of an edition, in the edition's subset; None while a
    model's are not searched, see `edition_work`.

    Raises:
        NotFoundError: if there is no such run.
    """
    if system.kind == RUN:
        return kept_run(workspace, edition, system.name)
    return edition_work(workspace, system, edition).made


def _name_of(workspace: Workspace, system: System, edition: str) -> tuple[object, ...]:
    """What a system's lists over an edition are known by in a cache."""
    if system.kind == RUN:
        stamp = stamp_of(workspace.run_path(edition, system.name))
    else:
        stamp = edition_stamp(workspace, system.name, edition)
    return (str(workspace.path), edition, system.text, system.weights, stamp)


def system_differences(
    workspace: Workspace,
    systems: tuple[System, System],
    *,
    edition: str,
    qrels_name: str | None,
    k: int,
    p: float,
) -> TopicDifferences | None:
    """Returns how two systems differ on each topic of an edition, in infAP (without qrels not) and in lists;
    None while their lists are not searched.

    Args:
        workspace: of both.
        systems: the two.
        edition: whose topics.
        qrels_name: of the edition; None where it has none.
        k: the cut-off of IoU.
        p: of RBO.

    Raises:
        LpdError: as `lpd.services.topic_differences.topic_differences`, or if lists and qrels do not fit.
    """
    judged = None if qrels_name is None else qrels(workspace, edition, qrels_name)
    measured, names = [], []
    for system in systems:
        run, name = system_run(workspace, system, edition), _name_of(workspace, system, edition)
        if run is None:
            return None
        evaluation = None if judged is None else _evaluation(run, judged, name, judged.digest)
        measured.append(MeasuredRun(run, evaluation))
        names.append(name)
    digest = None if judged is None else judged.digest
    return _differences(measured[0], measured[1], (*names, digest), k, p)


@st.cache_resource(max_entries=64, show_spinner="Measuring")
def _evaluation(_run: Run, _judged: Qrels, name: tuple[object, ...], qrels_digest: str) -> RunEvaluation:
    """The run is known by its name and the times of what it was made from, the qrels by their digest."""
    return evaluate_run(_run, _judged)


@st.cache_resource(max_entries=32, show_spinner="Comparing the lists of every topic")
def _differences(
    _first: MeasuredRun, _second: MeasuredRun, names: tuple[object, ...], k: int, p: float
) -> TopicDifferences:
    return topic_differences(_first, _second, k=k, p=p)


def run_digest(workspace: Workspace, edition: str, tag: str) -> str:
    """Returns the digest of a kept run's file."""
    path = workspace.run_path(edition, tag)
    return _run_digest(str(path), stamp_of(path))


@st.cache_resource(max_entries=64, show_spinner=False)
def _run_digest(path: str, stamp: Stamp) -> str:
    return digest_file(Path(path))
