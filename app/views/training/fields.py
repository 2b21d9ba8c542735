"""The fields of the form that begins a training: each keeps what stands in it as long as it can."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import state

__all__ = ["KEY", "area", "number", "one", "some"]

KEY = "train_"
"""Before the names of the fields among the values of the session."""

AREA_HEIGHT = 88


def one(
    label: str,
    name: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    words: Mapping[str, str] | None = None,
) -> str:
    """Draws a choice of one and returns it.

    Args:
        label: above it.
        name: of the field.
        options: at least one.
        default: chosen first; None takes the first option.
        words: option -> what it is, said beside it; an empty option is its words.
    """
    told = words or {}
    key = KEY + name
    if state.remembered(key, lambda: default or options[0]) not in options:
        state.put(key, default or options[0])
    return str(
        st.selectbox(
            label,
            options,
            format_func=lambda option: " · ".join(part for part in (option, told.get(option, "")) if part),
            key=key,
        )
    )


def some(
    label: str,
    name: str,
    options: Sequence[str],
    *,
    default: Sequence[str] = (),
    empty: str = "",
    more: bool = False,
) -> list[str]:
    """Draws a choice of several and returns them.

    Args:
        label: above it.
        name: of the field.
        options: that can be chosen.
        default: chosen first.
        empty: what no choice means.
        more: whether others than the options may be written.
    """
    key = KEY + name
    held = list(state.remembered(key, lambda: list(default)))
    offered = [*options, *(entry for entry in held if more and entry not in options)]
    kept = [entry for entry in held if entry in offered]
    if kept != held:
        state.put(key, kept)
    return list(
        st.multiselect(label, offered, key=key, placeholder=empty or "choose", accept_new_options=more)
    )


def number(label: str, name: str, *, least: int, first: int | None = None, empty: str = "") -> int | None:
    """Draws a whole number and returns it; None where the field is empty.

    Args:
        label: above it.
        name: of the field.
        least: smallest one.
        first: stands there first.
        empty: what an empty field means.
    """
    key = KEY + name
    state.remembered(key, lambda: first)
    found = st.number_input(label, min_value=least, value=None, step=1, key=key, placeholder=empty or None)
    return None if found is None else int(found)


def area(label: str, name: str, *, example: str) -> str:
    """Draws a field of several lines and returns its text.

    Args:
        label: above it.
        name: of the field.
        example: a line that could stand there.
    """
    text = st.text_area(label, key=KEY + name, placeholder=example, height=AREA_HEIGHT)
    return text or ""
