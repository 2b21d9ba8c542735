"""What the Search page asks with all its parts: the lists of a query, as they are shown, and what they are
worth; what the edition makes of space weights; the queries that were asked.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from app.background import BackgroundWork
from app.resources.engines import DEPTH, engine
from app.resources.stamps import Stamp, collection_stamp, edition_stamp, searched_stamp, stamp
from app.resources.workspaces import collection, qrels
from app.search.asked_queries import AskedQueries
from app.search.shown_lists import Shape, ShownList, shaped_lists, unshaped_lists
from lpd.evaluation import evaluate_run
from lpd.rerank import reranked_scores
from lpd.search import FormResult, QueryForm, search_form, wording_scores
from lpd.search.filters import ShotFilters
from lpd.search.shot_masks import ShotChoice, ShotMasks
from lpd.services.weighing import Weighing, weigh_edition
from lpd.trec import Qrels, RankedList, Run
from lpd.workspace import Workspace, open_workspace

__all__ = [
    "AskedForm",
    "asked_queries",
    "edition_weighing",
    "found_by",
    "found_lists",
    "list_inf_ap",
    "shot_masks",
    "shown_lists",
    "video_ids",
]


class AskedForm(NamedTuple):
    """One query in all its parts: which model searches which shots for what.

    `weights` and `spaces` are None for the model's own and for all; `hidden` are shots that are not returned.
    """

    model: str
    collection: str
    subset: str | None
    form: QueryForm
    weights: tuple[float, ...] | None = None
    spaces: tuple[str, ...] | None = None
    videos: tuple[str, ...] = ()
    from_s: float | None = None
    to_s: float | None = None
    hidden: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[object, ...]:
        """What it is known by in a cache."""
        hidden = sha256("\n".join(sorted(self.hidden)).encode("utf-8", "replace")).hexdigest()
        return (*self[:-1], hidden)

    @property
    def choice(self) -> ShotChoice:
        """Which shots may be returned."""
        return ShotChoice(self.videos or None, self.from_s, self.to_s, self.hidden)


def found_lists(workspace: Workspace, asked: AskedForm) -> FormResult:
    """Returns what a query brings; asked again, the same with the timings of the first time.

    Raises:
        LpdError: if a filter cannot be fulfilled, an encoder of the model is absent, or as `search_form`.
        NotFoundError: if a shot, video or space of it is unknown.
    """
    return _found_lists(str(workspace.path), asked, asked.key, _stamp(workspace, asked))


@st.cache_resource(max_entries=128, show_spinner="Searching")
def _found_lists(path: str, _asked: AskedForm, key: tuple[object, ...], stamped: Stamp) -> FormResult:
    workspace = open_workspace(Path(path))
    searching = engine(workspace, _asked.model, _asked.collection)
    return search_form(
        searching,
        _asked.form,
        depth=DEPTH,
        subset=_asked.subset,
        allowed=shot_masks(workspace, _asked.collection).mask(_asked.choice),
        weights=_asked.weights,
        spaces=_asked.spaces,
    )


def _stamp(workspace: Workspace, asked: AskedForm) -> Stamp:
    return searched_stamp(workspace, asked.model, asked.collection)


def shot_masks(workspace: Workspace, collection_name: str) -> ShotMasks:
    """Returns what makes filters over a collection, with what was found for earlier ones."""
    filters = ShotFilters(collection(workspace, collection_name))
    stamped = collection_stamp(workspace, collection_name)
    return _shot_masks(filters, str(workspace.path), collection_name, stamped)


@st.cache_resource(max_entries=8, show_spinner=False)
def _shot_masks(_filters: ShotFilters, path: str, collection_name: str, stamped: Stamp) -> ShotMasks:
    return ShotMasks(_filters)


def shown_lists(workspace: Workspace, asked: AskedForm, shape: Shape | None) -> dict[str, ShownList]:
    """Returns name -> list of a query as it is shown.

    Raises:
        LpdError: for impossible numbers.
        NotFoundError: if shots are to be compared by something that is not there.
    """
    if shape is None:
        return unshaped_lists(found_lists(workspace, asked).result)
    files = _feature_files(workspace, asked.collection, shape)
    return _shown_lists(str(workspace.path), asked, asked.key, shape, _stamp(workspace, asked) + files)


def _feature_files(workspace: Workspace, collection_name: str, shape: Shape) -> Stamp:
    names = [one.by for one in (shape.fold, shape.rerank) if one is not None]
    known = workspace.feature_names(collection_name)
    folders = [workspace.feature_folder(collection_name, name) for name in names if name in known]
    return stamp(*(file for folder in folders for file in sorted(folder.iterdir())))


@st.cache_resource(max_entries=64, show_spinner="Comparing shots with each other")
def _shown_lists(
    path: str, _asked: AskedForm, key: tuple[object, ...], shape: Shape, stamped: Stamp
) -> dict[str, ShownList]:
    workspace = open_workspace(Path(path))
    searching = engine(workspace, _asked.model, _asked.collection)
    return shaped_lists(workspace, searching, found_lists(workspace, _asked).result, shape=shape)


def found_by(workspace: Workspace, asked: AskedForm, rows: Sequence[int]) -> dict[int, int]:
    """Returns row -> number (from 0) of the wording of a query that finds this shot best."""
    wanted = tuple(sorted(set(rows)))
    return _found_by(str(workspace.path), asked, asked.key, wanted, _stamp(workspace, asked))


@st.cache_resource(max_entries=64, show_spinner=False)
def _found_by(
    path: str, _asked: AskedForm, key: tuple[object, ...], rows: tuple[int, ...], stamped: Stamp
) -> dict[int, int]:
    workspace = open_workspace(Path(path))
    searching = engine(workspace, _asked.model, _asked.collection)
    scores = wording_scores(searching, found_lists(workspace, _asked), rows)
    return dict(zip(rows, scores.best.tolist(), strict=True))


def list_inf_ap(
    workspace: Workspace,
    asked: AskedForm,
    shape: Shape | None,
    *,
    edition: str,
    qrels_name: str,
    topic: str,
) -> dict[str, float]:
    """Returns list name -> infAP of a query's lists, in the order shown, on a judged topic."""
    judged = qrels(workspace, edition, qrels_name)
    key = (*asked.key, judged.digest)
    return _list_inf_ap(judged, str(workspace.path), asked, key, shape, topic, _stamp(workspace, asked))


@st.cache_resource(max_entries=256, show_spinner=False)
def _list_inf_ap(
    _judged: Qrels,
    path: str,
    _asked: AskedForm,
    key: tuple[object, ...],
    shape: Shape | None,
    topic: str,
    stamped: Stamp,
) -> dict[str, float]:
    workspace = open_workspace(Path(path))
    ids = collection(workspace, _asked.collection).shot_ids
    found = {}
    for name, shown in shown_lists(workspace, _asked, shape).items():
        rows, scores = shown.hits
        in_order = reranked_scores(rows) if shape is not None else scores.astype(np.float64)
        ranked = RankedList([ids[row] for row in rows.tolist()], in_order)
        found[name] = evaluate_run(Run(name, {topic: ranked}), _judged).topics[topic]["infAP"]
    return found


def edition_weighing(
    workspace: Workspace,
    model: str,
    *,
    edition: str,
    qrels_name: str,
    weights: tuple[float, ...],
    spaces: tuple[str, ...] | None,
) -> BackgroundWork[Weighing]:
    """Returns the one work that measures weights over an edition; all sessions watch the same."""
    judged = qrels(workspace, edition, qrels_name)
    key = (judged.digest, edition_stamp(workspace, model, edition))
    return _edition_weighing(judged, str(workspace.path), model, edition, weights, spaces, key)


@st.cache_resource(max_entries=64, show_spinner=False)
def _edition_weighing(
    _judged: Qrels,
    path: str,
    model: str,
    edition: str,
    weights: tuple[float, ...],
    spaces: tuple[str, ...] | None,
    key: tuple[object, ...],
) -> BackgroundWork[Weighing]:
    workspace = open_workspace(Path(path))
    opened = workspace.edition(edition)
    searching = engine(workspace, model, opened.collection)
    return BackgroundWork(
        lambda progress: weigh_edition(
            searching, opened, qrels=_judged, weights=weights, spaces=spaces, progress=progress
        ),
        name="weighing",
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def asked_queries(path: str) -> AskedQueries:
    """Returns the queries that were asked of a workspace since the server started; all sessions share it."""
    return AskedQueries()


def video_ids(workspace: Workspace, collection_name: str) -> tuple[str, ...]:
    """Returns the videos of a collection, in the order of their first shots."""
    stamped = collection_stamp(workspace, collection_name)
    return _video_ids(str(workspace.path), collection_name, stamped)


@st.cache_resource(max_entries=8, show_spinner=False)
def _video_ids(path: str, collection_name: str, stamped: Stamp) -> tuple[str, ...]:
    return tuple(collection(open_workspace(Path(path)), collection_name).shots["video_id"].unique())
