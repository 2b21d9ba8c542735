"""The map of shots: points on one plane or on two, drawn by WebGL; names of layers in, lassos and opened
shots out. The points themselves come by a route of the server (`app.map_route`), each layer once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style
from app.map.colouring import Colouring
from app.map.colours import MapColours
from app.map.lasso import Lasso
from app.words import printed_share

__all__ = ["MapLabel", "MapPlaces", "MapPlot", "MapShots", "map_payload", "shot_map"]

_mount = st.components.v2.component(
    "lpd_shot_map",
    html='<div class="frame"><div class="root"></div></div>',
    css=read_style("shot_map.css"),
    js=read_script("map_points.js", "map_paint.js", "map_plot.js", "map_parts.js", "shot_map.js"),
)

MapLabel = tuple[float, float, str]
"""Place on a plane, and what is written there."""


@dataclass(frozen=True)
class MapPlot:
    """One plane.

    Args:
        name: of the space, or `fused`.
        title: how it is called; its end (`fused`, `text`, `video`, `head`) decides its colour.
        end: of the space.
        notes: short sentences about it.
        points: name of the layer of places.
        kinds: name of the layer of classes.
        colouring: what the classes are.
        query: where the query lies; None without.
        marked: rows with a ring.
        labels: words on the plane.
    """

    name: str
    title: str
    end: str
    notes: tuple[str, ...]
    points: str
    kinds: str
    colouring: Colouring
    query: tuple[float, float] | None = None
    marked: tuple[int, ...] = ()
    labels: tuple[MapLabel, ...] = ()


@dataclass(frozen=True)
class MapShots:
    """The shots of all planes.

    Args:
        count: how many.
        lasso: that holds those taken.
        found: row of the one that was looked for.
        again: another number makes the browser fetch what it lacks once more.
    """

    count: int
    lasso: Lasso | None = None
    found: int | None = None
    again: int = 0


class MapPlaces(NamedTuple):
    """Where layers, facts of shots and pictures lie, relative to the address of the app."""

    layers: str
    shots: str
    media: str


def map_payload(
    plots: Sequence[MapPlot], shots: MapShots, *, places: MapPlaces, colours: MapColours
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values; it does not grow with the number of shots.

    Args:
        plots: one or two planes with the same classes.
        shots: of all of them.
        places: where the browser finds what is not sent.
        colours: of the theme.
    """
    first, lasso = plots[0].colouring, shots.lasso
    return {
        **places._asdict(),
        "count": shots.count,
        "again": shots.again,
        "inks": {
            "background": colours.background,
            "ink": colours.ink,
            "accent": colours.accent,
            "mark": colours.mark,
        },
        "title": first.title,
        "scale": first.ends is not None,
        "classes": [asdict(one) for one in first.classes],
        "lasso": None
        if lasso is None
        else {"plot": lasso.plot, "polygon": [list(one) for one in lasso.corners]},
        "found": shots.found,
        "plots": [_plot(one) for one in plots],
    }


def _plot(plot: MapPlot) -> dict[str, Any]:
    ends = plot.colouring.ends
    scale = None
    if ends is not None:
        scale = {
            "words": f"score in {plot.title}",
            "low": printed_share(ends[0]),
            "high": printed_share(ends[1]),
        }
    return {
        "name": plot.name,
        "title": plot.title,
        "end": plot.end,
        "notes": list(plot.notes),
        "points": plot.points,
        "kinds": plot.kinds,
        "scale": scale,
        "query": None if plot.query is None else list(plot.query),
        "marked": list(plot.marked),
        "labels": [{"x": x, "y": y, "text": text} for x, y, text in plot.labels],
        "alt": _alt(plot),
    }


def _alt(plot: MapPlot) -> str:
    """What the plane shows, in words."""
    if plot.colouring.ends is not None:
        told = "coloured by the score of the query"
    else:
        kinds = [f"{one.words}: {one.count:,}" for one in plot.colouring.classes if one.count]
        told = f"by {plot.colouring.title}, {'; '.join(kinds)}"
    return f"Map of the shots in {plot.title}, {told}."


def shot_map(
    payload: dict[str, Any],
    *,
    key: str,
    on_choose: Callable[[], None],
    on_open: Callable[[], None],
    on_missing: Callable[[], None],
) -> None:
    """Draws the map. What is reported stands under the key.

    Args:
        payload: from `map_payload`.
        key: of the component, unique on the page.
        on_choose: called after event `choose` `{plot, polygon}`; an empty polygon lets the shots go.
        on_open: called after event `open` `{shot}`.
        on_missing: called after event `missing`: a layer was not there; the run puts it there again.
    """
    _mount(
        key=key,
        data=payload,
        on_choose_change=on_choose,
        on_open_change=on_open,
        on_missing_change=on_missing,
    )
