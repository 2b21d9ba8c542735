"""Looks: the same scene as a photo, at night, in black and white, sepia, outline, stage light, cartoon."""

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from lpd.demo.pen import CANVAS, Style

__all__ = ["LookPlan", "apply_look", "plan_look", "style_of"]

_NIGHT = (0.48, 0.55, 0.84)
_OLD_NIGHT = (0.6, 0.6, 0.6)


class LookPlan(NamedTuple):
    """What a look does to every frame of a shot: frame * gain + offset, then its tones.

    Args:
        gain: (96, 96, 3) float32, light, vignette and contrast.
        offset: (96, 96, 3) float32, what shines by itself, contrast, and the grain of coloured looks.
        tones: None for colours, else (dark, light) RGB float32 (2, 3) between which the luminance runs.
        noise: (96, 96, 1) float32, grain that is added after the tones.
        flicker: how much the brightness trembles from frame to frame.
    """

    gain: np.ndarray
    offset: np.ndarray
    tones: np.ndarray | None
    noise: np.ndarray
    flicker: float


def style_of(look: str, *, night: bool) -> Style:
    """Returns how shapes are put down in a look."""
    if look == "outline":
        if night:
            return Style(ink=(224, 230, 240), width=0.6, paper=(34, 42, 72))
        return Style(ink=(54, 56, 74), width=0.6, paper=(250, 247, 238))
    if look == "cartoon":
        return Style(ink=(38, 32, 44), width=0.7)
    return Style()


def plan_look(
    look: str, lights: list[tuple[float, float, float]], *, night: bool, rng: np.random.Generator
) -> LookPlan:
    """Returns what the look does to the frames of one shot.

    Args:
        look: one of lpd.demo.catalogue.LOOKS.
        lights: x, y, radius of what shines at night, drawing units.
        night: whether it is dark outside.
        rng: decides moon, stars, grain, the places of the spotlights.
    """
    gain = np.ones((CANVAS, CANVAS, 3), dtype=np.float32)
    glow = np.zeros((CANVAS, CANVAS, 3), dtype=np.float32)
    if look == "stage light":
        gain *= _spotlights(rng)
    elif night and look != "outline":
        gain *= np.array(_OLD_NIGHT if look in ("black-and-white", "sepia") else _NIGHT, dtype=np.float32)
        glow += _shine(lights)
    if look in ("photo", "night", "black-and-white", "sepia"):
        gain *= _vignette(0.45 if look == "sepia" else 0.22)
    grain = {"photo": 2.0, "night": 3.0, "black-and-white": 5.0, "sepia": 4.0, "outline": 0.0, "cartoon": 0.0}
    noise = rng.normal(0.0, 1.0, size=(CANVAS, CANVAS, 1)).astype(np.float32) * grain.get(look, 1.5)
    tones = {
        "black-and-white": np.array([[6, 6, 8], [250, 250, 248]], dtype=np.float32),
        "sepia": np.array([[52, 30, 16], [250, 230, 188]], dtype=np.float32),
    }.get(look)
    contrast = {"black-and-white": 1.4, "sepia": 1.45, "cartoon": 1.1, "photo": 1.06}.get(look, 1.0)
    slope = np.float32(contrast)
    offset = slope * glow - np.float32(128.0) * (slope - 1) + (noise if tones is None else 0.0)
    flicker = 0.05 if tones is not None else 0.0
    return LookPlan(slope * gain, offset.astype(np.float32), tones, noise, flicker)


def apply_look(frames: np.ndarray, plan: LookPlan, rng: np.random.Generator) -> np.ndarray:
    """Returns the frames as they appear in a look.

    Args:
        frames: (F, 96, 96, 3) uint8.

    Returns:
        (F, 96, 96, 3) uint8.
    """
    light = np.multiply(frames, plan.gain, dtype=np.float32)
    light += plan.offset
    if plan.flicker:
        light *= 1.0 + plan.flicker * rng.standard_normal((len(frames), 1, 1, 1), dtype=np.float32)
    if plan.tones is not None:
        share = light @ np.array([0.299, 0.587, 0.114], dtype=np.float32) / np.float32(255.0)
        np.clip(share, 0.0, 1.0, out=share)
        light = plan.tones[0] + share[..., None] * (plan.tones[1] - plan.tones[0])
        light += plan.noise
    np.clip(light, 0.0, 255.0, out=light)
    return light.astype(np.uint8)


def _vignette(strength: float) -> np.ndarray:
    axis = np.linspace(-1.0, 1.0, CANVAS, dtype=np.float32)
    distance = axis[:, None] ** 2 + axis[None, :] ** 2
    return (1.0 - strength * np.clip(distance - 0.35, 0.0, 1.4))[:, :, None]


def _spotlights(rng: np.random.Generator) -> np.ndarray:
    """Returns (96, 96, 3): a dim coloured room with two or three cones of coloured light."""
    colours = np.array(
        [[1.25, 0.45, 0.75], [0.4, 0.75, 1.35], [1.25, 1.0, 0.45], [0.55, 1.2, 0.6], [1.0, 0.5, 1.3]],
        dtype=np.float32,
    )
    light = np.tile(np.array([0.2, 0.17, 0.32], dtype=np.float32), (CANVAS, CANVAS, 1))
    chosen = rng.choice(len(colours), size=2, replace=False)
    cones = [(float(rng.uniform(5, 40)), 62.0, chosen[0]), (float(rng.uniform(56, 91)), 34.0, chosen[1])]
    for top, foot, colour in (*cones, (48.0, 48.0, None)):
        mask = Image.new("L", (CANVAS, CANVAS))
        pen = ImageDraw.Draw(mask)
        pen.polygon(
            [(top - 3, -2), (top + 3, -2), (foot + 24, 84), (foot - 24, 84)],
            fill=170 if colour is not None else 60,
        )
        pen.ellipse((foot - 25, 74, foot + 25, 95), fill=230)
        share = np.asarray(mask.filter(ImageFilter.GaussianBlur(3)), dtype=np.float32)[:, :, None] / 255.0
        tint = np.array([1.05, 1.0, 0.9], dtype=np.float32) if colour is None else colours[colour]
        light += 0.72 * share * tint
    return light


def _shine(lights: list[tuple[float, float, float]]) -> np.ndarray:
    """Returns (96, 96, 3): the warm light around each of the given places."""
    dark = Image.new("RGB", (CANVAS, CANVAS))
    pen = ImageDraw.Draw(dark)
    for x, y, radius in lights:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(130, 100, 46))
    return np.asarray(dark.filter(ImageFilter.GaussianBlur(5)), dtype=np.float32)
