"""What a run submitted to TRECVID's ad-hoc video search task says of itself, and the words of its XML."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from lpd.errors import FormatError, name_some

__all__ = [
    "CHOICES",
    "LEVELS",
    "PRIORITIES",
    "XmlSubmission",
    "has_leading_ones",
    "not_words",
    "told_problems",
]

LEVELS = (
    "videoAdhocSearchResults",
    "videoAdhocSearchRunResult",
    "videoAdhocSearchTopicResult",
    "item",
)
"""The elements, each inside the one before."""

CHOICES: dict[str, dict[str, str]] = {
    "trType": {
        "A": "trained on the task's own training data only",
        "D": "trained on any other data with any annotation",
        "E": "trained on data collected automatically with the topic's text, without annotation",
        "F": "trained on data collected automatically with a query made from the topic, without annotation",
    },
    "class": {"F": "fully automatic", "M": "manually assisted", "R": "relevance feedback"},
    "task": {"M": "main task", "P": "progress subtask"},
    "novelty": {"N": "novelty run", "C": "common run"},
}
"""Attribute of a run -> its values and what they mean."""

PRIORITIES = range(1, 11)
FIRST_YEAR, FEEDBACK_YEAR, NOVELTY_YEAR = 2016, 2018, 2019
"""First years of the task, of class R, and of the attributes task and novelty."""


@dataclass(frozen=True)
class XmlSubmission:
    """What a submitted run says of itself.

    Args:
        pid: short name of the participant, as TRECVID lists it.
        processing: `F` fully automatic, `M` manually assisted, `R` relevance feedback (from 2018).
        training_type: `A`, `D`, `E` or `F`; see `CHOICES`.
        priority: 1 to 10; runs of priority 1 are judged first.
        desc: how this run differs from the others.
        year: of the edition: decides on the DOCTYPE and on the attributes, of which task and novelty came in
            2019.
        task: `M` main task, `P` progress subtask.
        novelty: `N` a run that looks for shots no other run finds, `C` a common run.
        dtd: address in the DOCTYPE in place of the year's own.
        elapsed_s: seconds from the topic's text to its list, for topics without their own.
        elapsed_by_topic: topic_id -> its own seconds.
        drop_leading_one: whether topic 1661 is written as 661, which is its number in the official topics.
        comment: lines of a comment before the run.

    Raises:
        FormatError: naming everything that TRECVID would refuse.

    Source: videoAdhocSearchRunResult.dtd of TRECVID 2016 (trType, class, pid, priority, desc) and its form
    from 2019 on (task, novelty); guidelines of TRECVID 2018 (classes F, M, R). The later checker of NIST
    reads topic numbers and times as whole numbers.
    """

    pid: str
    processing: str = "F"
    training_type: str = "D"
    priority: int = 1
    desc: str = ""
    year: int = 2018
    task: str = "M"
    novelty: str = "C"
    dtd: str | None = None
    elapsed_s: float = 1.0
    elapsed_by_topic: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    drop_leading_one: bool = False
    comment: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = _submission_problems(self)
        if problems:
            raise FormatError("TRECVID would refuse this run", where="submission", found="; ".join(problems))

    @property
    def dtd_address(self) -> str:
        """The address in the DOCTYPE."""
        return self.dtd or f"https://www-nlpir.nist.gov/projects/tv{self.year}/dtds/{LEVELS[0]}.dtd"

    def attributes(self) -> dict[str, str]:
        """Returns attribute -> value of the run's element, those that the year has."""
        later = {"task": self.task, "novelty": self.novelty} if self.year >= NOVELTY_YEAR else {}
        return {
            "trType": self.training_type,
            "class": self.processing,
            **later,
            "pid": self.pid,
            "priority": str(self.priority),
            "desc": self.desc,
        }

    def topic_number(self, topic_id: str) -> str:
        """Returns the number under which a topic is written."""
        return topic_id[1:] if self.drop_leading_one else topic_id

    def elapsed(self, topic_id: str) -> int:
        """Returns the whole seconds that a topic took, rounded up."""
        return math.ceil(self.elapsed_by_topic.get(topic_id, self.elapsed_s))


def has_leading_ones(topic_ids: Sequence[str]) -> bool:
    """Returns whether all topics are numbered as in the qrels: four digits, the first a 1."""
    return bool(topic_ids) and all(
        len(one) == 4 and one.isascii() and one.isdecimal() and one[0] == "1" for one in topic_ids
    )


def _submission_problems(submission: XmlSubmission) -> list[str]:
    problems = [
        f"{name} {value!r} is none of {', '.join(CHOICES[name])}"
        for name, value in submission.attributes().items()
        if name in CHOICES and value not in CHOICES[name]
    ]
    if submission.year < FIRST_YEAR:
        problems.append(f"there was no ad-hoc video search in {submission.year}")
    if submission.processing == "R" and submission.year < FEEDBACK_YEAR:
        problems.append(f"class R came in {FEEDBACK_YEAR}")
    if submission.priority not in PRIORITIES:
        problems.append(f"priority {submission.priority} is not from 1 to 10")
    if not_words([submission.pid]):
        problems.append(f"pid {submission.pid!r} is not one printable word")
    if not _printable(submission.desc):
        problems.append("desc has characters that cannot be printed")
    if submission.dtd is not None and (not _printable(submission.dtd) or set(submission.dtd) & set("\"'<> ")):
        problems.append(f"dtd {submission.dtd!r} is not an address")
    times = [submission.elapsed_s, *submission.elapsed_by_topic.values()]
    if not all(math.isfinite(one) and one >= 0 for one in times):
        problems.append("elapsed seconds are not all from 0 up")
    return problems


def told_problems(problems: Mapping[str, Sequence[str]]) -> str:
    """Returns all problems in one text, each with the first ids that have it; empty if there are none."""
    return "; ".join(f"{what}: {name_some(ids)}" for what, ids in problems.items() if ids)


def not_words(ids: Sequence[str]) -> list[str]:
    """Returns those ids that are empty, have a blank, or cannot be printed."""
    return [one for one in ids if one.split() != [one] or not _printable(one)]


def _printable(text: str) -> bool:
    # stricter than XML, which allows some control characters
    return text.isprintable()
