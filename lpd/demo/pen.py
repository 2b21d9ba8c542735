"""A pen that draws shapes in a place's own units on a Pillow picture, filled, inked, or as bare outlines."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw

__all__ = ["CANVAS", "SCALE", "Colour", "Pen", "Point", "Style", "mix"]

Colour = tuple[int, int, int]
Point = tuple[float, float]

CANVAS = 96
"""Width and height of a frame in drawing units; one unit is one pixel of the finished frame."""

SCALE = 2
"""Canvas pixels per drawing unit; the finished frame is reduced by it, which smooths the edges."""


class Style(NamedTuple):
    """How shapes are put down.

    Args:
        ink: colour of outlines, or None for none.
        width: width of outlines in drawing units.
        paper: colour that replaces every fill, or None to keep the fills.
    """

    ink: Colour | None = None
    width: float = 1.0
    paper: Colour | None = None


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Returns the colour that lies `share` of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


class Pen:
    """Draws in units of `size` around an origin, with y downwards, mirrored by `facing`, turned by `tilt`.

    Args:
        image: RGB picture in canvas pixels.
        style: see Style.
    """

    def __init__(self, image: Image.Image, style: Style) -> None:
        self.draw = ImageDraw.Draw(image)
        self.style = style
        self._set(0.0, 0.0, 1.0, 1.0, 0.0)

    def _set(self, x: float, y: float, size: float, facing: float, tilt: float) -> None:
        self._x, self._y, self._size = x * SCALE, y * SCALE, size * SCALE
        cos, sin = math.cos(tilt), math.sin(tilt)
        self._xx, self._xy = self._size * facing * cos, -self._size * sin
        self._yx, self._yy = self._size * facing * sin, self._size * cos
        self._stretch = abs(facing)
        self._upright = tilt == 0.0

    def at(self, x: float, y: float, *, size: float = 1.0, facing: float = 1.0, tilt: float = 0.0) -> "Pen":
        """Returns a pen on the same picture at another place, in drawing units, not relative to this one."""
        other = Pen.__new__(Pen)
        other.draw, other.style = self.draw, self.style
        other._set(x, y, size, facing, tilt)
        return other

    def _canvas(self, points: Sequence[Point]) -> list[Point]:
        return [
            (self._x + self._xx * x + self._xy * y, self._y + self._yx * x + self._yy * y) for x, y in points
        ]

    def _fill(self, colour: Colour) -> Colour:
        return colour if self.style.paper is None else self.style.paper

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Draws a filled polygon."""
        canvas = self._canvas(points)
        self.draw.polygon(canvas, fill=self._fill(colour))
        if self.style.ink is not None:
            width = max(1, round(self.style.width * SCALE))
            self.draw.line([*canvas, canvas[0], canvas[1]], fill=self.style.ink, width=width, joint="curve")

    def oval(self, x: float, y: float, *, radius: Point, colour: Colour) -> None:
        """Draws a filled ellipse with the given radii."""
        if not self._upright:
            self.shape(_ring(x, y, radius), colour)
            return
        [(cx, cy)] = self._canvas([(x, y)])
        rx, ry = radius[0] * self._size * self._stretch, radius[1] * self._size
        width = max(1, round(self.style.width * SCALE))
        box = (cx - rx, cy - ry, cx + rx, cy + ry)
        self.draw.ellipse(
            box, fill=self._fill(colour), outline=self.style.ink, width=width if self.style.ink else 0
        )

    def ring(self, x: float, y: float, *, radius: float, colour: Colour, width: float) -> None:
        """Draws an empty circle; `width` in drawing units of this pen."""
        self.line([*_ring(x, y, (radius, radius)), (x + radius, y)], colour, width=width)

    def line(self, points: Sequence[Point], colour: Colour, *, width: float) -> None:
        """Draws a thin line in its colour, or in ink where there is ink."""
        ink = colour if self.style.ink is None else self.style.ink
        self.draw.line(self._canvas(points), fill=ink, width=max(1, round(width * self._size)), joint="curve")

    def limb(self, points: Sequence[Point], colour: Colour, *, width: float) -> None:
        """Draws a thick filled stroke, inked on both sides where there is ink."""
        canvas = self._canvas(points)
        pixels = max(2, round(width * self._size))
        if self.style.ink is not None:
            edge = 2 * max(1, round(self.style.width * SCALE))
            self.draw.line(canvas, fill=self.style.ink, width=pixels + edge, joint="curve")
        self.draw.line(canvas, fill=self._fill(colour), width=pixels, joint="curve")


def _ring(x: float, y: float, radius: Point) -> list[Point]:
    steps = (k * math.tau / 14 for k in range(14))
    return [(x + radius[0] * math.cos(a), y + radius[1] * math.sin(a)) for a in steps]
