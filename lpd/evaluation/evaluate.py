"""Runs against sampled judgements: the infAP family per topic and over all topics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.evaluation.inferred import (
    INFERRED_MEASURES,
    RECALL_LEVELS,
    InferredTopic,
    infer_topic,
    inferred_relevant,
)
from lpd.trec.qrels import Qrels
from lpd.trec.runs import MAX_DEPTH, RankedList, Run, RunRows, ScoredRows, rank_shots

__all__ = ["MISSING", "RunEvaluation", "evaluate_run", "ranked_topic"]

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
    if missing not in MISSING:
        raise LpdError(
            "unknown way to treat missing topics", expected=" or ".join(MISSING), found=repr(missing)
        )
    evaluated = [topic_id for topic_id in qrels.topic_ids if topic_id in run.topics]
    absent = [topic_id for topic_id in qrels.topic_ids if topic_id not in run.topics]
    if not evaluated:
        raise _no_common_topic(run, qrels)
    ranked = {topic_id: ranked_topic(run, topic_id) for topic_id in evaluated}
    inferred = {
        topic_id: infer_topic(ranked[topic_id].shot_ids, qrels.topic(topic_id)) for topic_id in evaluated
    }
    relevant = {topic_id: inferred_relevant(qrels.topic(topic_id)) for topic_id in qrels.topic_ids}
    topics = {
        topic_id: one.measures | {"num_ret": float(len(run.topics[topic_id].shot_ids))}
        for topic_id, one in inferred.items()
    }
    if missing == "zero":
        zeros = dict.fromkeys(INFERRED_MEASURES, 0.0)
        topics |= {topic_id: zeros | {"inum_rel": relevant[topic_id]} for topic_id in absent}
        topics = {topic_id: topics[topic_id] for topic_id in qrels.topic_ids}
    mean = _mean(list(inferred.values()), count=len(topics), relevant=sum(relevant.values()))
    warnings = _warnings(run, qrels, absent=absent, inferred=list(inferred.values()), missing=missing)
    return RunEvaluation(run.tag, topics, mean, absent, warnings)


def ranked_topic(run: Run | RunRows, topic_id: str) -> RankedList:
    """Returns a topic's shots as they are evaluated: sorted, of a repeated shot the last score."""
    if isinstance(run, Run):
        return run.topics[topic_id]
    rows: ScoredRows = run.topics[topic_id]
    last = dict(zip(rows.shot_ids, rows.scores.tolist(), strict=True))
    return rank_shots(list(last), np.array(list(last.values()), dtype=np.float64))


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
    inferred: Sequence[InferredTopic],
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
    twice = [one for one, rows in run.topics.items() if len(set(rows.shot_ids)) != len(rows.shot_ids)]
    if twice:
        sentences.append(
            f"Topics with repeated shots: {name_some(twice)}; of each shot the last score counts."
        )
    long = [one for one, rows in run.topics.items() if len(rows.shot_ids) > MAX_DEPTH]
    if long:
        sentences.append(
            f"Topics with more than {MAX_DEPTH} rows: {name_some(long)}; the best {MAX_DEPTH} count."
        )
    if qrels.repeated:
        sentences.append(f"Topics with repeated qrels rows: {name_some(qrels.repeated)}; each row counts.")
    outside, top = sum(one.outside100 for one in inferred), sum(one.top100 for one in inferred)
    if outside > OUTSIDE_SHARE * top:
        share = f"{outside / top:.0%} of the top 100 lies outside the qrels"
        sentences.append(f"{share}; was another collection or subset searched?")
    return sentences
