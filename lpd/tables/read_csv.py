"""A table of results read back from its CSV."""

import csv
import io
from collections.abc import Mapping, Sequence

from lpd.errors import FormatError
from lpd.tables.cells import Cell, Column, ResultTable, Row
from lpd.tables.long_csv import CSV_COLUMNS

__all__ = ["from_csv"]


def from_csv(
    text: str,
    *,
    row_name: str = "system",
    decimals: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
) -> ResultTable:
    """Returns the table that `to_csv` wrote, with every number at full precision.

    What the file does not hold is given: how the rows are called, the decimals, the notes. A published figure
    that reads as a number becomes one, but for columns of words.

    Args:
        text: of the file.
        row_name: heading of the labels.
        decimals: name of a column -> how many are printed; others as a column has without a word.
        notes: below the table.

    Raises:
        FormatError: if it is another file, or a number is none; the place is given as `line N`.
        MismatchError: if rows have different columns.
    """
    heading, *lines = list(csv.reader(io.StringIO(text))) or [[]]
    if tuple(heading) != CSV_COLUMNS or not lines:
        raise FormatError(
            "not the CSV of a table of results",
            expected=f"the columns {', '.join(CSV_COLUMNS)} and a line per cell",
            found=", ".join(heading) or "nothing",
        )
    records = [_record(line, where=f"line {number}") for number, line in enumerate(lines, start=2)]
    columns = _columns(records)
    cells: dict[tuple[str, str], dict[str, Cell]] = {}
    for number, one in enumerate(records, start=2):
        cells.setdefault((one["group"], one["row"]), {})[one["column"]] = _cell(one, where=f"line {number}")
    return ResultTable(
        title=records[0]["table"],
        row_name=row_name,
        columns=tuple(
            Column(name, style, (decimals or {}).get(name, Column.decimals))
            for name, style in columns.items()
        ),
        rows=tuple(
            Row(label, tuple(found[name] for name in columns if name in found), group or None)
            for (group, label), found in cells.items()
        ),
        compared_with=_only(records, "compared_with"),
        published_in=_only(records, "published_in"),
        notes=tuple(notes),
    )


def _columns(records: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Returns column -> style, in order."""
    columns: dict[str, str] = {}
    for number, one in enumerate(records, start=2):
        if columns.setdefault(one["column"], one["style"]) != one["style"]:
            raise FormatError(
                f"column {one['column']} has two styles",
                where=f"line {number}",
                expected=columns[one["column"]],
                found=one["style"],
            )
    return columns


def _record(line: Sequence[str], *, where: str) -> dict[str, str]:
    if len(line) != len(CSV_COLUMNS):
        raise FormatError(
            "a cell of a table", where=where, expected=f"{len(CSV_COLUMNS)} fields", found=len(line)
        )
    return dict(zip(CSV_COLUMNS, line, strict=True))


def _cell(one: Mapping[str, str], *, where: str) -> Cell:
    return Cell(
        mean=_number(one["mean"], where),
        spread=_number(one["spread"], where),
        seeds=tuple(_seed(text, where) for text in one["seeds"].split()),
        runs=tuple(_needed(value, where) for value in one["runs"].split()),
        published=_published(one),
        p_value=_number(one["p_value"], where),
        needs=one["needs"] or None,
        text=one["text"] or None,
        note=one["note"] or None,
    )


def _number(text: str, where: str) -> float | None:
    return _needed(text, where) if text else None


def _needed(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise FormatError("not a number", where=where, found=repr(text)) from error


def _seed(text: str, where: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise FormatError("not a seed", where=where, found=repr(text)) from error


def _published(one: Mapping[str, str]) -> float | str | None:
    text = one["published"]
    if not text or one["style"] == "text":
        return text or None
    try:
        return float(text)
    except ValueError:
        return text


def _only(records: Sequence[Mapping[str, str]], name: str) -> str | None:
    return next((one[name] for one in records if one[name]), None)
