"""Search engines, loaded once for all sessions, and the lists of single queries."""

from pathlib import Path
from typing import NamedTuple

import streamlit as st

from app.heap import freeze_heap
from app.resources.stamps import Stamp, engine_stamp, searched_stamp
from app.warming import Warming
from lpd.search import SearchEngine, SearchResult, open_engine
from lpd.workspace import Workspace, open_workspace

__all__ = ["DEPTH", "Asked", "attention", "engine", "search", "warming"]

DEPTH = 1000
"""How many shots of every list are asked for."""


def engine(workspace: Workspace, model: str, collection_name: str) -> SearchEngine:
    """Returns the search engine of a model over a collection, loaded once for all sessions.

    Raises:
        LpdError: if the model has no index of the collection, or a stale one.
    """
    return warming(workspace, model, collection_name).engine


def warming(workspace: Workspace, model: str, collection_name: str) -> Warming:
    """Returns what reads the index of an engine into memory, one for all sessions; see `engine`."""
    stamp = engine_stamp(workspace, model, collection_name)
    return _opened(str(workspace.path), model, collection_name, stamp)


@st.cache_resource(max_entries=12, show_spinner="Loading the model and its index")
def _opened(path: str, model: str, collection_name: str, stamp: Stamp) -> Warming:
    opened = open_engine(open_workspace(Path(path)), model=model, collection=collection_name)
    freeze_heap()
    return Warming(opened)


class Asked(NamedTuple):
    """One query: which model searches which shots for what."""

    model: str
    collection: str
    query: str
    subset: str | None


def search(workspace: Workspace, asked: Asked) -> SearchResult:
    """Returns the lists of a query; asked again, the same ones with the timings of the first time."""
    return _search(str(workspace.path), asked, searched_stamp(workspace, asked.model, asked.collection))


@st.cache_resource(max_entries=128, show_spinner="Searching")
def _search(path: str, asked: Asked, stamp: Stamp) -> SearchResult:
    opened = engine(open_workspace(Path(path)), asked.model, asked.collection)
    return opened.search(asked.query, depth=DEPTH, subset=asked.subset)


def attention(
    workspace: Workspace, model: str, collection_name: str, row: int
) -> dict[str, dict[str, float]]:
    """Returns space -> video feature -> its share in the fused video end of one shot.

    Raises:
        LpdError: if a video feature that the model needs is not in the workspace.
    """
    return engine(workspace, model, collection_name).fusion_weights(row)
