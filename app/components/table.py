"""A table of one number per topic and column, tinted by its distance from the mean of its row."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style
from app.words import printed_share, signed

__all__ = ["Column", "TopicRow", "full_tone", "row_distances", "table_payload", "topic_table"]

SMALLEST_FULL_TONE = 0.05
"""However alike the columns are, a distance from the row's mean below this never has the full colour."""

_mount = st.components.v2.component(
    "lpd_topic_table",
    html='<div class="root"></div>',
    css=read_style("table.css"),
    js=read_script("table.js"),
)


class Column(NamedTuple):
    """A space or a run; `end` colours its name, `title` says where its numbers come from."""

    label: str
    end: str
    title: str


class TopicRow(NamedTuple):
    """A topic with one value per column, None where it was not measured; `href` leads to its query."""

    topic_id: str
    text: str
    values: tuple[float | None, ...]
    href: str | None = None


def row_distances(values: Sequence[float | None]) -> list[float]:
    """Returns each value's distance from the mean of its row; 0 for None and for a value alone."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return [0.0 for _ in values]
    mean = sum(known) / len(known)
    return [0.0 if value is None else value - mean for value in values]


def full_tone(rows: Sequence[TopicRow]) -> float:
    """Returns the distance from a row's mean that has the full colour: the largest one in the table."""
    return max([SMALLEST_FULL_TONE, *(abs(one) for row in rows for one in row_distances(row.values))])


def table_payload(
    columns: Sequence[Column],
    rows: Sequence[TopicRow],
    *,
    means: Sequence[float | None],
    note: str,
    measure: str,
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        columns: spaces or runs.
        rows: topics, in the order to be shown.
        means: one per column.
        note: stands under the word `mean`, e.g. `20 of 20 topics`.
        measure: what the numbers are.
    """
    full = full_tone(rows)
    return {
        "first": "topic",
        "columns": [column._asdict() for column in columns],
        "rows": [_row(row, columns, measure, full) for row in rows],
        "footers": [{"label": "mean", "note": note, "cells": [_mean(value) for value in means]}],
    }


def _row(row: TopicRow, columns: Sequence[Column], measure: str, full: float) -> dict[str, Any]:
    cells = []
    for column, value, distance in zip(columns, row.values, row_distances(row.values), strict=True):
        words = "not measured" if value is None else f"{value:.4f}, {signed(distance)} against the row's mean"
        cells.append(
            {
                "text": printed_share(value),
                "tone": round(distance / full, 3),
                "title": f"{measure} of {column.label}: {words}",
                "missing": value is None,
            }
        )
    return {"topic_id": row.topic_id, "text": row.text, "href": row.href, "cells": cells}


def _mean(value: float | None) -> dict[str, Any]:
    return {"text": printed_share(value), "tone": 0, "title": "", "missing": value is None}


def topic_table(payload: dict[str, Any], *, key: str) -> None:
    """Draws the table; topics are links to their query."""
    _mount(key=key, data=payload)
