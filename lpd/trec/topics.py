"""Topics: the numbered queries of an edition, one per line or in NIST's XML."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, name_some
from lpd.storage import atomic_file
from lpd.trec.id_lists import repeated_ids
from lpd.trec.lines import BadLine, malformed, read_text
from lpd.trec.topics_xml import is_xml, topics_of_xml

__all__ = ["Topic", "match_topic_numbers", "merge_topics", "read_topics", "write_topics"]


class Topic(NamedTuple):
    """A TRECVID query: its number as a string, as the file has it, and its text."""

    topic_id: str
    text: str


def read_topics(path: Path) -> list[Topic]:
    """Returns the topics of a file in its order: lines of number, blanks, text; or NIST's XML.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a line has no text, a number occurs twice, or there are no topics; for XML as
            `topics_of_xml`.
    """
    text = read_text(path)
    topics = [Topic(*one) for one in topics_of_xml(text, where=path)] if is_xml(text) else _lines(text, path)
    if not topics:
        raise FormatError("no topics", where=path, expected="lines such as `661 a hang glider in the sky`")
    _check_topics(topics, where=path)
    return topics


def _lines(text: str, path: Path) -> list[Topic]:
    rows = [(number, line.split(maxsplit=1)) for number, line in enumerate(text.split("\n"), start=1)]
    bad = [BadLine(number, fields[0].strip()) for number, fields in rows if len(fields) == 1]
    if bad:
        raise malformed(path, bad, expected="a topic number, a blank and a text")
    return [Topic(fields[0], fields[1].strip()) for _, fields in rows if fields]


def merge_topics(parts: Sequence[tuple[Path, Sequence[Topic]]]) -> list[Topic]:
    """Returns the topics of several files in their order, those that several files have once.

    Args:
        parts: file -> its topics.

    Raises:
        FormatError: if a number has another text in another file; blanks and case make no difference.
    """
    merged: dict[str, tuple[Topic, Path]] = {}
    clashing: list[tuple[Topic, Path, Topic, Path]] = []
    for path, topics in parts:
        for topic in topics:
            first, where = merged.setdefault(topic.topic_id, (topic, path))
            if first.text.casefold().split() != topic.text.casefold().split():
                clashing.append((first, where, topic, path))
    if clashing:
        first, where, other, path = clashing[0]
        raise FormatError(
            f"topic {other.topic_id} has two texts"
            + (f" (and {len(clashing) - 1} more topics)" if len(clashing) > 1 else ""),
            where=path,
            expected=f"{first.text!r} as in {where}",
            found=repr(other.text),
            next_step="import the files as editions of their own",
        )
    return [topic for topic, _ in merged.values()]


def write_topics(path: Path, topics: Sequence[Topic]) -> None:
    """Writes one topic per line, number and text with one blank between them.

    Raises:
        FormatError: if a number occurs twice or contains a blank, or a text is empty or has a line break.
    """
    _check_topics(topics, where=path)
    bad = [
        topic.topic_id
        for topic in topics
        if topic.topic_id.split() != [topic.topic_id] or not topic.text.strip() or "\n" in topic.text
    ]
    if bad:
        raise FormatError(
            "topics that do not fit on one line",
            where=path,
            expected="a number without blanks and a text without line breaks",
            found=name_some(bad),
        )
    with atomic_file(path) as temporary:
        lines = [f"{topic.topic_id} {topic.text.strip()}\n" for topic in topics]
        temporary.write_text("".join(lines), encoding="utf-8")


def match_topic_numbers(topics: Sequence[Topic], topic_ids: Collection[str]) -> list[Topic]:
    """Returns the topics with a leading 1 if some of their numbers match `topic_ids` with it, none without.

    Topic 661 of a TRECVID topic file is topic 1661 of the qrels; not all have to be judged, since progress
    topics are judged year by year. Numbers that are not three digits stay as they are, as do all where the
    two do not fit.
    """
    numbers = {topic.topic_id: f"1{topic.topic_id}" for topic in topics if _is_plain(topic.topic_id)}
    without = any(topic.topic_id in topic_ids for topic in topics)
    if without or not any(number in topic_ids for number in numbers.values()):
        return list(topics)
    return [Topic(numbers.get(topic.topic_id, topic.topic_id), topic.text) for topic in topics]


def _is_plain(number: str) -> bool:
    return len(number) == 3 and number.isascii() and number.isdecimal()


def _check_topics(topics: Sequence[Topic], *, where: Path) -> None:
    repeated = repeated_ids([topic.topic_id for topic in topics])
    if repeated:
        raise FormatError(
            "topic numbers occur more than once",
            where=where,
            expected="one line per topic",
            found=name_some(repeated),
        )
