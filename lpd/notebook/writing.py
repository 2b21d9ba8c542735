"""Pinning, editing, moving and deleting views; every function is one transaction, whole or not at all."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lpd.databases import utc_text, write_database
from lpd.errors import MismatchError
from lpd.notebook.rows import NOTEBOOK, is_deleted, must_be_shown
from lpd.notebook.views import View, check_note, check_title, check_view, provenance_json, snapshot_json

__all__ = ["delete_view", "edit_view", "move_view", "pin_view", "purge_views", "restore_view"]


def pin_view(path: Path, view: View, *, snapshot: Any = None) -> int:
    """Returns the number under which a view was put at the end of the notebook, which is begun if absent.

    Args:
        path: of the notebook.
        view: what is pinned.
        snapshot: the numbers or lists shown, as plain JSON; None keeps none.

    Raises:
        FormatError: if a part of it cannot be kept; then nothing is.
        LpdError: if the file cannot be written.
    """
    check_view(view)
    document = None if snapshot is None else snapshot_json(snapshot)
    texts = (view.page, view.address, view.title, view.note, provenance_json(view.provenance))
    with write_database(path, NOTEBOOK, create=True) as connection:
        (position,) = connection.execute("SELECT coalesce(max(position) + 1, 0) FROM views").fetchone()
        inserted = connection.execute(
            "INSERT INTO views (page, address, title, note, provenance, position, revision, created) "
            "VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
            (*texts, position, utc_text(datetime.now(UTC))),
        )
        view_id = int(inserted.lastrowid or 0)
        if document is not None:
            connection.execute("INSERT INTO snapshots VALUES (?, ?)", (view_id, document))
    return view_id


def edit_view(
    path: Path,
    view_id: int,
    *,
    title: str | None = None,
    note: str | None = None,
    revision: int | None = None,
) -> None:
    """Sets the title or the note of a view, or both; None leaves it.

    Args:
        path: of the notebook.
        view_id: number of the view.
        title: the new title.
        note: the new note, which may be empty.
        revision: that of the text the person edited, so that no other edit is overwritten unseen; None
            overwrites.

    Raises:
        NotFoundError: if there is no such view, or it is deleted.
        MismatchError: if it was edited since that revision; the new text is not kept.
        FormatError: if a text cannot be kept.
    """
    new_title = None if title is None else check_title(title)
    new_note = None if note is None else check_note(note)
    with write_database(path, NOTEBOOK) as connection:
        must_be_shown(connection, path, view_id=view_id)
        if revision is not None:
            _must_be_of(connection, path, view_id=view_id, revision=revision)
        connection.execute(
            "UPDATE views SET title = coalesce(?, title), note = coalesce(?, note), revision = revision + 1 "
            "WHERE view_id = ?",
            (new_title, new_note, view_id),
        )


def _must_be_of(connection: sqlite3.Connection, path: Path, *, view_id: int, revision: int) -> None:
    (found,) = connection.execute("SELECT revision FROM views WHERE view_id = ?", (view_id,)).fetchone()
    if found != revision:
        raise MismatchError(
            "this view was edited meanwhile; nothing was changed",
            where=f"{path}, view {view_id}",
            expected=f"revision {revision}",
            found=f"revision {found}",
            next_step="look at its newer text, then save again",
        )


def move_view(path: Path, view_id: int, *, before: int | None) -> None:
    """Moves a view to just before another one, to the end for None.

    The place is told by a neighbour and not by a number, so that what others pin, move or delete meanwhile
    does not turn it into another place.

    Raises:
        NotFoundError: if one of the two is not there, or the moved one is deleted.
    """
    with write_database(path, NOTEBOOK) as connection:
        must_be_shown(connection, path, view_id=view_id)
        if before is not None:
            is_deleted(connection, path, view_id=before)
        rows = connection.execute("SELECT view_id, position FROM views ORDER BY position, view_id").fetchall()
        positions = dict(rows)
        order = [one for one in positions if one != view_id]
        if before != view_id:
            order.insert(len(order) if before is None else order.index(before), view_id)
            changed = [(place, one) for place, one in enumerate(order) if positions[one] != place]
            connection.executemany("UPDATE views SET position = ? WHERE view_id = ?", changed)


def delete_view(path: Path, view_id: int) -> None:
    """Deletes a view so that `restore_view` can bring it back to its place; a deleted one stays deleted.

    Raises:
        NotFoundError: if there is no such view.
    """
    with write_database(path, NOTEBOOK) as connection:
        if not is_deleted(connection, path, view_id=view_id):
            connection.execute(
                "UPDATE views SET deleted = ? WHERE view_id = ?", (utc_text(datetime.now(UTC)), view_id)
            )


def restore_view(path: Path, view_id: int) -> None:
    """Brings a deleted view back to its place; one that is shown stays.

    Raises:
        NotFoundError: if there is no such view, or it was purged.
    """
    with write_database(path, NOTEBOOK) as connection:
        is_deleted(connection, path, view_id=view_id)
        connection.execute("UPDATE views SET deleted = NULL WHERE view_id = ?", (view_id,))


def purge_views(path: Path, *, deleted_before: datetime | None = None) -> int:
    """Returns how many deleted views were removed for good, with their snapshots: all of them, or those that
    were deleted before a moment (one without a time zone is local time).
    """
    limit = utc_text(datetime.max.replace(tzinfo=UTC) if deleted_before is None else deleted_before)
    chosen = "SELECT view_id FROM views WHERE deleted < ?"
    with write_database(path, NOTEBOOK) as connection:
        connection.execute(f"DELETE FROM snapshots WHERE view_id IN ({chosen})", (limit,))
        return connection.execute("DELETE FROM views WHERE deleted < ?", (limit,)).rowcount
