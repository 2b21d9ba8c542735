"""Notebook: the pinned views in order, with their notes, what each showed, and what has changed since."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import resources, state
from app.components import empty_state, heading, note
from app.resources.notebook import notebook_changes
from app.views.background_work import show_work
from app.views.head import HeadPlaces, head_places
from app.views.keys import keys_button
from app.views.notebook.exporting import draw_exports
from app.views.notebook.listing import draw_deleted, draw_filter, draw_list, draw_undo
from app.views.notebook.opened import OpenedView, draw_opened
from app.views.notebook.shown import draw_shown
from app.views.share import share_button
from app.views.workspace.view import Place, draw_told
from app.words import plain
from lpd.errors import LpdError
from lpd.notebook import PinnedView, list_views
from lpd.words import counted

__all__ = ["show", "show_alone"]

GRACE_S = 0.4
"""So long the page waits for what changed before it is drawn without."""


class _Shown(NamedTuple):
    """All pinned views, and those that the filter lets through."""

    views: Sequence[PinnedView] = ()
    listed: Sequence[PinnedView] = ()


def show(selection: state.Selection) -> None:
    """Draws the page."""
    _show(selection.workspace, selection)


def show_alone(name: str, *, problem: LpdError | None = None) -> None:
    """Draws the page of a workspace from which nothing can be chosen.

    Args:
        name: of the workspace.
        problem: why nothing can be chosen, if something is damaged.
    """
    if problem is not None:
        st.error(plain(str(problem)))
    _show(name, None)


def _show(name: str, selection: state.Selection | None) -> None:
    place = Place(resources.named_workspace(name), name, selection)
    # always there: what comes and goes above the list would draw it anew, and take the focus from it
    places, told = head_places(), st.container(key="notebook_told")
    with told:
        draw_told()
    shown = _Shown()
    try:
        shown = _draw(place, places, told)
    finally:  # the keys are told whatever comes
        with places.actions:
            if selection is not None:
                share_button("notebook", selection, ("view", "find", "of"))
            draw_exports(place.workspace, shown.views, shown.listed)
            keys_button()


def _draw(place: Place, places: HeadPlaces, told: DeltaGenerator) -> _Shown:
    path = place.workspace.notebook_path
    with places.left:
        title = st.empty()
    with title:
        heading("Notebook")
    found = list_views(path)
    views = found.pinned
    with title:
        heading("Notebook", f"{counted(len(views), 'pinned view')} · {path.parent.name}/{path.name}")
    with places.controls:
        draw_deleted(path, found.deleted)
    with told:
        if found.problem is not None:
            note(found.problem, "warn")
        draw_undo(path)
    if not views:
        sentence = (
            "The button Pin at the top right of every page keeps its view here, with its numbers and a note."
        )
        empty_state("Nothing is pinned", sentence)
        return _Shown()
    return _Shown(views, _draw_views(place, views))


def _draw_views(place: Place, views: Sequence[PinnedView]) -> tuple[PinnedView, ...]:
    """Draws the list and the open view; returns the views that are listed."""
    path = place.workspace.notebook_path
    work = notebook_changes(place.workspace, views)
    work.start()
    work.wait(GRACE_S)
    changes = work.made or {}
    changed = {view_id: " ".join(sentences) for view_id, sentences in changes.items()}
    with st.container(key="notebook_body"):
        left, right = st.columns((0.36, 0.64), gap="small")
    with left, st.container(key="notebook_side"):
        with st.container(gap="xsmall"):
            listed = draw_filter(views)
            if listed.is_part:
                note(f"{len(listed.views)} of {counted(len(views), 'view')} fit", "small")
        opened = _choose(views, listed.views)
        order = {one.view_id: number for number, one in enumerate(views, start=1)}
        here = None if opened is None else opened.view_id
        draw_list(path, listed, places=order, opened=here, changed=changed, workspace=place.name)
        show_work(work, "What changed since", key="notebook_changes")
    with right:
        if opened is None:
            empty_state("No view fits", "Other words, or all pages, show more.")
            return ()
        told = changes.get(opened.view_id, ())
        draw_opened(OpenedView(path, opened, order[opened.view_id], len(views), place.name, told))
        with st.container(border=True, key="card_shown"):
            draw_shown(place.workspace, opened, name=place.name)
    return listed.views


def _choose(views: Sequence[PinnedView], listed: tuple[PinnedView, ...]) -> PinnedView | None:
    """The view that the address asks for, else the first of those listed."""
    state.settle("view", [one.view_id for one in views])
    asked = state.value("view")
    found = [one for one in listed if one.view_id == asked]
    if asked is not None and not any(one.view_id == asked for one in views):
        state.write("view", None)
    return found[0] if found else listed[0] if listed else None
