"""Damaged rows: left out and told, while the others are read; none is ever deleted.

A row that a program other than lpd, or a failing disk, has changed stays where it is in its table. Reading
passes it by and changes nothing; `keep_aside` puts a copy into a text file beside, where a person can see it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from lpd.databases.layout import Layout
from lpd.errors import FormatError
from lpd.storage import atomic_file
from lpd.words import counted

__all__ = ["DamagedRow", "SortedRows", "aside_path", "keep_aside", "lenient_text", "sort_rows"]

SHOWN_CHARACTERS = 500
"""Of a value of a damaged row in the file beside; the table has it whole."""

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class DamagedRow:
    """A row that could not have been written by lpd.

    Args:
        table: of the database in which it stays.
        row_id: its number there.
        why: what is wrong with it, without a full stop.
        values: its columns after the number, as SQLite gives them.
    """

    table: str
    row_id: int
    why: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class SortedRows(Generic[Parsed]):
    """Rows of a table: what could be read, in order, and what is damaged."""

    read: list[Parsed]
    damaged: tuple[DamagedRow, ...]


def lenient_text(data: bytes) -> str | bytes:
    """Returns a text of SQLite, or its bytes where they are no UTF-8, so that one such row does not hide the
    others.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def sort_rows(
    rows: Iterable[tuple[Any, ...]], parse: Callable[[tuple[Any, ...]], Parsed], *, table: str
) -> SortedRows[Parsed]:
    """Returns the rows that can be read, and those that cannot.

    Args:
        rows: each begins with the row's number.
        parse: returns what a row holds, or raises a FormatError if lpd could not have written it.
        table: where the rows lie.
    """
    read: list[Parsed] = []
    damaged: list[DamagedRow] = []
    for row in rows:
        try:
            read.append(parse(row))
        except FormatError as error:
            damaged.append(DamagedRow(table, row[0], str(error), tuple(row[1:])))
    return SortedRows(read, tuple(damaged))


def aside_path(path: Path) -> Path:
    """Returns where copies of the damaged rows of a database lie: `judgements.damaged.jsonl` beside it."""
    return path.with_suffix(".damaged.jsonl")


def keep_aside(path: Path, layout: Layout, damaged: Sequence[DamagedRow]) -> str | None:
    """Returns one sentence that tells damaged rows, after a copy of each was put into the file beside; None
    where there are none.

    The file has one JSON object per row and keeps what it has; a row that is in it is not added again. Where
    it cannot be written the sentence says so: the rows are still in the database.

    Args:
        path: of the database.
        layout: what it holds.
        damaged: its damaged rows.
    """
    if not damaged:
        return None
    aside = aside_path(path)
    told = f"{path}: {counted(len(damaged), 'damaged row')} of this {layout.kind} left out"
    told += f" ({damaged[0].table} {damaged[0].row_id}: {damaged[0].why})"
    try:
        _add_lines(aside, [_line(row) for row in damaged])
    except (OSError, UnicodeError) as error:
        return f"{told}; nothing was deleted, but no copy could be put beside ({error})"
    return f"{told}; nothing was deleted, a copy is in {aside.name}"


def _add_lines(path: Path, lines: Sequence[str]) -> None:
    there = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    new = [line for line in dict.fromkeys(lines) if line not in set(there)]
    if new:
        with atomic_file(path) as temporary:
            temporary.write_text("".join(f"{line}\n" for line in [*there, *new]), encoding="utf-8")


def _line(row: DamagedRow) -> str:
    document = {
        "table": row.table,
        "row": row.row_id,
        "why": row.why,
        "values": list(map(_shown, row.values)),
    }
    return json.dumps(document)


def _shown(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"bytes {value[:SHOWN_CHARACTERS].hex()}"
    return value[:SHOWN_CHARACTERS] if isinstance(value, str) else value
