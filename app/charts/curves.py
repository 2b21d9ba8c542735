"""Curves of trainings over their epochs: a measure of several, the parts of a loss, a value of each space."""

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd

from app.charts.curve_look import (
    CurveColours,
    Look,
    axis,
    colour_of,
    dash_of,
    epochs_axis,
    legend,
    line_looks,
    space_looks,
)

__all__ = [
    "LOSS_WORDS",
    "MOST_LINES",
    "ValueAxis",
    "loss_curves",
    "loss_looks",
    "measure_curves",
    "selection_strips",
    "space_curves",
]

MOST_LINES = 8
"""More lines than these are hard to tell apart in one chart."""

LOSS_WORDS = {
    "loss": "total, weighted",
    "fair": "ranking",
    "dcl": "DcL, before its weight",
    "auxiliary": "auxiliary",
}
"""Part of a loss -> what the legend calls it."""

MEASURE_HEIGHT, LOSS_HEIGHT, SPACE_HEIGHT = 230, 150, 190


class ValueAxis(NamedTuple):
    """What an axis of values is called, and its ends, the same for trainings that stand side by side."""

    title: str
    domain: tuple[float, float]


def measure_curves(
    table: pd.DataFrame, lines: Sequence[str], *, title: str, colours: CurveColours, keyed: bool = True
) -> alt.LayerChart:
    """Returns a measure over the epochs, a line per training; a band of one sample standard deviation where a
    line is a mean over seeds.

    Args:
        table: `line`, `epoch`, `mean`, `low`, `high` and `seeds`.
        lines: in order; the first `MOST_LINES` are told apart.
        title: what is measured.
        colours: of the theme.
        keyed: whether the chart has its own legend.

    Source: LPD, Fig. 4.
    """
    colour, dash = _told_apart("line", line_looks(lines, colours.lines), legend(colours) if keyed else None)
    base = alt.Chart(table).encode(x=epochs_axis(colours), color=colour)
    value, low = (
        alt.Y(f"{name}:Q", title=title, axis=axis(colours), scale=alt.Scale(zero=False, nice=True))
        for name in ("mean", "low")
    )
    band = base.mark_area(opacity=0.16).encode(y=low, y2="high:Q")
    line = base.mark_line(strokeWidth=2).encode(y=value, strokeDash=dash)
    points = _targets(table, base, value, [alt.Tooltip("line:N", title="training"), *_told(title)])
    return alt.layer(band, line, points).properties(height=MEASURE_HEIGHT)


def loss_looks(colours: CurveColours) -> dict[str, Look]:
    """Returns part of a loss -> how its line looks, the same in every chart."""
    looks = line_looks(list(LOSS_WORDS.values()), (colours.ink, *colours.lines))
    return dict(zip(LOSS_WORDS, looks, strict=True))


def loss_curves(
    table: pd.DataFrame, *, highest: float, colours: CurveColours, keyed: bool = True
) -> alt.LayerChart:
    """Returns the loss of one training and its parts over the epochs.

    Args:
        table: `series` (of LOSS_WORDS), `epoch`, `mean`, `low`, `high` and `seeds`.
        highest: end of the axis, the same for trainings that stand side by side.
        colours: of the theme.
        keyed: whether the chart has its own legend.
    """
    named = table.assign(part=table["series"].map(LOSS_WORDS))
    looks = [look for series, look in loss_looks(colours).items() if (table["series"] == series).any()]
    colour, dash = _told_apart("part", looks, legend(colours, 2) if keyed else None)
    base = alt.Chart(named).encode(x=epochs_axis(colours), color=colour)
    value = alt.Y("mean:Q", title="loss", axis=axis(colours), scale=alt.Scale(domain=[0, highest], nice=True))
    line = base.mark_line(strokeWidth=1.75).encode(y=value, strokeDash=dash)
    points = _targets(table, base, value, [alt.Tooltip("part:N", title="part"), *_told("loss")])
    return alt.layer(line, points).properties(height=LOSS_HEIGHT)


def space_curves(
    table: pd.DataFrame,
    spaces: Sequence[tuple[str, str]],
    *,
    axis_of: ValueAxis,
    colours: CurveColours,
    keyed: bool = True,
) -> alt.LayerChart:
    """Returns one value of every space of a training over the epochs.

    Args:
        table: `space`, `epoch`, `mean`, `low`, `high` and `seeds`.
        spaces: name and end (`text`, `video` or `head`), in order.
        axis_of: the values.
        colours: of the theme.
        keyed: whether the chart has its own legend.
    """
    colour, dash = _told_apart("space", space_looks(spaces, colours), legend(colours, 2) if keyed else None)
    base = alt.Chart(table).encode(x=epochs_axis(colours), color=colour)
    scale = alt.Scale(domain=list(axis_of.domain), nice=True)
    value = alt.Y("mean:Q", title=axis_of.title, axis=axis(colours), scale=scale)
    line = base.mark_line(strokeWidth=1.75).encode(y=value, strokeDash=dash)
    points = _targets(table, base, value, [alt.Tooltip("space:N"), *_told(axis_of.title)])
    return alt.layer(line, points).properties(height=SPACE_HEIGHT)


def selection_strips(
    table: pd.DataFrame,
    spaces: Sequence[tuple[str, str]],
    *,
    colours: CurveColours,
    keyed: bool = True,
) -> alt.Chart:
    """Returns, a strip per space, the share of each epoch's batches that the space learnt from.

    Args:
        table: `space`, `epoch`, `mean` and `seeds`.
        spaces: name and end, in order.
        colours: of the theme.
        keyed: whether the chart has its own legend.
    """
    names = [name for name, _ in spaces]
    scale = alt.Scale(domain=[0, 1], range=[colours.low, colours.high], interpolate="lab", clamp=True)
    return (
        alt.Chart(table)
        .mark_rect(stroke=colours.grid, strokeWidth=0.5)
        .encode(
            x=alt.X("epoch:O", title="epoch", axis=axis(colours, grid=False)),
            y=alt.Y("space:N", sort=names, title=None, axis=axis(colours, grid=False)),
            color=alt.Color("mean:Q", scale=scale, legend=_shares(colours) if keyed else None),
            tooltip=[
                alt.Tooltip("space:N"),
                alt.Tooltip("epoch:O"),
                alt.Tooltip("mean:Q", title="learnt from", format=".1%"),
                alt.Tooltip("seeds:Q", title="seeds"),
            ],
        )
        .properties(height=max(90, 19 * len(names)))
    )


def _shares(colours: CurveColours) -> alt.Legend:
    return alt.Legend(
        title=None,
        orient="bottom",
        offset=6,
        format=".0%",
        values=[0, 0.5, 1],
        gradientLength=120,
        gradientThickness=8,
        labelColor=colours.muted,
    )


def _told_apart(
    field: str, looks: Sequence[Look], shown: alt.Legend | None
) -> tuple[alt.Color, alt.StrokeDash]:
    """The colours and the dashes of the lines, which share one legend."""
    colour = alt.Color(f"{field}:N", scale=colour_of(looks), legend=shown, title=None)
    return colour, alt.StrokeDash(f"{field}:N", scale=dash_of(looks), legend=shown, title=None)


def _targets(table: pd.DataFrame, base: alt.Chart, value: alt.Y, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """Points that take the pointer; they are seen where there is one epoch, which no line can show."""
    opacity = 1 if table["epoch"].nunique() == 1 else 0
    return base.mark_point(size=90, opacity=opacity, filled=True).encode(y=value, tooltip=tooltip)


def _told(title: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("epoch:Q", format="d"),
        alt.Tooltip("mean:Q", title=title, format=".4f"),
        alt.Tooltip("seeds:Q", title="seeds"),
    ]
