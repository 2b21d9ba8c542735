"""Runs: what a system returns for each topic, sorted once; read strictly or as sample_eval.pl reads."""

import gzip
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from lpd.errors import FormatError, name_some
from lpd.storage import atomic_file
from lpd.trec.columns import word_columns
from lpd.trec.id_lists import repeated_ids
from lpd.trec.lines import BadLine, decoded, lines_of, malformed, read_bytes

__all__ = [
    "MAX_DEPTH",
    "RankedList",
    "Run",
    "RunRows",
    "ScoredRows",
    "make_run",
    "rank_shots",
    "ranking_order",
    "read_run",
    "read_run_rows",
    "without_shots",
    "write_run",
]

MAX_DEPTH = 1000
"""How many shots TRECVID takes per topic."""

EXPECTED_ROW = "six columns `topic 0 shot rank score tag`, the score a finite number"


class RankedList(NamedTuple):
    """Shots, best first: by score downwards, equal scores by shot id downwards (as bytes).

    Args:
        shot_ids: each shot once.
        scores: (rows,) float64, never rising.
    """

    shot_ids: list[str]
    scores: np.ndarray


class ScoredRows(NamedTuple):
    """Shots and (rows,) float64 scores as a file has them: in any order, repeated, of any number."""

    shot_ids: Sequence[str]
    scores: np.ndarray


@dataclass(frozen=True)
class Run:
    """A run tag and, per topic, a ranked list."""

    tag: str
    topics: dict[str, RankedList]


@dataclass(frozen=True)
class RunRows:
    """A run as its file has it; the tag is the one of the first row."""

    tag: str
    topics: dict[str, ScoredRows]


def rank_shots(shot_ids: Sequence[str], scores: np.ndarray) -> RankedList:
    """Returns shots sorted by score downwards; equal scores by shot id downwards, compared as UTF-8 bytes.

    Args:
        shot_ids: each shot once.
        scores: (len(shot_ids),) finite numbers.

    Source: the order of sample_eval.pl.
    """
    values = np.asarray(scores, dtype=np.float64)
    order = ranking_order(shot_ids, values)
    if order is None:
        return RankedList(list(shot_ids), values)
    return RankedList([shot_ids[row] for row in order.tolist()], values[order])


def ranking_order(shot_ids: Sequence[str], scores: np.ndarray) -> np.ndarray | None:
    """Returns (len(shot_ids),) int64, the rows in the order of `rank_shots`; None if they have it already.

    Args:
        shot_ids: each shot once.
        scores: (len(shot_ids),) float64, finite.
    """
    if (scores[:-1] > scores[1:]).all():  # as most files have them
        return None
    order = np.argsort(-scores, kind="stable")
    values = scores[order]
    alike = np.flatnonzero(values[:-1] == values[1:])
    if len(alike):
        breaks = np.flatnonzero(np.diff(alike) > 1)
        first, last = alike[np.r_[0, breaks + 1]], alike[np.r_[breaks, len(alike) - 1]]
        for start, end in zip(first.tolist(), (last + 2).tolist(), strict=True):
            # code points order strings as their UTF-8 bytes do
            order[start:end] = sorted(order[start:end].tolist(), key=shot_ids.__getitem__, reverse=True)
    return order


def make_run(tag: str, scored: Mapping[str, tuple[Sequence[str], np.ndarray]]) -> Run:
    """Returns a sorted run.

    Args:
        tag: one word.
        scored: topic -> shots and their scores, in any order.

    Raises:
        FormatError: if the tag is not one word, a shot occurs twice in a topic, or a score is not finite.
    """
    _check_words([tag], what="run tag is not one word", where=None)
    topics: dict[str, RankedList] = {}
    for topic_id, (shot_ids, scores) in scored.items():
        values = np.asarray(scores, dtype=np.float64)
        if values.shape != (len(shot_ids),):
            raise FormatError(
                "shots and scores differ in number",
                where=f"topic {topic_id}",
                expected=len(shot_ids),
                found=values.shape,
            )
        _check_list(shot_ids, values, topic_id)
        topics[topic_id] = rank_shots(shot_ids, values)
    return Run(tag, topics)


def _check_list(shot_ids: Sequence[str], scores: np.ndarray, topic_id: str) -> None:
    where = f"topic {topic_id}"
    if not np.isfinite(scores).all():
        bad = [shot_ids[row] for row in np.flatnonzero(~np.isfinite(scores)).tolist()]
        raise FormatError("scores are not finite", where=where, expected="numbers", found=name_some(bad))
    if len(set(shot_ids)) != len(shot_ids):
        raise FormatError(
            "shots occur twice", where=where, expected="each once", found=name_some(repeated_ids(shot_ids))
        )


AnyRun = TypeVar("AnyRun", Run, RunRows)


def without_shots(run: AnyRun, dropped: Collection[str], *, depth: int | None = None) -> AnyRun:
    """Returns a run without some shots; those below move up.

    Args:
        run: with its lists in their order, which stays.
        dropped: ids of the shots that were taken out of a collection after its release, a set.
        depth: shots per topic at most, all if None.
    """
    topics = {}
    for topic_id, listed in run.topics.items():
        kept = [row for row, shot_id in enumerate(listed.shot_ids) if shot_id not in dropped][:depth]
        ids = [listed.shot_ids[row] for row in kept]
        topics[topic_id] = listed._replace(shot_ids=ids, scores=listed.scores[np.array(kept, dtype=np.int64)])
    return replace(run, topics=topics)


def read_run_rows(path: Path) -> RunRows:
    """Returns the rows of a run file as sample_eval.pl takes them: of any length and order, with repeats.

    The rank column is not used. That script reads words, not lines; here a line without six columns is an
    error.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: for a malformed line (`path:line`) or a file without rows.
    """
    tags, topics = _read_rows(path, every_tag=False)
    return RunRows(tags[0], topics)


def read_run(path: Path) -> Run:
    """Returns a run that keeps TRECVID's rules, sorted by score; the rank column is not used.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: for a malformed line, more than one run tag, more than 1000 shots in a topic, or a shot
            that occurs twice in a topic.
    """
    tags, topics = _read_rows(path, every_tag=True)
    if len(tags) > 1:
        raise FormatError("more than one run tag", where=path, expected="one", found=name_some(tags))
    long = [
        f"{one} ({len(listed.shot_ids)})"
        for one, listed in topics.items()
        if len(listed.shot_ids) > MAX_DEPTH
    ]
    if long:
        raise FormatError(
            f"topics with more than {MAX_DEPTH} shots",
            where=path,
            expected=f"at most {MAX_DEPTH}",
            found=", ".join(long),
            next_step=f"keep the best {MAX_DEPTH} of each topic",
        )
    twice = [
        f"{one} {shot_id}" for one, listed in topics.items() for shot_id in repeated_ids(listed.shot_ids)
    ]
    if twice:
        raise FormatError(
            "shots occur twice in a topic", where=path, expected="each once", found=name_some(twice)
        )
    return Run(tags[0], {one: rank_shots(listed.shot_ids, listed.scores) for one, listed in topics.items()})


def _read_rows(path: Path, *, every_tag: bool) -> tuple[list[str], dict[str, ScoredRows]]:
    """Returns the tags in the order in which they first occur, the first one at least, and the rows of each
    topic.
    """
    data = read_bytes(path)
    quick = _quick_rows(data, every_tag=every_tag)
    if quick is not None:
        return quick
    lines = list(lines_of(decoded(data, where=path)))
    if not lines:
        raise FormatError("no rows", where=path, expected=EXPECTED_ROW)
    rows = [line.split() for _, line in lines]
    bad = [
        BadLine(*line)
        for line, row in zip(lines, rows, strict=True)
        if len(row) != 6 or not _is_number(row[4])
    ]
    if bad:
        raise malformed(path, bad, expected=EXPECTED_ROW)
    return list(dict.fromkeys(row[5] for row in rows)), _by_topic(rows)


def _quick_rows(data: bytes, *, every_tag: bool) -> tuple[list[str], dict[str, ScoredRows]] | None:
    """Returns the same of a text of plain lines, None of any other."""
    kinds = ("names", "skip", "words", "skip", "numbers", "names" if every_tag else "skip")
    columns = word_columns(data, kinds)
    if columns is None:
        return None
    topics, shots, scores, *more = columns
    if not len(scores) or not np.isfinite(scores).all():
        return None
    rows = zip(topics.names, topics.rows(), strict=True)
    tags = more[0].names if more else [data.partition(b"\n")[0].split()[5].decode()]
    return tags, {name: ScoredRows(shots.at(at), scores[at]) for name, at in rows}


def _is_number(word: str) -> bool:
    try:
        return "_" not in word and math.isfinite(float(word))
    except ValueError:
        return False


def _by_topic(rows: Iterable[Sequence[str]]) -> dict[str, ScoredRows]:
    shots: dict[str, list[str]] = {}
    scores: dict[str, list[float]] = {}
    for row in rows:
        shots.setdefault(row[0], []).append(row[2])
        scores.setdefault(row[0], []).append(float(row[4]))
    return {one: ScoredRows(shots[one], np.array(scores[one], dtype=np.float64)) for one in shots}


def write_run(path: Path, run: Run, *, depth: int = MAX_DEPTH) -> None:
    """Writes the best `depth` shots of each topic in six columns; packed if the name ends in `.gz`.

    Scores are written so that reading them gives the same numbers, hence the same order. The packed file
    holds no time, so equal runs give equal files. A topic without shots leaves no row.

    Raises:
        FormatError: if the tag or an id is empty or contains a blank.
    """
    _check_words([run.tag], what="run tag is not one word", where=path)
    lines: list[str] = []
    for topic_id, ranked in run.topics.items():
        _check_words([topic_id, *ranked.shot_ids[:depth]], what="ids are not one word each", where=path)
        best = zip(ranked.shot_ids[:depth], ranked.scores[:depth].tolist(), strict=True)
        lines += [
            f"{topic_id} 0 {shot_id} {rank} {score!r} {run.tag}\n"
            for rank, (shot_id, score) in enumerate(best, start=1)
        ]
    data = "".join(lines).encode("utf-8")
    with atomic_file(path) as temporary:
        temporary.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def _check_words(words: Sequence[str], *, what: str, where: Path | None) -> None:
    bad = [word for word in words if word.split() != [word]]
    if bad:
        raise FormatError(what, where=where, expected="no blanks", found=name_some(bad))
