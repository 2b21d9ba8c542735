"""The looks of a generated world's shots, as subtopics of its topics."""

from typing import Any

from lpd.editions import Edition
from lpd.evaluation import group_subtopics
from lpd.storage import digest_file, read_json
from lpd.workspace import Workspace

__all__ = ["looks_digest", "looks_of"]

_TRUTH = "truth.jsonl"
_WORLD = "world.json"


def looks_of(workspace: Workspace, edition: Edition) -> dict[str, dict[str, set[str]]] | None:
    """Returns topic -> relevant shot -> its look; None unless these are a generated world's topics.

    Raises:
        FormatError: if the world's files are damaged.
    """
    from lpd.demo import World, WorldParameters, read_truth, subtopics, topics_of

    if looks_digest(workspace) is None:
        return None
    parameters: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in read_json(workspace.path / _WORLD)["parameters"].items()
    }
    world = World(WorldParameters(**parameters), tuple(read_truth(workspace.path / _TRUTH)))
    if edition.collection not in world.collections:
        return None
    topics = topics_of(world, edition.collection)
    text_of = {topic.topic_id: topic.text for topic in topics}
    if any(text_of.get(topic.topic_id) != topic.text for topic in edition.topics):
        return None
    return group_subtopics(subtopics(topics, world.part(edition.collection)))


def looks_digest(workspace: Workspace) -> str | None:
    """Returns the digest of a generated world's truth; None in any other workspace."""
    there = all((workspace.path / name).is_file() for name in (_TRUTH, _WORLD))
    return digest_file(workspace.path / _TRUTH) if there else None
