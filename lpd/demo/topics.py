"""The topics of a generated world: those candidates that have enough relevant shots in enough looks."""

from collections.abc import Sequence

from lpd.demo.needs import ActorNeed, DemoTopic, Need, relevant, relevant_shots
from lpd.demo.topic_pool import CANDIDATES
from lpd.demo.world import Shot, World
from lpd.errors import LpdError

__all__ = ["ActorNeed", "DemoTopic", "Need", "choose_topics", "relevant", "relevant_shots", "topics_of"]

FIRST_TOPIC = {"inland": 1901, "coast": 1951}


def choose_topics(
    candidates: Sequence[tuple[str, Need]], shots: Sequence[Shot], *, first_id: int, world: World
) -> list[DemoTopic]:
    """Returns the first candidates that have neither too few nor too many relevant shots or looks, numbered.

    Raises:
        LpdError: if fewer remain than the world's parameters ask for.
    """
    parameters = world.parameters
    low, high = parameters.relevant
    chosen: list[DemoTopic] = []
    for text, need in candidates:
        topic = DemoTopic(str(first_id + len(chosen)), text, need)
        found = relevant_shots(topic, shots)
        if low <= len(found) <= high and len({shot.look for shot in found}) >= parameters.topic_looks:
            chosen.append(topic)
        if len(chosen) == parameters.topics:
            return chosen
    raise LpdError(
        "too few topics have enough relevant shots in this world",
        expected=f"{parameters.topics} topics with {low} to {high} relevant shots",
        found=len(chosen),
        next_step="take more videos, another seed, or wider bounds",
    )


def topics_of(world: World, collection: str) -> list[DemoTopic]:
    """Returns the topics of a collection of the world.

    Raises:
        NotFoundError: if there is no such collection.
        LpdError: if too few candidates qualify.
    """
    shots = world.part(collection)
    return choose_topics(CANDIDATES[collection], shots, first_id=FIRST_TOPIC[collection], world=world)
