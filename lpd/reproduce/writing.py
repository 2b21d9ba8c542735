"""Tables and figures as files."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lpd.storage import atomic_file
from lpd.tables import ResultTable, to_csv, to_latex, to_markdown

if TYPE_CHECKING:
    import altair as alt

__all__ = ["write_figure", "write_rows", "write_table"]

WRITERS = {"md": to_markdown, "csv": to_csv, "tex": to_latex}


def write_table(folder: Path, name: str, *, table: ResultTable) -> list[Path]:
    """Writes a table as Markdown, CSV and LaTeX, and returns the files."""
    return [_write(folder / f"{name}.{kind}", writer(table)) for kind, writer in WRITERS.items()]


def write_rows(path: Path, columns: Sequence[str], *, rows: Sequence[Sequence[object]]) -> Path:
    """Writes the numbers behind a figure as CSV at full precision, and returns the file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([["" if value is None else value for value in row] for row in rows])
    return _write(path, stream.getvalue())


def write_figure(path: Path, chart: "alt.TopLevelMixin") -> Path:
    """Writes a figure as SVG that needs nothing else, and returns the file."""
    stream = io.StringIO()
    chart.save(stream, format="svg")
    return _write(path, stream.getvalue())


def _write(path: Path, text: str) -> Path:
    with atomic_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path
