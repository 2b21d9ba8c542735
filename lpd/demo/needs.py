"""What a topic asks for, as words and as a condition on a shot's truth."""

from collections.abc import Iterable
from typing import NamedTuple

from lpd.demo.catalogue import OUTDOOR_SCENES
from lpd.demo.world import Actor, Shot

__all__ = ["ActorNeed", "DemoTopic", "Need", "relevant", "relevant_shots"]


class ActorNeed(NamedTuple):
    """What a group of actors must be; None leaves a thing open.

    Args:
        kinds: any of these.
        at_least: smallest number; where nothing is asked of a second group, both groups count together.
        at_most: largest number.
        colours: any of these, and the look must show colours.
        actions: any of these.
        direction: -1 to the left, 1 to the right.
    """

    kinds: tuple[str, ...]
    at_least: int = 1
    at_most: int = 8
    colours: tuple[str, ...] | None = None
    actions: tuple[str, ...] | None = None
    direction: int | None = None


class Need(NamedTuple):
    """What a topic asks for: all of it must hold of a shot.

    Args:
        actor: a group of the shot must be this.
        other: the shot's remaining group must be this.
        ties: how the two groups belong together.
        scenes: any of these.
        time: `day` or `night`; holds outdoors only.
        places: the actors are at any of these.
        accessories: the people of the main group wear or carry any of these.
        weather: any of these.
    """

    actor: ActorNeed
    other: ActorNeed | None = None
    ties: tuple[str, ...] | None = None
    scenes: tuple[str, ...] | None = None
    time: str | None = None
    places: tuple[str, ...] | None = None
    accessories: tuple[str, ...] | None = None
    weather: tuple[str, ...] | None = None


class DemoTopic(NamedTuple):
    """A topic with the condition that decides its relevant shots."""

    topic_id: str
    text: str
    need: Need


def relevant(topic: DemoTopic, shot: Shot) -> bool:
    """Returns True when the shot shows what the topic asks for."""
    need = topic.need
    if need.scenes is not None and shot.scene not in need.scenes:
        return False
    if need.time is not None and (shot.time != need.time or shot.scene not in OUTDOOR_SCENES):
        return False
    for wanted, fact in ((need.ties, shot.tie), (need.places, shot.place), (need.weather, shot.weather)):
        if wanted is not None and fact not in wanted:
            return False
    if need.accessories is not None:
        return shot.accessory in need.accessories and _is(shot.main, need.actor, shot.coloured)
    return _groups_hold(need, shot)


def _groups_hold(need: Need, shot: Shot) -> bool:
    groups = [shot.main] if shot.other is None else [shot.main, shot.other]
    if need.other is None:
        total = sum(group.number for group in groups if _acts(group, need.actor, shot.coloured))
        return need.actor.at_least <= total <= need.actor.at_most
    if len(groups) < 2:
        return False
    pairs = (groups, groups[::-1])
    return any(_is(a, need.actor, shot.coloured) and _is(b, need.other, shot.coloured) for a, b in pairs)


def _is(actor: Actor, need: ActorNeed, coloured: bool) -> bool:
    return need.at_least <= actor.number <= need.at_most and _acts(actor, need, coloured)


def _acts(actor: Actor, need: ActorNeed, coloured: bool) -> bool:
    return (
        actor.kind in need.kinds
        and (need.colours is None or (coloured and actor.colour in need.colours))
        and (need.actions is None or actor.action in need.actions)
        and (need.direction is None or actor.direction == need.direction)
    )


def relevant_shots(topic: DemoTopic, shots: Iterable[Shot]) -> list[Shot]:
    """Returns the relevant ones of the given shots, in their order."""
    return [shot for shot in shots if relevant(topic, shot)]
