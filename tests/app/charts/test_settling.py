"""Error bars and curves that settle."""

import pandas as pd

from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES
from app.charts.export import chart_bytes
from app.charts.settling import error_bars, settling_curves
from lpd.exports import Provenance

CURVE = pd.DataFrame(
    [(10, 2, "lpd", 0.3, 0.2, 0.4), (20, 2, "lpd", 0.35, 0.3, 0.4), (10, 2, "laff", 0.2, 0.1, 0.3)],
    columns=["judged", "topics", "tag", "inf_ap", "low", "high"],
)


def test_bars_stand_in_the_order_given_and_keep_their_colours() -> None:
    intervals = {"lpd": (0.3, 0.2, 0.4), "laff": (0.2, 0.1, 0.3)}
    drawn = error_bars(intervals, order=["laff", "lpd"], title="infAP", colours=LIGHT_CURVES).to_dict()
    rule = drawn["layer"][0]["encoding"]
    assert rule["y"]["sort"] == ["lpd", "laff"]
    assert rule["color"]["scale"]["domain"] == ["laff", "lpd"]
    assert rule["x2"] == {"field": "high"}


def test_curves_have_bands_and_are_told_apart_without_colour() -> None:
    chart = settling_curves(CURVE, order=["laff", "lpd"], title="infAP", colours=DARK_CURVES)
    band, line, _ = chart.to_dict()["layer"]
    assert band["encoding"]["y2"] == {"field": "high"}
    dashes = line["encoding"]["strokeDash"]["scale"]["range"]
    assert dashes[0] != dashes[1]
    assert chart_bytes(chart, form="svg", provenance=Provenance("w")).startswith(b"<svg")
