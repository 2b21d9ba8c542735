"""Altair charts as SVG and PNG, drawn here without a browser or a network, with what they were made from."""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import altair as alt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lpd.exports import Provenance

__all__ = ["CHART_FORMS", "METADATA", "Drawing", "chart_bytes"]

METADATA = "lpd.provenance"
"""Name of the PNG's text, and id of the SVG's metadata, that hold the provenance as JSON."""

VEGA_LITE = alt.SCHEMA_VERSION.rpartition(".")[0]
FONT = "sans-serif"
"""The viewer's own in an SVG; in a PNG the one that the converter brings along."""

Drawing = Mapping[str, Any]


def chart_bytes(
    chart: alt.TopLevelMixin,
    *,
    form: str,
    provenance: Provenance,
    width: int = 640,
    background: str = "white",
) -> bytes:
    """Returns a chart as a file of `CHART_FORMS`; data from an address are refused, nothing is fetched.

    Args:
        chart: as a page shows it.
        form: `svg`, or `png` with two pixels per point.
        provenance: stands in the file's metadata.
        width: in points, of a chart that takes its width from the page.
        background: of the picture; a page's charts are transparent, and their ink is that of its theme.

    Raises:
        KeyError: for another form.
    """
    drawing = dict(chart.to_dict())
    if drawing.get("width") == "container":
        drawing["width"] = width
    drawing["background"] = background
    drawing["config"] = {"font": FONT} | dict(drawing.get("config", {}))
    return CHART_FORMS[form](drawing, json.dumps(provenance.as_dict()))


def _svg(drawing: Drawing, told: str) -> bytes:
    import vl_convert

    text: str = vl_convert.vegalite_to_svg(dict(drawing), vl_version=VEGA_LITE, allowed_base_urls=[])
    start = text.index(">") + 1
    metadata = f'<metadata id="{METADATA}">{escape(told)}</metadata>'
    return f"{text[:start]}{metadata}{text[start:]}".encode()


def _png(drawing: Drawing, told: str) -> bytes:
    import vl_convert

    data = vl_convert.vegalite_to_png(dict(drawing), vl_version=VEGA_LITE, scale=2, allowed_base_urls=[])
    information = PngInfo()
    information.add_itxt(METADATA, told)
    stream = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.save(stream, "PNG", pnginfo=information)
    return stream.getvalue()


CHART_FORMS: dict[str, Callable[[Drawing, str], bytes]] = {"svg": _svg, "png": _png}
"""Form of a chart's file -> what draws it."""
