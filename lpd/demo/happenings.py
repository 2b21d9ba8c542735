"""What happens in a generated shot, drawn from the frequencies of the catalogue."""

from typing import NamedTuple

import numpy as np

from lpd.demo.catalogue import ACCESSORIES, ACTIONS, KIND_COLOURS, LOOKS, PEOPLE, SCENES, TOYS, VEHICLES
from lpd.demo.shots import Actor

__all__ = ["Facts", "Theme", "draw_facts", "draw_theme"]


class Theme(NamedTuple):
    """What the shots of one video share."""

    scenes: tuple[str, ...]
    look: str
    night: bool
    kind: str
    colour: str


class Facts(NamedTuple):
    """What happens in a shot; the fields are those of lpd.demo.shots.Shot."""

    scene: str
    time: str
    look: str
    main: Actor
    other: Actor | None
    tie: str | None
    place: str | None
    accessory: str | None
    weather: str | None


def draw_theme(rng: np.random.Generator, scene_mix: dict[str, float]) -> Theme:
    """Returns what the shots of a new video share.

    Args:
        scene_mix: scene -> weight.
    """
    scenes = _several(rng, scene_mix, 2)
    kind = _one_of(rng, SCENES[scenes[0]].kinds)
    look = _one_of(rng, LOOKS)
    return Theme(scenes, look, bool(rng.random() < 0.25), kind, _pick(rng, KIND_COLOURS[kind]))


def draw_facts(rng: np.random.Generator, theme: Theme) -> Facts:
    """Returns what happens in a new shot of a video."""
    scene = theme.scenes[0] if rng.random() < 0.65 else theme.scenes[1]
    look = theme.look if rng.random() < 0.8 else _one_of(rng, LOOKS)
    night = look in ("night", "stage light") or (theme.night and look != "photo")
    kinds = SCENES[scene].kinds
    recurring = theme.kind in kinds and rng.random() < 0.6
    kind = theme.kind if recurring else _one_of(rng, kinds)
    colour = theme.colour if recurring and rng.random() < 0.8 else _pick(rng, KIND_COLOURS[kind])
    place = _place(rng, scene, kind)
    main = _actor(rng, kind, colour, place, scene)
    other, tie = _companion(rng, main, place, scene)
    if tie == "riding" and other is not None:
        moving = "standing" if main.action == "standing" else "riding"
        direction = (main.direction or _side(rng)) if moving == "riding" else 0
        main = main._replace(action=moving, direction=direction)
        other = other._replace(number=main.number, direction=direction)
        if other.kind == "horse":
            other = other._replace(action="running" if moving == "riding" else "standing")
    accessory = _pick(rng, ACCESSORIES) if kind in PEOPLE and rng.random() < 0.35 else None
    if accessory == "umbrella" and (tie in ("riding", "holding") or main.action == "swimming"):
        accessory = "hat"
    weather = None
    if SCENES[scene].outdoors and rng.random() < 0.16:
        weather = "snow" if scene == "snow field" else "rain"
    time = "night" if night else "day"
    return Facts(scene, time, look, main, other, tie, place, accessory, weather)


def _place(rng: np.random.Generator, scene: str, kind: str) -> str | None:
    if scene in ("beach", "harbour") and kind in ("boat", "duck"):
        return "water"
    if kind in ("bird", "balloon", "kite", "train", "bus", "boat", "duck") or rng.random() < 0.4:
        return None
    place = _pick(rng, SCENES[scene].places)
    swims = "swimming" in ACTIONS[kind]
    return None if place == "water" and not swims else place


def _actor(rng: np.random.Generator, kind: str, colour: str, place: str | None, scene: str) -> Actor:
    if kind in ("train", "bus"):
        count = 1 if rng.random() < 0.85 else 2
    elif kind in ("fish", "bird", "duck", "balloon"):
        count = int(rng.choice([1, 2, 3, 4], p=[0.3, 0.27, 0.23, 0.2]))
    else:
        count = int(rng.choice([1, 2, 3, 4], p=[0.56, 0.24, 0.12, 0.08]))
    swims = place == "water" or scene == "sea floor"
    options = tuple(action for action in ACTIONS[kind] if (action == "swimming") == swims) or ACTIONS[kind]
    action = _pick(rng, options)
    travels = action in ("walking", "running", "swimming", "flying", "driving", "sailing", "rolling")
    return Actor(kind, count, colour, action, _side(rng) if travels else 0)


def _companion(
    rng: np.random.Generator, main: Actor, place: str | None, scene: str
) -> tuple[Actor | None, str | None]:
    kinds = SCENES[scene].kinds
    calm = main.action in ("standing", "walking", "running")
    if main.kind in PEOPLE and calm and place != "water":
        rides = {"bicycle": 1.0, **({"horse": 1.0} if "horse" in kinds else {})}
        if scene not in ("room", "stage") and main.number <= 2 and rng.random() < 0.5:
            kind = _one_of(rng, rides)
            action = "standing"
            return Actor(kind, main.number, _pick(rng, KIND_COLOURS[kind]), action, 0), "riding"
        if main.number <= 2 and rng.random() < 0.35:
            kind = _one_of(rng, {"balloon": 1.2, "ball": 1.0, "kite": 0.8 if SCENES[scene].outdoors else 0.0})
            colour = _pick(rng, KIND_COLOURS[kind])
            return Actor(kind, main.number, colour, "held", 0), "holding"
    if rng.random() < 0.5 or main.number > 2 or main.kind in ("train", "bus"):
        return None, None
    kind = _one_of(
        rng, {kind: w for kind, w in kinds.items() if kind != main.kind and kind not in VEHICLES + TOYS}
    )
    at_water = "water" if kind == "duck" or place == "water" else None
    if at_water and "swimming" not in ACTIONS[kind]:
        return None, None
    other = _actor(rng, kind, _pick(rng, KIND_COLOURS[kind]), at_water, scene)
    other = other._replace(number=min(other.number, 2))
    if main.action == "running" and kind in (*PEOPLE, "dog", "horse", "cat"):
        return other._replace(action="running", direction=main.direction), "chasing"
    return other, "beside"


def _side(rng: np.random.Generator) -> int:
    return 1 if rng.random() < 0.5 else -1


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]


def _one_of(rng: np.random.Generator, weights: dict[str, float]) -> str:
    return _several(rng, weights, 1)[0]


def _several(rng: np.random.Generator, weights: dict[str, float], count: int) -> tuple[str, ...]:
    names = list(weights)
    shares = np.array([weights[name] for name in names], dtype=np.float64)
    chosen = rng.choice(len(names), size=count, replace=False, p=shares / shares.sum())
    return tuple(names[int(one)] for one in chosen)
