"""Tables of results as files of every form, each saying what the table was made from."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lpd.errors import NotFoundError
from lpd.exports.frames import frame_csv, frame_parquet
from lpd.exports.provenance import Provenance
from lpd.tables import ResultTable, to_csv, to_latex, to_markdown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TABLE_FORMS", "long_frame", "table_bytes"]

NUMBERS = ("mean", "spread", "p_value")
"""Columns of the long form that hold numbers and nothing else; `published` may hold words."""


def table_bytes(table: ResultTable, provenance: Provenance, *, form: str) -> bytes:
    """Returns a table in one of `TABLE_FORMS`: what a file of it holds.

    Args:
        table: what is printed.
        provenance: comment lines in CSV and LaTeX, the last note in Markdown, metadata in parquet.
        form: `csv` and `parquet` are in long form, a row per cell, at full precision.

    Raises:
        NotFoundError: for an unknown form.
    """
    if form not in TABLE_FORMS:
        raise NotFoundError("no such form of a table", expected=", ".join(TABLE_FORMS), found=repr(form))
    return TABLE_FORMS[form](table, provenance)


def long_frame(table: ResultTable) -> "pd.DataFrame":
    """Returns a table in the long form of `to_csv`, a row per cell; numbers are float64, words strings."""
    import pandas as pd

    heading, *rows = csv.reader(io.StringIO(to_csv(table)))
    frame = pd.DataFrame(rows, columns=heading, dtype="string").replace("", pd.NA)
    return frame.astype({name: "Float64" for name in NUMBERS}).astype({name: "float64" for name in NUMBERS})


def _csv(table: ResultTable, provenance: Provenance) -> bytes:
    return frame_csv(long_frame(table), provenance)


def _latex(table: ResultTable, provenance: Provenance) -> bytes:
    return (provenance.comment("%") + to_latex(table)).encode("utf-8")


def _markdown(table: ResultTable, provenance: Provenance) -> bytes:
    return to_markdown(replace(table, notes=(*table.notes, provenance.sentence))).encode("utf-8")


def _parquet(table: ResultTable, provenance: Provenance) -> bytes:
    return frame_parquet(long_frame(table), provenance)


TABLE_FORMS: dict[str, Callable[[ResultTable, Provenance], bytes]] = {
    "csv": _csv,
    "latex": _latex,
    "markdown": _markdown,
    "parquet": _parquet,
}
"""Form of a table's file -> what makes it."""
