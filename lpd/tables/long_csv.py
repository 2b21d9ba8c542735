"""A table of results as CSV in long form."""

import csv
import io

from lpd.tables.cells import Cell, ResultTable

__all__ = ["CSV_COLUMNS", "to_csv"]

CSV_COLUMNS = (
    "table",
    "group",
    "row",
    "column",
    "style",
    "mean",
    "spread",
    "seeds",
    "runs",
    "p_value",
    "compared_with",
    "published",
    "published_in",
    "needs",
    "text",
    "note",
)


def to_csv(table: ResultTable) -> str:
    """Returns the table as CSV, a line per cell, numbers at full precision, what is absent empty.

    Seeds and the value of each (`runs`) are separated by spaces, in the same order. Gains are shares here,
    not percentages. The notes below the table are not in it: they belong to no cell.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            place = [table.title, row.group or "", row.label, column.name, column.style]
            writer.writerow([*place, *_fields(table, cell)])
    return stream.getvalue()


def _fields(table: ResultTable, cell: Cell) -> list[str]:
    return [
        _full(cell.mean),
        _full(cell.spread),
        " ".join(map(str, cell.seeds)),
        " ".join(map(_full, cell.runs)),
        _full(cell.p_value),
        "" if cell.p_value is None else table.compared_with or "",
        cell.published if isinstance(cell.published, str) else _full(cell.published),
        "" if cell.published is None else table.published_in or "",
        cell.needs or "",
        cell.text or "",
        cell.note or "",
    ]


def _full(value: float | None) -> str:
    """Returns a number in the fewest digits that read back as the same number."""
    return "" if value is None else str(value)
