"""A figure at one moment: where its movement has brought it, and the drawing that belongs to it."""

import math

from lpd.demo.catalogue import PEOPLE
from lpd.demo.draw_animals import draw_bird, draw_cat, draw_dog, draw_duck, draw_fish, draw_horse
from lpd.demo.draw_people import Person, draw_person
from lpd.demo.draw_things import (
    draw_ball,
    draw_balloon,
    draw_bicycle,
    draw_boat,
    draw_bus,
    draw_car,
    draw_kite,
    draw_train,
)
from lpd.demo.pen import Pen
from lpd.demo.staging import Figure

__all__ = ["draw_figure", "place_at"]

_STRIDE = {"walking": 0.8, "running": 1.35, "riding": 1.2, "swimming": 0.7}


def place_at(figure: Figure, *, moment: float) -> tuple[float, float]:
    """Returns x and y of a figure's origin; `moment` is in frames, 0 half-way through the shot."""
    x = figure.x + figure.speed * moment
    y = figure.y
    turn = figure.phase + 0.85 * moment
    if figure.action == "jumping":
        y -= abs(math.sin(turn)) * 0.42 * figure.size
    elif figure.action == "bouncing":
        y -= abs(math.sin(turn)) * 24
    elif figure.action == "falling":
        y += -30 + 5.4 * moment
    elif figure.action == "rising":
        y += 8 - 2.2 * moment
    elif figure.action in ("running", "riding", "dancing"):
        y -= abs(math.sin(turn)) * 0.05 * figure.size
    elif figure.action in ("flying", "swimming", "sailing"):
        y += 0.9 * math.sin(turn)
    return x, y


def draw_figure(pen: Pen, figure: Figure, *, moment: float) -> None:
    """Draws a figure with what it rides on or holds.

    Args:
        moment: in frames, 0 half-way through the shot.
    """
    x, y = place_at(figure, moment=moment)
    if figure.carrier is not None:
        _draw_rider(pen, figure, figure.carrier, (x, y), moment)
        return
    if figure.load is not None:
        _draw_load(pen, figure, figure.load, (x, y), moment)
    facing, tilt = _turn(figure, moment)
    if figure.diving:
        x -= 0.5 * figure.size * figure.facing
    here = pen.at(x, y, size=figure.size, facing=facing, tilt=tilt)
    if figure.kind in PEOPLE:
        draw_person(here, _person(figure, moment))
    else:
        _draw_kind(here, figure, moment)


def _turn(figure: Figure, moment: float) -> tuple[float, float]:
    facing = float(figure.facing)
    if figure.diving:
        return facing, 1.25 * facing
    if figure.action == "dancing":
        wave = math.cos(figure.phase + 0.7 * moment)
        return math.copysign(max(abs(wave), 0.35), wave), 0.12 * math.sin(figure.phase + 0.9 * moment)
    if figure.action == "running":
        return facing, 0.12 * facing
    if figure.kind == "boat":
        return facing, 0.05 * math.sin(figure.phase + 0.5 * moment)
    return facing, 0.0


def _swing(figure: Figure, moment: float) -> float:
    stride = _STRIDE.get(figure.action, 0.0)
    wide = {"walking": 0.55, "running": 1.0, "riding": 1.0, "swimming": 0.6}.get(figure.action, 0.0)
    if figure.action == "jumping":
        return 0.7
    if figure.action == "dancing":
        return 0.5 * math.sin(figure.phase + 0.9 * moment)
    return wide * math.sin(figure.phase + stride * moment)


def _person(figure: Figure, moment: float) -> Person:
    wave = math.sin(figure.phase + 1.1 * moment)
    arms = {"waving": 0.65 + 0.35 * wave, "dancing": 0.5 + 0.4 * wave, "jumping": 0.6, "running": -0.2}
    raised = arms.get(figure.action, -1.0)
    if figure.action == "swimming":
        raised = 0.4 + 0.5 * wave
    if figure.load is not None or figure.carrier is not None:
        raised = 0.1
    return Person(
        figure.kind,
        figure.colour,
        figure.skin,
        figure.hair,
        _swing(figure, moment),
        raised,
        seated=figure.carrier is not None,
        accessory=figure.accessory,
    )


def _draw_rider(pen: Pen, figure: Figure, carrier: Figure, place: tuple[float, float], moment: float) -> None:
    x, y = place
    carried = carrier._replace(action="running" if carrier.speed else "standing", phase=figure.phase)
    here = pen.at(x, y, size=carrier.size, facing=figure.facing)
    saddle = (-0.02, -0.74) if carrier.kind == "horse" else (-0.14, -0.57)
    _draw_kind(here, carried, moment)
    seat = pen.at(
        x + figure.facing * saddle[0] * carrier.size,
        y + saddle[1] * carrier.size + 0.42 * figure.size,
        size=figure.size,
        facing=figure.facing,
    )
    draw_person(seat, _person(figure, moment))


def _draw_load(pen: Pen, figure: Figure, load: Figure, place: tuple[float, float], moment: float) -> None:
    x, y = place
    hand = (x + figure.facing * 0.43 * figure.size, y - 0.78 * figure.size)
    sway = math.sin(load.phase + 0.6 * moment)
    if load.kind == "ball":
        _draw_kind(pen.at(hand[0], hand[1] - 0.3 * load.size, size=1.15 * load.size), load, moment)
    elif load.kind == "balloon":
        top = (hand[0] + 1.2 * sway, hand[1] - 1.1 * load.size)
        _draw_kind(pen.at(*top, size=load.size), load, moment)
    else:
        top = (hand[0] + figure.facing * 9 + 3 * sway, max(12.0, hand[1] - 30))
        pen.at(0, 0).line([hand, top], (120, 112, 112), width=0.5)
        _draw_kind(pen.at(*top, size=load.size, tilt=0.3 * sway), load, moment)


def _draw_kind(pen: Pen, figure: Figure, moment: float) -> None:
    colour, swing = figure.colour, _swing(figure, moment)
    roll = 0.28 * figure.speed * moment
    wave = math.sin(figure.phase + 1.2 * moment)
    match figure.kind:
        case "dog":
            draw_dog(pen, colour, swing=swing)
        case "cat":
            draw_cat(pen, colour, swing=swing)
        case "horse":
            draw_horse(pen, colour, swing=swing)
        case "bird":
            draw_bird(pen, colour, beat=wave if figure.action == "flying" else 0.0)
        case "duck":
            draw_duck(pen, colour)
        case "fish":
            draw_fish(pen, colour, swing=wave)
        case "car":
            draw_car(pen, colour, turn=roll)
        case "bus":
            draw_bus(pen, colour, turn=roll)
        case "bicycle":
            draw_bicycle(pen, colour, turn=roll)
        case "boat":
            draw_boat(pen, colour)
        case "train":
            draw_train(pen, colour, turn=roll)
        case "ball":
            draw_ball(pen, colour, turn=roll + 0.3 * moment)
        case "balloon":
            draw_balloon(pen, colour, sway=wave)
        case "kite":
            draw_kite(pen, colour, sway=figure.phase + 0.5 * moment)
        case unknown:
            raise AssertionError(f"no drawing of a {unknown}")
