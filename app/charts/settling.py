"""Numbers that settle while judging goes on: runs with error bars, and their curves over the verdicts."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from app.charts.curve_look import CurveColours, axis, colour_of, dash_of, legend, line_looks

__all__ = ["error_bars", "settling_curves"]

CURVE_HEIGHT, BAR_HEIGHT = 210, 26
TICKS = 6


def error_bars(
    intervals: Mapping[str, tuple[float, float, float]],
    *,
    order: Sequence[str],
    title: str,
    colours: CurveColours,
) -> alt.LayerChart:
    """Returns a point with its interval per run.

    Args:
        intervals: run -> number, low end, high end.
        order: of all runs, which decides their colours.
        title: what is measured.
        colours: of the theme.
    """
    rows = [(tag, *values) for tag, values in intervals.items()]
    table = pd.DataFrame(rows, columns=["run", "mean", "low", "high"])
    looks = line_looks(order, colours.lines)
    row = alt.Y(
        "run:N",
        sort=list(intervals),
        title=None,
        axis=axis(colours, grid=False),
    )
    colour = alt.Color("run:N", scale=colour_of(looks), legend=None)
    scale = alt.Scale(zero=False, nice=True)
    base = alt.Chart(table).encode(y=row, color=colour, tooltip=_told(title))
    ticks = axis(colours)
    ticks.tickCount = TICKS
    ends = alt.X("low:Q", title=title, axis=ticks, scale=scale)
    bar = base.mark_rule(strokeWidth=2).encode(x=ends, x2="high:Q")
    low = base.mark_tick(thickness=2, size=11).encode(x=ends)
    high = base.mark_tick(thickness=2, size=11).encode(x=alt.X("high:Q", scale=scale))
    point = base.mark_point(size=60, filled=True, opacity=1).encode(x=alt.X("mean:Q", scale=scale))
    return alt.layer(bar, low, high, point).properties(height=BAR_HEIGHT * max(2, len(rows)))


def settling_curves(
    table: pd.DataFrame, *, order: Sequence[str], title: str, colours: CurveColours
) -> alt.LayerChart:
    """Returns a line per run over the number of judged shots, with the band of its interval.

    Args:
        table: `judged`, `topics`, `tag`, `inf_ap`, `low`, `high`.
        order: of all runs, which decides their colours and dashes.
        title: what is measured.
        colours: of the theme.
    """
    named = table.rename(columns={"tag": "run", "inf_ap": "mean"})
    looks = line_looks(order, colours.lines)
    shown = legend(colours)
    colour = alt.Color("run:N", scale=colour_of(looks), legend=shown, title=None)
    dash = alt.StrokeDash("run:N", scale=dash_of(looks), legend=shown, title=None)
    ticks = axis(colours, grid=False, whole=True)
    place = alt.X("judged:Q", title="shots judged", axis=ticks, scale=alt.Scale(nice=False, padding=4))
    base = alt.Chart(named).encode(x=place, color=colour)
    low, mean = (
        alt.Y(f"{name}:Q", title=title, axis=axis(colours), scale=alt.Scale(zero=False, nice=True))
        for name in ("low", "mean")
    )
    band = base.mark_area(opacity=0.16).encode(y=low, y2="high:Q")
    line = base.mark_line(strokeWidth=2).encode(y=mean, strokeDash=dash)
    opacity = 1 if named["judged"].nunique() == 1 else 0
    told = [*_told(title), alt.Tooltip("judged:Q", title="judged"), alt.Tooltip("topics:Q", title="topics")]
    points = base.mark_point(size=90, opacity=opacity, filled=True).encode(y=mean, tooltip=told)
    return alt.layer(band, line, points).properties(height=CURVE_HEIGHT)


def _told(title: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("run:N"),
        alt.Tooltip("mean:Q", title=title, format=".4f"),
        alt.Tooltip("low:Q", format=".4f"),
        alt.Tooltip("high:Q", format=".4f"),
    ]
