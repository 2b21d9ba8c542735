"""The notebook of a workspace: pinned views with notes, and what each of them showed.

`pin_view` keeps a view with its numbers and the recipe that makes them again (`lpd.notebook.recipes`),
`pinned_views` and `view_snapshot` read them, `edit_view`, `move_view`, `delete_view` and `restore_view`
change them. `lpd.services.notebook` says what changed since and exports; so does `lpd notebook`.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from lpd.notebook import PROVENANCE_KEYS, View, pin_view, pinned_views
>>> view = View("diversity", "diversity?k=20", "Heatmaps", dict.fromkeys(PROVENANCE_KEYS))
>>> with TemporaryDirectory() as folder:
...     number = pin_view(Path(folder) / "notebook.sqlite", view)
...     [pinned] = pinned_views(Path(folder) / "notebook.sqlite")
>>> number, pinned.view.title
(1, 'Heatmaps')
"""

from lpd.notebook.numbers import NumbersCompared, compare_numbers
from lpd.notebook.reading import (
    ListedViews,
    NotebookCounts,
    ViewChanges,
    changes_since,
    deleted_views,
    list_views,
    notebook_counts,
    pinned_view,
    pinned_views,
    view_snapshot,
)
from lpd.notebook.views import PROVENANCE_KEYS, PinnedView, View
from lpd.notebook.writing import delete_view, edit_view, move_view, pin_view, purge_views, restore_view

__all__ = [
    "PROVENANCE_KEYS",
    "ListedViews",
    "NotebookCounts",
    "NumbersCompared",
    "PinnedView",
    "View",
    "ViewChanges",
    "changes_since",
    "compare_numbers",
    "delete_view",
    "deleted_views",
    "edit_view",
    "list_views",
    "move_view",
    "notebook_counts",
    "pin_view",
    "pinned_view",
    "pinned_views",
    "purge_views",
    "restore_view",
    "view_snapshot",
]
