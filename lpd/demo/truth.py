"""The complete truth of a world: what is relevant to what, and in which look; never read by features."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lpd.demo.topics import DemoTopic, relevant
from lpd.demo.world import Actor, Shot, World
from lpd.errors import FormatError, NotFoundError
from lpd.storage import atomic_file
from lpd.trec import Qrel

__all__ = ["Subtopic", "complete_qrels", "read_truth", "relevant_ids", "save_truth", "subtopics"]


class Subtopic(NamedTuple):
    """A relevant shot and the look it has: the subtopics of a topic are its looks."""

    topic_id: str
    subtopic: str
    shot_id: str


def complete_qrels(topics: Sequence[DemoTopic], shots: Sequence[Shot]) -> list[Qrel]:
    """Returns a judgement of every shot for every topic, all in stratum 1."""
    return [
        Qrel(topic.topic_id, shot.shot_id, "1", int(relevant(topic, shot)))
        for topic in topics
        for shot in shots
    ]


def relevant_ids(topics: Sequence[DemoTopic], shots: Sequence[Shot]) -> dict[str, frozenset[str]]:
    """Returns topic_id -> the ids of its relevant shots."""
    return {topic.topic_id: frozenset(s.shot_id for s in shots if relevant(topic, s)) for topic in topics}


def subtopics(topics: Sequence[DemoTopic], shots: Sequence[Shot]) -> list[Subtopic]:
    """Returns one row per topic and relevant shot, with the shot's look as the subtopic."""
    return [
        Subtopic(topic.topic_id, shot.look, shot.shot_id)
        for topic in topics
        for shot in shots
        if relevant(topic, shot)
    ]


def save_truth(path: Path, world: World) -> None:
    """Writes every shot's facts, one JSON object per line, atomically."""
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        for shot in world.shots:
            stream.write(json.dumps(_as_document(shot), sort_keys=True) + "\n")


def read_truth(path: Path) -> list[Shot]:
    """Returns the shots of a truth file.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a line is not a shot; the place is given as `path:line`.
    """
    if not path.is_file():
        raise NotFoundError("truth file is missing", where=path)
    with path.open(encoding="utf-8") as stream:
        return list(_shots(stream, path))


def _shots(lines: Iterable[str], path: Path) -> Iterable[Shot]:
    for number, line in enumerate(lines, start=1):
        try:
            document = json.loads(line)
            groups = {key: Actor(**document[key]) if document[key] else None for key in ("main", "other")}
            yield Shot(**(document | groups))
        except (ValueError, TypeError, KeyError) as error:
            raise FormatError(
                "not a shot of a generated world", where=f"{path}:{number}", found=line[:60]
            ) from error


def _as_document(shot: Shot) -> dict[str, Any]:
    groups = {"main": shot.main._asdict(), "other": shot.other._asdict() if shot.other else None}
    return shot._asdict() | groups
