"""The generated video world: which shots there are and what happens in each, decided by one seed.

Nothing is drawn here; `lpd.demo.render` draws a shot from what this module decided.
"""

import json
from dataclasses import asdict, dataclass, field

import numpy as np

from lpd.demo.catalogue import SCENES
from lpd.demo.happenings import draw_facts, draw_theme
from lpd.demo.shots import FRAMES_PER_SECOND, Actor, Shot
from lpd.errors import LpdError, NotFoundError
from lpd.storage import digest_bytes

__all__ = [
    "FRAMES_PER_SECOND",
    "GENERATOR_VERSION",
    "PRESETS",
    "Actor",
    "Shot",
    "World",
    "WorldParameters",
    "generate_world",
    "world_preset",
]

GENERATOR_VERSION = 1
"""Changes with every change of what a seed gives: facts, captions, topics or pixels."""

_SCENE_MIX = {
    "inland": {"meadow": 5, "forest": 4, "street": 4, "hills": 3, "room": 3, "stage": 1.5, "snow field": 1.5},
    "coast": {
        "beach": 5,
        "harbour": 4,
        "snow field": 3,
        "sea floor": 2,
        "street": 2,
        "stage": 2,
        "hills": 1.5,
    }
    | {"room": 1.5},
    "training": dict.fromkeys(SCENES, 1.0),
    "validation": dict.fromkeys(SCENES, 1.0),
}
_FIRST_VIDEO = {"inland": 1001, "coast": 5001, "training": 10001, "validation": 20001}


@dataclass(frozen=True)
class WorldParameters:
    """The numbers that decide a world.

    Args:
        seed: every choice is derived from it.
        collection_videos: videos in each of the two collections.
        training_videos: captioned videos to learn from.
        validation_videos: captioned videos to stop by.
        shots_per_video: smallest and largest number of shots of a video.
        frames_per_shot: smallest and largest number of frames of a shot.
        topics: number of topics on each collection.
        relevant: smallest and largest number of relevant shots of a topic.
        topic_looks: a topic's relevant shots lie in at least this many looks.
    """

    seed: int = 2025
    collection_videos: int = 165
    training_videos: int = 180
    validation_videos: int = 34
    shots_per_video: tuple[int, int] = (5, 10)
    frames_per_shot: tuple[int, int] = (8, 10)
    topics: int = 20
    relevant: tuple[int, int] = (20, 200)
    topic_looks: int = 4

    @property
    def digest(self) -> str:
        """The 16 digits that name a world: its parameters and the version of the generator."""
        document = {"generator": GENERATOR_VERSION, **asdict(self)}
        return digest_bytes(json.dumps(document, sort_keys=True).encode())


PRESETS = {
    "default": WorldParameters(),
    "small": WorldParameters(
        collection_videos=15,
        training_videos=22,
        validation_videos=8,
        shots_per_video=(5, 7),
        topics=6,
        relevant=(2, 60),
        topic_looks=2,
    ),
}
"""Name -> parameters: what `lpd demo` makes, and a small world for tests."""


def world_preset(name: str) -> WorldParameters:
    """Returns the parameters of a named world.

    Raises:
        NotFoundError: if there is no such preset.
    """
    if name not in PRESETS:
        raise NotFoundError("no such world", expected=f"one of {', '.join(PRESETS)}", found=name)
    return PRESETS[name]


@dataclass(frozen=True)
class World:
    """The shots of a world, in order of part, video and time."""

    parameters: WorldParameters
    shots: tuple[Shot, ...] = field(repr=False)

    @property
    def digest(self) -> str:
        """The digest of the parameters, which decide everything else."""
        return self.parameters.digest

    @property
    def collections(self) -> tuple[str, ...]:
        """The names of the searched parts."""
        return ("inland", "coast")

    def part(self, name: str) -> tuple[Shot, ...]:
        """Returns the shots of a collection, of `training` or of `validation`.

        Raises:
            NotFoundError: if there is no such part.
        """
        if name not in _SCENE_MIX:
            raise NotFoundError("no such part", expected=f"one of {', '.join(_SCENE_MIX)}", found=name)
        return tuple(shot for shot in self.shots if shot.part == name)


def generate_world(parameters: WorldParameters) -> World:
    """Returns the world that the parameters describe; equal parameters give equal worlds.

    Raises:
        LpdError: if a range of the parameters is empty or reaches beyond what the generator can make.
    """
    _check(parameters)
    videos = {
        "inland": parameters.collection_videos,
        "coast": parameters.collection_videos,
        "training": parameters.training_videos,
        "validation": parameters.validation_videos,
    }
    shots: list[Shot] = []
    for number, (part, count) in enumerate(videos.items()):
        for index in range(count):
            rng = np.random.default_rng([parameters.seed, number, index])
            shots += _video(rng, part, index, parameters)
    return World(parameters, tuple(shots))


def _check(parameters: WorldParameters) -> None:
    limits = {
        "collection_videos": (1, 4000),
        "training_videos": (1, 9000),
        "validation_videos": (1, 9000),
        "topics": (1, 1000),
    }
    for name, (low, high) in limits.items():
        value = getattr(parameters, name)
        if not low <= value <= high:
            raise LpdError("world out of range", where=name, expected=f"{low} to {high}", found=value)
    for name, bounds in {"shots_per_video": (1, 99), "frames_per_shot": (2, 64)}.items():
        low, high = getattr(parameters, name)
        if not bounds[0] <= low <= high <= bounds[1]:
            expected = f"{bounds[0]} <= smallest <= largest <= {bounds[1]}"
            raise LpdError("world out of range", where=name, expected=expected, found=(low, high))


def _video(rng: np.random.Generator, part: str, index: int, parameters: WorldParameters) -> list[Shot]:
    theme = draw_theme(rng, _SCENE_MIX[part])
    video_id = f"{_FIRST_VIDEO[part] + index:05d}"
    shots: list[Shot] = []
    start_s = 0.0
    for number in range(1, int(rng.integers(*parameters.shots_per_video, endpoint=True)) + 1):
        frames = int(rng.integers(*parameters.frames_per_shot, endpoint=True))
        end_s = start_s + frames / FRAMES_PER_SECOND
        facts = draw_facts(rng, theme)
        seed = int(rng.integers(2**62))
        shot = Shot(f"shot{video_id}_{number}", video_id, part, *facts, frames, start_s, end_s, seed)
        shots.append(shot)
        start_s = end_s
    return shots
