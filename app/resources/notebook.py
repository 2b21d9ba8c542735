"""What the Notebook page makes in the background: which pinned views would show something else now, and the
files that a notebook is taken away as.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from app.background import BackgroundWork
from app.notebook.files import notebook_file
from app.resources.examined import workspace_stamp
from app.resources.stamps import Stamp, stamp
from lpd.notebook import PinnedView, list_views
from lpd.progress import Progress
from lpd.services.notebook.changes import WorkspaceNow, view_changes
from lpd.workspace import Workspace, open_workspace

__all__ = ["Changes", "exported_notebook", "notebook_changes", "notebook_stamp"]

Changes = Mapping[int, tuple[str, ...]]
"""Number of a view -> what changed since it was pinned, a sentence each; only of views of which it did."""


def notebook_changes(workspace: Workspace, views: Sequence[PinnedView]) -> BackgroundWork[Changes]:
    """Returns the work that looks what changed since views were pinned; all sessions see the same one.

    What a view was made from and what it showed never change, so titles, notes and the order of the views do
    not begin it anew.

    Args:
        workspace: as it is now.
        views: of its notebook.
    """
    known = tuple(sorted((one.view_id, one.created.isoformat()) for one in views))
    return _changes(str(workspace.path), workspace_stamp(workspace.path), known)


@st.cache_resource(max_entries=8, show_spinner=False)
def _changes(path: str, stamp: int, known: tuple[tuple[int, str], ...]) -> BackgroundWork[Changes]:
    wanted = {view_id for view_id, _ in known}

    def make(progress: Progress) -> Changes:
        workspace = open_workspace(Path(path))
        now, notebook = WorkspaceNow(workspace), workspace.notebook_path
        views = [one for one in list_views(notebook).pinned if one.view_id in wanted]
        found = {}
        for number, one in enumerate(views):
            progress("looking at pinned views", number, len(views))
            sentences = view_changes(now, notebook, one)
            if sentences:
                found[one.view_id] = sentences
        return found

    return BackgroundWork(make, "changes since views were pinned")


def notebook_stamp(workspace: Workspace) -> int:
    """Returns what changes when a view is pinned, edited, moved or deleted, or what views were made from."""
    return hash((stamp(workspace.notebook_path), workspace_stamp(workspace.path)))


def exported_notebook(workspace: Workspace, form: str, views: tuple[int, ...]) -> BackgroundWork[bytes]:
    """Returns the work that makes a file of a notebook as it is now; all sessions see the same one.

    Args:
        workspace: of the notebook.
        form: a key of `app.notebook.files.FORMS`.
        views: numbers of the views.
    """
    changed = stamp(workspace.notebook_path)
    return _exported(str(workspace.path), form, views, changed, workspace_stamp(workspace.path))


@st.cache_resource(max_entries=4, show_spinner=False)
def _exported(
    path: str, form: str, views: tuple[int, ...], notebook: Stamp, stamp: int
) -> BackgroundWork[bytes]:
    def make(progress: Progress) -> bytes:
        return notebook_file(open_workspace(Path(path)), form, views, progress=progress)

    return BackgroundWork(make, "a notebook as a file")
