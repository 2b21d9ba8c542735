"""A map as a picture: SVG of any number of points, and PNG made of it; no browser and no network.

Sizes: N shots, C classes.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from app.charts.export import METADATA
from app.map.colouring import Colouring
from app.map.colours import MapColours
from lpd.exports import Provenance

__all__ = ["MapPicture", "map_png", "map_svg"]

SIDE, GAP, HEAD, LINE = 520, 24, 34, 18
"""Points of a plane's side, between two planes, above them, and of a line of the legend."""

MARGIN = 16
FEW, TURNS = 2_000, 24
"""Below so many shots each class is drawn at once, else the classes take so many turns."""


@dataclass(frozen=True, eq=False)
class MapPicture:
    """One plane as it is drawn.

    Args:
        title: above it.
        places: (N, 2) float32, -1..1.
        colouring: the class of every shot.
        corners: of the lasso; none without.
        query: where the query lies; None without.
        labels: places and words.
    """

    title: str
    places: np.ndarray
    colouring: Colouring
    corners: tuple[tuple[float, float], ...] = ()
    query: tuple[float, float] | None = None
    labels: Sequence[tuple[float, float, str]] = ()


def map_svg(
    pictures: Sequence[MapPicture], colours: MapColours, *, caption: str, provenance: Provenance
) -> str:
    """Returns the planes side by side, with one legend.

    All shots of a class are one path of dots, so that 300,000 of them are a few MB.

    Args:
        pictures: one or two planes.
        colours: of a theme.
        caption: under them.
        provenance: stands in the file's metadata.
    """
    legend = _legend(pictures[0].colouring, colours, top=HEAD + SIDE + 26)
    width = 2 * MARGIN + len(pictures) * SIDE + (len(pictures) - 1) * GAP
    height = HEAD + SIDE + 26 + LINE * (len(legend) + 1) + MARGIN
    planes = [
        _plane(one, colours, left=MARGIN + number * (SIDE + GAP)) for number, one in enumerate(pictures)
    ]
    under = _words(MARGIN, height - MARGIN, caption, colours.ink, size=11)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" role="img" aria-label={quoteattr(caption)}>'
        f'<metadata id="{METADATA}">{escape(json.dumps(provenance.as_dict()))}</metadata>'
        f'<rect width="100%" height="100%" fill="{colours.background}"/>'
        f"{''.join(planes)}{''.join(legend)}{under}</svg>"
    )


def _plane(picture: MapPicture, colours: MapColours, *, left: float) -> str:
    half = SIDE / 2
    across = left + half + picture.places[:, 0] * (half - 8)
    down = HEAD + half - picture.places[:, 1] * (half - 8)
    base = _dot_size(int((picture.colouring.kinds != 255).sum()))
    parts = [_words(left, 22, picture.title, colours.ink, size=15, bold=True)]
    parts.append(
        f'<rect x="{left}" y="{HEAD}" width="{SIDE}" height="{SIDE}" fill="none" stroke="{colours.back}"/>'
    )
    for number, rows in _in_drawing_order(picture.colouring):
        parts.append(_dots(across[rows], down[rows], picture.colouring, number=number, base=base))
    place = lambda x, y: (left + half + x * (half - 8), HEAD + half - y * (half - 8))  # noqa: E731
    if picture.corners:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*one) for one in picture.corners))
        parts.append(f'<polygon points="{path}" fill="none" stroke="{colours.ink}" stroke-width="1.5"/>')
    for x, y, text in picture.labels:
        parts.append(_words(*place(x, y), text, colours.ink, size=12, bold=True, middle=True))
    if picture.query is not None:
        parts.append(_words(*place(*picture.query), "★", colours.ink, size=20, middle=True))
    return "".join(parts)


def _in_drawing_order(colouring: Colouring) -> Iterator[tuple[int, np.ndarray]]:
    """Yields class and rows: classes of a higher level later; those of one level take turns, so that of many
    shots none covers the others."""
    shots = len(colouring.kinds)
    turns = np.array_split(np.arange(shots), 1 if shots < FEW else TURNS)
    for level in sorted({one.level for one in colouring.classes}):
        for turn in turns:
            for number, one in enumerate(colouring.classes):
                rows = turn[colouring.kinds[turn] == number] if one.level == level and one.count else turn[:0]
                if len(rows):
                    yield number, rows


def _dot_size(count: int) -> float:
    return 5.0 if count < 2_000 else 3.0 if count < 20_000 else 1.6 if count < 100_000 else 1.0


def _dots(across: np.ndarray, down: np.ndarray, colouring: Colouring, *, number: int, base: float) -> str:
    """One path: strokes of no length with round ends are dots; crosses and rings are drawn as such."""
    one = colouring.classes[number]
    size = base * one.size
    places = np.stack([across, down], axis=1).astype(np.float64).round(1).tolist()
    if one.shape == "cross":
        r = size / 2
        path = "".join(
            f"M{x - r:.1f} {y - r:.1f}l{2 * r:.1f} {2 * r:.1f}m0 {-2 * r:.1f}l{-2 * r:.1f} {2 * r:.1f}"
            for x, y in places
        )
        return f'<path d="{path}" fill="none" stroke="{one.colour}" stroke-width="{max(0.7, size / 4):.1f}"/>'
    if one.shape == "ring":
        r = size / 2
        path = "".join(
            f"M{x - r:.1f} {y}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0"
            for x, y in places
        )
        return f'<path d="{path}" fill="none" stroke="{one.colour}" stroke-width="{max(0.6, size / 4):.1f}"/>'
    path = "".join(f"M{x} {y}h0" for x, y in places)
    return f'<path d="{path}" stroke="{one.colour}" stroke-width="{size:.1f}" stroke-linecap="round"/>'


def _legend(colouring: Colouring, colours: MapColours, *, top: float) -> list[str]:
    """A line per class, or the ends of the scale."""
    if colouring.ends is not None:
        low, high = colouring.ends
        ends = f'<stop offset="0" stop-color="{colours.low}"/><stop offset="1" stop-color="{colours.high}"/>'
        bar = (
            f'<defs><linearGradient id="scale">{ends}</linearGradient></defs>'
            f'<rect x="{MARGIN + 60}" y="{top - 9}" width="160" height="10" fill="url(#scale)"/>'
        )
        return [
            _words(MARGIN, top, f"{low:.3f}", colours.ink, size=11)
            + bar
            + _words(MARGIN + 228, top, f"{high:.3f}  {colouring.title}", colours.ink, size=11)
        ]
    signs = {"dot": "●", "cross": "✕", "ring": "○"}
    lines: list[str] = []
    for one in colouring.classes:
        if one.count:
            y = top + LINE * len(lines)
            sign = _words(MARGIN, y, signs[one.shape], one.colour, size=12, bold=True)
            lines.append(sign + _words(MARGIN + 18, y, f"{one.words}: {one.count:,}", colours.ink, size=11))
    return lines


def _words(
    x: float, y: float, text: str, colour: str, *, size: int, bold: bool = False, middle: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    anchor = ' text-anchor="middle" dominant-baseline="central"' if middle else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}"'
    return f"<text {place}{weight}{anchor}>{escape(text)}</text>"


def map_png(svg: str, provenance: Provenance) -> bytes:
    """Returns the picture of `map_svg` as PNG, two pixels per point, with its provenance as text."""
    import vl_convert

    information = PngInfo()
    information.add_itxt(METADATA, json.dumps(provenance.as_dict()))
    stream = io.BytesIO()
    with Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=2))) as picture:
        picture.save(stream, "PNG", pnginfo=information)
    return stream.getvalue()
