"""Shots drawn frame by frame from their facts and seed; equal shots give equal pixels."""

import numpy as np
from PIL import Image

from lpd.demo.backdrop import Backdrop
from lpd.demo.catalogue import SCENES
from lpd.demo.draw_figure import draw_figure, place_at
from lpd.demo.draw_places import DRAW_PLACE
from lpd.demo.looks import apply_look, plan_look, style_of
from lpd.demo.pen import CANVAS, SCALE, Pen, mix
from lpd.demo.scenery import PAINT_SCENE
from lpd.demo.staging import Figure, stage_shot
from lpd.demo.world import Shot

__all__ = ["render_shot"]

_PAN = 22.0
_PLACE_SIZES = {"tree": 84.0, "house": 66.0, "rock": 46.0, "table": 46.0, "window": 56.0, "sunshade": 60.0}


def render_shot(shot: Shot) -> np.ndarray:
    """Returns the frames of a shot, (F, 96, 96, 3) uint8."""
    rng = np.random.default_rng([shot.seed, 2])
    pan = float(rng.choice([0.0, -_PAN, _PAN], p=[0.76, 0.12, 0.12]))
    width = CANVAS + abs(pan)
    middle = width / 2
    style = style_of(shot.look, night=shot.time == "night")
    image = Image.new("RGB", (round(width * SCALE), CANVAS * SCALE))
    paper = Backdrop(image, Pen(image, style), width, _dark_sky(shot), shot.place == "water", rng)
    PAINT_SCENE[shot.scene](paper)
    lights = _sky_lights(paper) if _dark_sky(shot) else []
    lights += _add_place(shot, paper, middle)
    if shot.scene == "stage":
        _side_curtains(paper)
    if shot.main.kind == "train" or (shot.other is not None and shot.other.kind == "train"):
        _track(paper)
    figures = stage_shot(shot, middle, rng)
    shifts = np.linspace(0.0, pan, shot.frames) if pan >= 0 else np.linspace(-pan, 0.0, shot.frames)
    frames = np.stack(
        [_frame(shot, image, figures, float(shift), number) for number, shift in enumerate(shifts)]
    )
    plan = plan_look(shot.look, lights, night=shot.time == "night", rng=rng)
    return apply_look(frames, plan, rng)


def _dark_sky(shot: Shot) -> bool:
    return shot.time == "night" and SCENES[shot.scene].outdoors


def _frame(shot: Shot, backdrop: Image.Image, figures: list[Figure], shift: float, number: int) -> np.ndarray:
    left = round(shift * SCALE)
    base = backdrop.crop((left, 0, left + CANVAS * SCALE, CANVAS * SCALE))
    picture = base.copy()
    pen = Pen(picture, style_of(shot.look, night=shot.time == "night"))
    moment = number - (shot.frames - 1) / 2
    for figure in figures:
        here = figure._replace(x=figure.x - left / SCALE)
        if figure.water_line is None:
            _shadow(shot, pen, here, moment)
        draw_figure(pen, here, moment=moment)
        if figure.water_line is not None:
            _cover_with_water(picture, base, pen, here, moment)
    if shot.weather is not None:
        _fall(shot, pen, number)
    return np.asarray(picture.reduce(SCALE))


def _shadow(shot: Shot, pen: Pen, figure: Figure, moment: float) -> None:
    flies = figure.action in ("flying", "rising") or shot.scene == "sea floor"
    if flies or pen.style.ink is not None:
        return
    x, _ = place_at(figure, moment=moment)
    wide = 0.42 * figure.size if figure.kind not in ("man", "woman", "child") else 0.24 * figure.size
    y = figure.y + (
        0.5 * figure.size if figure.kind == "ball" else 0.2 * figure.size if figure.kind == "bird" else 0.0
    )
    tone = {
        "snow field": (186, 198, 220),
        "beach": (196, 164, 112),
        "street": (74, 76, 84),
        "room": (116, 78, 52),
    }
    ground = tone.get(
        shot.scene, (62, 92, 52) if shot.scene in ("meadow", "forest", "hills") else (96, 80, 70)
    )
    pen.at(x, y + 0.4).oval(0.0, 0.0, radius=(wide, 1.7), colour=ground)


def _cover_with_water(
    picture: Image.Image, base: Image.Image, pen: Pen, figure: Figure, moment: float
) -> None:
    line = figure.water_line
    if line is None:
        return
    x, _ = place_at(figure, moment=moment)
    half = 0.75 * figure.size
    box = (
        max(0, round((x - half) * SCALE)),
        round(line * SCALE),
        min(CANVAS * SCALE, round((x + half) * SCALE)),
        min(CANVAS * SCALE, round((line + 0.8 * figure.size) * SCALE)),
    )
    if box[0] < box[2] and box[1] < box[3]:
        picture.paste(base.crop(box), box[:2])
    for k, reach in enumerate((0.42, 0.3)):
        y = line + 0.6 + 2.0 * k
        pen.at(0, 0).line(
            [(x - reach * figure.size, y), (x + reach * figure.size, y)], (232, 246, 250), width=0.8
        )


def _fall(shot: Shot, pen: Pen, number: int) -> None:
    rng = np.random.default_rng([shot.seed, 3])
    snow = shot.weather == "snow"
    places = rng.uniform(0, CANVAS, size=(34, 2))
    speed, slant = (4.2, 0.8) if snow else (11.0, -2.2)
    for x, y in places:
        left, top = (x + slant * number) % CANVAS, (y + speed * number) % CANVAS
        if snow:
            pen.oval(left, top, radius=(1.0, 1.0), colour=(252, 252, 255))
        else:
            pen.line([(left, top), (left - 0.9, top + 4.6)], (206, 222, 240), width=0.6)


def _sky_lights(paper: Backdrop) -> list[tuple[float, float, float]]:
    """Draws moon and stars; returns the moon's light."""
    x, y = paper.between(14, CANVAS - 14), paper.between(10, 22)
    for _ in range(26):
        radius = paper.between(0.35, 0.75)
        place = (paper.between(0, paper.width), paper.between(1, 40))
        paper.pen.oval(*place, radius=(radius, radius), colour=(255, 255, 250))
    paper.pen.oval(x, y, radius=(6, 6), colour=(255, 252, 230))
    return [(x, y, 7.0)]


def _add_place(shot: Shot, paper: Backdrop, middle: float) -> list[tuple[float, float, float]]:
    """Draws the landmark of a shot; returns the lights that belong to it."""
    if shot.place is None or shot.place == "water":
        return []
    size = _PLACE_SIZES.get(shot.place, 58.0) * paper.between(0.92, 1.08)
    beside = shot.place in ("house", "rock", "bench", "table", "lamp")
    x = middle + (
        paper.between(16, 26) * (1 if paper.rng.random() < 0.5 else -1) if beside else paper.between(-5, 5)
    )
    y = {"window": 66.0, "curtain": 76.0, "fence": 80.0}.get(shot.place, 81.0)
    if shot.scene == "harbour":
        y += 5.0
    pen = paper.pen.at(x, y, size=size)
    if paper.pen.style.ink is None and shot.place not in ("window", "curtain", "seaweed"):
        shadow = mix((60, 70, 60), (150, 150, 160), 0.6 if shot.scene == "snow field" else 0.1)
        paper.pen.oval(x + 3, y + 0.6, radius=(0.4 * size, 2.4), colour=shadow)
    DRAW_PLACE[shot.place](pen, paper.rng)
    if shot.place == "lamp":
        return [(x, y - 1.02 * size, 17.0)]
    return (
        [(x - 0.24 * size, y - 0.3 * size, 6.0), (x + 0.24 * size, y - 0.3 * size, 6.0)]
        if shot.place == "house"
        else []
    )


def _side_curtains(paper: Backdrop) -> None:
    for side in (0, 1):
        for k in range(2):
            left = 5.0 * k if side == 0 else paper.width - 5 - 5.0 * k
            tone = (150 - 26 * k, 30, 46)
            paper.pen.shape([(left, 0.0), (left + 5, 0.0), (left + 5.4, 74.0), (left - 0.4, 74.0)], tone)


def _track(paper: Backdrop) -> None:
    for k in range(int(paper.width // 5) + 2):
        paper.pen.line([(5.0 * k, 72.4), (5.0 * k - 1.5, 76.0)], (104, 78, 58), width=1.3)
    paper.pen.line([(0.0, 73.2), (paper.width, 73.2)], (84, 84, 92), width=1.0)
    paper.pen.line([(0.0, 75.4), (paper.width, 75.4)], (120, 120, 128), width=0.8)
