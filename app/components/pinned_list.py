"""The list of pinned views: cards in order; JSON in; opened, moved and removed views out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.files import read_script, read_style

__all__ = ["ACTS", "pinned_list", "pinned_payload"]

ACTS = ("open", "move", "remove", "undo", "edit")
"""What the list reports: `open`, `remove` and `edit` with a view; `move` also with another one and whether it
goes behind that; `undo` alone. The address of a view is opened by the browser itself."""

_mount = st.components.v2.component(
    "lpd_pinned_list",
    html='<div class="root"></div>',
    css=read_style("pinned_list.css"),
    js=read_script("pinned_list.js", "pinned_keys.js"),
)


def pinned_payload(
    cards: Sequence[Mapping[str, Any]], *, places: Mapping[int, int], alt: str
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        cards: in order, each with `view_id`, `title`, `page`, `when`, `facts`, `note`, `changed`
            and `href`, the address of the view as it is now, relative to the app.
        places: number of a view -> its place among all views, from 1.
        alt: says to those who do not see it what the list holds.
    """
    shown = [{**card, "place": places[card["view_id"]]} for card in cards]
    return {"alt": alt, "cards": shown}


def pinned_list(
    payload: Mapping[str, Any], *, key: str, opened: int | None, on_act: Callable[[], None]
) -> None:
    """Draws the list. What a person did leaves `{act, view, ...}` under the key as event `act`, with a
    running number `count`, and calls `on_act`.

    Args:
        payload: from `pinned_payload`.
        key: of the component, unique on the page.
        opened: number of the view that is open.
        on_act: called after something was done.
    """
    _mount(key=key, data={**payload, "opened": opened}, on_act_change=on_act)
