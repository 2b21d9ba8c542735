"""The tables of `notebook.sqlite`, and their rows as pinned views."""

import sqlite3
from pathlib import Path
from typing import Any

from lpd.databases import Layout, parse_utc
from lpd.errors import FormatError, NotFoundError
from lpd.notebook.views import PinnedView, View, as_document, check_view, provenance_json

__all__ = ["NOTEBOOK", "SELECT", "is_deleted", "must_be_shown", "pinned_of"]

NOTEBOOK = Layout(
    kind="notebook",
    application_id=0x4C50444E,  # LPDN
    version=1,
    statements=(
        """CREATE TABLE views (
            view_id INTEGER PRIMARY KEY AUTOINCREMENT, page TEXT NOT NULL, address TEXT NOT NULL,
            title TEXT NOT NULL, note TEXT NOT NULL, provenance TEXT NOT NULL, position INTEGER NOT NULL,
            revision INTEGER NOT NULL, created TEXT NOT NULL, deleted TEXT)""",
        # apart from the views, because listing and moving them must not touch megabytes
        "CREATE TABLE snapshots (view_id INTEGER PRIMARY KEY REFERENCES views, document TEXT NOT NULL)",
    ),
)

SELECT = """SELECT view_id, page, address, title, note, provenance, position, revision, created, deleted,
    EXISTS (SELECT 1 FROM snapshots WHERE snapshots.view_id = views.view_id) FROM views"""


def is_deleted(connection: sqlite3.Connection, path: Path, *, view_id: int) -> bool:
    """Returns whether a view is deleted.

    Raises:
        NotFoundError: if there is none of this number.
    """
    row = None
    if 0 < view_id < 2**63:  # SQLite has no larger numbers, and an address may bring any
        row = connection.execute("SELECT deleted FROM views WHERE view_id = ?", (view_id,)).fetchone()
    if row is None:
        raise NotFoundError("no such view in the notebook", where=path, found=f"view {view_id}")
    return row[0] is not None


def must_be_shown(connection: sqlite3.Connection, path: Path, *, view_id: int) -> None:
    """Raises a NotFoundError if a view is deleted or was never there."""
    if is_deleted(connection, path, view_id=view_id):
        raise NotFoundError(
            "this view was deleted; nothing was changed",
            where=f"{path}, view {view_id}",
            next_step="bring it back first",
        )


def pinned_of(row: tuple[Any, ...], path: Path) -> PinnedView:
    """Returns the view of a row of `SELECT`.

    Raises:
        FormatError: if something in it could not have been written by lpd.
    """
    view_id, page, address, title, note, provenance, position, revision, created, deleted, snapshot = row
    try:
        view = check_view(View(page, address, title, as_document(provenance, "provenance"), note))
        provenance_json(view.provenance)
        moments = parse_utc(created), None if deleted is None else parse_utc(deleted)
        if not isinstance(position, int) or not isinstance(revision, int):
            raise FormatError("place or revision is no number", found=f"{position!r}, {revision!r}"[:100])
    except FormatError as error:
        raise FormatError(
            error.what,
            where=f"{path}, view {view_id}",
            expected=error.expected,
            found=error.found,
            next_step="delete this view; the others are as they were",
        ) from error
    return PinnedView(view_id, view, position, revision, *moments, bool(snapshot))
