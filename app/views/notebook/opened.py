"""The view that is open: what it says of itself, its note, and what can be done with it."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from app import state
from app.components import note
from app.notebook.cards import live_address, made_from, moment, page_word
from app.views.notebook.deeds import PLACE, move_to_place, remove
from app.views.notebook.drafts import begin_draft, draft_of
from app.views.notebook.editor import draw_editor, draw_note
from lpd.notebook import PinnedView

__all__ = ["OpenedView", "draw_opened"]


class OpenedView(NamedTuple):
    """The view that is open.

    Args:
        path: of the notebook.
        pinned: the view.
        place: among all views, from 1.
        views: how many there are.
        workspace: name of the workspace that it is opened in.
        changed: why it would show something else now, a sentence each.
    """

    path: Path
    pinned: PinnedView
    place: int
    views: int
    workspace: str
    changed: tuple[str, ...] = ()


def draw_opened(opened: OpenedView) -> None:
    """Draws the head of the view and its note, or the fields where it is being written."""
    view = opened.pinned.view
    with st.container(border=True, key="card_view"):
        note(view.title, "title")
        facts = (page_word(view.page), f"pinned {moment(opened.pinned.created)}", made_from(view.provenance))
        note(" · ".join(one for one in facts if one), "small")
        _draw_ways(opened)
        for sentence in opened.changed:
            note(f"≠ {sentence}", "warn")
        if draft_of(opened.pinned.view_id) is not None:
            draw_editor(opened.path, opened.pinned)
        elif view.note:
            draw_note(view.note)


def _draw_ways(opened: OpenedView) -> None:
    view_id, path = opened.pinned.view_id, opened.path
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="view_ways"):
        address = live_address(opened.pinned, opened.workspace)
        st.link_button("Open live", address, type="primary", help="The view as it is now, in its page")
        label = "Edit title and note" if opened.pinned.view.note else "Rename or add a note"
        if draft_of(view_id) is None:
            st.button(label, key="view_edit", on_click=partial(begin_draft, opened.pinned))
        if opened.views > 1:
            note("place", "small")
            state.put(PLACE, opened.place)
            st.number_input(
                "Place in the notebook",
                1,
                opened.views,
                key=PLACE,
                width=104,
                label_visibility="collapsed",
                on_change=move_to_place,
                args=(path, view_id),
            )
        st.button("Delete", key="view_delete", on_click=remove, args=(path, view_id))
