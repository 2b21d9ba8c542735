"""The export menu of the Notebook page: files are made when asked for, and then downloaded."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from app import state
from app.components import note
from app.notebook.files import FORMS, NotebookForm
from app.resources.notebook import exported_notebook, notebook_stamp
from app.views.background_work import show_work
from app.views.exporting import file_stem
from lpd.notebook import PinnedView
from lpd.workspace import Workspace

__all__ = ["draw_exports"]

ASKED = "notebook_export_asked"
GRACE_S = 0.3

Key = tuple[tuple[int, ...], int]


def draw_exports(workspace: Workspace, views: Sequence[PinnedView], listed: Sequence[PinnedView]) -> None:
    """Draws the menu.

    Args:
        workspace: of the notebook.
        views: all pinned views.
        listed: those that the filter lets through.
    """
    with st.popover("Export", key="export", disabled=not views):
        if not views:
            return
        chosen = views
        if 0 < len(listed) < len(views):
            label = f"Only the {len(listed)} of {len(views)} views that are listed"
            chosen = listed if st.checkbox(label, key="notebook_export_listed") else views
        ids = tuple(one.view_id for one in chosen)
        key = (ids, notebook_stamp(workspace))
        for name, form in FORMS.items():
            _draw_form(workspace, name, form, key)
        note("Each says what every view was made from; Jupyter makes the numbers again by lpd.", "small")


def _draw_form(workspace: Workspace, name: str, form: NotebookForm, key: Key) -> None:
    asked: dict[str, Key] = state.remembered(ASKED, dict)
    if asked.get(name) != key:  # not asked for, or the notebook is another one since
        st.button(
            f"Make {form.label}",
            key=f"make_{name}",
            type="tertiary",
            on_click=partial(asked.__setitem__, name, key),
        )
        return
    work = exported_notebook(workspace, name, key[0])
    work.start()
    work.wait(GRACE_S)
    made = work.made
    if made is None:
        show_work(work, form.label, key=f"export_{name}")
        return
    st.download_button(
        f"Download {form.label}",
        made,
        f"{file_stem(workspace.name, 'notebook')}.{form.ending}",
        form.mime,
        key=f"download_{name}",
        on_click="ignore",
        type="tertiary",
        width="stretch",
    )
