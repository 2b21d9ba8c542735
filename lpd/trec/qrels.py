"""Relevance judgements: TRECVID's five columns (with strata) and the plain four."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from lpd.errors import FormatError, NotFoundError, name_some
from lpd.storage import atomic_file, digest_bytes
from lpd.trec.columns import Names, word_columns
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.lines import BadLine, decoded, lines_of, malformed, read_bytes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Qrel", "Qrels", "merge_qrels", "read_qrels", "write_qrels"]

ONLY_STRATUM = "1"
"""The stratum given to every row of a file with four columns."""

LONGEST_GRADE = 9
"""Digits of a relevance: anything longer is a shifted column."""

EXPECTED_ROW = (
    "`topic 0 shot stratum relevance` or `topic 0 shot relevance`, relevance a whole number from -1"
)


class Qrel(NamedTuple):
    """One row: relevance is -1 in the pool but not judged, 0 not relevant, 1 (or a higher grade) relevant."""

    topic_id: str
    shot_id: str
    stratum: str
    relevance: int


class Qrels:
    """The judgements of an edition, grouped by topic in the order in which the topics first occur.

    Args:
        rows: (topic_id, shot_id, stratum, relevance) each.

    Raises:
        FormatError: if a shot has two different judgements in one topic, or a relevance is below -1.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str, int]]) -> None:
        shots: dict[str, list[str]] = {}
        strata: dict[str, list[str]] = {}
        relevance: dict[str, list[int]] = {}
        for topic_id, shot_id, stratum, grade in rows:
            if topic_id not in shots:
                shots[topic_id], strata[topic_id], relevance[topic_id] = [], [], []
            shots[topic_id].append(shot_id)
            strata[topic_id].append(stratum)
            relevance[topic_id].append(grade)
        self._topics = {
            topic_id: JudgedTopic(
                shots[topic_id], strata[topic_id], np.array(relevance[topic_id], dtype=np.int64)
            )
            for topic_id in shots
        }
        self._check()

    @classmethod
    def of_topics(cls, topics: Mapping[str, JudgedTopic]) -> Self:
        """Returns the judgements of topics whose columns are at hand.

        Raises:
            FormatError: as for rows.
        """
        made = cls(())
        made._topics = dict(topics)
        made._check()
        return made

    def _check(self) -> None:
        low = [topic_id for topic_id, judged in self._topics.items() if judged.relevance.min() < -1]
        if low:
            raise FormatError(
                "relevance below -1", expected="-1, 0, 1 or a higher grade", found=name_some(low)
            )
        rows = [(row.topic_id, row.shot_id, row.stratum, row.relevance) for row in self._repeated_rows()]
        clashing = _contradictions(rows)
        if clashing:
            pairs = [f"{rows[row][0]} {rows[row][1]}" for row in clashing]
            raise FormatError(
                "a shot is judged twice and differently",
                expected="one judgement per topic and shot",
                found=name_some(pairs),
            )

    def _repeated_rows(self) -> Iterator[Qrel]:
        for topic_id, judged in self._topics.items():
            if judged.repeats:
                yield from self._rows_of(topic_id)

    def _rows_of(self, topic_id: str) -> Iterator[Qrel]:
        judged = self._topics[topic_id]
        for shot_id, stratum, grade in zip(
            judged.shot_ids, judged.strata, judged.relevance.tolist(), strict=True
        ):
            yield Qrel(topic_id, shot_id, stratum, grade)

    @property
    def topic_ids(self) -> list[str]:
        """The topics in the order in which they first occur."""
        return list(self._topics)

    def topic(self, topic_id: str) -> JudgedTopic:
        """Returns the rows of one topic as columns.

        Raises:
            NotFoundError: if nothing was judged for it.
        """
        if topic_id not in self._topics:
            raise NotFoundError(
                "topic has no judgements", expected=f"one of {name_some(self._topics)}", found=repr(topic_id)
            )
        return self._topics[topic_id]

    def judgements(self, topic_id: str) -> dict[str, int]:
        """Returns shot -> relevance (-1, 0, 1 or a higher grade) of one topic."""
        judged = self.topic(topic_id)
        return dict(zip(judged.shot_ids, judged.relevance.tolist(), strict=True))

    def relevant(self, topic_id: str) -> set[str]:
        """Returns the shots of one topic whose relevance is above 0."""
        return {shot_id for shot_id, grade in self.judgements(topic_id).items() if grade > 0}

    def rows(self) -> Iterator[Qrel]:
        """Returns all rows, topic by topic."""
        for topic_id in self._topics:
            yield from self._rows_of(topic_id)

    @cached_property
    def repeated(self) -> list[str]:
        """The topics in which some row occurs more than once."""
        return [one for one, judged in self._topics.items() if judged.repeats]

    @cached_property
    def table(self) -> "pd.DataFrame":
        """All rows as a table with the columns topic_id, shot_id, stratum, relevance."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=list(Qrel._fields))

    @cached_property
    def digest(self) -> str:
        """The digest of the rows, grouped by topic, as `write_qrels` writes them."""
        return digest_bytes(_as_text(self).encode("utf-8"))


def read_qrels(path: Path) -> Qrels:
    """Returns the judgements in a file of five columns (with stratum) or of four (all in stratum 1).

    Rows that are repeated word for word stay, since sample_eval.pl counts them.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: for a malformed line, for lines of four and of five columns in one file and for a shot
            judged twice and differently (`path:line` in each case), for a Git LFS pointer, for a file without
            rows.
    """
    data = read_bytes(path)
    quick = _quick_qrels(data)
    if quick is not None:
        return quick
    lines = list(lines_of(decoded(data, where=path)))
    if not lines:
        raise FormatError("no judgements", where=path, expected=EXPECTED_ROW)
    fields = [line.split() for _, line in lines]
    width = len(fields[0]) if len(fields[0]) in (4, 5) else 5
    bad = [BadLine(*line) for line, row in zip(lines, fields, strict=True) if not _is_row(row, width)]
    if bad:
        mixed = len(bad[0].text.split()) in (4, 5) and len(bad[0].text.split()) != width
        expected = f"{width} columns as in the first line" if mixed else EXPECTED_ROW
        raise malformed(path, bad, expected=expected)
    if width == 5:
        rows = [(row[0], row[2], row[3], int(row[4])) for row in fields]
    else:
        rows = [(row[0], row[2], ONLY_STRATUM, int(row[3])) for row in fields]
    clashing = _contradictions(rows)
    if clashing:
        raise malformed(
            path,
            [BadLine(*lines[row]) for row in clashing],
            what="a shot is judged twice and differently",
            expected="one judgement per topic and shot",
        )
    return Qrels(rows)


def merge_qrels(parts: Sequence[tuple[Path, Qrels]]) -> Qrels:
    """Returns the judgements of several files in their order, topics that several files have once.

    Args:
        parts: file -> its judgements.

    Raises:
        FormatError: if two files judge a topic differently: their pools and samples cannot be joined.
    """
    merged: dict[str, JudgedTopic] = {}
    for path, qrels in parts:
        for topic_id in qrels.topic_ids:
            judged = qrels.topic(topic_id)
            first = merged.setdefault(topic_id, judged)
            same = first.shot_ids == judged.shot_ids and first.strata == judged.strata
            if not (same and np.array_equal(first.relevance, judged.relevance)):
                raise FormatError(
                    "two files judge one topic differently",
                    where=path,
                    expected="topics of its own, or the same rows",
                    found=f"topic {topic_id}",
                    next_step="import them under two names, with --name",
                )
    return Qrels.of_topics(merged)


def _quick_qrels(data: bytes) -> Qrels | None:
    """Returns the judgements of a text of plain lines whose shots occur once per topic, None of any other."""
    width = len(data.partition(b"\n")[0].split())
    kinds = ("names", "skip", "words", *["names"] * (width - 3))
    columns = word_columns(data, kinds) if width in (4, 5) else None
    if columns is None:
        return None
    topics, shots, *more, grades = columns
    if not all(_is_row((grade,), 1) for grade in grades.names):
        return None
    relevance = np.array([int(grade) for grade in grades.names], dtype=np.int64)[grades.codes]
    strata = more[0] if more else Names([ONLY_STRATUM], np.zeros(len(relevance), dtype=np.int64))
    judged = {
        name: JudgedTopic.of_columns(
            shots.at(at), Names(strata.names, strata.codes[at]), relevance=relevance[at]
        )
        for name, at in zip(topics.names, topics.rows(), strict=True)
    }
    if not judged or any(one.repeats for one in judged.values()):
        return None
    return Qrels.of_topics(judged)


def _is_row(row: Sequence[str], width: int) -> bool:
    if len(row) != width:
        return False
    grade = row[-1]
    return grade == "-1" or (grade.isascii() and grade.isdigit() and len(grade) <= LONGEST_GRADE)


def _contradictions(rows: Sequence[tuple[str, str, str, int]]) -> list[int]:
    """Returns the rows that give a shot another stratum or relevance than an earlier row of its topic."""
    first: dict[tuple[str, str], tuple[str, int]] = {}
    return [
        number
        for number, (topic_id, shot_id, stratum, grade) in enumerate(rows)
        if first.setdefault((topic_id, shot_id), (stratum, grade)) != (stratum, grade)
    ]


def _as_text(qrels: Qrels) -> str:
    return "".join(f"{row.topic_id} 0 {row.shot_id} {row.stratum} {row.relevance}\n" for row in qrels.rows())


def write_qrels(path: Path, qrels: Qrels) -> None:
    """Writes five columns, topic by topic.

    Raises:
        FormatError: if an id or a stratum is empty or contains a blank.
    """
    bad = [
        " ".join(row[:3])
        for row in qrels.rows()
        if any(field.split() != [field] for field in (row.topic_id, row.shot_id, row.stratum))
    ]
    if bad:
        raise FormatError(
            "ids or strata with blanks", where=path, expected="one word each", found=name_some(bad)
        )
    with atomic_file(path) as temporary:
        temporary.write_text(_as_text(qrels), encoding="utf-8")
