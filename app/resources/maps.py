"""What the Map page shows, made once: opened or computed maps, their planes, scores of all shots, the class
of every shot; and the layers that browsers fetch."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import streamlit as st

from app.map.colouring import Colouring, NumberedVideos, number_videos
from app.map.layers import LayerStore, Plane, plane_of
from app.resources.engines import Asked, engine, search
from app.resources.stamps import Stamp, collection_stamp, engine_stamp, searched_stamp
from app.resources.stamps import stamp as stamp_of
from app.resources.workspaces import collection
from lpd.errors import NotFoundError, StaleError
from lpd.maps import ShotMap
from lpd.services.map_spaces import MapName, map_folder
from lpd.workspace import Workspace, open_workspace

__all__ = ["MapKey", "OpenedMap", "all_scores", "colouring", "layers", "numbered_videos", "opened_map"]

LAYER_BYTES = 256 << 20
SCORED_AT_ONCE = 5_000
"""Shots whose scores are computed in one step, so that few vectors are copied at a time."""


class MapKey(NamedTuple):
    """Which map: of a space of a model, or of its fusion, by a method."""

    model: str
    collection: str
    space: str
    method: str


class OpenedMap(NamedTuple):
    """A map with its plane; `key` is all that it was made from, `note` what a person should know of it."""

    shot_map: ShotMap
    plane: Plane
    key: tuple[object, ...]
    note: str = ""


@st.cache_resource(max_entries=1, show_spinner=False)
def layers() -> LayerStore:
    """Returns what browsers fetch from; one for all sessions."""
    return LayerStore(LAYER_BYTES)


def opened_map(workspace: Workspace, wanted: MapKey) -> OpenedMap:
    """Returns a map: the one that was made, or else by PCA one computed now where the collection is small.

    Raises:
        NotFoundError: if it was not made and cannot be computed now.
        StaleError: if it was made from something else, and cannot be computed now.
        LpdError: if it is damaged, or there is none of the fusion.
    """
    folder = map_folder(
        workspace,
        workspace.model_card(wanted.model),
        wanted.collection,
        name=MapName(wanted.space, wanted.method),
    )
    path, made = str(workspace.path), stamp_of(*sorted(folder.glob("*")))
    searched = engine_stamp(workspace, wanted.model, wanted.collection)
    key = (path, *wanted, made, searched, collection_stamp(workspace, wanted.collection))
    try:
        return _stored(path, wanted, key)
    except (NotFoundError, StaleError) as error:
        if not _can_compute(workspace, wanted):
            raise
        told = f"The stored map is stale: {error}; this one was computed now." if made else ""
        return _computed(path, wanted, key)._replace(note=told)


def _can_compute(workspace: Workspace, wanted: MapKey) -> bool:
    from lpd.services.maps import LIVE_AT_MOST  # brings torch, which the first page starts without

    return (
        wanted.method == "pca"
        and wanted.collection in workspace.index_names(wanted.model)
        and len(collection(workspace, wanted.collection)) <= LIVE_AT_MOST
    )


@st.cache_resource(max_entries=16, show_spinner="Reading the map")
def _stored(path: str, wanted: MapKey, key: tuple[object, ...]) -> OpenedMap:
    from lpd.services.maps import open_map

    name = MapName(wanted.space, wanted.method)
    found = open_map(open_workspace(Path(path)), model=wanted.model, collection=wanted.collection, name=name)
    return OpenedMap(found, plane_of(found.points), ("stored", *key))


@st.cache_resource(max_entries=16, show_spinner="Computing the map")
def _computed(path: str, wanted: MapKey, key: tuple[object, ...]) -> OpenedMap:
    from lpd.services.maps import live_map

    opened = engine(open_workspace(Path(path)), wanted.model, wanted.collection)
    found = live_map(opened, wanted.space)
    return OpenedMap(found, plane_of(found.points), ("computed", *key))


def all_scores(workspace: Workspace, asked: Asked) -> np.ndarray:
    """Returns (S + 1, N) float32, the scores of all shots for a query: fused first, then each space.

    Raises:
        LpdError: if the model has no index, or cannot encode the query.
    """
    return _all_scores(str(workspace.path), asked, searched_stamp(workspace, asked.model, asked.collection))


@st.cache_resource(max_entries=6, show_spinner="Scoring all shots")
def _all_scores(path: str, asked: Asked, stamped: Stamp) -> np.ndarray:
    workspace = open_workspace(Path(path))
    opened, result = engine(workspace, asked.model, asked.collection), search(workspace, asked)
    shots = len(opened.shot_ids)
    scores = np.empty((len(opened.spaces) + 1, shots), np.float32)
    for start in range(0, shots, SCORED_AT_ONCE):
        rows = np.arange(start, min(shots, start + SCORED_AT_ONCE))
        scores[:, rows[0] : rows[-1] + 1] = opened.similarities(result, rows)
    return scores


def colouring(key: tuple[object, ...], make: Callable[[], Colouring]) -> Colouring:
    """Returns the class of every shot, made on first use.

    Args:
        key: all that it is made from, as plain values.
        make: makes it.
    """
    return _colouring(make, key)


@st.cache_resource(max_entries=48, show_spinner=False)
def _colouring(_make: Callable[[], Colouring], key: tuple[object, ...]) -> Colouring:
    return _make()


def numbered_videos(workspace: Workspace, collection_name: str) -> NumberedVideos:
    """Returns the videos of a collection by number, those with the most shots first."""
    return _numbered_videos(
        str(workspace.path), collection_name, collection_stamp(workspace, collection_name)
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _numbered_videos(path: str, collection_name: str, stamped: Stamp) -> NumberedVideos:
    return number_videos(collection(open_workspace(Path(path)), collection_name).shots["video_id"])
