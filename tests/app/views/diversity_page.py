"""What tests read out of the charts of the Diversity page."""

import json

import pyarrow as pa
import pytest


def charts(test):
    """The specification of every chart, with the rows of its tables."""
    found = []
    for element in test.get("vega_lite_chart"):
        chart = json.loads(element.proto.spec)
        tables = {one.name: pa.ipc.open_stream(one.data.data).read_all() for one in element.proto.datasets}
        chart["datasets"] = {name: table.to_pylist() for name, table in tables.items()}
        found.append(chart)
    return found


def heatmaps(test):
    """The specification of every heatmap; the curves are the other chart."""
    return [chart for chart in charts(test) if chart["layer"][0]["mark"]["type"] == "rect"]


def rows_of(chart: dict, layer: int) -> list[dict]:
    data = chart["layer"][layer].get("data", chart.get("data"))
    return chart["datasets"][data["name"]]


def printed(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".replace("0.", ".", 1)


def finished(page):
    """The page once nothing is made in the background any more."""
    for _ in range(100):
        if not any("stop_" in str(button.key) for button in page.button):
            return page
        page.run()
    pytest.fail("the work in the background did not end")
