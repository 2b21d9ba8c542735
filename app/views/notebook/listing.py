"""The list of pinned views, and the fields that it is filtered by."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from app import state
from app.components import note
from app.components.pinned_list import pinned_list, pinned_payload
from app.notebook.cards import card_of, filtered, live_address, pages_of
from app.views.notebook.deeds import LIST, bring_back, hear, take_undo, undo
from app.words import plain, shortened
from lpd.notebook import PinnedView

__all__ = ["ALL_PAGES", "Listed", "draw_deleted", "draw_filter", "draw_list", "draw_undo"]

ALL_PAGES = "all pages"
FEW = 5
"""So many views are looked through without a filter."""

DELETED_SHOWN = 30


class Listed(NamedTuple):
    """The views that are shown, and whether others are left out by a filter."""

    views: tuple[PinnedView, ...]
    is_part: bool


def draw_filter(views: Sequence[PinnedView]) -> Listed:
    """Draws the fields and returns the views that fit; few views of one page need none."""
    pages = pages_of(views)
    asked = state.value("find") or state.value("of")
    if len(views) <= FEW and not asked:
        return Listed(tuple(views), False)
    state.settle("of", [ALL_PAGES, *pages])
    with st.container(horizontal=True, gap="xsmall", key="notebook_filter"):
        words = st.text_input(
            "Find",
            placeholder="Find in titles, notes, models",
            label_visibility="collapsed",
            **state.bound("find"),
        )
        page = st.selectbox(
            "Page", [ALL_PAGES, *pages], label_visibility="collapsed", width=130, **state.bound("of")
        )
    chosen = "" if page == ALL_PAGES else str(page)
    kept = tuple(filtered(views, words=words or "", page=chosen))
    return Listed(kept, len(kept) < len(views))


def draw_list(
    path: Path,
    listed: Listed,
    *,
    places: Mapping[int, int],
    opened: int | None,
    changed: Mapping[int, str],
    workspace: str,
) -> None:
    """Draws the list.

    Args:
        path: of the notebook.
        listed: the views.
        places: number of a view -> its place among all, from 1.
        opened: the view that is open.
        changed: number of a view -> why it would show something else now.
        workspace: name of the workspace that views are opened in.
    """
    cards = [
        {
            **card_of(one, changed=changed.get(one.view_id, ""))._asdict(),
            "href": live_address(one, workspace),
        }
        for one in listed.views
    ]
    payload = pinned_payload(cards, places=places, alt="Pinned views")
    pinned_list(payload, key=LIST, opened=opened, on_act=partial(hear, path))


def draw_undo(path: Path) -> None:
    """Draws what was deleted last in this session, with the button that brings it back."""
    deleted = take_undo()
    if deleted is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="notebook_undo"):
        note(f"Deleted: {deleted[1]}")
        st.button("Undo", key="notebook_undo_button", on_click=undo, args=(path,))


def draw_deleted(path: Path, deleted: Sequence[PinnedView]) -> None:
    """Draws the button behind which the deleted views are, each with a button that brings it back; nothing
    where there are none."""
    if not deleted:
        return
    with st.popover(f"Deleted ({len(deleted)})", key="notebook_deleted_list"):
        note("Deleted views are kept, with what they showed, until they are brought back.", "small")
        for one in deleted[:DELETED_SHOWN]:
            label = plain(f"Bring back: {shortened(one.view.title, 90)}")
            st.button(
                label,
                key=f"bring_back_{one.view_id}",
                type="tertiary",
                on_click=bring_back,
                args=(path, one.view_id),
            )
        if len(deleted) > DELETED_SHOWN:
            note(f"and {len(deleted) - DELETED_SHOWN} deleted before those", "small")
