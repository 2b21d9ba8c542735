"""The papers' figures as Altair charts: data in, chart out."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

__all__ = ["curves_chart", "overlap_chart", "trade_off_chart"]

_LOW, _HIGH = "#fff7e6", "#0b3c5d"
_LINES = ["#0b3c5d", "#c2410c", "#2a6f6b", "#d99a1c", "#6b4e9b", "#8a94a0", "#b8336a"]
_DARK_BELOW = 0.5
_CELL = 30


def overlap_chart(table: pd.DataFrame, *, models: Sequence[str]) -> alt.TopLevelMixin:
    """Returns heatmaps of inter-space IoU, a row per edition and a column per model, on one scale of 0..1.

    Args:
        table: `edition`, `model`, `row`, `column` (names of spaces) and `iou`.
        models: in order.
    """
    rows: list[alt.HConcatChart] = []
    for edition in dict.fromkeys(table["edition"]):
        of_edition = table[table["edition"] == edition]
        charts = [
            _heatmap(of_edition[of_edition["model"] == model], title=f"{model}, {edition}")
            for model in models
            if (of_edition["model"] == model).any()
        ]
        rows.append(alt.hconcat(*charts))
    return alt.vconcat(*rows)


def _heatmap(table: pd.DataFrame, *, title: str) -> "alt.LayerChart | alt.FacetChart":
    spaces = list(dict.fromkeys(table["row"]))
    base = alt.Chart(table).encode(
        x=alt.X("column:N", sort=spaces, title=None, axis=alt.Axis(labelAngle=-60)),
        y=alt.Y("row:N", sort=spaces, title=None),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("iou:Q", scale=alt.Scale(domain=[0, 1], range=[_LOW, _HIGH]), title="IoU@20")
    )
    ink = alt.condition(alt.datum.iou < _DARK_BELOW, alt.value("#1b1f24"), alt.value("#ffffff"))
    numbers = base.mark_text(fontSize=9).encode(text=alt.Text("iou:Q", format=".2f"), color=ink)
    size = _CELL * len(spaces)
    return alt.layer(cells, numbers).properties(title=title, width=size, height=int(0.7 * size))


def curves_chart(table: pd.DataFrame, *, models: Sequence[str]) -> alt.TopLevelMixin:
    """Returns a line per model over the epochs, with a band of one standard deviation over the seeds.

    Args:
        table: `model`, `epoch`, `mean`, `low` and `high`.
        models: in order.
    """
    colours = alt.Scale(domain=list(models), range=_LINES[: len(models)])
    base = alt.Chart(table).encode(
        x=alt.X("epoch:Q", axis=alt.Axis(tickMinStep=1, format="d")),
        color=alt.Color("model:N", scale=colours, title=None, legend=alt.Legend(symbolOpacity=1)),
    )
    low = alt.Y("low:Q", title="validation mAP", scale=alt.Scale(zero=False))
    band = base.mark_area(opacity=0.18).encode(y=low, y2="high:Q")
    line = base.mark_line(point=True).encode(y=alt.Y("mean:Q", title="validation mAP"))
    return alt.layer(band, line).properties(width=480, height=280)


def trade_off_chart(table: pd.DataFrame) -> alt.TopLevelMixin:
    """Returns infAP against diversity, an edition each: a line per re-ranking method, a point per model.

    Args:
        table: `edition`, `what`, `kind` (`curve` or `point`), `trade_off`, `diversity` and `inf_ap`.
    """
    names = list(dict.fromkeys(table["what"]))
    charts = []
    for edition in dict.fromkeys(table["edition"]):
        base = alt.Chart(table[table["edition"] == edition]).encode(
            x=alt.X("diversity:Q", title="diversity of the first 20", scale=alt.Scale(zero=False)),
            y=alt.Y("inf_ap:Q", title="infAP", scale=alt.Scale(zero=False)),
            color=alt.Color("what:N", sort=names, title=None, scale=alt.Scale(domain=names, range=_LINES)),
        )
        lines = base.mark_line(point=True).encode(order="trade_off:Q")
        points = base.mark_point(size=110, filled=True, shape="diamond")
        layers = [
            lines.transform_filter(alt.datum.kind == "curve"),
            points.transform_filter(alt.datum.kind == "point"),
        ]
        charts.append(alt.layer(*layers).properties(title=edition, width=380, height=300))
    return alt.hconcat(*charts)
