"""The table of topics on its page, with what a reader should know under it."""

from collections.abc import Mapping

import streamlit as st

from app import state
from app.components import note, topic_table
from app.topics.choices import next_order
from app.topics.gathering import TopicsPage
from app.topics.payload import drawn_table
from app.views.exporting import ExportItem
from app.views.topics.exports import topics_exports

__all__ = ["draw_table"]

TABLE = "topic_table"
ORDERS = {"topic": "id", "class": "difficulty"}
"""Heads that are no columns -> the order that a click on them asks for."""


def draw_table(page: TopicsPage) -> list[ExportItem]:
    """Draws the table; returns what it can be taken away as."""
    drawn = drawn_table(page)
    topic_table(drawn.payload, key=TABLE, on_open=_open_topic, on_sort=_sort)
    exactness = f" Lists: {page.shown.exactness}." if page.shown.exactness else ""
    rule = page.shown.groups.words
    note(f"{drawn.colours} {rule[0].upper()}{rule[1:]}.{exactness}", "small")
    for name, topics in page.shown.lacking.items():
        counted = page.shown.table.counted_words(name)
        missing = f"{page.shown.label(name)} lacks {', '.join(topics)}"
        note(f"{missing}: its mean is over {counted}, and a topic that it lacks counts nowhere.", "warn")
    _draw_notes(page)
    return topics_exports(page)


def _draw_notes(page: TopicsPage) -> None:
    """What could not be shown stands on the page; warnings of the evaluation stand behind a line."""
    for sentence in page.problems:
        note(sentence, "warn")
    said: dict[str, list[str]] = {}
    for column, sentences in page.shown.table.warnings.items():
        for sentence in sentences:
            said.setdefault(sentence, []).append(page.shown.label(column))
    if not said:
        return
    with st.expander(f"Notes of the evaluation · {len(said)}"):
        for sentence, columns in said.items():
            note(f"{', '.join(columns)}: {sentence}")


def _open_topic() -> None:
    chosen = state.event(TABLE, "open")
    if isinstance(chosen, Mapping) and isinstance(chosen.get("topic"), str):
        state.write("case", chosen["topic"])


def _sort() -> None:
    chosen = state.event(TABLE, "sort")
    column = chosen.get("column") if isinstance(chosen, Mapping) else None
    if isinstance(column, str) and not column.startswith("published "):
        state.write("order", ORDERS.get(column) or next_order(state.value("order") or "", column))
