"""What pinned views showed, as charts: lines with their spread, dots per row, intervals, places on a map."""

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from app.charts.curve_look import CurveColours, axis, colour_of, dash_of, framed, legend, line_looks
from app.charts.heatmap import iou_heatmap
from app.charts.heatmap_colours import HeatmapColours
from app.charts.overlap_table import SpaceName
from lpd.notebook.block_kinds import CurvesBlock, DotsBlock, HeatmapBlock, IntervalsBlock, PlacesBlock

__all__ = ["MOST_COLUMNS", "kept_curves", "kept_dots", "kept_heatmap", "kept_intervals", "kept_places"]

MOST_COLUMNS = 5
"""More dots in a row than these are hard to tell apart."""

CURVE_HEIGHT, MAP_HEIGHT, ROW_HEIGHT = 230, 320, 22
ENDS = ("text", "video", "head")


def kept_heatmap(block: HeatmapBlock, colours: HeatmapColours) -> alt.LayerChart:
    """Returns a heatmap of overlaps.

    Args:
        block: S names and (S, S) shares, none of them absent.
        colours: of the theme.
    """
    matrix = np.array([[np.nan if one is None else one for one in row] for row in block.values])
    return iou_heatmap(matrix, [_space(name) for name in block.names], colours=colours)


def _space(name: str) -> SpaceName:
    """A space is called `text:bow`; any other list has no end."""
    end, _, label = name.partition(":")
    return SpaceName(name, label, end) if end in ENDS and label else SpaceName(name, name, "fused")


def kept_curves(block: CurvesBlock, colours: CurveColours) -> alt.Chart | alt.LayerChart:
    """Returns lines over one axis, each with a band where it spreads."""
    rows = [
        {"line": line.name, "x": x, "y": y, "low": low, "high": high}
        for line in block.lines
        for x, y, low, high in zip(line.x, line.y, line.low, line.high, strict=True)
    ]
    looks = line_looks([line.name for line in block.lines], colours.lines)
    colour = alt.Color("line:N", title=None, scale=colour_of(looks), legend=legend(colours))
    told = [alt.Tooltip("line:N"), alt.Tooltip("x:Q", title=block.x_label), alt.Tooltip("y:Q", format=".4f")]
    whole = all(x.is_integer() for line in block.lines for x in line.x)
    across = alt.X("x:Q", title=block.x_label, axis=axis(colours, grid=False, whole=whole))
    base = alt.Chart(pd.DataFrame(rows, columns=["line", "x", "y", "low", "high"])).encode(
        x=across, color=colour, tooltip=told
    )
    scale = alt.Scale(zero=False, nice=True)
    band = base.mark_area(opacity=0.16).encode(
        y=alt.Y("low:Q", title=block.y_label, axis=axis(colours), scale=scale), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2, point={"size": 26}).encode(
        y=alt.Y("y:Q", title=block.y_label, axis=axis(colours), scale=scale),
        strokeDash=alt.StrokeDash("line:N", scale=dash_of(looks), legend=None),
    )
    return framed(alt.layer(band, line).properties(height=CURVE_HEIGHT))


def kept_dots(block: DotsBlock, colours: CurveColours) -> alt.Chart | alt.LayerChart:
    """Returns a value of each row in each column, as dots side by side; absent ones are left out."""
    rows = [
        {"row": name, "column": column, "value": value}
        for name, values in zip(block.rows, block.values, strict=True)
        for column, value in zip(block.columns, values, strict=True)
        if value is not None
    ]
    looks = line_looks(list(block.columns), colours.lines)
    chart = (
        alt.Chart(pd.DataFrame(rows, columns=["row", "column", "value"]))
        .mark_point(size=46, filled=True)
        .encode(
            x=alt.X("value:Q", title=block.measure, axis=axis(colours)),
            y=alt.Y("row:N", title=None, sort=list(block.rows), axis=axis(colours)),
            color=alt.Color("column:N", title=None, scale=colour_of(looks), legend=legend(colours)),
            shape=alt.Shape("column:N", title=None, scale=alt.Scale(domain=list(block.columns))),
            tooltip=["row:N", "column:N", alt.Tooltip("value:Q", format=".4f")],
        )
    )
    return framed(chart.properties(height=ROW_HEIGHT * max(4, len(block.rows))))


def kept_intervals(block: IntervalsBlock, colours: CurveColours) -> alt.Chart | alt.LayerChart:
    """Returns numbers with their intervals, a line each."""
    order: Sequence[str] = [row.name for row in block.rows]
    table = pd.DataFrame([vars(row) for row in block.rows], columns=["name", "value", "low", "high"])
    told = ["name:N", *(alt.Tooltip(f"{name}:Q", format=".4f") for name in ("value", "low", "high"))]
    scale = alt.Scale(zero=False)
    base = alt.Chart(table).encode(
        y=alt.Y("name:N", title=None, sort=list(order), axis=axis(colours)), tooltip=told
    )
    bar = base.mark_rule(strokeWidth=2, color=colours.lines[0]).encode(
        x=alt.X("low:Q", title=block.measure, axis=axis(colours), scale=scale), x2="high:Q"
    )
    dot = base.mark_point(size=60, filled=True, color=colours.lines[0], opacity=1).encode(
        x=alt.X("value:Q", title=block.measure, axis=axis(colours), scale=scale)
    )
    return framed(alt.layer(bar, dot).properties(height=ROW_HEIGHT * max(4, len(block.rows))))


def kept_places(block: PlacesBlock, colours: CurveColours) -> alt.Chart | alt.LayerChart:
    """Returns shots on a map; its axes have no unit."""
    table = pd.DataFrame([vars(one) for one in block.places], columns=["shot_id", "x", "y"])
    scale = alt.Scale(zero=False, nice=False, padding=8)
    chart = (
        alt.Chart(table)
        .mark_circle(size=30, opacity=0.7, color=colours.lines[0])
        .encode(
            x=alt.X("x:Q", title=None, axis=None, scale=scale),
            y=alt.Y("y:Q", title=None, axis=None, scale=scale),
            tooltip=[alt.Tooltip("shot_id:N", title="shot")],
        )
    )
    return framed(chart.properties(height=MAP_HEIGHT))
