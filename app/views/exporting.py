"""The export menu of a page, and what charts, tables and lists put into it; files are made on the click."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import altair as alt
import streamlit as st

from app import state
from app.charts.export import CHART_FORMS, chart_bytes
from app.components import note
from app.words import plain
from lpd.errors import LpdError
from lpd.exports import TABLE_FORMS, Provenance, frame_csv, frame_parquet, table_bytes, write_run_export
from lpd.tables import ResultTable
from lpd.trec import Run

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MIMES",
    "ExportItem",
    "chart_exports",
    "export_menu",
    "file_stem",
    "frame_exports",
    "run_export",
    "table_exports",
]

MIMES = {
    "csv": "text/csv",
    "json": "application/json",
    "md": "text/markdown",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "py": "text/x-python",
    "svg": "image/svg+xml",
    "tex": "application/x-tex",
    "txt": "text/plain",
    "xml": "application/xml",
    "zip": "application/zip",
}
"""Ending of a file's name -> what it is called on the way to the browser."""

ENDINGS = {"csv": "csv", "latex": "tex", "markdown": "md", "parquet": "parquet"}
FORM_WORDS = {"csv": "CSV", "latex": "LaTeX", "markdown": "Markdown", "parquet": "parquet"}
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
STEM_LENGTH = 80


@dataclass(frozen=True)
class ExportItem:
    """A file that a page can be taken away as.

    Args:
        label: what the menu says: `infAP per topic, LaTeX`.
        file_name: with its ending.
        mime: one of MIMES.
        make: called on the click, in a thread that knows no session; an LpdError is told in the menu.
    """

    label: str
    file_name: str
    mime: str
    make: Callable[[], bytes]


def export_menu(items: Sequence[ExportItem]) -> None:
    """Draws the button and, behind it, one line per file; without files the button says that there are none.

    The page does not run again for a download.
    """
    hint = None if items else "Nothing to export in this state of the page"
    with st.popover("Export", key="export", disabled=not items, help=hint):
        failures: dict[str, str] = state.remembered("export_failures", dict)
        for name in failures.keys() - {item.file_name for item in items} if items else ():
            del failures[name]  # of another view
        for number, item in enumerate(items):
            st.download_button(
                plain(item.label),
                _telling(item, failures),
                item.file_name,
                item.mime,
                key=f"export_{number}",
                on_click="ignore",
                type="tertiary",
                width="stretch",
            )
            if item.file_name in failures:
                note(f"{item.file_name} could not be made: {failures[item.file_name]}", "warn")
        if items:
            note("Every file says what it was made from.", "small")


def _telling(item: ExportItem, failures: dict[str, str]) -> Callable[[], bytes]:
    """The browser is told only that a file could not be made; why stands in the menu from the next run on."""

    def make() -> bytes:
        failures.pop(item.file_name, None)
        try:
            return item.make()
        except LpdError as error:
            failures[item.file_name] = str(error)
            raise

    return make


def file_stem(*parts: str) -> str:
    """Returns a name for a file, without ending: what could be a path or markup in the parts becomes `-`."""
    cleaned = (UNSAFE.sub("-", part).strip("-._") for part in parts)
    return "-".join(part for part in cleaned if part)[:STEM_LENGTH] or "export"


def chart_exports(
    chart: alt.TopLevelMixin, name: str, provenance: Provenance, *, label: str = "Chart", width: int = 640
) -> list[ExportItem]:
    """Returns a chart as PNG and as SVG, drawn without a browser or a network.

    Args:
        chart: as the page shows it.
        name: of the files, without ending.
        provenance: stands in the files' metadata.
        label: what the menu calls it.
        width: in points, of a chart that takes its width from the page.
    """

    def item(form: str) -> ExportItem:
        def make() -> bytes:
            return chart_bytes(chart, form=form, provenance=provenance, width=width)

        return ExportItem(f"{label}, {form.upper()}", f"{file_stem(name)}.{form}", MIMES[form], make)

    return [item(form) for form in sorted(CHART_FORMS)]


def table_exports(
    make_table: Callable[[], ResultTable], name: str, provenance: Provenance, *, label: str = "Table"
) -> list[ExportItem]:
    """Returns a table of results in every one of its forms: CSV, LaTeX, Markdown, parquet.

    Args:
        make_table: called on the click.
        name: of the files, without ending.
        provenance: stands in the files.
        label: what the menu calls it.
    """

    def item(form: str) -> ExportItem:
        def make() -> bytes:
            return table_bytes(make_table(), provenance, form=form)

        ending = ENDINGS[form]
        return ExportItem(f"{label}, {FORM_WORDS[form]}", f"{file_stem(name)}.{ending}", MIMES[ending], make)

    return [item(form) for form in TABLE_FORMS]


def frame_exports(
    make_frame: Callable[[], "pd.DataFrame"], name: str, provenance: Provenance, *, label: str = "List"
) -> list[ExportItem]:
    """Returns rows and columns as CSV and as parquet.

    Args:
        make_frame: called on the click.
        name: of the files, without ending.
        provenance: stands in the files.
        label: what the menu calls it.
    """
    writers = {"csv": frame_csv, "parquet": frame_parquet}

    def item(form: str) -> ExportItem:
        def make() -> bytes:
            return writers[form](make_frame(), provenance)

        return ExportItem(f"{label}, {FORM_WORDS[form]}", f"{file_stem(name)}.{form}", MIMES[form], make)

    return [item(form) for form in writers]


def run_export(
    make_run: Callable[[], Run], name: str, provenance: Provenance, *, label: str = "TREC run"
) -> ExportItem:
    """Returns a run in TREC's six columns and, in the same archive, what it was made from.

    Args:
        make_run: called on the click.
        name: of the files, without ending.
        provenance: a file of its own, because a run has no room for it.
        label: what the menu calls it.
    """
    stem = file_stem(name)

    def make() -> bytes:
        packed = io.BytesIO()
        with TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            path = Path(folder) / f"{stem}.run"
            beside = write_run_export(path, make_run(), provenance)
            for file in (path, beside):
                archive.write(file, file.name)
        return packed.getvalue()

    return ExportItem(f"{label}, with provenance", f"{stem}.zip", MIMES["zip"], make)
