"""SQLite's errors, told as those of lpd."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lpd.databases.layout import Layout
from lpd.errors import FormatError, LpdError

__all__ = ["BUSY_S", "damaged", "told"]

BUSY_S = 30.0
"""How long a reader or writer waits for another writer to finish."""

UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
NO_PLACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def damaged(path: Path, layout: Layout, *, why: str) -> FormatError:
    """Returns the error for a file that SQLite cannot make sense of."""
    return FormatError(f"a damaged {layout.kind}", where=path, found=why, next_step=layout.way_out)


@contextmanager
def told(path: Path, layout: Layout, done: str) -> Iterator[None]:
    """Tells SQLite's errors as those of lpd; `done` is what was to be done with the file."""
    try:
        yield
    except sqlite3.Error as error:
        retold = _retold(error, path, layout=layout, done=done)
        if retold is None:
            raise
        raise retold from error
    except PermissionError as error:
        raise _unreachable(path, done, why=str(error)) from error


def _retold(error: sqlite3.Error, path: Path, *, layout: Layout, done: str) -> LpdError | None:
    """Returns the error to raise instead; None for what only a fault of ours can cause."""
    extended = getattr(error, "sqlite_errorcode", None)
    code = None if extended is None else extended & 0xFF
    undecodable = code is None and isinstance(error, sqlite3.OperationalError)
    if code in DAMAGED or undecodable:
        return damaged(path, layout, why=str(error))
    if code in UNWRITABLE:
        return _unreachable(path, done, why=str(error))
    if code in BUSY:
        what = f"another process has been using it for {BUSY_S:g} s; nothing was changed"
        return LpdError(what, where=path, next_step="try again when it has finished")
    if code in NO_PLACE:
        what = f"cannot be {done} ({error}); nothing was changed"
        return LpdError(what, where=path, next_step="see whether the disk is full or failing")
    return None


def _unreachable(path: Path, done: str, *, why: str) -> LpdError:
    return LpdError(
        f"cannot be {done} ({why}); nothing was changed",
        where=path,
        next_step=f"allow the file and its folder to be {done}, or take a copy of the workspace",
    )
