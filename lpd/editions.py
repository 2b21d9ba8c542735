"""A topic edition: the year's set of topics, the collection and subset they search, and their qrels."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lpd.errors import FormatError, NotFoundError
from lpd.names import check_name
from lpd.storage import atomic_file
from lpd.trec import Topic, read_topics, write_topics

__all__ = ["ROLES", "Edition", "read_edition", "write_edition"]

ROLES = ("development", "test")
"""What an edition may be marked as: to choose settings by, or to report figures of."""


@dataclass(frozen=True)
class Edition:
    """Topics of one year with where they are searched.

    Args:
        name: `tv21`.
        collection: the collection that its runs search.
        subset: the subset of it, None for all shots.
        topics: in the order of the file.
        qrels_names: judgements at hand, sorted; several may exist (complete, pooled, one's own).
        default_qrels: the judgements that are meant where none are named; None without any.
        role: one of `ROLES`, None where it is not marked.
    """

    name: str
    collection: str
    subset: str | None
    topics: tuple[Topic, ...]
    qrels_names: tuple[str, ...]
    default_qrels: str | None
    role: str | None = None

    def topic(self, topic_id: str) -> Topic:
        """Returns one topic.

        Raises:
            NotFoundError: if the edition has no such topic.
        """
        for topic in self.topics:
            if topic.topic_id == topic_id:
                return topic
        known = ", ".join(topic.topic_id for topic in self.topics)
        raise NotFoundError(
            "no such topic", where=self.name, expected=f"one of {known}", found=repr(topic_id)
        )


def read_edition(directory: Path) -> Edition:
    """Returns the edition in a folder of the workspace.

    Raises:
        NotFoundError: if the folder or its edition.toml is missing.
        FormatError: if edition.toml does not name a collection, or has another role than `ROLES`.
    """
    path = directory / "edition.toml"
    if not path.is_file():
        raise NotFoundError("no such edition", where=directory, next_step="lpd import topics")
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        collection = check_name(settings["collection"], "collection")
        subset = settings.get("subset") or None
        if subset is not None and not isinstance(subset, str):
            raise TypeError(f"subset is no name: {subset!r}")
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(
            f"not an edition ({error!r})", where=path, expected='collection = "<name>"'
        ) from error
    role = settings.get("role")
    if role is not None and role not in ROLES:
        raise FormatError("unknown role", where=path, expected=" or ".join(ROLES), found=repr(role))
    names = tuple(sorted(file.stem for file in (directory / "qrels").glob("*.txt")))
    default = settings.get("qrels")
    if default not in names:
        default = names[0] if names else None
    topics = tuple(read_topics(directory / "topics.txt"))
    return Edition(directory.name, collection, subset, topics, names, default, role)


def write_edition(directory: Path, edition: Edition) -> None:
    """Writes edition.toml and topics.txt; qrels are imported beside them."""
    lines = [f"collection = {json.dumps(edition.collection)}"]
    if edition.subset is not None:
        lines.append(f"subset = {json.dumps(edition.subset)}")
    if edition.default_qrels is not None:
        lines.append(f"qrels = {json.dumps(edition.default_qrels)}")
    if edition.role is not None:
        lines.append(f"role = {json.dumps(edition.role)}")
    write_topics(directory / "topics.txt", edition.topics)
    with atomic_file(directory / "edition.toml") as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
