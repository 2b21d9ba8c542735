"""Drawings of people: man, woman, child, what they wear and carry; one unit is a grown person's height."""

import math
from typing import NamedTuple

from lpd.demo.pen import Colour, Pen, mix

__all__ = ["Person", "draw_person", "draw_umbrella"]

_SHOE: Colour = (52, 46, 50)


class Person(NamedTuple):
    """How a person looks and what the limbs do.

    Args:
        kind: `man`, `woman` or `child`.
        colour: of jacket or dress.
        skin: of face and hands.
        hair: of the hair.
        swing: -1..1, how far the legs are apart and which is in front.
        arms: -1 hanging, 1 straight up.
        seated: legs bent as on a saddle.
        accessory: `hat`, `backpack`, `umbrella` or None.
    """

    kind: str
    colour: Colour
    skin: Colour
    hair: Colour
    swing: float
    arms: float
    seated: bool = False
    accessory: str | None = None


def draw_person(pen: Pen, person: Person) -> None:
    """Draws a person with the feet at the origin, looking to the right."""
    trousers = mix(person.colour, (36, 40, 66), 0.72)
    if person.accessory == "backpack":
        pen.oval(-0.17, -0.64, radius=(0.12, 0.17), colour=(196, 120, 50))
    _legs(pen, person, person.skin if person.kind == "woman" else trousers)
    _arm(pen, person, side=-1)
    if person.kind == "woman":
        _hair_behind(pen, person.hair)
        hem = -0.3 if person.seated else -0.24
        pen.shape(
            [(-0.1, -0.8), (0.1, -0.8), (0.12, -0.56), (0.23, hem), (-0.23, hem), (-0.12, -0.56)],
            person.colour,
        )
    else:
        pen.shape([(-0.15, -0.8), (0.15, -0.8), (0.15, -0.42), (-0.15, -0.42)], person.colour)
    _arm(pen, person, side=1)
    _head(pen, person)
    if person.accessory == "umbrella":
        draw_umbrella(pen, 0.2, -0.62)


def _legs(pen: Pen, person: Person, colour: Colour) -> None:
    if person.seated:
        pen.limb([(-0.02, -0.46), (0.2, -0.36), (0.16 + 0.05 * person.swing, -0.08)], colour, width=0.12)
        return
    reach = 0.05 + 0.2 * abs(person.swing)
    sign = 1.0 if person.swing >= 0 else -1.0
    back, front = -sign * reach, sign * reach
    lift = 0.1 * abs(person.swing)
    pen.limb(
        [(-0.05, -0.46), (0.4 * back, -0.24), (back, -lift if back < 0 else 0.0)],
        mix(colour, _SHOE, 0.25),
        width=0.11,
    )
    pen.limb([(0.05, -0.46), (0.6 * front, -0.24), (front, -lift if front < 0 else 0.0)], colour, width=0.11)


def _arm(pen: Pen, person: Person, *, side: int) -> None:
    shoulder = (side * 0.13, -0.75)
    angle = person.arms * 1.35
    if person.arms < -0.5:
        hand = (side * 0.15 - side * person.swing * 0.2, -0.42)
    else:
        hand = (side * (0.13 + 0.3 * math.cos(angle)), -0.75 - 0.34 * math.sin(angle))
    middle = ((shoulder[0] + hand[0]) / 2 + 0.02 * side, (shoulder[1] + hand[1]) / 2)
    pen.limb([shoulder, middle, hand], mix(person.colour, (0, 0, 0), 0.12), width=0.085)
    pen.oval(hand[0], hand[1], radius=(0.045, 0.045), colour=person.skin)


def _hair_behind(pen: Pen, hair: Colour) -> None:
    pen.shape([(-0.13, -0.98), (0.07, -1.0), (0.09, -0.76), (-0.17, -0.68)], hair)


def _head(pen: Pen, person: Person) -> None:
    radius = 0.15 if person.kind == "child" else 0.118
    y = -0.8 - 0.95 * radius
    pen.oval(0.01, y, radius=(radius, radius), colour=person.skin)
    top = [(math.cos(a), math.sin(a)) for a in (math.pi * (0.86 + 0.14 * k) for k in range(8))]
    pen.shape([(0.01 + 1.05 * radius * c, y + 1.08 * radius * s) for c, s in top], person.hair)
    pen.oval(0.07, y + 0.01, radius=(0.018, 0.024), colour=_SHOE)
    if person.accessory == "hat":
        brim = y - 0.55 * radius
        colour = (232, 206, 130)
        pen.shape([(-0.11, brim), (0.12, brim), (0.08, brim - 0.15), (-0.07, brim - 0.15)], colour)
        pen.limb([(-0.21, brim), (0.23, brim)], mix(colour, (90, 50, 20), 0.25), width=0.055)


def draw_umbrella(pen: Pen, x: float, y: float) -> None:
    """Draws an open umbrella whose handle is held at (x, y)."""
    pen.line([(x, y + 0.1), (x, y - 0.6)], (70, 60, 60), width=0.035)
    arch = [
        (x + 0.42 * math.cos(a), y - 0.48 - 0.3 * math.sin(a)) for a in (math.pi * k / 8 for k in range(9))
    ]
    pen.shape(arch, (206, 62, 92))
    pen.shape([(x + 0.14, y - 0.48), (x, y - 0.78), (x - 0.14, y - 0.48)], (238, 228, 214))
