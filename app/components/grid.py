"""The shot grid: lists of tiles as one component; JSON in; opened, marked and unfolded shots out."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.components.files import read_script, read_style
from app.components.tiles import NO_EVENTS, Lane, SpaceBar, TileEvents, lane_payload

__all__ = ["LAYOUTS", "grid_payload", "shot_grid"]

LAYOUTS = ("lanes", "columns", "grid")

_mount = st.components.v2.component(
    "lpd_shot_grid",
    html='<div class="frame"><div class="root"></div></div>',
    css=read_style("tiles.css", "grid.css"),
    js=read_script("tiles.js", "tile_events.js", "grid_keys.js", "grid.js"),
)


def grid_payload(
    lanes: Sequence[Lane],
    *,
    media: str,
    spaces: Sequence[SpaceBar] = (),
    layout: str = "lanes",
    marker: str = "",
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        lanes: the lists, in order.
        media: where the pictures lie, relative to the address of the app.
        spaces: whom the small bars stand for.
        layout: `lanes` (rows that scroll sideways), `columns` (lists side by side, their tiles small if there
            are more than two) or `grid` (a list that wraps).
        marker: repeated in the page once the tiles are there, e.g. the query; another one scrolls the rows
            back to their begin.

    Raises:
        ValueError: for another layout.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"layout {layout!r} is not one of {LAYOUTS}")
    return {
        "media": media,
        "layout": layout,
        "marker": marker,
        "spaces": [space._asdict() for space in spaces],
        "lanes": [lane_payload(lane) for lane in lanes],
    }


def shot_grid(
    payload: dict[str, Any],
    *,
    key: str,
    selected: str | None,
    on_open: Callable[[], None],
    events: TileEvents = NO_EVENTS,
) -> None:
    """Draws the grid. A click or Enter on a tile leaves `{shot, lane}` under the key as event `open` and
    calls `on_open`; the other events and what they carry are those of `TileEvents`. Every event has a
    running number `count`, so that the same one twice is seen as two.

    Args:
        payload: from `grid_payload`.
        key: of the component, unique on the page.
        selected: the shot whose detail is open.
        on_open: called after a tile was opened.
        events: what else the page answers to.
    """
    _mount(
        key=key,
        data={**payload, "selected": selected, "events": events.offered},
        on_open_change=events.callback(on_open),
        on_mark_change=events.callback(events.mark),
        on_like_change=events.callback(events.like),
        on_unfold_change=events.callback(events.unfold),
    )
