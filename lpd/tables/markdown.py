"""A table of results as Markdown."""

from collections.abc import Sequence

from lpd.tables.cells import ResultTable
from lpd.tables.printed import EMPTY, PrintedCell, footnotes_of, legend_of, print_row

__all__ = ["to_markdown"]

ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|[]<>~&$#"} | {"\n": " ", "\r": " "})
"""Signs that would format the text or, as the bar does, end its cell."""


def to_markdown(table: ResultTable) -> str:
    """Returns the table as GitHub's Markdown: title, padded columns, numbers to the right, notes as a list.

    Significant differences carry †, notes of cells a number in brackets; the list below the table explains
    both.
    """
    aligned_right = [False, *(column.style != "text" for column in table.columns)]
    grid = [[_escape(table.row_name), *(_escape(column.name) for column in table.columns)], *_body(table)]
    widths = [max(3, *(len(line[place]) for line in grid)) for place in range(len(grid[0]))]
    dashes = [
        "-" * (width - 1) + ":" if right else "-" * width
        for width, right in zip(widths, aligned_right, strict=True)
    ]
    lines = [_line(cells, widths, aligned_right) for cells in [grid[0], dashes, *grid[1:]]]
    return "\n".join([f"### {_escape(table.title)}", "", *lines, *_below(table)]) + "\n"


def _escape(text: str) -> str:
    return text.translate(ESCAPES)


def _body(table: ResultTable) -> list[list[str]]:
    grid: list[list[str]] = []
    group = None
    for row in table.rows:
        if row.group != group:
            # a row of no group after a group (a MEAN row) is set off by an empty line
            heading = "" if row.group is None else f"**{_escape(row.group)}**"
            grid.append([heading, *("" for _ in table.columns)])
        group = row.group
        grid.append([_escape(row.label), *(_join(cell) for cell in print_row(table, row))])
    return grid


def _join(cell: PrintedCell) -> str:
    """Returns a cell's pieces as one text: `.245 ±.003† (published .245) [1]`."""
    own = _escape(cell.words)
    if cell.number:
        own = cell.number + (f" ±{cell.spread}" if cell.spread else "")
        own += (f" {cell.unit}" if cell.unit else "") + ("†" if cell.differs else "")
    published = f"published {_escape(cell.published)}" if cell.published else ""
    if own and published:
        published = f"({published})"
    parts = [own, published, f"[{cell.footnote}]" if cell.footnote else ""]
    return " ".join(part for part in parts if part) or EMPTY


def _line(cells: Sequence[str], widths: Sequence[int], aligned_right: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if right else cell.ljust(width)
        for cell, width, right in zip(cells, widths, aligned_right, strict=True)
    ]
    return f"| {' | '.join(padded)} |"


def _below(table: ResultTable) -> list[str]:
    footnotes = [f"[{number}] {_escape(note)}" for note, number in footnotes_of(table).items()]
    lines = [*map(_escape, legend_of(table)), *footnotes, *map(_escape, table.notes)]
    return ["", *(f"- {line}" for line in lines)] if lines else []
