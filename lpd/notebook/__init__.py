"""The notebook of a workspace: pinned views with notes, and what each of them showed."""

from lpd.notebook.reading import (
    NotebookCounts,
    ViewChanges,
    changes_since,
    deleted_views,
    notebook_counts,
    pinned_view,
    pinned_views,
    view_snapshot,
)
from lpd.notebook.views import PROVENANCE_KEYS, PinnedView, View
from lpd.notebook.writing import delete_view, edit_view, move_view, pin_view, purge_views, restore_view

__all__ = [
    "PROVENANCE_KEYS",
    "NotebookCounts",
    "PinnedView",
    "View",
    "ViewChanges",
    "changes_since",
    "delete_view",
    "deleted_views",
    "edit_view",
    "move_view",
    "notebook_counts",
    "pin_view",
    "pinned_view",
    "pinned_views",
    "purge_views",
    "restore_view",
    "view_snapshot",
]
