"""Runs as the XML that teams submit to TRECVID's ad-hoc video search task: checks, and the writer."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from lpd.errors import MismatchError
from lpd.storage import atomic_file
from lpd.trec.id_lists import repeated_ids
from lpd.trec.runs import MAX_DEPTH, RankedList, Run
from lpd.trec.xml_submission import LEVELS, XmlSubmission, has_leading_ones, not_words, told_problems

__all__ = ["write_xml_run"]


def write_xml_run(
    path: Path,
    run: Run,
    *,
    submission: XmlSubmission,
    topic_ids: Sequence[str],
    known_shots: Collection[str],
) -> None:
    """Writes a run as one `videoAdhocSearchRunResult`, line by line, topics in the order of `topic_ids`.

    Args:
        path: of the file.
        run: its lists are written whole.
        submission: what the run says of itself.
        topic_ids: all topics of the edition; the run must have these and no others.
        known_shots: ids of the collection, a set.

    Raises:
        MismatchError: naming everything that TRECVID would refuse: topics missing or foreign, more than 1000
            shots in a topic, unknown or repeated shots, rising or impossible scores, ids that cannot be
            printed.
    """
    problems = _run_problems(run, topic_ids, known_shots=known_shots)
    if submission.drop_leading_one and not has_leading_ones(topic_ids):
        odd = [one for one in topic_ids if not has_leading_ones([one])]
        problems["topics without a leading 1 to drop"] = odd
    told = told_problems(problems)
    if told:
        raise MismatchError(
            "TRECVID would refuse this run",
            where=f"run {run.tag}",
            found=told,
            next_step="correct the run, or choose the edition and the collection that it was made for",
        )
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in _lines(run, submission, topic_ids))


def _run_problems(
    run: Run, topic_ids: Sequence[str], *, known_shots: Collection[str]
) -> dict[str, list[str]]:
    topics = run.topics
    wanted = set(topic_ids)
    foreign = {
        shot_id: None
        for ranked in topics.values()
        for shot_id in ranked.shot_ids
        if shot_id not in known_shots
    }
    every_shot = {shot_id: None for ranked in topics.values() for shot_id in ranked.shot_ids}
    return {
        "topics that the run does not have": [one for one in topic_ids if one not in topics],
        "topics that the edition does not have": [one for one in topics if one not in wanted],
        f"topics with more than {MAX_DEPTH} shots": [
            one for one, ranked in topics.items() if len(ranked.shot_ids) > MAX_DEPTH
        ],
        "shots that the collection does not have": list(foreign),
        "shots twice in a topic": [
            f"{one} {shot_id}" for one, ranked in topics.items() for shot_id in repeated_ids(ranked.shot_ids)
        ],
        "topics whose scores rise or are no numbers": [
            one for one, ranked in topics.items() if not _falls(ranked)
        ],
        "ids that are not one printable word": not_words([*topics, *every_shot]),
    }


def _falls(ranked: RankedList) -> bool:
    scores = np.asarray(ranked.scores, dtype=np.float64)
    if scores.shape != (len(ranked.shot_ids),) or not np.isfinite(scores).all():
        return False
    return not (np.diff(scores) > 0).any()


def _lines(run: Run, submission: XmlSubmission, topic_ids: Sequence[str]) -> Iterator[str]:
    results, run_result, topic_result, item = LEVELS
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<!DOCTYPE {results} SYSTEM "{escape(submission.dtd_address)}">'
    if submission.comment:
        yield "<!--"
        yield from map(_commented, submission.comment)
        yield "-->"
    yield f"<{results}>"
    told = " ".join(f"{name}={quoteattr(value)}" for name, value in submission.attributes().items())
    yield f"<{run_result} {told}>"
    for topic_id in topic_ids:
        number = quoteattr(submission.topic_number(topic_id))
        yield f'<{topic_result} tNum={number} elapsedTime="{submission.elapsed(topic_id)}">'
        for rank, shot_id in enumerate(run.topics[topic_id].shot_ids, start=1):
            yield f'<{item} seqNum="{rank}" shotId={quoteattr(shot_id)}/>'
        yield f"</{topic_result}>"
    yield f"</{run_result}>"
    yield f"</{results}>"


def _commented(line: str) -> str:
    """Returns a line that cannot end the comment it stands in: two hyphens in a row are set apart."""
    printable = "".join(sign if sign.isprintable() else " " for sign in line)
    while "--" in printable:
        printable = printable.replace("--", "- -")
    return f"  {printable}"
