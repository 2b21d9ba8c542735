"""Heatmap of inter-space IoU: one rectangle per pair of spaces, all models on one scale, cells that can be
chosen."""

import json
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from app.charts.heatmap_colours import LIGHT, HeatmapColours
from app.charts.overlap_table import (
    NO_FACTS,
    WORTH,
    CellFacts,
    SpaceName,
    iou_table,
    worth_column,
)

__all__ = ["heatmap_row", "iou_heatmap"]

CELL = "cell"
"""Name of the selection: its points carry `row` and `column`, the names of two spaces."""

CELL_HEIGHT = 31
CELL_WIDTH = 38
"""Pixels of a cell in a picture, where no page gives it its width."""

LABEL_WIDTH = 110


def iou_heatmap(
    matrix: np.ndarray,
    spaces: Sequence[SpaceName],
    *,
    colours: HeatmapColours = LIGHT,
    chosen: tuple[str, str] | None = None,
    facts: CellFacts = NO_FACTS,
) -> alt.LayerChart:
    """Returns the heatmap; its colour scale is fixed to 0..1, so several stand side by side comparably.

    Args:
        matrix: (S, S) inter-space IoU.
        spaces: S spaces in the order of the matrix.
        colours: of the theme.
        chosen: names of the pair that is outlined.
        facts: what stands beside and behind the cells.
    """
    table = iou_table(matrix, spaces, chosen=chosen, facts=facts)
    click = alt.selection_point(name=CELL, fields=["row", "column"], on="click", toggle=False)
    return (
        _layers(table, spaces, colours=colours, facts=facts, click=click)
        .properties(
            height=CELL_HEIGHT * len(spaces),
            width="container",
            background="transparent",
            padding={"left": 1, "top": 1, "right": 1, "bottom": 1},  # Streamlit writes into it
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure_view(strokeWidth=0)
    )


def heatmap_row(
    charts: Sequence[tuple[str, np.ndarray, Sequence[SpaceName]]], *, colours: HeatmapColours = LIGHT
) -> alt.HConcatChart:
    """Returns heatmaps side by side as one picture, with their titles, as Fig. 3 of the paper.

    Args:
        charts: title, (S, S) inter-space IoU and S spaces of each model.
        colours: of the theme.
    """
    drawn = [
        _layers(iou_table(matrix, spaces), spaces, colours=colours).properties(
            title=alt.TitleParams(title, color=colours.ink, fontSize=13, anchor="start"),
            width=CELL_WIDTH * len(spaces),
            height=CELL_HEIGHT * len(spaces),
        )
        for title, matrix, spaces in charts
    ]
    return alt.hconcat(*drawn, spacing=24).configure_view(strokeWidth=0)


def _layers(
    table: pd.DataFrame,
    spaces: Sequence[SpaceName],
    *,
    colours: HeatmapColours,
    facts: CellFacts = NO_FACTS,
    click: alt.Parameter | None = None,
) -> alt.LayerChart:
    """The heatmap without a size; without a click its cells cannot be chosen."""
    x, y = _places(spaces, colours, worth=facts.inf_ap is not None)
    told = [
        alt.Tooltip("row_label:N", title="space"),
        alt.Tooltip("column_label:N", title="and"),
        alt.Tooltip("iou:Q", title="IoU", format=".4f"),
    ]
    if facts.spread is not None:
        told.append(alt.Tooltip("spread:N", title="over seeds"))
    if facts.source:
        told.append(alt.Tooltip("source:N", title="from"))
    base = alt.Chart(table).encode(x=x, y=y, tooltip=told)
    layers = [_cells(base, colours, click), _numbers(base, colours)]
    if facts.inf_ap is not None:
        column = alt.Chart(worth_column(spaces, facts)).encode(x=x, y=y)
        layers += _worth(column, colours, facts)
    return alt.layer(*layers)


def _places(spaces: Sequence[SpaceName], colours: HeatmapColours, *, worth: bool) -> tuple[alt.X, alt.Y]:
    """The axes, which all layers share; the column of infAP has its name above it."""
    names = [space.name for space in spaces]
    columns = [*names, WORTH] if worth else names
    across, down = (alt.Scale(domain=one, paddingInner=0.05, paddingOuter=0) for one in (columns, names))
    title = alt.Axis(
        orient="top",
        title=None,
        ticks=False,
        domain=False,
        labelAngle=0,
        labelFontSize=11,
        labelPadding=2,
        labelColor=colours.muted,
        labelOverlap=False,
        labelExpr=f"datum.value === {json.dumps(WORTH)} ? 'infAP' : ''",
    )
    return (
        alt.X("column:N", sort=columns, axis=title if worth else None, scale=across),
        alt.Y("row:N", sort=names, axis=_label_axis(spaces, colours), scale=down),
    )


def _cells(base: alt.Chart, colours: HeatmapColours, click: alt.Parameter | None) -> alt.Chart:
    scale = alt.Scale(domain=[0, 1], range=[colours.low, colours.high], interpolate="lab", clamp=True)
    outlined = alt.condition(alt.datum.chosen, alt.value(colours.chosen), alt.value("transparent"))
    cursor = "pointer" if click is not None else "default"
    cells = base.mark_rect(cornerRadius=3, cursor=cursor, strokeWidth=2.5).encode(
        color=alt.Color("iou:Q", scale=scale, legend=None), stroke=outlined
    )
    return cells if click is None else cells.add_params(click)


def _numbers(base: alt.Chart, colours: HeatmapColours) -> alt.Chart:
    low = alt.datum.iou < colours.high_from
    ink = alt.condition(low, alt.value(colours.ink_on_low), alt.value(colours.ink_on_high))
    return base.mark_text(fontSize=10.5, baseline="middle").encode(text="written:N", color=ink)


def _worth(base: alt.Chart, colours: HeatmapColours, facts: CellFacts) -> list[alt.Chart]:
    """The column of infAP: a blank to point at, which tells where the number is from, and the number."""
    told = [
        alt.Tooltip("row_label:N", title="space"),
        alt.Tooltip("inf_ap:Q", title="infAP of its own list", format=".4f"),
    ]
    if facts.inf_ap_spread:
        told.append(alt.Tooltip("spread:N", title="over seeds"))
    told.append(alt.Tooltip("source:N", title="from"))
    blank = base.mark_rect(opacity=0).encode(tooltip=told)
    number = base.mark_text(fontSize=10.5, baseline="middle", color=colours.ink).encode(text="written:N")
    return [blank, number]


def _label_axis(spaces: Sequence[SpaceName], colours: HeatmapColours) -> alt.Axis:
    """Labels, coloured by their end."""
    inks = {"text": colours.text, "video": colours.video, "fused": colours.fused}
    by_colour: dict[str, list[str]] = {}
    for space in spaces:
        if space.end in inks:
            by_colour.setdefault(inks[space.end], []).append(space.name)
    conditions = [
        {"test": f"indexof({json.dumps(names)}, datum.value) >= 0", "value": colour}
        for colour, names in by_colour.items()
    ]
    return alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelFontSize=11,
        labelPadding=8,
        labelLimit=LABEL_WIDTH,
        labelExpr=f"({json.dumps({space.name: space.label for space in spaces})})[datum.value]",
        labelColor={"condition": conditions, "value": colours.muted} if conditions else colours.muted,
    )
