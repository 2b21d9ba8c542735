"""Heatmap of inter-space IoU: one rectangle per pair of spaces, all models on one scale, cells that can be
chosen."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

__all__ = ["DARK", "LIGHT", "HeatmapColours", "SpaceName", "iou_heatmap", "iou_table"]

CELL = "cell"
"""Name of the selection: its points carry `row` and `column`, the names of two spaces."""

DARK_INK_BELOW = 0.5
CELL_HEIGHT = 31


@dataclass(frozen=True)
class HeatmapColours:
    """Colours of one theme: the ends of the scale, the ink on low and on high values, the two kinds of
    spaces."""

    low: str
    high: str
    ink_on_low: str
    ink_on_high: str
    text: str
    video: str
    muted: str
    accent: str


LIGHT = HeatmapColours("#fff7e6", "#0b3c5d", "#1b1f24", "#ffffff", "#a85b00", "#2a6f6b", "#5f6873", "#c2410c")
DARK = HeatmapColours("#22303a", "#f3d48a", "#e8eaed", "#15181c", "#e3a557", "#6fbdb6", "#a3abb5", "#7db6dc")


@dataclass(frozen=True)
class SpaceName:
    """A space: its full name, the label shown, and its end (`text`, `video` or `head`)."""

    name: str
    label: str
    end: str


def iou_table(
    matrix: np.ndarray, spaces: Sequence[SpaceName], chosen: tuple[str, str] | None = None
) -> pd.DataFrame:
    """Returns one row per cell: row, column, iou, what is written in it, whether it is the chosen pair.

    Args:
        matrix: (S, S) inter-space IoU, 1 on the diagonal.
        spaces: S spaces in the order of the matrix.
        chosen: names of the pair whose lists are shown.

    Raises:
        ValueError: if the matrix is not S x S.
    """
    if matrix.shape != (len(spaces), len(spaces)):
        raise ValueError(f"expected a {len(spaces)} x {len(spaces)} matrix, found {matrix.shape}")
    rows = []
    for i, first in enumerate(spaces):
        for j, second in enumerate(spaces):
            value = float(matrix[i, j])
            written = "" if i == j else f"{value:.2f}".removeprefix("0")
            rows.append(
                (
                    first.name,
                    second.name,
                    first.label,
                    second.label,
                    value,
                    written,
                    (first.name, second.name) == chosen,
                )
            )
    return pd.DataFrame(
        rows, columns=["row", "column", "row_label", "column_label", "iou", "written", "chosen"]
    )


def iou_heatmap(
    matrix: np.ndarray,
    spaces: Sequence[SpaceName],
    *,
    colours: HeatmapColours = LIGHT,
    chosen: tuple[str, str] | None = None,
) -> alt.LayerChart:
    """Returns the heatmap; its colour scale is fixed to 0..1, so several stand side by side comparably.

    Args:
        matrix: (S, S) inter-space IoU.
        spaces: S spaces in the order of the matrix.
        colours: of the theme.
        chosen: names of the pair that is outlined.
    """
    names = [space.name for space in spaces]
    band = alt.Scale(domain=names, paddingInner=0.05, paddingOuter=0)
    base = alt.Chart(iou_table(matrix, spaces, chosen)).encode(
        x=alt.X("column:N", sort=names, axis=None, scale=band),
        y=alt.Y("row:N", sort=names, axis=_label_axis(spaces, colours), scale=band),
        tooltip=[
            alt.Tooltip("row_label:N", title="space"),
            alt.Tooltip("column_label:N", title="and"),
            alt.Tooltip("iou:Q", title="IoU", format=".4f"),
        ],
    )
    return (
        alt.layer(_cells(base, colours), _numbers(base, colours))
        .properties(
            height=CELL_HEIGHT * len(spaces),
            width="container",
            background="transparent",
            padding={"left": 1, "top": 1, "right": 1, "bottom": 1},  # Streamlit writes into it
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure_view(strokeWidth=0)
    )


def _cells(base: alt.Chart, colours: HeatmapColours) -> alt.Chart:
    scale = alt.Scale(domain=[0, 1], range=[colours.low, colours.high], interpolate="lab", clamp=True)
    outlined = alt.condition(alt.datum.chosen, alt.value(colours.accent), alt.value("transparent"))
    cells = base.mark_rect(cornerRadius=3, cursor="pointer", strokeWidth=2.5).encode(
        color=alt.Color("iou:Q", scale=scale, legend=None), stroke=outlined
    )
    return cells.add_params(
        alt.selection_point(name=CELL, fields=["row", "column"], on="click", toggle=False)
    )


def _numbers(base: alt.Chart, colours: HeatmapColours) -> alt.Chart:
    low = alt.datum.iou < DARK_INK_BELOW
    ink = alt.condition(low, alt.value(colours.ink_on_low), alt.value(colours.ink_on_high))
    return base.mark_text(fontSize=10.5, baseline="middle", cursor="pointer").encode(
        text="written:N", color=ink
    )


def _label_axis(spaces: Sequence[SpaceName], colours: HeatmapColours) -> alt.Axis:
    """Labels without their end, coloured by it."""
    ends = {
        space.name: colours.text if space.end == "text" else colours.video
        for space in spaces
        if space.end != "head"
    }
    by_colour: dict[str, list[str]] = {}
    for name, colour in ends.items():
        by_colour.setdefault(colour, []).append(name)
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
        labelLimit=110,
        labelExpr=f"({json.dumps({space.name: space.label for space in spaces})})[datum.value]",
        labelColor={"condition": conditions, "value": colours.muted} if conditions else colours.muted,
    )
