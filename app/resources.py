"""Everything that is opened once and shared: workspaces, engines, results, evaluations.

Every cache decorator of the app is here. Keys are plain values (paths, names, digests, file times), never
arrays; a thing that is built anew on disk gets a new key. What is shared is read-only.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from app.building import DemoBuild
from app.warming import Warming
from lpd.collection import Collection
from lpd.errors import NotFoundError
from lpd.evaluation import RunEvaluation, evaluate_run
from lpd.search import Exactness, SearchEngine, SearchResult, open_engine
from lpd.services.editions import edition_results, result_runs
from lpd.trec import Qrels, RankedList, Run
from lpd.workspace import Workspace, default_workspace_path, open_workspace

__all__ = [
    "DEPTH",
    "Asked",
    "attention",
    "captions",
    "collection",
    "demo_build",
    "edition_exactness",
    "edition_lists",
    "engine",
    "kept_run",
    "model_evaluations",
    "named_workspace",
    "qrels",
    "query_inf_ap",
    "run_evaluations",
    "search",
    "warming",
    "workspace_paths",
]

Stamp = tuple[tuple[int, int], ...]
DEPTH = 1000


def workspace_paths() -> dict[str, Path]:
    """Returns the workspaces that can be opened by name: the default one and its siblings."""
    default = default_workspace_path().resolve()
    paths = {default.name: default} if (default / "workspace.toml").is_file() else {}
    if default.parent.is_dir():
        found = sorted(file.parent for file in default.parent.glob("*/workspace.toml"))
        paths.update({path.name: path for path in found if path.name not in paths})
    return paths


def named_workspace(name: str) -> Workspace:
    """Returns the opened workspace of a name.

    Raises:
        NotFoundError: if no workspace at hand has it.
    """
    paths = workspace_paths()
    if name not in paths:
        raise NotFoundError(
            "no such workspace", expected=f"one of {', '.join(paths) or '(none)'}", found=repr(name)
        )
    return _workspace(str(paths[name]), _stamp(paths[name] / "workspace.toml"))


@st.cache_resource(max_entries=8, show_spinner=False)
def _workspace(path: str, stamp: Stamp) -> Workspace:
    return open_workspace(Path(path))


def collection(workspace: Workspace, name: str) -> Collection:
    """Returns a collection of a workspace."""
    return _collection(str(workspace.path), name, _collection_stamp(workspace, name))


@st.cache_resource(max_entries=8, show_spinner="Reading the shot table")
def _collection(path: str, name: str, stamp: Stamp) -> Collection:
    return open_workspace(Path(path)).collection(name)


def captions(workspace: Workspace, collection_name: str) -> dict[str, list[str]]:
    """Returns shot id -> its captions, from every caption set that describes the collection."""
    files = [workspace.captions_path(name) for name in workspace.caption_sets()]
    return _captions(str(workspace.path), collection_name, _stamp(*files))


@st.cache_resource(max_entries=4, show_spinner=False)
def _captions(path: str, collection_name: str, stamp: Stamp) -> dict[str, list[str]]:
    workspace = open_workspace(Path(path))
    found: dict[str, list[str]] = {}
    for name in workspace.caption_sets():
        if workspace.caption_collection(name) == collection_name:
            for caption in workspace.captions(name):
                found.setdefault(caption.shot_id, []).append(caption.text)
    return found


def qrels(workspace: Workspace, edition: str, name: str) -> Qrels:
    """Returns the named qrels of an edition."""
    return _qrels(str(workspace.path), edition, name, _stamp(workspace.qrels_path(edition, name)))


@st.cache_resource(max_entries=16, show_spinner=False)
def _qrels(path: str, edition: str, name: str, stamp: Stamp) -> Qrels:
    return open_workspace(Path(path)).qrels(edition, name)


def kept_run(workspace: Workspace, edition: str, tag: str) -> Run:
    """Returns a run that the workspace keeps for an edition."""
    return _run(str(workspace.path), edition, tag, _stamp(workspace.run_path(edition, tag)))


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(path: str, edition: str, tag: str, stamp: Stamp) -> Run:
    return open_workspace(Path(path)).run(edition, tag)


def engine(workspace: Workspace, model: str, collection_name: str) -> SearchEngine:
    """Returns the search engine of a model over a collection, loaded once for all sessions.

    Raises:
        LpdError: if the model has no index of the collection, or a stale one.
    """
    return warming(workspace, model, collection_name).engine


def warming(workspace: Workspace, model: str, collection_name: str) -> Warming:
    """Returns what reads the index of an engine into memory, one for all sessions; see `engine`."""
    stamp = _engine_stamp(workspace, model, collection_name)
    return _opened(str(workspace.path), model, collection_name, stamp)


@st.cache_resource(max_entries=12, show_spinner="Loading the model and its index")
def _opened(path: str, model: str, collection_name: str, stamp: Stamp) -> Warming:
    return Warming(open_engine(open_workspace(Path(path)), model=model, collection=collection_name))


class Asked(NamedTuple):
    """One query: which model searches which shots for what."""

    model: str
    collection: str
    query: str
    subset: str | None


def search(workspace: Workspace, asked: Asked) -> SearchResult:
    """Returns the lists of a query; asked again, the same ones with the timings of the first time."""
    return _search(str(workspace.path), asked, _searched_stamp(workspace, asked))


@st.cache_resource(max_entries=128, show_spinner="Searching")
def _search(path: str, asked: Asked, stamp: Stamp) -> SearchResult:
    opened = engine(open_workspace(Path(path)), asked.model, asked.collection)
    return opened.search(asked.query, depth=DEPTH, subset=asked.subset)


def query_inf_ap(
    workspace: Workspace, asked: Asked, *, edition: str, qrels_name: str, topic: str
) -> dict[str, float]:
    """Returns list name -> infAP of a query's lists on a judged topic."""
    judged = qrels(workspace, edition, qrels_name)
    stamp = _searched_stamp(workspace, asked)
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


def attention(
    workspace: Workspace, model: str, collection_name: str, row: int
) -> dict[str, dict[str, float]]:
    """Returns space -> video feature -> its share in the fused video end of one shot.

    Raises:
        LpdError: if a video feature that the model needs is not in the workspace.
    """
    return engine(workspace, model, collection_name).fusion_weights(row)


def edition_lists(workspace: Workspace, model: str, edition: str) -> dict[str, Run]:
    """Returns `fused` and space name -> run of a model over the topics of an edition."""
    return _edition_lists(str(workspace.path), model, edition, _edition_stamp(workspace, model, edition))[0]


def edition_exactness(workspace: Workspace, model: str, edition: str) -> Exactness:
    """Returns what `edition_lists` call themselves: exact, or approximate with a measured recall."""
    return _edition_lists(str(workspace.path), model, edition, _edition_stamp(workspace, model, edition))[1]


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
    stamp = _edition_stamp(workspace, model, edition)
    lists = edition_lists(workspace, model, edition)
    where = (str(workspace.path), edition, model)
    return {name: _measured(run, judged, (*where, name), stamp, judged.digest) for name, run in lists.items()}


def run_evaluations(workspace: Workspace, edition: str, qrels_name: str) -> dict[str, RunEvaluation]:
    """Returns run tag -> measures of the runs that the workspace keeps for an edition."""
    judged = qrels(workspace, edition, qrels_name)
    found = {}
    for tag in workspace.run_tags(edition):
        where, stamp = (str(workspace.path), edition, tag), _stamp(workspace.run_path(edition, tag))
        found[tag] = _measured(kept_run(workspace, edition, tag), judged, where, stamp, judged.digest)
    return found


@st.cache_resource(max_entries=512, show_spinner="Measuring")
def _measured(
    _run: Run, _judged: Qrels, name: tuple[str, ...], stamp: Stamp, qrels_digest: str
) -> RunEvaluation:
    """The run is known by its name and the times of what it was made from, the qrels by their digest."""
    return evaluate_run(_run, _judged)


@st.cache_resource(max_entries=4, show_spinner=False)
def demo_build(path: str) -> DemoBuild:
    """Returns the one build of the demo at a path that this server may run; all sessions see the same one."""
    return DemoBuild(Path(path))


def _searched_stamp(workspace: Workspace, asked: Asked) -> Stamp:
    return _engine_stamp(workspace, asked.model, asked.collection) + _collection_stamp(
        workspace, asked.collection
    )


def _engine_stamp(workspace: Workspace, model: str, collection_name: str) -> Stamp:
    return _stamp(
        workspace.model_folder(model) / "config.json",
        workspace.model_folder(model) / "model.safetensors",
        workspace.index_folder(model, collection_name) / "manifest.json",
    )


def _edition_stamp(workspace: Workspace, model: str, edition: str) -> Stamp:
    folder = workspace.edition_folder(edition)
    collection_name = workspace.edition(edition).collection
    return (
        _stamp(folder / "topics.txt", folder / "edition.toml")
        + _engine_stamp(workspace, model, collection_name)
        + _collection_stamp(workspace, collection_name)
    )


def _collection_stamp(workspace: Workspace, name: str) -> Stamp:
    folder = workspace.collection_folder(name)
    return _stamp(folder / "shots.parquet", *sorted((folder / "subsets").glob("*.txt")))


def _stamp(*paths: Path) -> Stamp:
    """Modification time in ns and size of files, (0, 0) for one that is absent."""
    states = (path.stat() if path.is_file() else None for path in paths)
    return tuple((state.st_mtime_ns, state.st_size) if state else (0, 0) for state in states)
