"""What the Diversity page compares, made once: lists of every space over topics or for one query, how much
they overlap, and in the background what takes long."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from app.background import BackgroundWork
from app.diversity.comparison import Over, overlap_of_lists
from app.diversity.measured_spaces import (
    MeasuredSpaces,
    SpacesToMeasure,
    Subtopics,
    measure_spaces,
    subtopic_means,
)
from app.resources.engines import Asked, engine, search
from app.resources.measured import edition_exactness, edition_lists, model_evaluations
from app.resources.stamps import Stamp, edition_stamp, searched_stamp
from app.resources.stamps import stamp as stamp_of
from lpd.diversity import OverlapCurve
from lpd.evaluation import RunEvaluation
from lpd.progress import Progress
from lpd.search import SearchEngine
from lpd.services.editions import evaluate_edition, result_runs
from lpd.trec import Run
from lpd.workspace import Workspace, open_workspace

__all__ = [
    "Lists",
    "list_coverage",
    "list_evaluations",
    "list_exactness",
    "list_overlap",
    "list_runs",
    "seed_evaluations",
    "spaces_work",
    "subtopics",
    "unknown_words",
]

Key = tuple[object, ...]
Lists = Mapping[str, Run]
"""`fused`, space, or name of a re-ranked list -> its run."""


def list_runs(workspace: Workspace, model: str, over: Over) -> Lists:
    """Returns `fused` and space name -> run of a model over an edition or for one query.

    Raises:
        LpdError: if the model has no index of the collection or a stale one, or cannot encode a text.
    """
    if over.whole:
        return edition_lists(workspace, model, over.edition.name)
    return _query_runs(workspace, over, model, _key(workspace, model, over))


@st.cache_resource(max_entries=64, show_spinner=False)
def _query_runs(_workspace: Workspace, _over: Over, model: str, key: Key) -> Lists:
    searching = engine(_workspace, model, _over.edition.collection)
    return result_runs(searching, _over.edition, [search(_workspace, _asked(model, _over))])


def list_exactness(workspace: Workspace, model: str, over: Over) -> str:
    """Returns what the lists call themselves: exact, or approximate with a measured recall."""
    if over.whole:
        return edition_exactness(workspace, model, over.edition.name).words
    return search(workspace, _asked(model, over)).exactness.words


def unknown_words(workspace: Workspace, model: str, over: Over) -> Mapping[str, Sequence[str]]:
    """Returns text feature -> words of the query that its encoder does not know; empty of an edition."""
    return {} if over.whole else search(workspace, _asked(model, over)).unknown_words


def list_evaluations(workspace: Workspace, model: str, over: Over) -> Mapping[str, RunEvaluation]:
    """Returns list -> measures of the lists of `list_runs`; empty without judgements."""
    if over.qrels is None or over.qrels_name is None:
        return {}
    if over.whole:
        return model_evaluations(workspace, model, over.edition.name, over.qrels_name)
    return _evaluations(list_runs(workspace, model, over), over, _key(workspace, model, over))


def seed_evaluations(
    workspace: Workspace, model: str, over: Over, *, runs: Lists
) -> Mapping[str, RunEvaluation]:
    """Returns list -> measures of the lists that were made without an index; empty without judgements."""
    return _evaluations(runs, over, ("seed", *_key(workspace, model, over)))


@st.cache_resource(max_entries=64, show_spinner="Measuring the lists")
def _evaluations(_runs: Lists, _over: Over, key: Key) -> Mapping[str, RunEvaluation]:
    return {} if _over.qrels is None else evaluate_edition(_runs, _over.qrels)


def list_overlap(
    workspace: Workspace, model: str, over: Over, *, runs: Lists, cutoffs: Sequence[int]
) -> OverlapCurve:
    """Returns the IoU of every two of some lists of a model, averaged over the topics, at each cut-off.

    Args:
        workspace: of the model.
        model: its name.
        over: topics or one query.
        runs: those to be compared; known by their names.
        cutoffs: up to the depth of the lists.
    """
    key = (*_key(workspace, model, over), tuple(runs), tuple(cutoffs))
    return _overlap(runs, over.topic_ids, tuple(cutoffs), key)


@st.cache_resource(max_entries=64, show_spinner="Comparing the lists")
def _overlap(_runs: Lists, _topic_ids: list[str], cutoffs: tuple[int, ...], key: Key) -> OverlapCurve:
    return overlap_of_lists(_runs, list(_runs), topic_ids=_topic_ids, cutoffs=cutoffs)


def subtopics(workspace: Workspace, edition: str) -> Subtopics | None:
    """Returns topic -> relevant shot -> its subtopics, where the workspace is a generated world; else None.

    Raises:
        FormatError: if the world's files are damaged.
    """
    truth, world = workspace.path / "truth.jsonl", workspace.path / "world.json"
    if not (truth.is_file() and world.is_file()):
        return None
    topics = workspace.edition_folder(edition) / "topics.txt"
    return _subtopics(str(workspace.path), edition, stamp_of(truth, world, topics))


@st.cache_resource(max_entries=8, show_spinner="Reading the subtopics")
def _subtopics(path: str, edition: str, stamp: Stamp) -> Subtopics | None:
    from lpd.reproduce.looks import looks_of  # brings torch, and few workspaces have subtopics

    workspace = open_workspace(Path(path))
    return looks_of(workspace, workspace.edition(edition))


def list_coverage(
    workspace: Workspace, model: str, over: Over, *, runs: Lists
) -> Mapping[str, tuple[float, float]]:
    """Returns list -> alpha-nDCG@20 and subtopic recall@20; empty where no subtopics are known."""
    if over.edition.name not in workspace.edition_names():
        return {}
    known = subtopics(workspace, over.edition.name)
    return _coverage(runs, over, known, (*_key(workspace, model, over), tuple(runs))) if known else {}


@st.cache_resource(max_entries=64, show_spinner="Measuring what the lists cover")
def _coverage(_runs: Lists, _over: Over, _known: Subtopics, key: Key) -> Mapping[str, tuple[float, float]]:
    covered = {name: subtopic_means(run, _over, _known) for name, run in _runs.items()}
    return {name: means for name, means in covered.items() if means is not None}


def spaces_work(workspace: Workspace, model: str, wanted: SpacesToMeasure) -> BackgroundWork[MeasuredSpaces]:
    """Returns what makes the re-ranked lists of a model and leaves its spaces out; one for all sessions, not
    begun yet."""
    searching = engine(workspace, model, wanted.over.edition.collection)
    key = (*_key(workspace, model, wanted.over), wanted.reranked, wanted.leave_out)
    return _spaces_work(searching, wanted, key)


@st.cache_resource(max_entries=24, show_spinner=False)
def _spaces_work(
    _searching: SearchEngine, _wanted: SpacesToMeasure, key: Key
) -> BackgroundWork[MeasuredSpaces]:
    def make(progress: Progress) -> MeasuredSpaces:
        return measure_spaces(_searching, _wanted, progress=progress)

    return BackgroundWork(make, "measuring spaces")


def _asked(model: str, over: Over) -> Asked:
    [topic] = over.edition.topics
    return Asked(model, over.edition.collection, topic.text, over.edition.subset)


def _key(workspace: Workspace, model: str, over: Over) -> Key:
    """What the lists of a model and their measures depend on, as plain values."""
    edition, digest = over.edition, None if over.qrels is None else over.qrels.digest
    if over.whole:
        stamp = edition_stamp(workspace, model, edition.name)
    else:
        stamp = searched_stamp(workspace, model, edition.collection)
    topics = () if over.whole else edition.topics
    return (str(workspace.path), model, over.whole, edition.name, edition.subset, topics, digest, stamp)
