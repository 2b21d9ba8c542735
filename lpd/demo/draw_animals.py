"""Drawings of animals; the origin is at the feet (dog, cat, horse) or in the middle (bird, duck, fish)."""

import math

from lpd.demo.pen import Colour, Pen, mix

__all__ = ["draw_bird", "draw_cat", "draw_dog", "draw_duck", "draw_fish", "draw_horse"]

_DARK: Colour = (40, 34, 34)


def _four_legs(
    pen: Pen, colour: Colour, *, hips: tuple[float, float], height: float, swing: float, width: float
) -> None:
    back, front = hips
    shade = mix(colour, (0, 0, 0), 0.25)
    for x, phase, tone in (
        (back, -swing, shade),
        (front, swing, shade),
        (back, swing, colour),
        (front, -swing, colour),
    ):
        foot = x + 0.55 * height * phase
        knee = (x + 0.2 * height * phase, -0.5 * height)
        pen.limb([(x, -height), knee, (foot, -0.12 * height * abs(phase))], tone, width=width)


def draw_dog(pen: Pen, colour: Colour, *, swing: float) -> None:
    """Draws a dog, one unit long, looking to the right."""
    wag = 0.06 * math.sin(9 * swing)
    pen.limb([(-0.34, -0.5), (-0.48, -0.66), (-0.52 + wag, -0.82)], colour, width=0.08)
    _four_legs(pen, colour, hips=(-0.27, 0.24), height=0.36, swing=swing, width=0.1)
    pen.oval(-0.02, -0.46, radius=(0.37, 0.17), colour=colour)
    pen.shape([(0.18, -0.6), (0.34, -0.8), (0.46, -0.7), (0.3, -0.4)], colour)
    pen.oval(0.4, -0.74, radius=(0.16, 0.14), colour=colour)
    pen.oval(0.55, -0.69, radius=(0.11, 0.075), colour=mix(colour, (255, 236, 214), 0.35))
    pen.oval(0.64, -0.71, radius=(0.04, 0.035), colour=_DARK)
    pen.oval(0.44, -0.78, radius=(0.025, 0.03), colour=_DARK)
    pen.shape([(0.3, -0.86), (0.39, -0.82), (0.33, -0.56), (0.24, -0.58)], mix(colour, _DARK, 0.4))
    pen.line([(0.24, -0.6), (0.36, -0.5)], (214, 54, 50), width=0.05)


def draw_cat(pen: Pen, colour: Colour, *, swing: float) -> None:
    """Draws a cat with its tail up, one unit long, looking to the right."""
    pen.limb([(-0.3, -0.36), (-0.46, -0.5), (-0.4, -0.76), (-0.5, -0.92)], colour, width=0.075)
    _four_legs(pen, colour, hips=(-0.24, 0.2), height=0.28, swing=swing, width=0.085)
    pen.oval(-0.03, -0.36, radius=(0.32, 0.14), colour=colour)
    for x in (-0.14, -0.02, 0.1):
        pen.line([(x, -0.49), (x + 0.02, -0.38)], mix(colour, _DARK, 0.45), width=0.04)
    pen.shape([(0.19, -0.6), (0.2, -0.86), (0.34, -0.72)], colour)
    pen.shape([(0.34, -0.72), (0.48, -0.86), (0.49, -0.6)], colour)
    pen.oval(0.34, -0.58, radius=(0.18, 0.16), colour=colour)
    for x in (0.3, 0.42):
        pen.oval(x, -0.61, radius=(0.028, 0.04), colour=(90, 150, 70))
    pen.oval(0.38, -0.53, radius=(0.03, 0.022), colour=(226, 120, 130))


def draw_horse(pen: Pen, colour: Colour, *, swing: float) -> None:
    """Draws a horse, about one unit long and high, looking to the right."""
    mane = mix(colour, _DARK, 0.6)
    pen.limb([(-0.36, -0.68), (-0.5, -0.56), (-0.52, -0.3)], mane, width=0.09)
    _four_legs(pen, colour, hips=(-0.28, 0.25), height=0.54, swing=swing, width=0.095)
    pen.oval(-0.02, -0.64, radius=(0.39, 0.17), colour=colour)
    pen.shape([(0.12, -0.68), (0.33, -1.08), (0.48, -1.0), (0.36, -0.58)], colour)
    pen.shape([(0.34, -1.12), (0.5, -1.1), (0.7, -0.9), (0.64, -0.8), (0.42, -0.9)], colour)
    pen.shape([(0.34, -1.12), (0.38, -1.22), (0.43, -1.1)], colour)
    pen.limb([(0.33, -1.1), (0.22, -0.92), (0.12, -0.74)], mane, width=0.08)
    pen.oval(0.5, -1.02, radius=(0.022, 0.026), colour=_DARK)


def draw_bird(pen: Pen, colour: Colour, *, beat: float) -> None:
    """Draws a bird of one unit, wings up for beat 1 and down for -1, folded for beat 0."""
    pen.shape([(-0.3, -0.02), (-0.56, -0.12), (-0.54, 0.06)], mix(colour, _DARK, 0.3))
    pen.oval(0.0, 0.0, radius=(0.34, 0.16), colour=colour)
    pen.oval(0.32, -0.1, radius=(0.14, 0.12), colour=colour)
    pen.shape([(0.44, -0.13), (0.6, -0.08), (0.44, -0.04)], (244, 170, 50))
    pen.oval(0.35, -0.13, radius=(0.025, 0.028), colour=_DARK)
    tip = -0.6 * beat
    pen.shape([(0.16, -0.05), (-0.22, -0.05), (-0.3, tip), (-0.1, tip * 0.9)], mix(colour, _DARK, 0.22))


def draw_duck(pen: Pen, colour: Colour) -> None:
    """Draws a swimming duck of one unit; the water line is at the origin."""
    pen.shape([(-0.5, -0.3), (-0.2, -0.2), (0.34, -0.26), (0.4, 0.0), (0.2, 0.1), (-0.3, 0.1)], colour)
    pen.oval(-0.05, -0.1, radius=(0.28, 0.13), colour=mix(colour, _DARK, 0.18))
    pen.limb([(0.26, -0.16), (0.3, -0.42)], colour, width=0.14)
    pen.oval(0.34, -0.5, radius=(0.16, 0.14), colour=colour)
    pen.shape([(0.46, -0.55), (0.7, -0.46), (0.46, -0.41)], (244, 150, 40))
    pen.oval(0.38, -0.54, radius=(0.026, 0.03), colour=_DARK)


def draw_fish(pen: Pen, colour: Colour, *, swing: float) -> None:
    """Draws a fish of one unit, looking to the right."""
    fin = mix(colour, _DARK, 0.25)
    pen.shape([(-0.3, 0.0), (-0.58, -0.22 + 0.1 * swing), (-0.5, 0.02), (-0.58, 0.22 + 0.1 * swing)], fin)
    pen.shape([(-0.14, -0.16), (0.0, -0.36), (0.2, -0.18)], fin)
    pen.oval(0.02, 0.0, radius=(0.4, 0.22), colour=colour)
    for x in (-0.1, 0.08):
        pen.line([(x, -0.19), (x - 0.03, 0.0), (x, 0.19)], mix(colour, (255, 255, 255), 0.65), width=0.07)
    pen.oval(0.26, -0.05, radius=(0.06, 0.065), colour=(250, 250, 250))
    pen.oval(0.28, -0.05, radius=(0.03, 0.035), colour=_DARK)
