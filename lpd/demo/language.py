"""Captions of shots as people write them: synonyms, a part of the facts, slips, and much that repeats."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from lpd.captions import Caption
from lpd.demo.catalogue import COLOURS, PEOPLE, SCENES
from lpd.demo.words import (
    ACCESSORY_PHRASES,
    ACTION_PHRASES,
    CLOSINGS,
    COLOUR_WORDS,
    COUNT_WORDS,
    LOOK_PHRASES,
    NOUNS,
    OPENINGS,
    PLACE_PHRASES,
    SCENE_PHRASES,
    TIE_PHRASES,
    TIME_PHRASES,
    WEATHER_PHRASES,
)
from lpd.demo.world import Actor, Shot, World

__all__ = ["CAPTIONS_PER_SHOT", "caption_shot", "captions_of"]

Option = TypeVar("Option")

CAPTIONS_PER_SHOT = {"training": (2, 3), "validation": (1, 2)}

_SHORT = 0.2  # share of captions that name only who and where, so that many shots share them
_WRONG = 0.05  # share of colours and of counts that are told wrongly
_TYPO = 0.04  # share of captions with a letter lost or doubled


def captions_of(world: World, part: str) -> list[Caption]:
    """Returns the captions of a part's shots, in the order of the shots, with ids `<shot_id>#<number>`.

    Captions depend on the world's seed and on the shot only, not on the other shots.

    Raises:
        NotFoundError: if there is no such part.
    """
    low, high = CAPTIONS_PER_SHOT.get(part, (1, 2))
    captions: list[Caption] = []
    for shot in world.part(part):
        rng = np.random.default_rng([shot.seed, 1])
        count = int(rng.integers(low, high, endpoint=True))
        captions += [
            Caption(f"{shot.shot_id}#{k}", shot.shot_id, caption_shot(shot, rng)) for k in range(count)
        ]
    return captions


def caption_shot(shot: Shot, rng: np.random.Generator) -> str:
    """Returns one caption: some of what is true of the shot, now and then something that is not."""
    if rng.random() < _SHORT:
        return f"{_short_group(shot.main, rng)} {_pick(rng, SCENE_PHRASES[shot.scene])}"
    parts = [_group(shot.main, rng, coloured=shot.coloured)]
    tied = shot.other is not None and (shot.tie in ("riding", "holding") or rng.random() < 0.6)
    told_action = shot.main.action != "riding" and rng.random() < 0.7
    if shot.accessory and rng.random() < 0.6:
        parts.append(_pick(rng, ACCESSORY_PHRASES[shot.accessory]))
    if told_action:
        parts.append(_action(shot.main, rng))
    if tied and shot.other is not None and shot.tie is not None:
        parts += [_pick(rng, TIE_PHRASES[shot.tie]), _group(shot.other, rng, coloured=shot.coloured)]
    parts += _surroundings(shot, rng)
    return _slip(_frame(shot, " ".join(parts), rng), rng)


def _surroundings(shot: Shot, rng: np.random.Generator) -> list[str]:
    told = []
    if shot.place and rng.random() < 0.65:
        told.append(_pick(rng, PLACE_PHRASES[shot.place]))
    if rng.random() < 0.5:
        told.append(_pick(rng, SCENE_PHRASES[shot.scene]))
    if SCENES[shot.scene].outdoors and rng.random() < (0.45 if shot.time == "night" else 0.15):
        told.append(_pick(rng, TIME_PHRASES[shot.time]))
    if shot.weather and rng.random() < 0.6:
        told.append(_pick(rng, WEATHER_PHRASES[shot.weather]))
    if not told and SCENES[shot.scene].outdoors and rng.random() < 0.4:
        told.append("outdoors")
    return told


def _frame(shot: Shot, text: str, rng: np.random.Generator) -> str:
    chance = rng.random()
    if chance < 0.2:
        text = f"{_pick(rng, LOOK_PHRASES[shot.look])} {text}"
    elif chance < 0.32:
        text = f"{_pick(rng, OPENINGS)} {text}"
    return f"{text} {_pick(rng, CLOSINGS)}" if rng.random() < 0.1 else text


def _short_group(actor: Actor, rng: np.random.Generator) -> str:
    singular, plural = NOUNS[actor.kind][0]
    if actor.number == 1:
        return f"a {singular}"
    return f"{'two' if actor.number == 2 else 'several'} {plural}"


def _group(actor: Actor, rng: np.random.Generator, *, coloured: bool) -> str:
    count = int(rng.integers(1, 5)) if rng.random() < _WRONG else actor.number
    singular, plural = _pick(rng, NOUNS[actor.kind])
    words = [_pick(rng, COUNT_WORDS[count])]
    noun = singular if count == 1 else plural
    if not coloured or rng.random() < 0.5:
        words.append(noun)
    else:
        told = _pick(rng, tuple(COLOURS)) if rng.random() < _WRONG else actor.colour
        colour = _pick(rng, COLOUR_WORDS[told])
        words += [noun, "in", colour] if actor.kind in PEOPLE else [colour, noun]
    if words[0] == "a" and words[1][0] in "aeiou":
        words[0] = "an"
    return " ".join(words)


def _action(actor: Actor, rng: np.random.Generator) -> str:
    phrase = _pick(rng, ACTION_PHRASES[actor.action])
    if actor.direction and rng.random() < 0.25:
        phrase += " to the right" if actor.direction > 0 else " to the left"
    return phrase


def _slip(text: str, rng: np.random.Generator) -> str:
    if rng.random() >= _TYPO:
        return text
    at = int(rng.integers(1, len(text) - 1))
    return text[:at] + text[at + 1 :] if rng.random() < 0.5 else text[:at] + text[at] + text[at:]


def _pick(rng: np.random.Generator, options: Sequence[Option]) -> Option:
    return options[int(rng.integers(len(options)))]
