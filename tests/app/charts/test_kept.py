"""Charts of pinned views: their numbers, their colours in both themes, and what cannot be drawn."""

import json

import pytest

from app.charts import DARK, LIGHT
from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES
from app.charts.kept import kept_curves, kept_dots, kept_heatmap, kept_intervals, kept_places
from lpd.notebook.block_kinds import (
    CurveLine,
    CurvesBlock,
    DotsBlock,
    HeatmapBlock,
    IntervalRow,
    IntervalsBlock,
    Place,
    PlacesBlock,
)

LINE = CurveLine("lpd", (1.0, 2.0), (0.25, 0.5), (0.2, 0.4), (0.3, 0.6))
CURVES = CurvesBlock("mAP", "epoch", "mAP", (LINE, CurveLine("laff", (1.0,), (0.1,), (0.1,), (0.1,))))
DOTS = DotsBlock("infAP per topic", "infAP", ("1", "2"), ("a", "b"), ((0.5, None), (0.25, 0.75)))
INTERVALS = IntervalsBlock("runs", "infAP", (IntervalRow("lpd", 0.5, 0.25, 0.75),))
PLACES = PlacesBlock("a map", (Place("s1", 1.0, -2.0), Place("<b>", 0.5, 0.0)))


def drawn(chart) -> tuple[dict, list[dict]]:
    """The specification, and all rows of its data."""
    spec = json.loads(chart.to_json())
    return spec, [row for rows in spec["datasets"].values() for row in rows]


def test_curves_have_every_point_of_every_line() -> None:
    spec, rows = drawn(kept_curves(CURVES, LIGHT_CURVES))
    assert rows == [
        {"line": "lpd", "x": 1.0, "y": 0.25, "low": 0.2, "high": 0.3},
        {"line": "lpd", "x": 2.0, "y": 0.5, "low": 0.4, "high": 0.6},
        {"line": "laff", "x": 1.0, "y": 0.1, "low": 0.1, "high": 0.1},
    ]
    across = spec["layer"][1]["encoding"]["x"]
    assert (across["title"], across["axis"]["format"]) == ("epoch", "d")


def test_curves_over_shares_have_ticks_between_whole_numbers() -> None:
    line = CurveLine("lpd", (0.5, 1.0), (0.1, 0.2), (0.1, 0.2), (0.1, 0.2))
    spec, _ = drawn(kept_curves(CurvesBlock("t", "share", "y", (line,)), LIGHT_CURVES))
    assert "format" not in spec["layer"][1]["encoding"]["x"]["axis"]


def test_dots_leave_out_what_is_absent() -> None:
    _, rows = drawn(kept_dots(DOTS, LIGHT_CURVES))
    assert [(row["row"], row["column"], row["value"]) for row in rows] == [
        ("1", "a", 0.5),
        ("2", "a", 0.25),
        ("2", "b", 0.75),
    ]


def test_intervals_and_places_are_as_they_were_kept() -> None:
    assert drawn(kept_intervals(INTERVALS, LIGHT_CURVES))[1] == [
        {"name": "lpd", "value": 0.5, "low": 0.25, "high": 0.75}
    ]
    assert drawn(kept_places(PLACES, LIGHT_CURVES))[1] == [
        {"shot_id": "s1", "x": 1.0, "y": -2.0},
        {"shot_id": "<b>", "x": 0.5, "y": 0.0},
    ]


def test_a_heatmap_names_spaces_without_their_ends() -> None:
    block = HeatmapBlock("lpd", ("text:bow", "fused"), ((1.0, 0.25), (0.25, 1.0)))
    _, rows = drawn(kept_heatmap(block, LIGHT))
    assert {0.25, 1.0} <= {value for row in rows for value in row.values() if isinstance(value, float)}
    assert "text:bow" in json.dumps(rows)


@pytest.mark.parametrize(
    ("draw", "block"),
    [(kept_curves, CURVES), (kept_dots, DOTS), (kept_intervals, INTERVALS), (kept_places, PLACES)],
    ids=["curves", "dots", "intervals", "places"],
)
def test_both_themes_have_their_own_colours(draw, block) -> None:
    light, dark = draw(block, LIGHT_CURVES).to_json(), draw(block, DARK_CURVES).to_json()
    assert LIGHT_CURVES.lines[0] in light
    assert DARK_CURVES.lines[0] in dark
    assert LIGHT_CURVES.lines[0] not in dark


def test_a_heatmap_has_the_colours_of_its_theme() -> None:
    block = HeatmapBlock("lpd", ("a", "b"), ((1.0, 0.25), (0.25, 1.0)))
    assert DARK.high in kept_heatmap(block, DARK).to_json()
    assert DARK.high not in kept_heatmap(block, LIGHT).to_json()
