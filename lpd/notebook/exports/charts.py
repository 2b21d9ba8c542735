"""Blocks as charts of Vega-Lite, plain JSON: foreign words are values of data, never a part of the chart."""

from collections.abc import Sequence
from typing import Any

from lpd.exports.provenance import one_line
from lpd.notebook.block_kinds import Block, CurvesBlock, DotsBlock, HeatmapBlock, IntervalsBlock, PlacesBlock
from lpd.notebook.exports.look import HIGH, INK, LINE, LOW, MUTED, SERIES, SHAPES

__all__ = ["block_chart"]

Chart = dict[str, Any]

WIDTH = 720
CELL = 44
"""Pixels of a cell of a heatmap; smaller ones for many rows."""

INK_CHANGES = 0.55
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
"""The name of the format; nothing is fetched from there."""


def block_chart(block: Block) -> Chart | None:
    """Returns the chart of a block, None for one that has none or nothing to draw."""
    match block:
        case HeatmapBlock() if block.names:
            return _whole(_heatmap(block))
        case CurvesBlock() if any(line.x for line in block.lines):
            return _whole(_curves(block))
        case DotsBlock() if block.rows:
            return _whole(_dots(block))
        case IntervalsBlock() if block.rows:
            return _whole(_intervals(block))
        case PlacesBlock() if block.places:
            return _whole(_places(block))
    return None


def _whole(chart: Chart) -> Chart:
    config = {
        "font": "system-ui, sans-serif",
        "background": "white",
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED,
            "titleColor": INK,
            "titleFontWeight": "normal",
            "gridColor": LINE,
            "domainColor": LINE,
            "tickColor": LINE,
            "labelLimit": 260,
        },
        "legend": {"labelColor": INK, "titleColor": MUTED, "titleFontWeight": "normal", "labelLimit": 240},
    }
    whole: Chart = _on_one_line({"$schema": SCHEMA, "config": config, **chart})
    return whole


def _on_one_line(value: Any) -> Any:
    """The same with every text on one line of signs that can be printed."""
    if isinstance(value, dict):
        return {key: _on_one_line(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_on_one_line(one) for one in value]
    return one_line(value) if isinstance(value, str) else value


def _by(place: str) -> Chart:
    """The order of rows by a number in the data: names in a list would become part of an expression."""
    return {"field": place, "op": "min", "order": "ascending"}


def _heatmap(block: HeatmapBlock) -> Chart:
    rows = [
        {"row": name, "column": other, "value": value, "place": i, "other": j}
        for i, (name, values) in enumerate(zip(block.names, block.values, strict=True))
        for j, (other, value) in enumerate(zip(block.names, values, strict=True))
    ]
    cell = min(CELL, max(14, WIDTH // (len(block.names) + 3)))
    axes = {
        "x": {
            "field": "column",
            "type": "nominal",
            "sort": _by("other"),
            "title": None,
            "axis": {"labelAngle": -40},
        },
        "y": {"field": "row", "type": "nominal", "sort": _by("place"), "title": None},
    }
    colour = {
        "condition": {"test": "datum.row === datum.column", "value": "#eeeeea"},
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": [LOW, HIGH], "interpolate": "lab"},
        "title": "IoU",
    }
    tooltip = [{"field": name} for name in ("row", "column", "value")]
    ink = {"condition": {"test": f"datum.value >= {INK_CHANGES}", "value": "#ffffff"}, "value": INK}
    layers: list[Chart] = [{"mark": "rect", "encoding": {**axes, "color": colour, "tooltip": tooltip}}]
    if cell >= 28:
        text = {"field": "value", "type": "quantitative", "format": ".2f"}
        layers.append(
            {
                "transform": [{"filter": "datum.row !== datum.column && isValid(datum.value)"}],
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {**axes, "text": text, "color": ink, "tooltip": tooltip},
            }
        )
    size = {"step": cell}
    return {"data": {"values": rows}, "width": size, "height": size, "layer": layers}


def _series(names: Sequence[str], title: str) -> Chart:
    """Colour and shape of a series: neither is its only sign."""
    colours = [SERIES[place % len(SERIES)] for place in range(len(names))]
    return {
        "field": "series",
        "type": "nominal",
        "title": title,
        "scale": {"domain": list(names), "range": colours},
        "legend": {"symbolOpacity": 1},
    }


def _shapes(names: Sequence[str], title: str) -> Chart:
    shapes = [SHAPES[place % len(SHAPES)] for place in range(len(names))]
    return {**_series(names, title), "scale": {"domain": list(names), "range": shapes}}


def _fading() -> Chart:
    return {"condition": {"param": "picked", "value": 0.95}, "value": 0.12}


PICKED: Chart = {"name": "picked", "select": {"type": "point", "fields": ["series"]}, "bind": "legend"}


def _curves(block: CurvesBlock) -> Chart:
    rows = [
        {"series": line.name, "x": x, "y": y, "low": low, "high": high}
        for line in block.lines
        for x, y, low, high in zip(line.x, line.y, line.low, line.high, strict=True)
    ]
    names = [line.name for line in block.lines]
    x = {
        "field": "x",
        "type": "quantitative",
        "title": block.x_label,
        "axis": {"grid": False, "tickMinStep": 1},
        "scale": {"nice": False, "zero": False, "padding": 8},
    }
    y = {"type": "quantitative", "title": block.y_label, "scale": {"zero": False}}
    colour, opacity = _series(names, "line"), _fading()
    band = {
        "mark": {"type": "area"},
        "encoding": {
            "x": x,
            "y": {**y, "field": "low"},
            "y2": {"field": "high"},
            "color": colour,
            "opacity": {"condition": {"param": "picked", "value": 0.15}, "value": 0.03},
        },
    }
    tooltip = [{"field": name} for name in ("series", "x", "y", "low", "high")]
    line = {
        "params": [PICKED, {"name": "zoom", "select": "interval", "bind": "scales"}],
        "mark": {"type": "line", "point": {"size": 36}, "strokeWidth": 2},
        "encoding": {
            "x": x,
            "y": {**y, "field": "y"},
            "color": colour,
            "opacity": opacity,
            "tooltip": tooltip,
        },
    }
    return {"data": {"values": rows}, "width": WIDTH, "height": 300, "layer": [band, line]}


def _dots(block: DotsBlock) -> Chart:
    rows = [
        {"row": name, "series": column, "value": value, "place": place}
        for place, (name, values) in enumerate(zip(block.rows, block.values, strict=True))
        for column, value in zip(block.columns, values, strict=True)
        if value is not None
    ]
    colour = _series(block.columns, "list")
    return {
        "data": {"values": rows},
        "width": WIDTH,
        "height": {"step": 18},
        "params": [PICKED],
        "mark": {"type": "point", "filled": True, "size": 64},
        "encoding": {
            "x": {"field": "value", "type": "quantitative", "title": block.measure},
            "y": {
                "field": "row",
                "type": "nominal",
                "sort": _by("place"),
                "title": "topic",
                "axis": {"grid": True},
            },
            "color": colour,
            "shape": _shapes(block.columns, "list"),
            "opacity": _fading(),
            "tooltip": [{"field": "row", "title": "topic"}, {"field": "series"}, {"field": "value"}],
        },
    }


def _intervals(block: IntervalsBlock) -> Chart:
    rows = [
        {"row": one.name, "value": one.value, "low": one.low, "high": one.high, "place": place}
        for place, one in enumerate(block.rows)
    ]
    y = {"field": "row", "type": "nominal", "sort": _by("place"), "title": None}
    tooltip = [{"field": name} for name in ("row", "value", "low", "high")]
    x = {"type": "quantitative", "title": block.measure, "scale": {"zero": False}}
    rule = {
        "mark": {"type": "rule", "strokeWidth": 3, "color": SERIES[0]},
        "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}, "y": y, "tooltip": tooltip},
    }
    point = {
        "mark": {"type": "point", "filled": True, "size": 90, "color": SERIES[0]},
        "encoding": {"x": {**x, "field": "value"}, "y": y, "tooltip": tooltip},
    }
    return {"data": {"values": rows}, "width": WIDTH, "height": {"step": 28}, "layer": [rule, point]}


def _places(block: PlacesBlock) -> Chart:
    rows = [{"shot": one.shot_id, "x": one.x, "y": one.y} for one in block.places]
    axes = {
        axis: {
            "field": axis,
            "type": "quantitative",
            "title": None,
            "scale": {"zero": False},
            "axis": {"labels": False, "ticks": False},
        }
        for axis in ("x", "y")
    }
    return {
        "data": {"values": rows},
        "width": 520,
        "height": 420,
        "params": [{"name": "zoom", "select": "interval", "bind": "scales"}],
        "mark": {"type": "circle", "size": 42, "opacity": 0.75, "color": SERIES[0]},
        "encoding": {**axes, "tooltip": [{"field": "shot"}]},
    }
