"""Runs against sampled judgements: the infAP family per topic and over all topics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.evaluation.inferred import (
    INFERRED_MEASURES,
    RECALL_LEVELS,
    InferredTopic,
    infer_rows,
    inferred_relevant,
)
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.qrels import Qrels
from lpd.trec.runs import MAX_DEPTH, RankedList, Run, RunRows, ScoredRows, rank_shots, ranking_order

__all__ = ["MISSING", "RunEvaluation", "evaluate_run", "evaluate_runs", "ranked_topic"]

MISSING = ("skip", "zero")
OUTSIDE_SHARE = 0.1


@dataclass(frozen=True)
class RunEvaluation:
    """What a run achieves on some judgements.

    Args:
        tag: of the run.
        topics: topic -> measure -> value, in the order of the qrels.
        mean: the row `all`: means, but sums for inum_rel (over all topics of the qrels), inum_rel_ret and
            num_ret (evaluated shots); with the interpolated precision at eleven recall levels.
        missing: topics of the qrels that the run does not have.
        warnings: sentences about what a reader of the numbers should know.
    """

    tag: str
    topics: dict[str, dict[str, float]]
    mean: dict[str, float]
    missing: list[str]
    warnings: list[str]


def evaluate_run(run: Run | RunRows, qrels: Qrels, *, missing: str = "skip") -> RunEvaluation:
    """Returns the infAP family of a run, as sample_eval.pl counts it.

    Of a shot that a topic has twice the last score counts; at most 1000 shots of a topic are evaluated; per
    topic, num_ret still counts all rows. Topics that the qrels do not have are left out.

    Args:
        run: as imported, or as its file has it.
        qrels: the judgements.
        missing: `skip` leaves topics that the run does not have out of the means, as sample_eval.pl does;
            `zero` counts them as zero.

    Raises:
        MismatchError: if run and qrels have no topic in common.
        LpdError: for another word than `skip` and `zero`.

    Source: sample_eval.pl.
    """
    return evaluate_runs([run], qrels, missing=missing)[0]


def evaluate_runs(
    runs: Sequence[Run | RunRows], qrels: Qrels, *, missing: str = "skip"
) -> list[RunEvaluation]:
    """Returns for each run what `evaluate_run` says of it, in less time: topic by topic for all of them.

    Raises:
        MismatchError, LpdError: as `evaluate_run`.
    """
    if missing not in MISSING:
        raise LpdError(
            "unknown way to treat missing topics", expected=" or ".join(MISSING), found=repr(missing)
        )
    for run in runs:
        if not any(topic_id in run.topics for topic_id in qrels.topic_ids):
            raise _no_common_topic(run, qrels)
    inferred: list[dict[str, InferredTopic]] = [{} for _ in runs]
    for topic_id in qrels.topic_ids:
        having = [number for number, run in enumerate(runs) if topic_id in run.topics]
        rankings = _ranked_rows([runs[number] for number in having], qrels.topic(topic_id), topic_id=topic_id)
        for number, one in zip(having, infer_rows(rankings, qrels.topic(topic_id)), strict=True):
            inferred[number][topic_id] = one
    relevant = {topic_id: inferred_relevant(qrels.topic(topic_id)) for topic_id in qrels.topic_ids}
    return [
        _evaluation(run, qrels, found, relevant=relevant, missing=missing)
        for run, found in zip(runs, inferred, strict=True)
    ]


def _evaluation(
    run: Run | RunRows,
    qrels: Qrels,
    inferred: Mapping[str, InferredTopic],
    *,
    relevant: Mapping[str, float],
    missing: str,
) -> RunEvaluation:
    """Returns the measures of one run, whose topics were measured, with their means and the warnings."""
    absent = [topic_id for topic_id in qrels.topic_ids if topic_id not in inferred]
    topics = {
        topic_id: one.measures | {"num_ret": float(len(run.topics[topic_id].shot_ids))}
        for topic_id, one in inferred.items()
    }
    if missing == "zero":
        zeros = dict.fromkeys(INFERRED_MEASURES, 0.0)
        topics |= {topic_id: zeros | {"inum_rel": relevant[topic_id]} for topic_id in absent}
        topics = {topic_id: topics[topic_id] for topic_id in qrels.topic_ids}
    mean = _mean(list(inferred.values()), count=len(topics), relevant=sum(relevant.values()))
    warnings = _warnings(run, qrels, absent=absent, inferred=inferred, missing=missing)
    return RunEvaluation(run.tag, topics, mean, absent, warnings)


def _ranked_rows(runs: Sequence[Run | RunRows], judged: JudgedTopic, *, topic_id: str) -> list[np.ndarray]:
    """Returns for each run the rows of the pool that its shots have, -1 outside, as they are evaluated."""
    found = judged.rows_of([run.topics[topic_id].shot_ids for run in runs])
    ranked = []
    for run, rows in zip(runs, found, strict=True):
        listed = run.topics[topic_id]
        if isinstance(run, Run):
            ranked.append(rows)
        elif _row_repeats(listed.shot_ids, rows):
            ranked += judged.rows_of([ranked_topic(run, topic_id).shot_ids])
        else:
            order = ranking_order(listed.shot_ids, listed.scores)
            ranked.append(rows if order is None else rows[order])
    return ranked


def _row_repeats(shot_ids: Sequence[str], rows: np.ndarray) -> bool:
    """Returns whether some shot occurs twice; in the pool its row tells it, which takes less time."""
    inside = np.sort(rows[rows >= 0])
    if (inside[1:] == inside[:-1]).any():
        return True
    return len(inside) < len(rows) and _has_repeats(
        [shot_ids[row] for row in np.flatnonzero(rows < 0).tolist()]
    )


def ranked_topic(run: Run | RunRows, topic_id: str) -> RankedList:
    """Returns a topic's shots as they are evaluated: sorted, of a repeated shot the last score."""
    if isinstance(run, Run):
        return run.topics[topic_id]
    rows: ScoredRows = run.topics[topic_id]
    if not _has_repeats(rows.shot_ids):
        return rank_shots(rows.shot_ids, rows.scores)
    last = dict(zip(rows.shot_ids, rows.scores.tolist(), strict=True))
    return rank_shots(list(last), np.array(list(last.values()), dtype=np.float64))


def _repeats(shot_ids: Sequence[str], inferred: InferredTopic | None) -> bool:
    """Returns whether some shot occurs twice; where all were evaluated their number tells it."""
    if inferred is None or len(shot_ids) > MAX_DEPTH:
        return _has_repeats(shot_ids)
    return inferred.measures["num_ret"] != len(shot_ids)


def _has_repeats(shot_ids: Sequence[str]) -> bool:
    return len(set(shot_ids)) != len(shot_ids)


def _no_common_topic(run: Run | RunRows, qrels: Qrels) -> MismatchError:
    hint = None
    if any("1" + topic_id in qrels.topic_ids for topic_id in run.topics):
        hint = "the qrels number the topics with a leading 1 (661 is 1661); import the run, which adds it"
    return MismatchError(
        "run and qrels have no topic in common",
        where=f"run {run.tag}",
        expected=f"topics of the qrels, {name_some(qrels.topic_ids)}",
        found=f"topics {name_some(run.topics)}",
        next_step=hint or "give the qrels of the run's edition",
    )


def _mean(inferred: Sequence[InferredTopic], *, count: int, relevant: float) -> dict[str, float]:
    """Returns the row `all`; `count` topics share the sums of the averaged measures."""
    sums = {name: sum(one.measures[name] for one in inferred) for name in INFERRED_MEASURES}
    totals = {"inum_rel": relevant, "inum_rel_ret": sums["inum_rel_ret"], "num_ret": sums["num_ret"]}
    mean = {name: totals[name] if name in totals else sums[name] / count for name in INFERRED_MEASURES}
    levels = np.sum([one.interpolated for one in inferred], axis=0) / count
    return mean | dict(zip(RECALL_LEVELS, levels.tolist(), strict=True))


def _warnings(
    run: Run | RunRows,
    qrels: Qrels,
    *,
    absent: Sequence[str],
    inferred: Mapping[str, InferredTopic],
    missing: str,
) -> list[str]:
    sentences = []
    if absent:
        treated = "they count as zero" if missing == "zero" else "they are left out of the means"
        sentences.append(f"Topics of the qrels that the run does not have: {name_some(absent)}; {treated}.")
    unknown = [topic_id for topic_id in run.topics if topic_id not in qrels.topic_ids]
    if unknown:
        sentences.append(
            f"Topics of the run that the qrels do not have: {name_some(unknown)}; they are ignored."
        )
    repeated = [
        topic_id for topic_id, rows in run.topics.items() if _repeats(rows.shot_ids, inferred.get(topic_id))
    ]
    if repeated:
        sentences.append(
            f"Topics with repeated shots: {name_some(repeated)}; of each shot the last score counts."
        )
    long = [one for one, rows in run.topics.items() if len(rows.shot_ids) > MAX_DEPTH]
    if long:
        sentences.append(
            f"Topics with more than {MAX_DEPTH} rows: {name_some(long)}; the best {MAX_DEPTH} count."
        )
    if qrels.repeated:
        sentences.append(f"Topics with repeated qrels rows: {name_some(qrels.repeated)}; each row counts.")
    outside, top = (
        sum(one.outside100 for one in inferred.values()),
        sum(one.top100 for one in inferred.values()),
    )
    if outside > OUTSIDE_SHARE * top:
        share = f"{outside / top:.0%} of the top 100 lies outside the qrels"
        sentences.append(f"{share}; was another collection or subset searched?")
    return sentences
