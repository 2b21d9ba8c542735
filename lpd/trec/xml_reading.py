"""The strict reader of runs in TRECVID's XML, such as other teams' submissions."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from lpd.errors import FormatError, NotFoundError
from lpd.trec.id_lists import repeated_ids
from lpd.trec.runs import MAX_DEPTH, RankedList, Run
from lpd.trec.safe_xml import xml_events
from lpd.trec.xml_submission import CHOICES, LEVELS, PRIORITIES, not_words, told_problems

__all__ = ["XmlRun", "read_xml_runs"]

MAX_BYTES = 64 << 20
"""Far more than all runs of a team take: one of 30 topics is below 2 MiB."""

FIRST_SCORE = 9999.0
"""XML has no scores; the first rank gets this one, every further rank one less."""

REQUIRED = ("trType", "class", "pid", "priority", "desc")


@dataclass(frozen=True)
class XmlRun:
    """A run as a team submitted it.

    Args:
        run: its lists with scores by rank: 9999, 9998, ... Its tag is made of what the file says:
            `F_D_RUCMM_1`, from 2019 on `F_M_C_D_RUCMM_1` (class, task, novelty, training type, participant,
            priority).
        attributes: those of the run's element, by their names in the file.
        elapsed_s: topic -> seconds.
    """

    run: Run
    attributes: dict[str, str]
    elapsed_s: dict[str, float]


class _Topic(NamedTuple):
    number: str
    elapsed: str
    shot_ids: list[str]
    ranks: list[str]
    stray: bool


def read_xml_runs(path: Path) -> list[XmlRun]:
    """Returns the runs in a file, in its order; topics are numbered as in the file.

    The DTD that the file names is not fetched. Attributes that no ranking needs, such as those that explain
    a shot, are not read.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not well-formed (`path:line`), declares entities or anything else in its
            DOCTYPE, or is larger than 64 MiB; else naming everything that TRECVID would refuse: elements out
            of place, absent attributes, values the task does not know, ranks that are not 1, 2, 3 ..., more
            than 1000 shots in a topic, a shot twice in a topic, a topic twice in a run.

    Source: scores by rank as in trec_eval.py of the W2VV++, SEA and LAFF repositories.
    """
    runs: list[XmlRun] = []
    topics: list[_Topic] = []
    problems: dict[str, list[str]] = {}
    stray = False
    for level, element in _closed_elements(path):
        if level == 2:
            topics.append(_topic(element))
            del element[:]  # not clear(), which would take the text behind it, too
        elif level == 1:
            stray = stray or _has_text(element)
            for what, ids in _problems(dict(element.attrib), topics).items():
                problems.setdefault(what, []).extend(ids)
            if not told_problems(problems):
                runs.append(_run(dict(element.attrib), topics))
            topics = []
            del element[:]
        elif level == 0:
            stray = stray or _has_text(element)
    if stray:
        problems["text between the elements"] = [path.name]
    told = told_problems(problems) or ("" if runs else "no run")
    if told:
        raise FormatError("not a valid TRECVID run", where=path, found=told)
    return runs


def _closed_elements(path: Path) -> Iterator[tuple[int, Element]]:
    """Returns each element when it ends, with its level (0 the root, 3 a shot)."""
    level = 0
    for event, element in xml_events(_document(path), where=path, root=LEVELS[0]):
        if event == "start":
            if level == len(LEVELS) or element.tag != LEVELS[level]:
                raise _out_of_place(path, element, level)
            level += 1
        else:
            level -= 1
            yield level, element


def _document(path: Path) -> bytes:
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FormatError("too large for a run", where=path, expected=f"at most {MAX_BYTES} bytes")
    return data


def _out_of_place(path: Path, element: Element, level: int) -> FormatError:
    expected = f"<{LEVELS[level]}>" if level < len(LEVELS) else "nothing"
    inside = f" inside <{LEVELS[level - 1]}>" if level else ""
    return FormatError(
        "an element is out of place", where=path, expected=expected + inside, found=f"<{element.tag[:80]}>"
    )


def _has_text(element: Element) -> bool:
    return any(text and text.strip() for text in (element.text, *(child.tail for child in element)))


def _topic(element: Element) -> _Topic:
    items = list(element)
    return _Topic(
        number=element.get("tNum", ""),
        elapsed=element.get("elapsedTime", ""),
        shot_ids=[item.get("shotId", "") for item in items],
        ranks=[item.get("seqNum", "") for item in items],
        stray=_has_text(element) or any(_has_text(item) for item in items),
    )


def _problems(attributes: dict[str, str], topics: list[_Topic]) -> dict[str, list[str]]:
    """Returns what is wrong with one run -> the attributes, topics or shots that are."""
    numbers = [topic.number for topic in topics]
    allowed = {name: set(values) for name, values in CHOICES.items()}
    allowed["priority"] = set(map(str, PRIORITIES))
    shot_ids = dict.fromkeys(shot_id for topic in topics for shot_id in topic.shot_ids)
    return {
        "run without attributes": [name for name in REQUIRED if name not in attributes],
        "values that the task does not know": [
            f"{name}={value}" for name, value in attributes.items() if value not in allowed.get(name, {value})
        ],
        "run without topics": [] if topics else [attributes.get("pid", "")],
        "topics twice": repeated_ids(numbers),
        "ids that are not one printable word": not_words(
            [*([attributes["pid"]] if "pid" in attributes else []), *numbers, *shot_ids]
        ),
        "topics without seconds": [one.number for one in topics if not _is_time(one.elapsed)],
        f"topics with more than {MAX_DEPTH} shots": [
            one.number for one in topics if len(one.ranks) > MAX_DEPTH
        ],
        "topics whose ranks are not 1, 2, 3 ...": [
            one.number for one in topics if one.ranks != [str(rank + 1) for rank in range(len(one.ranks))]
        ],
        "shots twice in a topic": [
            f"{one.number} {shot_id}" for one in topics for shot_id in repeated_ids(one.shot_ids)
        ],
        "topics with text between the shots": [one.number for one in topics if one.stray],
    }


def _is_time(text: str) -> bool:
    try:
        return "_" not in text and math.isfinite(float(text)) and float(text) >= 0
    except ValueError:
        return False


def _run(attributes: dict[str, str], topics: list[_Topic]) -> XmlRun:
    said = [attributes.get(name) for name in ("class", "task", "novelty", "trType", "pid", "priority")]
    lists = {
        topic.number: RankedList(topic.shot_ids, FIRST_SCORE - np.arange(len(topic.shot_ids)))
        for topic in topics
    }
    elapsed = {topic.number: float(topic.elapsed) for topic in topics}
    return XmlRun(Run("_".join(one for one in said if one is not None), lists), attributes, elapsed)
