"""What is true of a generated shot: the facts that captions tell, topics ask for and drawings show."""

from typing import NamedTuple

from lpd.demo.catalogue import COLOURED_LOOKS

__all__ = ["FRAMES_PER_SECOND", "Actor", "Shot"]

FRAMES_PER_SECOND = 8


class Actor(NamedTuple):
    """One group of equal things that act in a shot.

    Args:
        kind: e.g. `dog`.
        number: how many, 1 to 4.
        colour: of clothes, fur or paint.
        action: e.g. `running`.
        direction: -1 to the left, 1 to the right, 0 on the spot.
    """

    kind: str
    number: int
    colour: str
    action: str
    direction: int


class Shot(NamedTuple):
    """All that is true of a shot, and the seed of what is not told (exact positions, sizes, shades).

    Args:
        shot_id, video_id: as in every collection.
        part: `training`, `validation` or the name of a collection.
        scene: where it happens, a name in `lpd.demo.catalogue.SCENES`.
        time: `day` or `night`.
        look: how it is drawn.
        main: who is in it.
        other: a second group, tied to `main` by `tie`: `riding`, `holding`, `chasing` or `beside`.
        place: the landmark where it happens, `water` for in the water, or None.
        accessory: what the people of `main` wear or carry, or None.
        weather: `rain`, `snow` or None.
        frames: number of frames at FRAMES_PER_SECOND.
        start_s, end_s: in its video.
        seed: of what is not told.
    """

    shot_id: str
    video_id: str
    part: str
    scene: str
    time: str
    look: str
    main: Actor
    other: Actor | None
    tie: str | None
    place: str | None
    accessory: str | None
    weather: str | None
    frames: int
    start_s: float
    end_s: float
    seed: int

    @property
    def coloured(self) -> bool:
        """True when the look lets a person see colours."""
        return self.look in COLOURED_LOOKS
