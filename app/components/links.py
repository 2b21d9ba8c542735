"""Two ranked lists side by side, with a line between the two places of every shot that both have."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.components.files import read_script, read_style
from app.components.tiles import NO_EVENTS, Lane, SpaceBar, TileEvents, lane_payload

__all__ = ["link_payload", "linked_lists"]

_mount = st.components.v2.component(
    "lpd_linked_lists",
    html='<div class="frame"><div class="root"></div></div>',
    css=read_style("tiles.css", "links.css"),
    js=read_script("tiles.js", "tile_events.js", "links.js"),
)


def link_payload(
    left: Lane,
    right: Lane,
    links: Sequence[tuple[int, int]],
    *,
    media: str,
    spaces: Sequence[SpaceBar] = (),
    marker: str = "",
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values; a linked tile also says its rank in the
    other list.

    Args:
        left: the first list, best first.
        right: the second one.
        links: places (from 0) of the same shot in the left and in the right list.
        media: where the pictures lie, relative to the address of the app.
        spaces: whom the small bars stand for.
        marker: repeated in the page once the tiles are there.

    Raises:
        ValueError: if a link leads to no tile, or to another shot.
    """
    _check(left, right, links)
    drawn = [lane_payload(left), lane_payload(right)]
    for here, there in links:
        one, other = drawn[0]["tiles"][here], drawn[1]["tiles"][there]
        one["other"], other["other"] = other["rank"], one["rank"]
        one["alt"] += f", rank {other['rank']} in {right.title}"
        other["alt"] += f", rank {one['rank']} in {left.title}"
    return {
        "media": media,
        "marker": marker,
        "spaces": [space._asdict() for space in spaces],
        "lanes": drawn,
        "links": [[here, there] for here, there in links],
    }


def _check(left: Lane, right: Lane, links: Sequence[tuple[int, int]]) -> None:
    for here, there in links:
        if not (0 <= here < len(left.tiles) and 0 <= there < len(right.tiles)):
            raise ValueError(f"link {(here, there)} leads beyond the tiles of the two lists")
        one, other = left.tiles[here].shot_id, right.tiles[there].shot_id
        if one != other:
            raise ValueError(f"link {(here, there)} joins different shots, {one!r} and {other!r}")


def linked_lists(
    payload: dict[str, Any],
    *,
    key: str,
    selected: str | None,
    on_open: Callable[[], None],
    events: TileEvents = NO_EVENTS,
) -> None:
    """Draws the two lists and the lines. Events as in `shot_grid`; nothing is folded here, so `unfold` does
    not occur.

    Args:
        payload: from `link_payload`.
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
    )
