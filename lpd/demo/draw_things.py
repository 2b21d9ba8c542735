"""Drawings of vehicles and toys; the origin is on the ground, at the water line, or a toy's middle."""

import math

from lpd.demo.pen import Colour, Pen, mix

__all__ = [
    "draw_ball",
    "draw_balloon",
    "draw_bicycle",
    "draw_boat",
    "draw_bus",
    "draw_car",
    "draw_kite",
    "draw_train",
]

_DARK: Colour = (40, 38, 44)
_GLASS: Colour = (176, 214, 232)
_LAMP: Colour = (255, 240, 170)


def _wheel(pen: Pen, x: float, radius: float, turn: float) -> None:
    pen.oval(x, -radius, radius=(radius, radius), colour=_DARK)
    pen.oval(x, -radius, radius=(0.5 * radius, 0.5 * radius), colour=(196, 196, 200))
    spoke = (0.45 * radius * math.cos(turn), 0.45 * radius * math.sin(turn))
    pen.line(
        [(x - spoke[0], -radius - spoke[1]), (x + spoke[0], -radius + spoke[1])], _DARK, width=0.25 * radius
    )


def draw_car(pen: Pen, colour: Colour, *, turn: float) -> None:
    """Draws a car, one unit long, driving to the right."""
    pen.shape([(-0.28, -0.3), (-0.18, -0.5), (0.14, -0.5), (0.28, -0.3)], mix(colour, _DARK, 0.15))
    pen.shape([(-0.2, -0.31), (-0.14, -0.45), (-0.03, -0.45), (-0.03, -0.31)], _GLASS)
    pen.shape([(0.02, -0.31), (0.02, -0.45), (0.12, -0.45), (0.21, -0.31)], _GLASS)
    body = [(-0.5, -0.12), (-0.5, -0.27), (-0.42, -0.32), (0.34, -0.32), (0.48, -0.25), (0.5, -0.12)]
    pen.shape(body, colour)
    pen.oval(0.46, -0.22, radius=(0.04, 0.035), colour=_LAMP)
    _wheel(pen, -0.28, 0.11, turn)
    _wheel(pen, 0.28, 0.11, turn)


def draw_bus(pen: Pen, colour: Colour, *, turn: float) -> None:
    """Draws a bus, one unit long, driving to the right."""
    pen.shape([(-0.5, -0.1), (-0.5, -0.52), (-0.47, -0.55), (0.46, -0.55), (0.5, -0.48), (0.5, -0.1)], colour)
    for k in range(5):
        left = -0.45 + 0.17 * k
        pen.shape([(left, -0.33), (left, -0.48), (left + 0.13, -0.48), (left + 0.13, -0.33)], _GLASS)
    pen.shape([(0.4, -0.26), (0.4, -0.48), (0.48, -0.46), (0.49, -0.26)], _GLASS)
    pen.line([(-0.5, -0.24), (0.5, -0.24)], mix(colour, (255, 255, 255), 0.6), width=0.035)
    pen.oval(0.47, -0.17, radius=(0.03, 0.03), colour=_LAMP)
    _wheel(pen, -0.3, 0.09, turn)
    _wheel(pen, 0.3, 0.09, turn)


def draw_bicycle(pen: Pen, colour: Colour, *, turn: float) -> None:
    """Draws a bicycle, one unit long, to the right; the saddle is at (-0.14, -0.58)."""
    for x in (-0.32, 0.32):
        pen.ring(x, -0.22, radius=0.21, colour=_DARK, width=0.05)
        spoke = (0.2 * math.cos(turn), 0.2 * math.sin(turn))
        pen.line(
            [(x - spoke[0], -0.22 - spoke[1]), (x + spoke[0], -0.22 + spoke[1])], (150, 150, 156), width=0.02
        )
    pen.line([(-0.32, -0.22), (-0.14, -0.52), (0.22, -0.5), (0.0, -0.2), (-0.14, -0.52)], colour, width=0.06)
    pen.line([(-0.32, -0.22), (0.0, -0.2)], colour, width=0.06)
    pen.line([(0.32, -0.22), (0.2, -0.62), (0.3, -0.66)], colour, width=0.06)
    pen.line([(-0.24, -0.57), (-0.06, -0.57)], _DARK, width=0.07)


def draw_boat(pen: Pen, colour: Colour) -> None:
    """Draws a sailing boat of one unit; the water line is at the origin."""
    pen.line([(0.02, -0.12), (0.02, -1.02)], (110, 78, 52), width=0.035)
    pen.shape([(0.06, -1.0), (0.06, -0.24), (0.46, -0.24)], (248, 244, 232))
    pen.shape([(-0.02, -0.9), (-0.02, -0.24), (-0.34, -0.24)], mix(colour, (255, 255, 255), 0.55))
    pen.shape([(-0.5, -0.18), (0.54, -0.18), (0.36, 0.1), (-0.34, 0.1)], colour)
    pen.line([(-0.46, -0.12), (0.5, -0.12)], (250, 250, 246), width=0.03)


def draw_train(pen: Pen, colour: Colour, *, turn: float) -> None:
    """Draws a locomotive with two wagons, one unit long in all, to the right."""
    for left in (-0.5, -0.18):
        pen.shape(
            [(left, -0.06), (left, -0.27), (left + 0.28, -0.27), (left + 0.28, -0.06)],
            mix(colour, _DARK, 0.25),
        )
        for k in range(3):
            x = left + 0.03 + 0.08 * k
            pen.shape([(x, -0.15), (x, -0.23), (x + 0.06, -0.23), (x + 0.06, -0.15)], _GLASS)
        _wheel(pen, left + 0.06, 0.04, turn)
        _wheel(pen, left + 0.22, 0.04, turn)
    pen.shape(
        [(0.14, -0.06), (0.14, -0.34), (0.28, -0.34), (0.28, -0.24), (0.47, -0.24), (0.5, -0.06)], colour
    )
    pen.shape([(0.17, -0.22), (0.17, -0.3), (0.25, -0.3), (0.25, -0.22)], _GLASS)
    pen.shape([(0.38, -0.24), (0.37, -0.36), (0.45, -0.36), (0.44, -0.24)], _DARK)
    for k in range(3):
        puff = 0.035 + 0.02 * k
        wave = 0.02 * math.sin(turn + k)
        pen.oval(0.39 - 0.12 * k, -0.43 - 0.07 * k + wave, radius=(puff, puff), colour=(232, 232, 236))
    _wheel(pen, 0.2, 0.05, turn)
    _wheel(pen, 0.33, 0.05, turn)
    _wheel(pen, 0.44, 0.05, turn)


def draw_ball(pen: Pen, colour: Colour, *, turn: float) -> None:
    """Draws a striped ball of one unit across, its middle at the origin."""
    pen.oval(0.0, 0.0, radius=(0.5, 0.5), colour=colour)
    light = mix(colour, (255, 255, 255), 0.75)
    for k in range(3):
        first, second = turn + k * math.tau / 3, turn + k * math.tau / 3 + 0.8
        edge = [(0.46 * math.cos(a), 0.46 * math.sin(a)) for a in (first, (first + second) / 2, second)]
        pen.shape([(0.0, 0.0), *edge], light)


def draw_balloon(pen: Pen, colour: Colour, *, sway: float) -> None:
    """Draws a toy balloon one unit high with its string down to (0, 1.1)."""
    pen.line([(0.0, 0.5), (0.08 * sway, 0.8), (0.0, 1.1)], (120, 112, 112), width=0.035)
    pen.shape([(-0.08, 0.6), (0.0, 0.46), (0.08, 0.6)], colour)
    pen.oval(0.0, 0.0, radius=(0.4, 0.5), colour=colour)
    pen.oval(-0.14, -0.2, radius=(0.08, 0.13), colour=mix(colour, (255, 255, 255), 0.7))


def draw_kite(pen: Pen, colour: Colour, *, sway: float) -> None:
    """Draws a kite one unit high with a waving tail and its string going down."""
    tail = [(0.12 * math.sin(3 * sway + k), 0.5 + 0.14 * k) for k in range(6)]
    pen.line(tail, colour, width=0.06)
    pen.shape([(0.0, -0.5), (0.36, -0.05), (0.0, 0.5), (-0.36, -0.05)], colour)
    pen.shape([(0.0, -0.5), (0.36, -0.05), (0.0, -0.05)], mix(colour, (255, 255, 255), 0.55))
    pen.shape([(0.0, 0.5), (-0.36, -0.05), (0.0, -0.05)], mix(colour, (255, 255, 255), 0.3))
