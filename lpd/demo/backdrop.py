"""The canvas behind the actors and what many scenes have: sky, ridges, specks, waves."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from lpd.demo.pen import SCALE, Colour, Pen, Style

__all__ = [
    "GROUND",
    "HORIZON",
    "WATER_LINE",
    "Backdrop",
    "paint_gradient",
    "paint_ridge",
    "paint_sky",
    "paint_specks",
    "paint_waves",
]

HORIZON = 54.0
"""Height of the horizon in drawing units."""

GROUND = 84.0
"""Where the feet of an actor in the middle distance stand."""

WATER_LINE = 74.0
"""Where the water reaches on what swims or sails in the middle distance."""


class Backdrop(NamedTuple):
    """A canvas that is being painted.

    Args:
        image: RGB, width * SCALE by CANVAS * SCALE pixels.
        pen: draws on it in drawing units.
        width: in drawing units.
        night: whether the sky is dark.
        in_water: whether the actors are in the water, so that water fills the foreground.
        rng: decides what is not told.
    """

    image: Image.Image
    pen: Pen
    width: float
    night: bool
    in_water: bool
    rng: np.random.Generator

    def between(self, low: float, high: float) -> float:
        """Returns a number between the two."""
        return float(self.rng.uniform(low, high))

    def choose(self, colours: Sequence[Colour]) -> Colour:
        """Returns one of the colours."""
        return colours[int(self.rng.integers(len(colours)))]


def paint_gradient(
    image: Image.Image, style: Style, rows: tuple[float, float], colours: tuple[Colour, Colour]
) -> None:
    """Fills the width between two heights: smoothly, in flat bands where there is ink, or with bare paper."""
    top, bottom = (round(y * SCALE) for y in rows)
    share = np.linspace(0.0, 1.0, bottom - top)[:, None, None]
    if style.ink is not None:
        share = np.floor(share * 2.999) / 2
    first, second = (np.array(colour, dtype=np.float64) for colour in colours)
    if style.paper is not None:
        first = second = np.array(style.paper, dtype=np.float64)
    column = np.round(first + (second - first) * share).astype(np.uint8)
    image.paste(
        Image.fromarray(column).resize((image.width, bottom - top), Image.Resampling.NEAREST), (0, top)
    )


def paint_sky(paper: Backdrop, horizon: float = HORIZON) -> None:
    """Paints sky down to the horizon: by day perhaps a sun and clouds."""
    if paper.night:
        colours: tuple[Colour, Colour] = ((46, 56, 122), (126, 132, 196))
    else:
        skies: Sequence[tuple[Colour, Colour]] = (
            ((84, 156, 224), (206, 232, 246)),
            ((120, 170, 214), (250, 226, 196)),
            ((150, 178, 200), (226, 230, 232)),
            ((240, 150, 110), (254, 224, 164)),
        )
        colours = skies[int(paper.rng.choice(4, p=[0.45, 0.25, 0.15, 0.15]))]
    paint_gradient(paper.image, paper.pen.style, (0.0, horizon), colours)
    if paper.night:
        return
    if paper.rng.random() < 0.6:
        paper.pen.oval(
            paper.between(12, paper.width - 12), paper.between(9, 20), radius=(6, 6), colour=(255, 240, 176)
        )
    for _ in range(int(paper.rng.integers(0, 4))):
        x, y, size = paper.between(5, paper.width - 5), paper.between(8, 30), paper.between(5, 9)
        for shift, part in ((-0.8, 0.6), (0.8, 0.55), (0.0, 0.85)):
            paper.pen.oval(
                x + shift * size, y, radius=(size * 0.9, size * 0.55 * part + 1), colour=(250, 250, 252)
            )


def paint_ridge(
    paper: Backdrop, colour: Colour, *, base: float, height: float, step: float
) -> list[tuple[float, float]]:
    """Paints a row of hills above `base` and returns its corners."""
    count = int(paper.width / step) + 2
    tops = [(k * step - 4, base - paper.between(0.2, 1.0) * height) for k in range(count + 1)]
    paper.pen.shape([(-6, base + 3), *tops, (paper.width + 6, base + 3)], colour)
    return tops


def paint_specks(
    paper: Backdrop, colours: Sequence[Colour], *, count: int, rows: tuple[float, float], size: float
) -> None:
    """Paints short strokes between two heights: grass, leaves, grains."""
    for _ in range(count):
        x, y = paper.between(0, paper.width), paper.between(*rows)
        paper.pen.line([(x, y), (x + size, y - 0.8 * size)], paper.choose(colours), width=0.7)


def paint_waves(paper: Backdrop, rows: tuple[float, float], colour: Colour) -> None:
    """Paints crests of waves between two heights."""
    for _ in range(16):
        x, y = paper.between(-6, paper.width), paper.between(*rows)
        paper.pen.line([(x, y), (x + 3, y - 0.8), (x + 6, y), (x + 9, y - 0.8)], colour, width=0.7)
