"""A table of what each space of a model is worth: a dot in the colour of its end, its name, numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style

__all__ = ["SpaceCell", "SpaceColumn", "SpaceLine", "space_table", "space_table_payload"]

MISSING = "–"
"""Stands where a number is not known."""

_mount = st.components.v2.component(
    "lpd_space_table",
    html='<div class="root"></div>',
    css=read_style("plain_table.css", "space_table.css"),
    js=read_script("plain_table.js", "space_table.js"),
)


class SpaceColumn(NamedTuple):
    """The head of a column; `title` says what the numbers are and where they come from."""

    label: str
    title: str = ""


class SpaceCell(NamedTuple):
    """A number as it is printed, None where it is not known; `note` stands beside it, `title` is its
    hover."""

    text: str | None
    title: str = ""
    note: str = ""


class SpaceLine(NamedTuple):
    """A row: `end` (`text`, `video`, `head` or `fused`) colours its dot; the chosen ones stand out."""

    label: str
    end: str
    cells: tuple[SpaceCell, ...]
    title: str = ""
    chosen: bool = False


def space_table_payload(
    columns: Sequence[SpaceColumn], lines: Sequence[SpaceLine], *, alt: str
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        columns: the heads behind the first, which is `space`.
        lines: one cell per column each.
        alt: says to those who do not see it what the table shows.

    Raises:
        ValueError: if a line has another number of cells than there are columns.
    """
    uneven = [line.label for line in lines if len(line.cells) != len(columns)]
    if uneven:
        raise ValueError(f"expected {len(columns)} cells, found others in {uneven}")
    return {
        "alt": alt,
        "first": "space",
        "columns": [column._asdict() for column in columns],
        "rows": [{**line._asdict(), "cells": [_cell(cell) for cell in line.cells]} for line in lines],
    }


def _cell(cell: SpaceCell) -> dict[str, Any]:
    missing = cell.text is None
    return {
        "text": MISSING if missing else cell.text,
        "title": cell.title,
        "note": cell.note,
        "missing": missing,
    }


def space_table(payload: dict[str, Any], *, key: str) -> None:
    """Draws the table."""
    _mount(key=key, data=payload)
