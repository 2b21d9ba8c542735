"""Small SQLite files that several processes and threads read and write at once: opening, versions, errors.

Every use opens a connection of its own and closes it. SQLite's locks put the writers in order, so that the
writer's lock of the workspace is not needed: a note can be written while an index is built. The journal is
the rollback journal, not WAL: between two writes the one file is complete, so that a workspace can be copied,
lie on a network disk, and be read where nothing may be written.

A row that is damaged is left out and told, and the others are read: see `sort_rows` and `keep_aside`.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from lpd.databases import Layout, read_database, write_database
>>> words = Layout("list of words", 77, 1, ("CREATE TABLE words (word TEXT NOT NULL)",))
>>> with TemporaryDirectory() as folder:
...     with write_database(Path(folder) / "words.sqlite", words, create=True) as connection:
...         _ = connection.execute("INSERT INTO words VALUES ('dog')")
...     with read_database(Path(folder) / "words.sqlite", words) as connection:
...         connection.execute("SELECT word FROM words").fetchall()
[('dog',)]
"""

from lpd.databases.aside import (
    DamagedRow,
    SortedRows,
    aside_path,
    keep_aside,
    sort_rows,
)
from lpd.databases.files import read_database, write_database
from lpd.databases.layout import Layout
from lpd.databases.values import check_text, parse_utc, utc_text

__all__ = [
    "DamagedRow",
    "Layout",
    "SortedRows",
    "aside_path",
    "check_text",
    "keep_aside",
    "parse_utc",
    "read_database",
    "sort_rows",
    "utc_text",
    "write_database",
]
