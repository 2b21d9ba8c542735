"""What is compared: the query or topic, the two systems, the weights of their spaces."""

from collections.abc import Mapping, Sequence
from math import isclose
from typing import NamedTuple

import streamlit as st

from app import state
from app.components import note
from app.systems import (
    MODEL,
    System,
    default_pair,
    own_weights,
    read_system,
    space_words,
    system_label,
    weights_text,
    with_weights,
)
from app.views.topic_picker import draw_topic_picker, find_topic, picked_topic_id, prefer_topic
from app.words import plain
from lpd.cards import ModelCard
from lpd.errors import LpdError
from lpd.search.result import FUSED
from lpd.trec import Topic

__all__ = ["P_STEPS", "Query", "choose_p", "choose_query", "choose_systems", "open_topic", "settled_p"]

P_STEPS = ("0.8", "0.9", "0.95", "0.98", "0.99")
DEFAULT_P = "0.9"

LARGEST_WEIGHT = 2.0
"""Where the sliders end at least; the model's own weights are 1 at most, and only proportions count."""


class Query(NamedTuple):
    """What both systems are asked: a text, and the topic if it is one."""

    text: str
    topic: Topic | None


def choose_query(topics: Sequence[Topic]) -> Query:
    """Draws the query box and the topic picker and returns what they hold; where nobody asked for anything,
    the topic that the address names, else the first one."""
    if topics and state.value("q") is None:
        named = (topic for topic in topics if topic.topic_id == state.value("topic"))
        state.fill("q", next(named, topics[0]).text)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_box"):
        text = st.text_input(
            "Query",
            placeholder="A query or the text of a topic, then Enter",
            label_visibility="collapsed",
            on_change=_forget_topic,
            **state.bound("q"),
        )
        text = (text or "").strip()
        topic = find_topic(text, topics, picked_topic_id())
        if topics:
            draw_topic_picker(topics, topic, on_take=open_topic)
    return Query(text, topic)


def _forget_topic() -> None:
    prefer_topic(None)
    state.write("topic", None)
    state.close_shot()


def open_topic(topic: Topic | None) -> None:
    """Puts a topic into the query box, for use in a callback; None empties it."""
    prefer_topic(topic)
    state.write("topic", topic.topic_id if topic else None)
    state.fill("q", topic.text if topic else "")
    state.close_shot()


# --- systems ------------------------------------------------------------------------------------------------


def choose_systems(
    options: Sequence[System], cards: Mapping[str, ModelCard], model: str | None
) -> tuple[System, System]:
    """Draws the choice of both systems and of their weights, and the button that swaps them.

    Args:
        options: as `system_options`, not empty.
        cards: facts of the models.
        model: the one of the sidebar.
    """
    first, second = default_pair(options, model)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare_systems"):
        one = _choose_system("a", options, cards, first)
        swap = st.empty()
        other = _choose_system("b", options, cards, second)
    swap.button("⇄", help="Swap A and B", key="compare_swap", on_click=_swap, args=(one, other))
    return one, other


def _choose_system(
    name: str, options: Sequence[System], cards: Mapping[str, ModelCard], default: System
) -> System:
    letter = name.upper()
    default_first = [default, *(one for one in options if one != default)]
    labels = {one.text: f"{letter} · {system_label(one, cards)}" for one in default_first}
    tied = state.mirrored(name, list(labels))
    chosen = st.selectbox(
        f"System {letter}",
        list(labels),
        format_func=lambda text: labels[text],
        label_visibility="collapsed",
        key=tied["key"],
        on_change=_take_system,
        args=(name, tied["key"]),
    )
    return _choose_weights(f"w{name}", read_system(chosen), cards)


def _take_system(name: str, key: str) -> None:
    state.write(name, state.remembered(key, lambda: None))
    state.write(f"w{name}", None)  # they were weights of the system before


def _choose_weights(name: str, system: System, cards: Mapping[str, ModelCard]) -> System:
    """Draws the weights of a model's fused list; returns the system with them."""
    key = f"{name}_menu"
    card = cards.get(system.name) if system.kind == MODEL and system.list_name == FUSED else None
    if card is None or len(card.spaces) < 2:
        st.popover("Weights", disabled=True, help="A fused list of several spaces has weights", key=key)
        return system
    problem = ""
    try:
        system = with_weights(system, state.value(name) or "", card)
    except LpdError as error:
        problem = f"These weights cannot be used, the model's own are shown: {error}"
    with st.popover(f"Weights · {len(system.weights)} set" if system.weights else "Weights", key=key):
        note(f"Shares of the spaces in the fused score of {card.name}; only proportions count.", "small")
        _draw_sliders(name, system, card)
    if problem:
        note(problem, "warn")
    return system


def _draw_sliders(name: str, system: System, card: ModelCard) -> None:
    own = own_weights(card)
    now = own | dict(system.weights)
    end = max(LARGEST_WEIGHT, *now.values())
    for space in card.spaces:
        key = _slider_key(name, space.name)
        state.put(key, float(now[space.name]))
        st.slider(space_words(space), 0.0, end, step=0.05, key=key, on_change=_take_weights, args=(name, own))
    st.button(
        plain(f"Reset to {card.name}'s own"),
        key=f"{name}_reset",
        disabled=not system.weights,
        on_click=state.write,
        args=(name, None),
    )


def _slider_key(name: str, space: str) -> str:
    return f"{name}_of_{space}"


def _take_weights(name: str, own: Mapping[str, float]) -> None:
    weights = []
    for space, weight in own.items():
        now = float(state.remembered(_slider_key(name, space), lambda weight=weight: weight))
        if not isclose(now, weight, abs_tol=1e-6):
            weights.append((space, now))
    state.write(name, weights_text(weights))


def _swap(first: System, second: System) -> None:
    for name, system in (("a", second), ("b", first)):
        state.write(name, system.text)
        state.write(f"w{name}", weights_text(system.weights))


# --- persistence --------------------------------------------------------------------------------------------


def settled_p() -> float:
    """Returns the persistence of RBO; one of the address that is no step is told and dropped."""
    state.settle("p", P_STEPS)
    asked = state.value("p")
    return float(asked if asked in P_STEPS else DEFAULT_P)


def choose_p(p: float, words: str) -> None:
    """Draws the choice of the persistence of RBO.

    Args:
        p: the present one.
        words: what it means for the lists shown.
    """
    with st.popover(f"RBO p {p:g}", key="compare_p"):
        st.segmented_control(
            "Persistence p of RBO", P_STEPS, default=DEFAULT_P, required=True, **state.bound("p")
        )
        note(words, "small")
