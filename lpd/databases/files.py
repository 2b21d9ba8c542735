"""Opening a file for reading and for writing, and making sure that it holds what it should."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path

from lpd.databases.aside import lenient_text
from lpd.databases.failures import BUSY_S, damaged, told
from lpd.databases.layout import Layout
from lpd.errors import FormatError

__all__ = ["read_database", "write_database"]


@contextmanager
def read_database(path: Path, layout: Layout) -> Iterator[sqlite3.Connection]:
    """Yields a connection for reading, all of whose answers are of one moment; where there is no file, one to
    empty tables in memory, and nothing is created.

    Raises:
        FormatError: if the file is damaged, of a newer version, or something else.
        LpdError: if it cannot be opened, or a writer keeps it too long.
    """
    with told(path, layout, "read"), closing(_opened(path, layout)) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        if _is_made(connection, path, layout=layout):
            connection.text_factory = lenient_text
            yield connection
        else:  # its first writer has just begun it, or was killed then: there is nothing in it
            with closing(_in_memory(layout)) as empty:
                yield empty


@contextmanager
def write_database(path: Path, layout: Layout, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """Yields a connection whose writes are kept together when the block ends well, and not at all when it
    does not; no other writer comes between.

    Args:
        path: the file.
        layout: what it holds.
        create: whether an absent file is made; else the connection is to empty tables in memory.

    Raises:
        FormatError: if the file is damaged, of a newer version, or something else.
        LpdError: if it cannot be written, the disk is full, or another writer keeps it too long.
    """
    opened = partial(_connection, path, "rwc") if create else partial(_opened, path, layout)
    with told(path, layout, "written"), closing(opened()) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if not _is_made(connection, path, layout=layout):
            _make(connection, layout)
        connection.text_factory = lenient_text
        yield connection
        connection.execute("COMMIT")


def _opened(path: Path, layout: Layout) -> sqlite3.Connection:
    """Mode `rw` creates nothing, opens a write-protected file for reading, and can undo a write that was cut
    off, which a connection for reading alone cannot.
    """
    return _connection(path, "rw") if path.exists() else _in_memory(layout)


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_S, isolation_level=None)


def _in_memory(layout: Layout) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _make(connection, layout)
    return connection


def _make(connection: sqlite3.Connection, layout: Layout) -> None:
    for statement in layout.statements:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {layout.application_id}")
    connection.execute(f"PRAGMA user_version = {layout.version}")


def _is_made(connection: sqlite3.Connection, path: Path, *, layout: Layout) -> bool:
    """Returns whether the tables are there; False for a file with nothing in it."""
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    found = _schema_of(connection, path, layout=layout)
    if not found and not mark and not version:
        return False
    if mark != layout.application_id:
        raise FormatError(f"not a {layout.kind}", where=path, next_step=layout.way_out)
    if version > layout.version:
        raise FormatError(
            f"{layout.kind} written by a newer lpd",
            where=path,
            expected=f"version {layout.version}",
            found=f"version {version}",
            next_step="update lpd",
        )
    if version != layout.version or found != _expected_schema(layout):
        raise FormatError(
            f"not the tables of a {layout.kind}: damaged, or changed by another program",
            where=path,
            next_step=layout.way_out,
        )
    return True


def _schema_of(connection: sqlite3.Connection, path: Path, *, layout: Layout) -> frozenset[tuple[str, str]]:
    """Here SQLite tells some damage as a plain error, or in a sentence that is no text itself."""
    try:
        return _schema(connection)
    except (sqlite3.OperationalError, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR:
            raise
        raise damaged(path, layout, why=str(error)) from error


def _schema(connection: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    """Every table, index, view and trigger with the statement that made it, but for SQLite's own."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'"
    ).fetchall()
    return frozenset((name, sql) for name, sql in rows)


@cache
def _expected_schema(layout: Layout) -> frozenset[tuple[str, str]]:
    with closing(_in_memory(layout)) as connection:
        return _schema(connection)
