"""The query box, the topics that fill it, and the words under it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import state
from app.lanes import Judged
from app.search.request import SearchRequest
from app.views.search.address import change
from app.views.topic_picker import draw_topic_picker, find_topic, picked_topic_id
from lpd.cards import ModelCard
from lpd.trec import Topic

__all__ = ["Box", "draw_box", "topic_words"]


class Box(NamedTuple):
    """What stands in the box, its topic where it is one, and the place at its right for Pin, Export and
    `?`."""

    query: str
    topic: Topic | None
    actions: DeltaGenerator


def draw_box(topics: Sequence[Topic], card: ModelCard | None) -> Box:
    """Draws the box and the topic picker, which fills it and shows the topic whose text stands there."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search_box"):
        query = st.text_input(
            "Query",
            placeholder=_placeholder(card),
            label_visibility="collapsed",
            on_change=change,
            args=(card, _new_text),
            **state.bound("q"),
        )
        query = (query or "").strip()
        topic = find_topic(query, topics, picked_topic_id())
        if topic is None and card is not None and not card.has_weights:  # its topics may be asked by number
            topic = next((one for one in topics if one.topic_id == query), None)
        if topics:
            draw_topic_picker(topics, topic, on_take=partial(_take_topic, card=card))
        actions = st.container(horizontal=True, width="content", gap="xsmall", key="head_actions")
    return Box(query, topic, actions)


def _placeholder(card: ModelCard | None) -> str:
    if card is None or card.has_weights:
        return "Describe the shots you look for, then Enter"
    return "Take a topic, or type its number, then Enter"


def _new_text(request: SearchRequest) -> SearchRequest:
    """Another text is another need: marks and the shot searched with belonged to the one before."""
    return replace(request, like=None, like_space=None, relevant=(), not_relevant=())


def _take_topic(topic: Topic | None, *, card: ModelCard | None) -> None:
    state.write("topic", topic.topic_id if topic else None)
    state.close_shot()
    change(card, lambda request: request.for_need(topic.text if topic else ""))


def topic_words(topic: Topic | None, judged: Judged | None, edition: str | None) -> list[str]:
    """Returns which topic the query is and how much of it is judged; nothing for a free query."""
    if topic is None:
        return []
    relevant = "no judgements for the shots searched"
    if judged is not None:
        relevant = f"{sum(one == 1 for one in judged.relevance.values()):,} judged relevant"
    return [f"topic {topic.topic_id} of {edition}", relevant]
