"""Figures that papers print, as data: typed into assets/published, each table with its source and place."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.trec.lines import read_text

__all__ = [
    "PUBLISHED",
    "PublishedRow",
    "PublishedSlip",
    "PublishedTable",
    "published_slips",
    "published_table",
]

PUBLISHED = Path(__file__).resolve().parents[1] / "assets" / "published"
"""Beside the package in a checkout, where `pip install -e` leaves it; a wheel does not carry it."""

SLIPS = "slips"
SLIP_COLUMNS = ["table", "row", "column", "kind", "printed", "found", "note"]


class PublishedRow(NamedTuple):
    """One row as printed: its label, then one text per column, empty where the paper leaves a cell empty."""

    label: str
    cells: tuple[str, ...]


class PublishedSlip(NamedTuple):
    """Where a paper contradicts itself; row and column are empty for what is said of the whole table.

    `kind` is `mean` or `gain` (does not follow from the cells), `flops` (does not follow from the
    expression), `bold` (not the best) or `text` (the running text says something else). `printed` is the
    paper's, `found` is what follows from the rest of it.
    """

    table: str
    row: str
    column: str
    kind: str
    printed: str
    found: str
    note: str


@dataclass(frozen=True)
class PublishedTable:
    """A table of a paper, cells as they were printed.

    Args:
        name: of its file, `lpd-table3`.
        title: what it holds, in our words.
        source: the publication.
        place: section and table, or slide.
        notes: what a reader of the numbers should know.
        row_name: what a row is: `system`, `topic_id`.
        columns: names of the columns after the row's label.
        rows: in the order of the paper.
    """

    name: str
    title: str
    source: str
    place: str
    notes: tuple[str, ...]
    row_name: str
    columns: tuple[str, ...]
    rows: tuple[PublishedRow, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The rows' labels, in order."""
        return tuple(row.label for row in self.rows)

    def text(self, row: str, column: str) -> str:
        """Returns a cell as printed, with its trailing zeros; empty where the paper leaves it empty.

        Raises:
            NotFoundError: if the table has no such row or column.
        """
        if column not in self.columns:
            raise self._missing("column", column, self.columns)
        for one in self.rows:
            if one.label == row:
                return one.cells[self.columns.index(column)]
        raise self._missing("row", row, self.labels)

    def value(self, row: str, column: str) -> float | None:
        """Returns a cell as a number, None where the paper leaves it empty.

        Raises:
            NotFoundError: if the table has no such row or column.
            FormatError: if the cell holds words or an expression.
        """
        text = self.text(row, column)
        if not text:
            return None
        try:
            return float(text)
        except ValueError as error:
            raise FormatError(
                "not a number", where=f"{self.name}, {row}, {column}", found=repr(text)
            ) from error

    def _missing(self, kind: str, name: str, known: tuple[str, ...]) -> NotFoundError:
        return NotFoundError(
            f"the published table has no such {kind}",
            where=self.name,
            expected=f"one of {', '.join(known)}",
            found=repr(name),
        )


def published_table(name: str, directory: Path = PUBLISHED) -> PublishedTable:
    """Returns one table of figures that a paper prints.

    Args:
        name: of a file there without `.csv`: `lpd-table1` to `lpd-table6`, `lpd-fig3`, `sea-slide8`,
            `sea-slide10-datasets`, `sea-slide10-features`, `sea-slide11`, `sea-slide14`.
        directory: where the files are.

    Raises:
        NotFoundError: if the folder is not there, or has no such table.
        FormatError: if the file lacks its title, source or place, or a row has another number of cells than
            the header.
        MismatchError: if two rows carry the same label.
    """
    path = _existing(name, directory)
    facts, header, rows = _read(path)
    lacking = [key for key in ("title", "source", "place") if len(facts.get(key, [])) != 1]
    if lacking:
        raise FormatError(
            "not a published table", where=path, expected=f"one line `# {lacking[0]}: ...` at the top"
        )
    labels = [row[0] for row in rows]
    repeated = sorted({label for label in labels if labels.count(label) > 1})
    if repeated:
        raise MismatchError("rows of a published table share a label", where=path, found=", ".join(repeated))
    return PublishedTable(
        name=name,
        title=facts["title"][0],
        source=facts["source"][0],
        place=facts["place"][0],
        notes=tuple(facts.get("note", [])),
        row_name=header[0],
        columns=tuple(header[1:]),
        rows=tuple(PublishedRow(row[0], tuple(row[1:])) for row in rows),
    )


def published_slips(table: str | None = None, directory: Path = PUBLISHED) -> list[PublishedSlip]:
    """Returns where the papers contradict themselves, those of one table or all.

    Raises:
        NotFoundError: if the folder or its list of slips is not there.
        FormatError: if the list has other columns.
    """
    path = _existing(SLIPS, directory)
    _, header, rows = _read(path)
    if header != SLIP_COLUMNS:
        raise FormatError("not a list of slips", where=path, expected=SLIP_COLUMNS, found=header)
    slips = [PublishedSlip(*row) for row in rows]
    return [slip for slip in slips if table in (None, slip.table)]


def _existing(name: str, directory: Path) -> Path:
    if not directory.is_dir():
        raise NotFoundError(
            "the published figures are not there",
            where=directory,
            next_step="run from a checkout of the project, installed with `pip install -e .`",
        )
    known = {path.stem: path for path in sorted(directory.glob("*.csv"))}
    if name not in known:
        tables = ", ".join(one for one in known if one != SLIPS)
        raise NotFoundError(
            "no such published table", where=directory, expected=f"one of {tables}", found=repr(name)
        )
    return known[name]


def _read(path: Path) -> tuple[dict[str, list[str]], list[str], list[list[str]]]:
    """Returns the `# key: value` lines at the top, the header and the rows of a file."""
    lines = [line for line in read_text(path).splitlines() if line.strip()]
    facts: dict[str, list[str]] = {}
    while lines and lines[0].startswith("#"):
        key, _, value = lines.pop(0).removeprefix("#").partition(":")
        facts.setdefault(key.strip(), []).append(value.strip())
    header, *rows = list(csv.reader(lines)) or [[]]
    uneven = [row[0] for row in rows if len(row) != len(header)]
    if not header or uneven:
        raise FormatError(
            "rows of another width than the header",
            where=path,
            expected=f"{len(header)} cells",
            found=", ".join(uneven) or "no header",
        )
    return facts, header, rows
