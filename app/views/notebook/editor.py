"""The note of a view, and the fields in which title and note are written."""

from pathlib import Path

import streamlit as st

from app.components import note
from app.views.notebook.drafts import NOTE, TITLE, drop_draft, keep_draft, save_draft, show_draft
from lpd.notebook import PinnedView
from lpd.notebook.markdown import markdown_html

__all__ = ["draw_editor", "draw_note"]

NOTE_HEIGHT = 180


def draw_note(text: str) -> None:
    """Draws a note: Markdown without markup of its own, and without anything fetched from elsewhere."""
    st.html(f'<div class="lpd-note">{markdown_html(text)}</div>')


def draw_editor(path: Path, pinned: PinnedView) -> None:
    """Draws the fields, what they give, and the buttons that end writing."""
    view_id = pinned.view_id
    draft = show_draft(view_id)
    if draft.problem:
        note(draft.problem, "warn")
    if draft.newer is not None:
        _draw_newer(draft.newer)
    st.text_input("Title", key=TITLE, on_change=keep_draft, args=(view_id,))
    words = st.text_area(
        "Note, in Markdown",
        key=NOTE,
        height=NOTE_HEIGHT,
        placeholder="What it shows, **in bold** or `as code`; lists, tables and links as in Markdown",
        on_change=keep_draft,
        args=(view_id,),
    )
    with st.container(horizontal=True, gap="xsmall", key="note_ways"):
        if draft.newer is None:
            st.button("Save", type="primary", key="note_save", on_click=save_draft, args=(path, view_id))
        else:
            label = "Save mine in its place"
            st.button(
                label,
                type="primary",
                key="note_save",
                on_click=save_draft,
                args=(path, view_id),
                kwargs={"over": True},
            )
        label = "Give mine up" if draft.newer is not None else "Cancel"
        st.button(label, key="note_cancel", on_click=drop_draft, args=(view_id,))
    if (words or "").strip():
        note("The note as it will stand", "small")
        draw_note(str(words))


def _draw_newer(newer: PinnedView) -> None:
    with st.container(border=True, key="note_newer"):
        note(f"As it was saved meanwhile: {newer.view.title}", "small")
        draw_note(newer.view.note)
