import pytest

from app.charts import CurveSeries, overlap_curves
from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES

SERIES = [
    CurveSeries("laff", (5, 20, 1000), (0.8, 0.85, 0.9), source="mean over 15 topics"),
    CurveSeries("rep-lpd", (5, 20, 1000), (0.2, 0.3, 0.4), (0.01, 0.02, 0.7), source="mean of 3 seeds"),
]


def rows(chart: dict, layer: int) -> list[dict]:
    data = chart["layer"][layer].get("data", chart.get("data"))
    return chart["datasets"][data["name"]]


def test_seeds_have_a_band_that_stays_between_0_and_1():
    found = {(row["label"], row["k"]): row for row in rows(overlap_curves(SERIES, k=20).to_dict(), 1)}
    assert len(found) == 6
    one = found["rep-lpd", 20]
    assert (one["low"], one["high"], one["spread"]) == (pytest.approx(0.28), pytest.approx(0.32), "± 0.0200")
    assert (found["rep-lpd", 1000]["low"], found["rep-lpd", 1000]["high"]) == (0.0, 1.0)
    assert found["laff", 20]["low"] == found["laff", 20]["high"] == 0.85
    assert found["laff", 20]["spread"] == "one model"
    assert found["laff", 20]["source"] == "mean over 15 topics"


@pytest.mark.parametrize("colours", [LIGHT_CURVES, DARK_CURVES], ids=["light", "dark"])
def test_lines_differ_without_colour(colours):
    chart = overlap_curves(SERIES, k=20, colours=colours).to_dict()
    line = chart["layer"][2]["encoding"]
    assert line["color"]["scale"]["range"] == list(colours.lines[:2])
    dashes = line["strokeDash"]["scale"]["range"]
    assert dashes[0] != dashes[1]


def test_a_click_tells_the_nearest_k():
    chart = overlap_curves(SERIES, k=20).to_dict()
    (click,) = chart["params"]
    assert click["name"] == "at"
    assert click["select"]["fields"] == ["k"]
    assert click["select"]["nearest"]
    assert "params" not in overlap_curves(SERIES, k=20, clickable=False).to_dict()


def test_k_is_marked_on_a_logarithmic_axis():
    chart = overlap_curves(SERIES, k=300).to_dict()
    assert rows(chart, 0) == [{"k": 300}]
    assert chart["layer"][1]["encoding"]["x"]["scale"]["type"] == "log"
