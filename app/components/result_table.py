"""A table of results as the papers print them: own figures with their spread, published ones beside."""

from typing import Any

import streamlit as st

from app.components.files import read_script, read_style
from lpd.tables import Cell, Column, ResultTable
from lpd.tables.printed import EMPTY, PrintedCell, footnotes_of, legend_of, print_row

__all__ = ["result_payload", "result_table"]

_mount = st.components.v2.component(
    "lpd_result_table",
    html='<div class="root"></div>',
    css=read_style("plain_table.css", "result_table.css"),
    js=read_script("plain_table.js", "result_table.js"),
)


def result_payload(table: ResultTable, *, alt: str) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        table: in print as `lpd reproduce` writes it; what stands behind a number is in its cell's title.
        alt: says to those who do not see it what the table shows.
    """
    rows = []
    group = None
    for row in table.rows:
        if row.group is not None and row.group != group:
            rows.append({"group": row.group})
        group = row.group
        printed = print_row(table, row)
        cells = [
            _cell(piece, f"{row.label}, {column.name}{_behind(table, cell)}")
            for piece, column, cell in zip(printed, table.columns, row.cells, strict=True)
        ]
        rows.append({"label": row.label, "cells": cells})
    footnotes = [f"[{number}] {note}" for note, number in footnotes_of(table).items()]
    return {
        "alt": alt,
        "first": table.row_name,
        "columns": [{"label": one.name, "words": _is_wordy(table, one)} for one in table.columns],
        "rows": rows,
        "notes": [*legend_of(table), *footnotes],
    }


def _is_wordy(table: ResultTable, column: Column) -> bool:
    """Whether a column holds words; one whose words are printed numbers is set as numbers are."""
    if column.style != "text":
        return False
    place = table.columns.index(column)
    texts = [row.cells[place].published or row.cells[place].text or "" for row in table.rows]
    return not all(str(text).replace(".", "", 1).isdigit() for text in texts if text)


def _cell(piece: PrintedCell, title: str) -> dict[str, Any]:
    own = f"{piece.number} {piece.unit}".strip() if piece.number else piece.words
    return {
        "text": own if own or piece.published else EMPTY,
        "spread": f"±{piece.spread}" if piece.spread else "",
        "mark": "†" if piece.differs else "",
        "published": piece.published,
        "footnote": f"[{piece.footnote}]" if piece.footnote else "",
        "title": title,
    }


def _behind(table: ResultTable, cell: Cell) -> str:
    """Returns what a number was made from: every seed's value, the test, where a published one stands."""
    told = []
    if cell.runs:
        told.append(
            ", ".join(f"seed {seed} {run:g}" for seed, run in zip(cell.seeds, cell.runs, strict=True))
        )
    elif cell.mean is not None:
        told.append(f"{cell.mean:.10g}")
    if cell.p_value is not None:
        told.append(f"p {cell.p_value:.4g} against {table.compared_with}")
    if cell.published is not None:
        told.append(f"{cell.published} is published")
    return f": {'; '.join(told)}" if told else ""


def result_table(payload: dict[str, Any], *, key: str) -> None:
    """Draws the table."""
    _mount(key=key, data=payload)
