"""The choice of a topic beside a query box: it fills the box, and shows the topic whose text stands there."""

from collections.abc import Callable, Sequence

import streamlit as st

from app import state
from lpd.trec import Topic

__all__ = ["draw_topic_picker", "find_topic", "picked_topic_id", "prefer_topic"]

PICKED = "topic_picked"


def find_topic(query: str, topics: Sequence[Topic], preferred: str | None = None) -> Topic | None:
    """Returns the topic whose text is the query, blanks aside; the preferred one of several."""
    words = query.split()
    same = [topic for topic in topics if topic.text.split() == words]
    return next((topic for topic in same if topic.topic_id == preferred), same[0] if same else None)


def picked_topic_id() -> str | None:
    """Returns the topic that was picked last, or that the address names: the preferred one of equal texts."""
    picked: str | None = state.remembered(PICKED, lambda: None)
    return picked or state.value("topic")


def prefer_topic(topic: Topic | None) -> None:
    """Makes a topic the one that is shown where several have its text, before the choice is drawn."""
    state.put(PICKED, topic.topic_id if topic else None)


def draw_topic_picker(
    topics: Sequence[Topic], topic: Topic | None, *, on_take: Callable[[Topic | None], None], width: int = 190
) -> None:
    """Draws the choice.

    Args:
        topics: that are offered, not empty.
        topic: the one whose text is the query now.
        on_take: called, as a callback, with the topic that was chosen; None where the choice was cleared.
        width: of the choice, in pixels.
    """
    by_id = {one.topic_id: one for one in topics}
    prefer_topic(topic)
    st.selectbox(
        "Topic",
        list(by_id),
        index=None,
        format_func=lambda one: f"{one}  {by_id[one].text}",
        placeholder="Take a topic",
        label_visibility="collapsed",
        width=width,
        key=PICKED,
        on_change=_taken,
        args=(by_id, on_take),
    )


def _taken(by_id: dict[str, Topic], on_take: Callable[[Topic | None], None]) -> None:
    picked: str | None = state.remembered(PICKED, lambda: None)
    on_take(by_id[picked] if picked else None)
