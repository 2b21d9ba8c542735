"""Lists over the topics of an edition, and what lists and runs are worth on judged topics."""

from pathlib import Path

import numpy as np
import streamlit as st

from app.resources.engines import DEPTH, Asked, engine, search
from app.resources.stamps import Stamp, edition_stamp, searched_stamp
from app.resources.stamps import stamp as stamp_of
from app.resources.workspaces import kept_run, qrels
from lpd.evaluation import RunEvaluation, evaluate_run
from lpd.search import Exactness
from lpd.services.editions import edition_results, result_runs
from lpd.trec import Qrels, RankedList, Run
from lpd.workspace import Workspace, open_workspace

__all__ = ["edition_exactness", "edition_lists", "model_evaluations", "query_inf_ap", "run_evaluations"]


def query_inf_ap(
    workspace: Workspace, asked: Asked, *, edition: str, qrels_name: str, topic: str
) -> dict[str, float]:
    """Returns list name -> infAP of a query's lists on a judged topic."""
    judged = qrels(workspace, edition, qrels_name)
    stamp = searched_stamp(workspace, asked.model, asked.collection)
    return _query_inf_ap(judged, str(workspace.path), asked, topic, (judged.digest, *stamp))


@st.cache_resource(max_entries=256, show_spinner=False)
def _query_inf_ap(
    _judged: Qrels, path: str, asked: Asked, topic: str, stamp: tuple[object, ...]
) -> dict[str, float]:
    workspace = open_workspace(Path(path))
    ids = engine(workspace, asked.model, asked.collection).shot_ids
    found = {}
    for name, hits in search(workspace, asked).lists.items():
        ranked = RankedList([ids[row] for row in hits.rows.tolist()], hits.scores.astype(np.float64))
        found[name] = evaluate_run(Run(name, {topic: ranked}), _judged).topics[topic]["infAP"]
    return found


def edition_lists(workspace: Workspace, model: str, edition: str) -> dict[str, Run]:
    """Returns `fused` and space name -> run of a model over the topics of an edition."""
    return _edition_lists(str(workspace.path), model, edition, edition_stamp(workspace, model, edition))[0]


def edition_exactness(workspace: Workspace, model: str, edition: str) -> Exactness:
    """Returns what `edition_lists` call themselves: exact, or approximate with a measured recall."""
    return _edition_lists(str(workspace.path), model, edition, edition_stamp(workspace, model, edition))[1]


@st.cache_resource(max_entries=24, show_spinner="Searching every topic of the edition")
def _edition_lists(path: str, model: str, edition: str, stamp: Stamp) -> tuple[dict[str, Run], Exactness]:
    workspace = open_workspace(Path(path))
    opened = workspace.edition(edition)
    searching = engine(workspace, model, opened.collection)
    results = edition_results(searching, opened, depth=DEPTH)
    exactness = results[0].exactness if results else searching.exactness  # all search the same shots
    return result_runs(searching, opened, results), exactness


def model_evaluations(
    workspace: Workspace, model: str, edition: str, qrels_name: str
) -> dict[str, RunEvaluation]:
    """Returns `fused` and space name -> measures of a model's lists over an edition."""
    judged = qrels(workspace, edition, qrels_name)
    stamp = edition_stamp(workspace, model, edition)
    lists = edition_lists(workspace, model, edition)
    where = (str(workspace.path), edition, model)
    return {name: _measured(run, judged, (*where, name), stamp, judged.digest) for name, run in lists.items()}


def run_evaluations(workspace: Workspace, edition: str, qrels_name: str) -> dict[str, RunEvaluation]:
    """Returns run tag -> measures of the runs that the workspace keeps for an edition."""
    judged = qrels(workspace, edition, qrels_name)
    found = {}
    for tag in workspace.run_tags(edition):
        where, stamp = (str(workspace.path), edition, tag), stamp_of(workspace.run_path(edition, tag))
        found[tag] = _measured(kept_run(workspace, edition, tag), judged, where, stamp, judged.digest)
    return found


@st.cache_resource(max_entries=512, show_spinner="Measuring")
def _measured(
    _run: Run, _judged: Qrels, name: tuple[str, ...], stamp: Stamp, qrels_digest: str
) -> RunEvaluation:
    """The run is known by its name and the times of what it was made from, the qrels by their digest."""
    return evaluate_run(_run, _judged)
