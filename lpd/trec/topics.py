"""Topics: the numbered queries of an edition, one per line."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, name_some
from lpd.storage import atomic_file
from lpd.trec.id_lists import repeated_ids
from lpd.trec.lines import BadLine, malformed, numbered_lines

__all__ = ["Topic", "match_topic_numbers", "read_topics", "write_topics"]


class Topic(NamedTuple):
    """A TRECVID query: its number as a string, as the file has it, and its text."""

    topic_id: str
    text: str


def read_topics(path: Path) -> list[Topic]:
    """Returns the topics of a file in its order; number and text are split at the first blanks.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a line has no text, a number occurs twice, or there are no topics.
    """
    topics: list[Topic] = []
    bad: list[BadLine] = []
    for number, line in numbered_lines(path):
        fields = line.split(maxsplit=1)
        if len(fields) == 2:
            topics.append(Topic(fields[0], fields[1]))
        else:
            bad.append(BadLine(number, line))
    if bad:
        raise malformed(path, bad, expected="a topic number, a blank and a text")
    if not topics:
        raise FormatError("no topics", where=path, expected="lines such as `661 a hang glider in the sky`")
    _check_topics(topics, where=path)
    return topics


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
    """Returns the topics with a leading 1 if all their numbers match `topic_ids` with it and none without.

    Topic 661 of a TRECVID topic file is topic 1661 of the qrels. In every other case the numbers stay.
    """
    without = any(topic.topic_id in topic_ids for topic in topics)
    with_one = all("1" + topic.topic_id in topic_ids for topic in topics)
    if with_one and not without:
        return [Topic("1" + topic.topic_id, topic.text) for topic in topics]
    return list(topics)


def _check_topics(topics: Sequence[Topic], *, where: Path) -> None:
    repeated = repeated_ids([topic.topic_id for topic in topics])
    if repeated:
        raise FormatError(
            "topic numbers occur more than once",
            where=where,
            expected="one line per topic",
            found=name_some(repeated),
        )
