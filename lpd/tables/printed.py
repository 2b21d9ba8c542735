"""Cells in print: numbers as text and the lines below a table, the same for every format."""

from collections.abc import Callable
from typing import NamedTuple

from lpd.tables.cells import Cell, Column, ResultTable, Row

__all__ = ["EMPTY", "PrintedCell", "footnotes_of", "legend_of", "print_number", "print_row"]

EMPTY = "–"
"""Stands where there is nothing to print."""


class PrintedCell(NamedTuple):
    """A cell in pieces, which each format joins and escapes in its own way; what is absent is empty.

    Args:
        number: what was measured, without its unit: `.245`, `+3.4`.
        spread: `.003`.
        unit: `%` for gains.
        words: what stands in place of a number: `needs frame features`, an expression.
        differs: whether to mark it as significantly different.
        published: the published figure with its unit.
        footnote: number of its note below the table, 0 without one.
    """

    number: str
    spread: str
    unit: str
    words: str
    differs: bool
    published: str
    footnote: int


def print_number(value: float, column: Column) -> str:
    """Returns a number in the style of its column, without a unit: `.245`, `-.012`, `+3.4`, `4,718,592`."""
    return NUMBERS[column.style](value, column.decimals)


def _share(value: float, decimals: int) -> str:
    # "z" prints what rounds to zero without a minus
    printed = f"{value:z.{decimals}f}"
    return printed.replace("0.", ".", 1) if abs(value) < 1 else printed


def _gain(value: float, decimals: int) -> str:
    return f"{100 * value:+z.{decimals}f}"


def _number(value: float, decimals: int) -> str:
    return f"{value:z,.{decimals}f}"


def _count(value: float, decimals: int) -> str:
    return f"{value:z,.0f}"


NUMBERS: dict[str, Callable[[float, int], str]] = {
    "share": _share,
    "gain": _gain,
    "number": _number,
    "count": _count,
}
UNITS = {"gain": "%"}


def print_row(table: ResultTable, row: Row) -> list[PrintedCell]:
    """Returns the cells of a row in print.

    Where neighbouring cells need the same thing, the first says so and the others are empty.
    """
    footnotes = footnotes_of(table)
    before = [None, *(cell.needs for cell in row.cells)]
    printed = []
    for cell, column, needed in zip(row.cells, table.columns, before, strict=False):
        words = cell.text or ""
        if cell.needs is not None:
            words = "" if cell.needs == needed else f"needs {cell.needs}"
        printed.append(
            PrintedCell(
                number="" if cell.mean is None else print_number(cell.mean, column),
                spread="" if cell.spread is None else print_number(cell.spread, column).removeprefix("+"),
                unit=UNITS.get(column.style, ""),
                words=words,
                differs=table.differs(cell),
                published=_published(cell, column),
                footnote=0 if cell.note is None else footnotes[cell.note],
            )
        )
    return printed


def _published(cell: Cell, column: Column) -> str:
    if cell.published is None or isinstance(cell.published, str):
        return cell.published or ""
    return f"{print_number(cell.published, column)} {UNITS.get(column.style, '')}".strip()


def footnotes_of(table: ResultTable) -> dict[str, int]:
    """Returns the notes of the cells, numbered from 1 in reading order; equal notes share a number."""
    notes = dict.fromkeys(cell.note for cell in table.cells if cell.note is not None)
    return {note: number for number, note in enumerate(notes, start=1)}


def legend_of(table: ResultTable) -> list[str]:
    """Returns what explains the table's signs, a line each; only for the signs that it has."""
    lines = []
    counts = sorted({len(cell.runs) for cell in table.cells if cell.spread is not None})
    if counts:
        seeds = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        lines.append(f"± sample standard deviation over {seeds} seeds")
    if table.compared_with is not None and any(cell.p_value is not None for cell in table.cells):
        # said even when no cell is marked: "tested, no difference found" is not "not tested"
        lines.append(f"† differs from {table.compared_with} (p < {f'{table.alpha:g}'.removeprefix('0')})")
    if table.published_in is not None and any(cell.published is not None for cell in table.cells):
        lines.append(f"published: {table.published_in}")
    return lines
