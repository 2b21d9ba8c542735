"""A table of one number per topic and column, tinted by its distance from the mean of its row or from a
baseline."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.components.files import read_script, read_style
from app.components.table_parts import (
    FOOTER_KINDS,
    PLAIN,
    Column,
    Footer,
    FooterCell,
    TableParts,
    TopicRow,
    full_tone,
    row_distances,
)
from app.words import printed_share, signed

__all__ = ["table_payload", "topic_table"]

_mount = st.components.v2.component(
    "lpd_topic_table",
    html='<div class="root"></div>',
    css=read_style("table.css"),
    js=read_script("table.js"),
)


def table_payload(
    columns: Sequence[Column],
    rows: Sequence[TopicRow],
    *,
    means: Sequence[float | None],
    note: str,
    measure: str,
    parts: TableParts = PLAIN,
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        columns: spaces or runs.
        rows: topics, in the order to be shown.
        means: one per column; empty for a table whose footers say all.
        note: stands under the word `mean`, e.g. `20 of 20 topics`.
        measure: what the numbers are.
        parts: what else the table has.

    Raises:
        ValueError: for a footer of another kind, or one without a cell for every column.
    """
    full = full_tone(rows, baseline=parts.baseline, columns=columns)
    footers = [_mean_footer(columns, means, note, measure)] if means else []
    return {
        "alt": f"{measure} per {parts.first}",
        "first": parts.first,
        "classes": parts.classes,
        "sorted_by": parts.sorted_by,
        "descending": parts.descending,
        "columns": [{**column._asdict(), "name": column.name or column.label} for column in columns],
        "rows": [_row(row, columns, measure, full=full, baseline=parts.baseline) for row in rows],
        "footers": footers + [_footer(footer, columns) for footer in parts.footers],
    }


def _row(
    row: TopicRow, columns: Sequence[Column], measure: str, *, full: float, baseline: int | None
) -> dict[str, Any]:
    counted = [column.tinted for column in columns]
    distances = row_distances(row.values, baseline=baseline, counted=counted)
    against = "the row's mean" if baseline is None else columns[baseline].label
    marks, titles, texts = (words or ("",) * len(columns) for words in (row.marks, row.titles, row.texts))
    cells = []
    for column, value, distance, mark, more, text in zip(
        columns, row.values, distances, marks, titles, texts, strict=True
    ):
        words = "not measured" if value is None else text or f"{value:.4f}"
        if value is not None and column.tinted:
            words += f", {signed(distance)} against {against}"
        name = _number_of(column, measure)
        cells.append(
            {
                "text": text or printed_share(value),
                "tone": round(distance / full, 3),
                "title": "\n".join(part for part in (f"{name}: {words}", more) if part),
                "missing": value is None,
                "mark": mark,
            }
        )
    facts = {"topic_id": row.topic_id, "text": row.text, "href": row.href}
    difficulty = {"difficulty": row.difficulty, "class_title": row.class_title}
    return {**facts, **difficulty, "group": row.group, "cells": cells}


def _number_of(column: Column, measure: str) -> str:
    """What a number of a column is."""
    if column.plain:
        return column.label
    return f"{'published ' if column.published else ''}{measure} of {column.label}"


def _mean_footer(
    columns: Sequence[Column], means: Sequence[float | None], note: str, measure: str
) -> dict[str, Any]:
    cells = [
        FooterCell(
            printed_share(mean),
            title="" if mean is None else f"mean {_number_of(column, measure)}: {mean:.4f}, {note}",
        )
        for column, mean in zip(columns, means, strict=True)
    ]
    return _footer(Footer("mean", tuple(cells), note), columns)


def _footer(footer: Footer, columns: Sequence[Column]) -> dict[str, Any]:
    if footer.kind not in FOOTER_KINDS:
        raise ValueError(f"kind {footer.kind!r} of footer {footer.label!r} is not one of {FOOTER_KINDS}")
    if len(footer.cells) != len(columns):
        raise ValueError(f"footer {footer.label!r} has {len(footer.cells)} cells for {len(columns)} columns")
    cells = [{**cell._asdict(), "tone": 0, "missing": cell.text == "–"} for cell in footer.cells]
    facts = {"label": footer.label, "note": footer.note, "kind": footer.kind, "group": footer.group}
    return {**facts, "cells": cells}


def topic_table(
    payload: dict[str, Any],
    *,
    key: str,
    selected: str | None = None,
    on_open: Callable[[], None] | None = None,
    on_sort: Callable[[], None] | None = None,
) -> None:
    """Draws the table. Topics are links to their query; where the page opens topics, a row is a button and
    its link stands beside.

    Args:
        payload: from `table_payload`.
        key: of the component, unique on the page.
        selected: the topic that is open.
        on_open: called once a click or Enter on a row has left `{topic}` under the key as event `open`.
        on_sort: called once a click on a head has left `{column}` as event `sort`: a column's name, `topic`
            or `class`.
    """
    events = [name for name, call in (("open", on_open), ("sort", on_sort)) if call is not None]
    _mount(
        key=key,
        data={**payload, "selected": selected, "events": events},
        on_open_change=on_open,
        on_sort_change=on_sort,
    )
