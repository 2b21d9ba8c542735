"""Charts as files: the words are in them, the size is right, nothing is fetched, the origin stands inside."""

import io
import json
from xml.etree import ElementTree

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from app.charts import SpaceName, iou_heatmap
from app.charts.export import chart_bytes
from lpd.exports import Provenance

SVG = "{http://www.w3.org/2000/svg}"
PROVENANCE = Provenance("a </metadata> & \u202e \x00 b", made_at="2026-01-02T03:04:05Z")


def curve(title: str = "cut-off k <é> & more") -> alt.Chart:
    table = pd.DataFrame({"k": [5, 10, 20], "iou": [0.1, 0.2, 0.4]})
    return (
        alt.Chart(table)
        .mark_line()
        .encode(x=alt.X("k:Q", title=title), y="iou:Q")
        .properties(width="container", height=100, background="transparent")
    )


def picture(data: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(data))
    opened.load()
    return opened


def test_an_svg_has_the_title_the_width_and_what_it_was_made_from() -> None:
    tree = ElementTree.fromstring(chart_bytes(curve(), form="svg", provenance=PROVENANCE, width=400))
    assert tree.tag == f"{SVG}svg"
    assert "cut-off k <é> & more" in [text.text for text in tree.iter(f"{SVG}text")]
    assert {text.get("font-family") for text in tree.iter(f"{SVG}text")} == {"sans-serif"}
    assert 400 <= float(tree.get("width", "0")) <= 480
    [metadata] = tree.findall(f"{SVG}metadata")
    assert metadata.get("id") == "lpd.provenance"
    assert json.loads(metadata.text or "") == PROVENANCE.as_dict()
    assert [child.tag for child in metadata] == []


def test_a_png_has_its_signature_twice_the_size_and_what_it_was_made_from() -> None:
    data = chart_bytes(curve(), form="png", provenance=PROVENANCE, width=400)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    opened = picture(data)
    assert 800 <= opened.width <= 960
    assert 200 <= opened.height <= 400
    assert json.loads(opened.info["lpd.provenance"]) == PROVENANCE.as_dict()
    assert opened.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_words_are_drawn_in_a_png() -> None:
    """A font is found: below the axis, a title changes pixels that without one are blank."""
    files = [chart_bytes(curve(title), form="png", provenance=PROVENANCE) for title in ("mmmmmm", "......")]
    dark = [int((np.asarray(picture(data).convert("L"))[-24:] < 128).sum()) for data in files]
    assert dark[0] > 3 * dark[1] > 0


def test_the_background_is_that_of_the_theme() -> None:
    data = chart_bytes(curve(), form="png", provenance=PROVENANCE, background="#15181c")
    assert picture(data).convert("RGB").getpixel((0, 0)) == (0x15, 0x18, 0x1C)


def test_the_heatmap_of_a_page_can_be_drawn() -> None:
    spaces = [SpaceName("text:bow", "bow", "text"), SpaceName("video:a", "colour & shape", "video")]
    chart = iou_heatmap(np.array([[1.0, 0.25], [0.25, 1.0]]), spaces)
    text = chart_bytes(chart, form="svg", provenance=PROVENANCE).decode()
    words = [one.text for one in ElementTree.fromstring(text).iter(f"{SVG}text")]
    assert {".25", "bow", "colour & shape"} <= set(words)


def test_data_from_an_address_are_refused() -> None:
    chart = alt.Chart("https://example.org/a.csv").mark_point().encode(x="a:Q")
    with pytest.raises(ValueError, match="External data url not allowed"):
        chart_bytes(chart, form="svg", provenance=PROVENANCE)


def test_another_form_is_refused() -> None:
    with pytest.raises(KeyError, match="jpeg"):
        chart_bytes(curve(), form="jpeg", provenance=PROVENANCE)
