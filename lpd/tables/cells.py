"""What a table of results consists of, before anyone prints it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lpd.errors import FormatError, LpdError, MismatchError, name_some

__all__ = ["STYLES", "Cell", "Column", "ResultTable", "Row", "check_finite"]

STYLES = ("share", "gain", "number", "count", "text")


@dataclass(frozen=True)
class Column:
    """One column of a table and how its numbers are printed.

    Args:
        name: its heading.
        style: `share` for measures from 0 to 1 (`.245`), `gain` for a relative change (.034 is printed as
            `+3.4 %`), `number` (`18.89`), `count` (`4,718,592`), `text` for words.
        decimals: printed after the point, of a gain after the point of its percentage; no influence on
            counts, words, and the CSV, which is always at full precision.

    Raises:
        FormatError: for an unknown style or a negative number of decimals.
    """

    name: str
    style: str = "share"
    decimals: int = 3

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise FormatError(
                "unknown style of a column",
                where=self.name,
                expected=f"one of {', '.join(STYLES)}",
                found=repr(self.style),
            )
        if self.decimals < 0:
            raise FormatError("negative decimals", where=self.name, expected="from 0", found=self.decimals)


@dataclass(frozen=True)
class Cell:
    """One cell: what was measured, what a paper prints, and whether the difference to the reference is real.

    An empty cell is `Cell()`. A cell may hold a published figure only, one's own only, or both.

    Args:
        mean: over the seeds; None where nothing was measured.
        spread: sample standard deviation over the seeds; None for a single one.
        seeds: those it was measured with, in order.
        runs: the value of each seed, in the same order.
        published: the figure a paper prints for it, or its printed words.
        p_value: of the difference to what the table is compared with.
        needs: what is missing where the row cannot be measured: `frame features`.
        text: words or an expression in place of a number.
        note: a sentence that is printed below the table.

    Raises:
        LpdError: if more than one of mean, needs and text is given, or spread, seeds or p-value without mean.
        MismatchError: if seeds and runs differ in length.
        FormatError: if a number is not finite, or a p-value not between 0 and 1.
    """

    mean: float | None = None
    spread: float | None = None
    seeds: tuple[int, ...] = ()
    runs: tuple[float, ...] = ()
    published: float | str | None = None
    p_value: float | None = None
    needs: str | None = None
    text: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        held = (self.mean, self.needs, self.text)
        if sum(one is not None for one in held) > 1:
            raise LpdError("a cell holds one thing", expected="one of mean, needs, text", found=held)
        if self.mean is None and (self.spread is not None or self.p_value is not None or self.runs):
            raise LpdError("a spread, seeds or a p-value without a mean", found=self)
        if len(self.seeds) != len(self.runs):
            raise MismatchError(
                "seeds and their values differ", expected=len(self.seeds), found=len(self.runs)
            )
        numbers = [self.mean, self.spread, self.p_value, *self.runs]
        if isinstance(self.published, float):
            numbers.append(self.published)
        check_finite([one for one in numbers if one is not None])
        if self.p_value is not None and not 0 <= self.p_value <= 1:
            raise FormatError("not a p-value", expected="from 0 to 1", found=self.p_value)


@dataclass(frozen=True)
class Row:
    """One row: its label, the heading of the group it stands in, and a cell per column."""

    label: str
    cells: tuple[Cell, ...]
    group: str | None = None


@dataclass(frozen=True)
class ResultTable:
    """A table of results, ready to be printed or exported.

    Args:
        title: printed above it.
        row_name: heading of the labels: `system`, `topic`.
        columns: after the labels.
        rows: in order; rows of one group stand together, and the group's heading is printed where it changes.
        compared_with: what the p-values compare each cell with: `LPD`.
        alpha: a p-value below it is marked.
        published_in: where the published figures come from.
        notes: sentences below the table: data, seeds, machine, date, what the papers get wrong.

    Raises:
        MismatchError: if a row has another number of cells than there are columns, two rows of a group or two
            columns share a name, or a column of words holds a number.
        LpdError: if cells carry p-values or published figures, and the table does not say compared with what
            or published where.
    """

    title: str
    row_name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    compared_with: str | None = None
    alpha: float = 0.05
    published_in: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        uneven = [row.label for row in self.rows if len(row.cells) != len(self.columns)]
        if uneven:
            raise MismatchError(
                "rows of another width", where=self.title, expected=len(self.columns), found=name_some(uneven)
            )
        _check_distinct([column.name for column in self.columns], self.title, "columns")
        _check_distinct([(row.group, row.label) for row in self.rows], self.title, "rows")
        _check_words(self)
        if self.compared_with is None and any(cell.p_value is not None for cell in self.cells):
            raise LpdError("p-values without a reference", where=self.title, expected="compared_with")
        if self.published_in is None and any(cell.published is not None for cell in self.cells):
            raise LpdError("published figures without a source", where=self.title, expected="published_in")

    @property
    def cells(self) -> list[Cell]:
        """All cells, row by row."""
        return [cell for row in self.rows for cell in row.cells]

    def differs(self, cell: Cell) -> bool:
        """Whether a cell differs significantly from what the table is compared with."""
        return cell.p_value is not None and cell.p_value < self.alpha


def check_finite(values: Sequence[float]) -> None:
    """Raises a FormatError that names the values that are nan or infinite, if there are any."""
    bad = [value for value in values if not math.isfinite(value)]
    if bad:
        raise FormatError("a table holds finite numbers only", found=name_some(map(str, bad)))


def _check_distinct(names: Sequence[object], where: str, kind: str) -> None:
    repeated = [name for position, name in enumerate(names) if name in names[:position]]
    if repeated:
        raise MismatchError(f"{kind} share a name", where=where, found=name_some(map(str, repeated)))


def _check_words(table: ResultTable) -> None:
    wordy = [
        f"{row.label}, {column.name}"
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if column.style == "text" and (cell.mean is not None or isinstance(cell.published, int | float))
    ]
    if wordy:
        raise MismatchError("numbers in a column of words", where=table.title, found=name_some(wordy))
