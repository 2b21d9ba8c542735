"""IoU against the cut-off: a line per model, with a band over its seeds, and one for the pair whose lists
are shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from app.charts.curve_look import LIGHT_CURVES, CurveColours, axis, dash_scale, framed, legend, line_scale

__all__ = ["CurveSeries", "overlap_curves"]

AT = "at"
"""Name of the selection: its points carry `k`."""

HEIGHT = 220
TICKS = (5, 10, 20, 50, 100, 200, 500, 1000)
COLUMNS = ("label", "k", "iou", "low", "high", "spread", "source")


@dataclass(frozen=True)
class CurveSeries:
    """A line of the chart.

    Args:
        label: what the legend calls it.
        ks: cut-offs.
        iou: one per cut-off.
        spread: standard deviation over seeds, one per cut-off; None for one model.
        source: where the numbers are from.
    """

    label: str
    ks: Sequence[int]
    iou: Sequence[float]
    spread: Sequence[float] | None = None
    source: str = ""


def overlap_curves(
    series: Sequence[CurveSeries],
    *,
    k: int,
    colours: CurveColours = LIGHT_CURVES,
    height: int = HEIGHT,
    clickable: bool = True,
) -> alt.Chart | alt.LayerChart:
    """Returns the lines over a logarithmic axis of cut-offs; a click tells the nearest one.

    Args:
        series: the lines, at least one.
        k: the cut-off that is marked.
        colours: of the theme.
        height: of the chart without its axis and legend, in pixels.
        clickable: whether cut-offs can be chosen.
    """
    names = [one.label for one in series]
    ticks = axis(colours, grid=False)
    ticks.values, ticks.format = list(TICKS), "d"
    told = legend(colours, columns=2)
    base = alt.Chart(_table(series)).encode(
        x=alt.X(
            "k:Q",
            title="k",
            scale=alt.Scale(type="log", domain=[TICKS[0], TICKS[-1]], nice=False, padding=8),
            axis=ticks,
        ),
        color=alt.Color("label:N", title=None, scale=line_scale(names, colours.lines), legend=told),
    )
    marked = alt.Chart(pd.DataFrame({"k": [k]})).encode(x="k:Q")
    here = marked.mark_rule(color=colours.muted, strokeDash=[3, 3])
    return framed(alt.layer(here, *_lines(base, names, colours, clickable)).properties(height=height))


def _table(series: Sequence[CurveSeries]) -> pd.DataFrame:
    rows = []
    for one in series:
        for place, (k, iou) in enumerate(zip(one.ks, one.iou, strict=True)):
            wide = 0.0 if one.spread is None else float(one.spread[place])
            told = "one model" if one.spread is None else f"± {wide:.4f}"
            low, high = max(0.0, float(iou) - wide), min(1.0, float(iou) + wide)
            rows.append((one.label, int(k), float(iou), low, high, told, one.source))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _lines(base: alt.Chart, names: Sequence[str], colours: CurveColours, clickable: bool) -> list[alt.Chart]:
    shares = axis(colours)
    y = alt.Y("iou:Q", title="IoU@k", scale=alt.Scale(zero=True), axis=shares)
    told = legend(colours, columns=2)
    dashes = alt.StrokeDash("label:N", title=None, scale=dash_scale(names), legend=told)
    hover = [
        alt.Tooltip("label:N", title="lists"),
        alt.Tooltip("k:Q", title="k"),
        alt.Tooltip("iou:Q", title="IoU", format=".4f"),
        alt.Tooltip("spread:N", title="over seeds"),
        alt.Tooltip("source:N", title="from"),
    ]
    band = base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title="IoU@k", axis=shares), y2="high:Q")
    line = base.mark_line(strokeWidth=2).encode(y=y, strokeDash=dashes)
    points = base.mark_circle(size=34, opacity=1).encode(y=y, tooltip=hover)
    if clickable:
        click = alt.selection_point(name=AT, fields=["k"], on="click", nearest=True, toggle=False)
        points = points.add_params(click)
    return [band, line, points]
