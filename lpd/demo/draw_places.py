"""Drawings of landmarks; the origin is the middle of the foot, one unit is about a tree's height."""

import math

import numpy as np

from lpd.demo.pen import Colour, Pen, mix

__all__ = ["DRAW_PLACE", "draw_conifer", "draw_tree"]

_WOOD: Colour = (128, 86, 54)
_GLASS: Colour = (252, 226, 140)


def draw_tree(pen: Pen, rng: np.random.Generator) -> None:
    """Draws a broad tree with a round crown."""
    leaf = mix((62, 138, 70), (150, 160, 60), float(rng.random()) * 0.6)
    pen.shape([(-0.06, 0.0), (-0.04, -0.5), (0.04, -0.5), (0.07, 0.0)], _WOOD)
    crown = ((-0.22, -0.6, 0.22), (0.22, -0.6, 0.22), (0.0, -0.8, 0.24), (0.0, -0.58, 0.24))
    for number, (x, y, radius) in enumerate(crown):
        shade = mix(leaf, (20, 50, 40), 0.25 - 0.06 * number)
        pen.oval(x, y, radius=(1.15 * radius, 0.85 * radius), colour=shade)
    for _ in range(5 if pen.style.ink is None else 0):
        x, y = float(rng.uniform(-0.3, 0.3)), float(rng.uniform(-0.9, -0.5))
        pen.line([(x - 0.04, y), (x + 0.02, y - 0.03)], mix(leaf, (255, 255, 180), 0.35), width=0.03)


def draw_conifer(pen: Pen, rng: np.random.Generator) -> None:
    """Draws a fir."""
    leaf = mix((34, 92, 68), (70, 120, 70), float(rng.random()))
    pen.shape([(-0.05, 0.0), (-0.05, -0.18), (0.05, -0.18), (0.05, 0.0)], _WOOD)
    for foot, half in ((-0.12, 0.3), (-0.38, 0.23), (-0.62, 0.16)):
        pen.shape([(-half, foot), (0.0, foot - 0.42), (half, foot)], mix(leaf, (255, 255, 255), -0.1 * foot))


def _house(pen: Pen, rng: np.random.Generator) -> None:
    wall = ((236, 214, 176), (214, 226, 226), (232, 190, 170), (240, 236, 220))[int(rng.integers(4))]
    roof = ((176, 74, 58), (110, 92, 104), (150, 96, 60))[int(rng.integers(3))]
    pen.shape([(0.16, -0.72), (0.16, -0.92), (0.26, -0.92), (0.26, -0.66)], mix(roof, (0, 0, 0), 0.2))
    pen.shape([(-0.38, 0.0), (-0.38, -0.5), (0.38, -0.5), (0.38, 0.0)], wall)
    pen.shape([(-0.48, -0.48), (0.0, -0.86), (0.48, -0.48)], roof)
    pen.shape([(-0.08, 0.0), (-0.08, -0.28), (0.08, -0.28), (0.08, 0.0)], mix(_WOOD, (0, 0, 0), 0.2))
    for x in (-0.24, 0.24):
        pen.shape([(x - 0.08, -0.22), (x - 0.08, -0.38), (x + 0.08, -0.38), (x + 0.08, -0.22)], _GLASS)
        pen.line([(x, -0.22), (x, -0.38)], wall, width=0.02)


def _fence(pen: Pen, rng: np.random.Generator) -> None:
    paint = ((244, 240, 230), _WOOD, (176, 150, 116))[int(rng.integers(3))]
    for y in (-0.13, -0.3):
        pen.limb([(-1.3, y), (1.3, y)], mix(paint, (0, 0, 0), 0.12), width=0.05)
    for k in range(17):
        x = -1.28 + 0.16 * k
        pen.shape([(x - 0.04, 0.0), (x - 0.04, -0.38), (x, -0.44), (x + 0.04, -0.38), (x + 0.04, 0.0)], paint)


def _rock(pen: Pen, rng: np.random.Generator) -> None:
    tone = mix((128, 126, 132), (158, 140, 120), float(rng.random()))
    pen.shape([(-0.36, 0.0), (-0.32, -0.24), (-0.12, -0.4), (0.12, -0.36), (0.32, -0.16), (0.38, 0.0)], tone)
    pen.shape([(-0.32, -0.24), (-0.12, -0.4), (0.12, -0.36), (-0.02, -0.26)], mix(tone, (255, 255, 255), 0.3))
    pen.line([(-0.02, -0.26), (0.06, -0.1)], mix(tone, (0, 0, 0), 0.3), width=0.02)


def _lamp(pen: Pen, rng: np.random.Generator) -> None:
    metal = (66, 70, 80)
    pen.shape([(-0.08, 0.0), (-0.02, -0.08), (0.02, -0.08), (0.08, 0.0)], metal)
    pen.limb([(0.0, -0.04), (0.0, -0.94)], metal, width=0.035)
    pen.shape([(-0.1, -0.94), (-0.06, -1.1), (0.06, -1.1), (0.1, -0.94)], (255, 238, 160))
    pen.shape([(-0.09, -1.1), (0.0, -1.18), (0.09, -1.1)], metal)


def _bench(pen: Pen, rng: np.random.Generator) -> None:
    wood = mix(_WOOD, (210, 120, 60), float(rng.random()))
    for x in (-0.32, 0.32):
        pen.limb([(x, 0.0), (x, -0.4)], (60, 60, 66), width=0.045)
    for y in (-0.18, -0.28, -0.37):
        pen.limb([(-0.42, y), (0.42, y)], wood, width=0.06)


def _tent(pen: Pen, rng: np.random.Generator) -> None:
    cloth = ((222, 120, 60), (84, 140, 176), (200, 180, 80), (190, 80, 90))[int(rng.integers(4))]
    pen.shape([(-0.52, 0.0), (0.0, -0.58), (0.52, 0.0)], cloth)
    pen.shape([(-0.14, 0.0), (0.0, -0.42), (0.14, 0.0)], mix(cloth, (20, 20, 30), 0.6))
    pen.line([(0.0, -0.58), (0.0, -0.42)], mix(cloth, (255, 255, 255), 0.5), width=0.02)


def _sunshade(pen: Pen, rng: np.random.Generator) -> None:
    cloth = ((226, 70, 66), (60, 130, 200), (240, 170, 60))[int(rng.integers(3))]
    pen.limb([(0.0, 0.0), (0.0, -0.8)], (236, 232, 220), width=0.035)
    edge = [(0.55 * math.cos(math.pi * k / 8), -0.68 - 0.34 * math.sin(math.pi * k / 8)) for k in range(9)]
    pen.shape(edge, cloth)
    for k in (0, 3, 6):
        pen.shape([edge[k], edge[k + 1], (0.0, -1.02)], (248, 244, 236))


def _table(pen: Pen, rng: np.random.Generator) -> None:
    wood = mix(_WOOD, (214, 170, 110), float(rng.random()))
    for x in (-0.32, 0.32):
        pen.limb([(x, 0.0), (x, -0.42)], mix(wood, (0, 0, 0), 0.25), width=0.05)
    pen.shape([(-0.44, -0.4), (-0.38, -0.5), (0.38, -0.5), (0.44, -0.4)], wood)
    pen.shape([(-0.06, -0.48), (-0.08, -0.62), (0.08, -0.62), (0.06, -0.48)], (90, 130, 190))
    for x in (-0.07, 0.0, 0.07):
        pen.line([(0.5 * x, -0.62), (x, -0.74)], (80, 140, 70), width=0.02)
        pen.oval(x, -0.76, radius=(0.04, 0.04), colour=(236, 110, 130))


def _window(pen: Pen, rng: np.random.Generator) -> None:
    pen.shape([(-0.36, -0.46), (-0.36, -1.04), (0.36, -1.04), (0.36, -0.46)], (250, 246, 236))
    for x in (-0.32, 0.02):
        for y in (-0.74, -1.0):
            pen.shape([(x, y + 0.24), (x, y), (x + 0.3, y), (x + 0.3, y + 0.24)], (160, 206, 236))
    for side in (-1, 1):
        drape = [
            (side * 0.5, -1.08),
            (side * 0.28, -1.08),
            (side * 0.36, -0.7),
            (side * 0.32, -0.4),
            (side * 0.5, -0.4),
        ]
        pen.shape(drape, (206, 110, 96))


def _curtain(pen: Pen, rng: np.random.Generator) -> None:
    cloth = ((172, 36, 52), (120, 40, 110), (40, 84, 130))[int(rng.integers(3))]
    for k in range(16):
        x = -1.28 + 0.16 * k
        shade = mix(cloth, (0, 0, 0), 0.12 + 0.22 * (k % 2))
        pen.shape([(x, -1.6), (x + 0.16, -1.6), (x + 0.17, -0.06), (x + 0.08, 0.0), (x - 0.01, -0.06)], shade)


def _seaweed(pen: Pen, rng: np.random.Generator) -> None:
    for _ in range(9):
        x, high = float(rng.uniform(-0.65, 0.65)), float(rng.uniform(0.5, 1.0))
        green = mix((40, 120, 70), (120, 150, 50), float(rng.random()))
        bend = [(x + 0.06 * math.sin(k * 1.3 + 9 * x), -high * k / 6) for k in range(7)]
        pen.limb(bend, green, width=0.06)


DRAW_PLACE = {
    "bench": _bench,
    "curtain": _curtain,
    "fence": _fence,
    "house": _house,
    "lamp": _lamp,
    "rock": _rock,
    "seaweed": _seaweed,
    "sunshade": _sunshade,
    "table": _table,
    "tent": _tent,
    "tree": draw_tree,
    "window": _window,
}
