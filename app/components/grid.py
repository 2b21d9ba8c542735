"""The shot grid: rows of tiles as one component; JSON in, the opened shot out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style
from app.words import printed_share

__all__ = ["DEPTH", "JUDGEMENTS", "Lane", "SpaceBar", "Tile", "bar_height", "grid_payload", "shot_grid"]

JUDGEMENTS = {
    "relevant": "relevant",
    "not": "not relevant",
    "unjudged": "pooled, not judged",
    "outside": "not in the pool",
}
"""Kinds of judgement and the words for them; their marks are in grid.js and detail.js."""

LAYOUTS = ("lanes", "columns")
DEPTH = 1000
"""Length of the lists that ranks come from."""

_mount = st.components.v2.component(
    "lpd_shot_grid",
    html='<div class="frame"><div class="root"></div></div>',
    css=read_style("grid.css"),
    js=read_script("grid.js"),
)


class SpaceBar(NamedTuple):
    """A space as the small bars of a tile name it; `end` is `text`, `video` or `head`."""

    label: str
    end: str


class Tile(NamedTuple):
    """One shot in a list.

    `ranks` holds its rank in each space of the grid, None beyond the depth; `judgement` is a key of
    JUDGEMENTS or None; `thumbnail` and `preview` are True (served here), a URL, or False; `only` is whether
    no other space lists it.
    """

    shot_id: str
    rank: int
    similarity: float | None
    ranks: tuple[int | None, ...] = ()
    judgement: str | None = None
    only: bool = False
    thumbnail: str | bool = False
    preview: str | bool = False


@dataclass(frozen=True)
class Lane:
    """A named list: `end` is `fused`, `text`, `video`, `head` or `plain` and decides its colour."""

    name: str
    title: str
    end: str
    notes: tuple[str, ...]
    tiles: tuple[Tile, ...]
    empty: str = "no shots"


def bar_height(rank: int | None, depth: int) -> int:
    """Returns the height of a rank bar in percent: 100 for rank 1, falling with log(rank) to 0 beyond the
    depth."""
    if rank is None or rank > depth:
        return 0
    return round(100 * (1 - log(rank) / log(depth + 1)))


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
        layout: `lanes` (rows that scroll sideways) or `columns` (side by side).
        marker: repeated in the page once the tiles are there, e.g. the query.

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
        "lanes": [_lane(lane) for lane in lanes],
    }


def _lane(lane: Lane) -> dict[str, Any]:
    return {
        "name": lane.name,
        "title": lane.title,
        "end": lane.end,
        "notes": list(lane.notes),
        "empty": lane.empty,
        "tiles": [_tile(tile) for tile in lane.tiles],
    }


def _tile(tile: Tile) -> dict[str, Any]:
    words = [f"shot {tile.shot_id}", f"rank {tile.rank}"]
    if tile.similarity is not None:
        words.append(f"similarity {printed_share(tile.similarity)}")
    if tile.judgement:
        words.append(JUDGEMENTS[tile.judgement])
    if tile.only:
        words.append("only in this space")
    return {
        "shot": tile.shot_id,
        "rank": tile.rank,
        "similarity": "" if tile.similarity is None else printed_share(tile.similarity),
        "bars": [bar_height(rank, DEPTH) for rank in tile.ranks],
        "ranks": [f">{DEPTH}" if rank is None else str(rank) for rank in tile.ranks],
        "judgement": tile.judgement,
        "only": tile.only,
        "alt": ", ".join(words),
        "thumbnail": tile.thumbnail,
        "preview": tile.preview,
    }


def shot_grid(
    payload: dict[str, Any], *, key: str, selected: str | None, on_open: Callable[[], None]
) -> None:
    """Draws the grid. A click or Enter on a tile leaves `{shot, lane}` under the key as event `open` and
    calls `on_open`."""
    _mount(key=key, data={**payload, "selected": selected}, on_open_change=on_open)
