"""What is in a notebook; a workspace without the file has an empty one, and reading creates nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lpd.databases import SortedRows, check_text, keep_aside, read_database, sort_rows
from lpd.databases.aside import lenient_text
from lpd.errors import NotFoundError
from lpd.notebook.rows import NOTEBOOK, SELECT, is_deleted, pinned_of
from lpd.notebook.views import SNAPSHOT_LIMIT, PinnedView, as_document, provenance_json, snapshot_json

__all__ = [
    "ListedViews",
    "NotebookCounts",
    "ViewChanges",
    "changes_since",
    "deleted_views",
    "list_views",
    "notebook_counts",
    "pinned_view",
    "pinned_views",
    "view_snapshot",
]


@dataclass(frozen=True)
class ViewChanges:
    """What differs between now and the moment at which a view was pinned.

    Args:
        provenance: keys whose value differs, or that only one of the two has, sorted.
        snapshot: whether what is shown differs; None where none was kept, or none given to compare.
    """

    provenance: tuple[str, ...]
    snapshot: bool | None


@dataclass(frozen=True)
class NotebookCounts:
    """How many views are shown, how many are deleted but can be brought back, and how many are damaged and in
    none of the other numbers.
    """

    pinned: int
    deleted: int
    damaged: int = 0


@dataclass(frozen=True)
class ListedViews:
    """All views of a notebook that can be read.

    Args:
        pinned: those that are shown, in order.
        deleted: those that can be brought back, the last deleted first.
        problem: a sentence about damaged ones, which are left out and lost to nobody: they stay where they
            are, and a copy of each is put into `notebook.damaged.jsonl` beside; None where there are none.
    """

    pinned: tuple[PinnedView, ...]
    deleted: tuple[PinnedView, ...]
    problem: str | None


def list_views(path: Path) -> ListedViews:
    """Returns the views of a notebook; nothing where there is no file.

    Raises:
        FormatError: if the file as a whole is damaged or of a newer version.
    """
    found = _views(path)
    shown = [one for one in found.read if one.deleted is None]
    gone = sorted(
        (one for one in found.read if one.deleted is not None),
        key=lambda one: (one.deleted, one.view_id),
        reverse=True,
    )
    return ListedViews(tuple(shown), tuple(gone), keep_aside(path, NOTEBOOK, found.damaged))


def pinned_views(path: Path) -> list[PinnedView]:
    """Returns the views of a notebook in order, the deleted and the damaged left out; see `list_views`."""
    return [one for one in _views(path).read if one.deleted is None]


def deleted_views(path: Path) -> list[PinnedView]:
    """Returns the deleted views that can be brought back, the last deleted first; see `list_views`."""
    return list(list_views(path).deleted)


def _views(path: Path) -> SortedRows[PinnedView]:
    """The rows as they stand, so that one that another program wrote hides no other."""
    with read_database(path, NOTEBOOK) as connection:
        connection.text_factory = lenient_text
        rows = connection.execute(f"{SELECT} ORDER BY position, view_id").fetchall()
    return sort_rows(rows, lambda row: pinned_of(row, path), table="views")


def pinned_view(path: Path, view_id: int) -> PinnedView:
    """Returns one view, deleted or not.

    Raises:
        NotFoundError: if there is none of this number.
        FormatError: if it is damaged, or the file as a whole.
    """
    with read_database(path, NOTEBOOK) as connection:
        is_deleted(connection, path, view_id=view_id)
        connection.text_factory = lenient_text
        row = connection.execute(f"{SELECT} WHERE view_id = ?", (view_id,)).fetchone()
    return pinned_of(row, path)


def view_snapshot(path: Path, view_id: int) -> Any:
    """Returns the document that was kept of what a view showed.

    Raises:
        NotFoundError: if there is no such view, or none was kept of it.
        FormatError: if it is damaged.
    """
    with read_database(path, NOTEBOOK) as connection:
        is_deleted(connection, path, view_id=view_id)
        connection.text_factory = lenient_text
        row = connection.execute("SELECT document FROM snapshots WHERE view_id = ?", (view_id,)).fetchone()
    if row is None:
        raise NotFoundError("what this view showed was not kept", where=f"{path}, view {view_id}")
    text = check_text(row[0], f"snapshot of view {view_id}", limit=SNAPSHOT_LIMIT)
    return as_document(text, f"snapshot of view {view_id}")


def changes_since(
    path: Path, view_id: int, *, provenance: Mapping[str, Any], snapshot: Any = None
) -> ViewChanges:
    """Returns what differs from what a view was pinned with; numbers are compared at full precision.

    Args:
        path: of the notebook.
        view_id: number of the view.
        provenance: of the view as it is now.
        snapshot: what it shows now, in the form in which it was pinned.

    Raises:
        NotFoundError: if there is no such view.
        FormatError: if something is no plain JSON.
    """
    pinned = pinned_view(path, view_id)
    then, now = dict(pinned.view.provenance), as_document(provenance_json(provenance), "provenance")
    keys = sorted(key for key in then | now if key not in then or key not in now or then[key] != now[key])
    if not pinned.has_snapshot or snapshot is None:
        return ViewChanges(tuple(keys), None)
    shown = as_document(snapshot_json(snapshot), "snapshot")
    return ViewChanges(tuple(keys), shown != view_snapshot(path, view_id))


def notebook_counts(path: Path) -> NotebookCounts:
    """Returns how many views a notebook has; zeros where there is no file.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    found = _views(path)
    deleted = sum(one.deleted is not None for one in found.read)
    return NotebookCounts(len(found.read) - deleted, deleted, len(found.damaged))
