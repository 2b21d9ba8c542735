"""What can occur in the generated world, and how often: scenes, actors, colours, actions, places, looks."""

from typing import NamedTuple

__all__ = [
    "ACCESSORIES",
    "ACTIONS",
    "ANIMALS",
    "COLOURED_LOOKS",
    "COLOURS",
    "KIND_COLOURS",
    "LOOKS",
    "OUTDOOR_SCENES",
    "PEOPLE",
    "SCENES",
    "TOYS",
    "VEHICLES",
    "SceneKind",
]

PEOPLE = ("man", "woman", "child")
ANIMALS = ("dog", "cat", "horse", "bird", "duck", "fish")
VEHICLES = ("car", "bus", "bicycle", "boat", "train")
TOYS = ("ball", "balloon", "kite")
ACCESSORIES = ("hat", "backpack", "umbrella")

COLOURS = {
    "red": (214, 54, 50),
    "orange": (240, 138, 44),
    "yellow": (246, 206, 66),
    "green": (70, 158, 84),
    "blue": (54, 108, 206),
    "purple": (140, 84, 176),
    "pink": (240, 142, 172),
    "white": (246, 244, 238),
    "black": (44, 42, 48),
    "brown": (142, 92, 56),
    "grey": (148, 150, 156),
}

_BRIGHT = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
_FUR = ("brown", "white", "black", "grey", "orange")
KIND_COLOURS = {
    "man": _BRIGHT,
    "woman": _BRIGHT,
    "child": _BRIGHT,
    "dog": ("brown", "white", "black", "grey"),
    "cat": _FUR,
    "horse": ("brown", "white", "black", "grey"),
    "bird": ("red", "blue", "yellow", "white", "black"),
    "duck": ("white", "yellow", "brown", "green"),
    "fish": ("orange", "yellow", "red", "blue", "purple", "pink"),
    "car": ("red", "blue", "yellow", "white", "black", "green"),
    "bus": ("red", "yellow", "blue", "green", "orange"),
    "bicycle": ("red", "blue", "black", "yellow", "green"),
    "boat": ("red", "white", "blue", "orange", "green", "brown"),
    "train": ("red", "blue", "green", "black", "orange"),
    "ball": ("red", "orange", "yellow", "blue", "white", "green", "pink"),
    "balloon": ("red", "orange", "yellow", "blue", "pink", "purple", "green"),
    "kite": ("red", "orange", "yellow", "blue", "pink", "purple"),
}

_WALKERS = ("standing", "walking", "running", "jumping")
ACTIONS = {
    "man": (*_WALKERS, "dancing", "waving", "swimming"),
    "woman": (*_WALKERS, "dancing", "waving", "swimming"),
    "child": (*_WALKERS, "dancing", "waving", "swimming"),
    "dog": (*_WALKERS, "swimming"),
    "cat": _WALKERS,
    "horse": _WALKERS,
    "bird": ("flying", "flying", "flying", "standing"),
    "duck": ("swimming",),
    "fish": ("swimming",),
    "car": ("driving", "driving", "standing"),
    "bus": ("driving", "standing"),
    "bicycle": ("standing",),
    "boat": ("sailing", "sailing", "standing"),
    "train": ("driving", "driving", "standing"),
    "ball": ("bouncing", "rolling", "falling"),
    "balloon": ("rising", "flying"),
    "kite": ("flying",),
}

LOOKS = {
    "photo": 0.30,
    "night": 0.13,
    "black-and-white": 0.14,
    "sepia": 0.10,
    "outline": 0.11,
    "stage light": 0.10,
    "cartoon": 0.12,
}
COLOURED_LOOKS = ("photo", "night", "stage light", "cartoon")


class SceneKind(NamedTuple):
    """A scene's own frequencies: which kinds act in it, and beside which things.

    Args:
        kinds: kind -> weight.
        places: landmarks that an actor can be at; `water` means in it.
        outdoors: False indoors and under water, where day and night are not told apart.
    """

    kinds: dict[str, float]
    places: tuple[str, ...]
    outdoors: bool = True


SCENES = {
    "meadow": SceneKind(
        {"man": 2, "woman": 2, "child": 1.5, "dog": 3, "cat": 0.7, "horse": 2, "bird": 1.2, "balloon": 0.8}
        | {"ball": 0.8, "kite": 0.8},
        ("tree", "tree", "fence", "house", "rock"),
    ),
    "forest": SceneKind(
        {"man": 2, "woman": 2, "child": 1, "dog": 2.5, "horse": 1.5, "bird": 1.5, "cat": 0.6},
        ("tree", "tree", "tent", "rock"),
    ),
    "street": SceneKind(
        {"man": 2, "woman": 2, "child": 1, "dog": 1.2, "cat": 0.8, "car": 3.5, "bus": 1.6, "bicycle": 0.8},
        ("house", "lamp", "tree", "bench"),
    ),
    "hills": SceneKind(
        {"man": 1.5, "woman": 1.5, "horse": 1.8, "bird": 1.4, "balloon": 1, "kite": 1, "train": 1.5, "car": 1}
        | {"dog": 1},
        ("tree", "house", "fence", "rock"),
    ),
    "snow field": SceneKind(
        {"man": 2, "woman": 2, "child": 2, "dog": 2.5, "horse": 1, "car": 1, "train": 1.2, "bird": 0.6},
        ("tree", "house", "fence"),
    ),
    "beach": SceneKind(
        {"man": 2, "woman": 2.2, "child": 1.6, "dog": 2, "horse": 0.9, "bird": 1, "boat": 1.6, "ball": 1}
        | {"kite": 1},
        ("water", "water", "sunshade", "rock", "tree"),
    ),
    "harbour": SceneKind(
        {"boat": 4, "man": 1.4, "woman": 1.4, "bird": 1.8, "duck": 1.8, "dog": 0.6},
        ("water", "lamp", "house", "bench"),
    ),
    "room": SceneKind(
        {"man": 2, "woman": 2, "child": 1.5, "cat": 2.5, "dog": 1.8, "ball": 0.8, "balloon": 0.9},
        ("table", "table", "lamp", "window"),
        outdoors=False,
    ),
    "stage": SceneKind(
        {"man": 2.2, "woman": 2.5, "child": 1, "dog": 0.6, "horse": 0.5, "ball": 0.6, "balloon": 0.6},
        ("curtain", "lamp"),
        outdoors=False,
    ),
    "sea floor": SceneKind({"fish": 6, "man": 0.8, "woman": 0.8}, ("seaweed", "rock"), outdoors=False),
}
OUTDOOR_SCENES = tuple(name for name, scene in SCENES.items() if scene.outdoors)
