"""Who stands where: from a shot's facts to figures with places, sizes and movements."""

from typing import NamedTuple

import numpy as np

from lpd.demo.backdrop import GROUND, WATER_LINE
from lpd.demo.catalogue import COLOURS, PEOPLE
from lpd.demo.pen import Colour
from lpd.demo.world import Actor, Shot

__all__ = ["Figure", "stage_shot"]

_SIZES = {
    "man": 38.0,
    "woman": 36.0,
    "child": 26.0,
    "dog": 27.0,
    "cat": 22.0,
    "horse": 36.0,
    "bird": 17.0,
    "duck": 17.0,
    "fish": 24.0,
    "car": 44.0,
    "bus": 58.0,
    "bicycle": 32.0,
    "boat": 38.0,
    "train": 82.0,
    "ball": 11.0,
    "balloon": 17.0,
    "kite": 20.0,
}
_SPEEDS = {
    "walking": 0.8,
    "running": 2.3,
    "swimming": 0.9,
    "flying": 1.7,
    "driving": 2.4,
    "sailing": 0.9,
    "rolling": 1.9,
    "riding": 2.0,
}
_LIGHTER_OR_DARKER = 16
_SKINS: tuple[Colour, ...] = ((250, 214, 184), (226, 178, 138), (172, 120, 84), (116, 78, 56))
_HAIRS: tuple[Colour, ...] = ((48, 36, 32), (98, 62, 36), (214, 168, 84), (150, 70, 40), (170, 168, 166))


class Figure(NamedTuple):
    """One thing that acts.

    Args:
        kind: e.g. `dog`.
        action: e.g. `running`.
        colour: the shade of its colour.
        x: horizontal place half-way through the shot, drawing units.
        y: where it stands, swims or flies.
        size: drawing units that one unit of its drawing has.
        facing: -1 looking to the left, 1 to the right.
        speed: drawing units per frame, to the right if positive.
        phase: where its movement starts, radians.
        water_line: below it the water hides the figure, or None.
        skin: of people.
        hair: of people.
        accessory: of people.
        carrier: what a person rides on, or None.
        load: what a person holds, or None.
        diving: a person who swims under water.
    """

    kind: str
    action: str
    colour: Colour
    x: float
    y: float
    size: float
    facing: int
    speed: float
    phase: float
    water_line: float | None = None
    skin: Colour = _SKINS[0]
    hair: Colour = _HAIRS[0]
    accessory: str | None = None
    carrier: "Figure | None" = None
    load: "Figure | None" = None
    diving: bool = False


def stage_shot(shot: Shot, middle: float, rng: np.random.Generator) -> list[Figure]:
    """Returns the figures of a shot, the farthest first.

    Args:
        middle: where the middle of the action is, drawing units.
    """
    total = shot.main.number + (shot.other.number if shot.other and shot.tie in ("beside", "chasing") else 0)
    zoom = float(rng.uniform(0.9, 1.22)) / (1 + 0.11 * (total - 1))
    side = 1 if rng.random() < 0.5 else -1
    apart = shot.other is not None and shot.tie in ("beside", "chasing")
    if shot.tie == "chasing":
        side = shot.main.direction or side
    shift = 19.0 * side if apart else 0.0
    figures = _group(shot, shot.main, middle + shift, zoom, rng)
    if apart and shot.other is not None:
        figures += _group(shot, shot.other, middle - shift, zoom, rng)
    elif shot.other is not None:
        figures = [_tied(shot, shot.other, figure, zoom, rng) for figure in figures]
    return sorted(figures, key=lambda figure: figure.y)


def _group(shot: Shot, actor: Actor, middle: float, zoom: float, rng: np.random.Generator) -> list[Figure]:
    size = _SIZES[actor.kind] * zoom
    step = min(0.72 * size if actor.kind not in PEOPLE else 0.56 * size, 66.0 / max(actor.number, 1))
    pace = _SPEEDS.get(actor.action, 0.0) * actor.direction * float(rng.uniform(0.85, 1.15))
    figures = []
    for number in range(actor.number):
        x = middle + (number - (actor.number - 1) / 2) * step + float(rng.uniform(-2, 2))
        own = size * float(rng.uniform(0.93, 1.07))
        y, water = _height(shot, actor, own, rng)
        facing = actor.direction or (1 if rng.random() < 0.5 else -1)
        figures.append(
            Figure(
                actor.kind,
                actor.action,
                _shade(actor.colour, rng),
                x,
                y + (2.4 * (number % 2) if actor.number > 1 else 0.0),
                own,
                facing,
                pace,
                float(rng.uniform(0, 6.28)),
                water,
                skin=_SKINS[int(rng.integers(len(_SKINS)))],
                hair=_HAIRS[int(rng.integers(len(_HAIRS)))],
                accessory=shot.accessory if actor is shot.main and actor.kind in PEOPLE else None,
                diving=shot.scene == "sea floor" and actor.kind in PEOPLE,
            )
        )
    return figures


def _height(shot: Shot, actor: Actor, size: float, rng: np.random.Generator) -> tuple[float, float | None]:
    """Returns where the figure's origin is and the water line that hides its lower part."""
    jitter = float(rng.uniform(-2.5, 2.5))
    if shot.scene == "sea floor":
        return (float(rng.uniform(28, 68)), None)
    if actor.kind in ("bird", "kite", "balloon") and actor.action in ("flying", "rising"):
        return float(rng.uniform(17, 38)), None
    if actor.kind in ("boat", "duck"):
        return WATER_LINE - 4 + jitter, WATER_LINE - 4 + jitter + 0.06 * size
    if actor.action == "swimming":
        depth = 0.58 if actor.kind in PEOPLE else 0.4
        return WATER_LINE + jitter + depth * size, WATER_LINE + jitter
    ground = GROUND + (6.0 if shot.scene == "harbour" else 0.0)
    if actor.kind == "train":
        return 73.0, None
    if actor.kind == "ball":
        return ground - 0.5 * size + jitter, None
    if actor.kind == "bird":
        return ground - 0.2 * size + jitter, None
    return ground + jitter, None


def _tied(shot: Shot, other: Actor, person: Figure, zoom: float, rng: np.random.Generator) -> Figure:
    size = _SIZES[other.kind] * zoom
    companion = Figure(
        other.kind,
        other.action,
        _shade(other.colour, rng),
        person.x,
        person.y,
        size,
        person.facing,
        0.0,
        person.phase,
    )
    if shot.tie == "riding":
        return person._replace(carrier=companion._replace(speed=person.speed), size=0.9 * person.size)
    return person._replace(load=companion)


def _shade(colour: str, rng: np.random.Generator) -> Colour:
    change = rng.integers(-_LIGHTER_OR_DARKER, _LIGHTER_OR_DARKER + 1) + rng.integers(-6, 7, size=3)
    red, green, blue = (int(min(255, max(0, c + d))) for c, d in zip(COLOURS[colour], change, strict=True))
    return red, green, blue
