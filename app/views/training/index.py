"""After a training: the indexes that make its model searchable, and the process that makes one."""

import streamlit as st

from app import state
from app.components import note
from app.index_building import IndexBuild, IndexState
from app.parameters import link
from app.resources import training as trained
from app.training.words import duration
from app.words import plain
from lpd.cards import ModelCard
from lpd.errors import LpdError
from lpd.storage import read_json
from lpd.workspace import Workspace

__all__ = ["READY", "STALE", "draw_indexes", "index_state", "running_builds"]

READY, STALE, ABSENT = "ready", "made from other weights", "none yet"


def running_builds(workspace: Workspace, model: str) -> tuple[str, ...]:
    """Returns what is being indexed now with a model, by this server."""
    return tuple(
        f"{model}@{collection}"
        for collection in workspace.collection_names()
        if _build(workspace, model, collection).look().state == "running"
    )


def _build(workspace: Workspace, model: str, collection: str) -> IndexBuild:
    return trained.index_build(str(workspace.path.resolve()), model, collection)


def index_state(workspace: Workspace, card: ModelCard, collection: str) -> str:
    """Returns whether a model has an index of a collection, and whether that was made with its weights."""
    if collection not in workspace.index_names(card.name):
        return ABSENT
    try:
        manifest = read_json(workspace.index_folder(card.name, collection) / "manifest.json")
        return READY if manifest["made_from"]["model"] == card.digest else STALE
    except (LpdError, KeyError, TypeError):
        return STALE


def draw_indexes(workspace: Workspace, model: str, selection: state.Selection) -> None:
    """Draws a line per collection, that of the sidebar first: its index of the model, or what makes one."""
    card = trained.cards(workspace).get(model)
    if card is None:
        return
    if not card.bi_encoder:
        note("It re-ranks runs and needs no index: lpd rerank RUN --method model --model NAME", "small")
        return
    note("To search with it, index a collection", "title")
    names = workspace.collection_names()
    for collection in sorted(names, key=lambda name: name != selection.collection):
        _draw_index(workspace, card, collection, selection)


def _draw_index(workspace: Workspace, card: ModelCard, collection: str, selection: state.Selection) -> None:
    build, found = _build(workspace, card.name, collection), index_state(workspace, card, collection)
    at = build.look()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        note(f"{collection}: {found}", "warn" if found == STALE else "hint")
        if at.state == "running":
            st.button("Stop", key=f"index_stop_{collection}", on_click=build.stop)
        elif found != READY:
            st.button(
                "Make the index", key=f"index_{collection}", help=build.typed, on_click=_start, args=(build,)
            )
        else:
            chosen = {"workspace": selection.workspace, "collection": collection, "model": card.name}
            st.link_button("Search with it", link("", {**chosen, "k": selection.k}))
    _draw_progress(at, found)


def _draw_progress(at: IndexState, found: str) -> None:
    if at.state == "running":
        st.progress(at.share, text=plain(f"{at.stage} {at.share:.0%} · {duration(at.seconds_so_far)} so far"))
    elif at.state == "failed":
        note(f"The index could not be made: {at.words or 'the process gave no reason'}", "warn")
    elif at.state == "stopped" and found != READY:
        note("Stopped; nothing was replaced.", "small")


def _start(build: IndexBuild) -> None:
    try:
        build.start()
    except OSError as error:
        st.toast(plain(f"The process could not be started: {error}"))
