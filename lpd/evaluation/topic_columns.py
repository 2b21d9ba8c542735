"""What one list (a run, a space, the fused list) achieves per topic: a column of the table of topics.

Two families of measures: the inferred one of sampled judgements, always; the usual one of complete judgements
where nothing in the pool is left unjudged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lpd.errors import LpdError
from lpd.evaluation.evaluate import evaluate_run
from lpd.evaluation.measures import measure_run
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.qrels import Qrels
from lpd.trec.runs import Run

__all__ = [
    "CUTOFFS",
    "INFERRED_PER_TOPIC",
    "TopicColumn",
    "judged_completely",
    "judged_share",
    "measure_label",
    "measured_column",
]

INFERRED_PER_TOPIC = {
    "infAP": "infAP",
    "infNDCG": "infNDCG",
    "iP10": "iP@10",
    "iP100": "iP@100",
    "iP1000": "iP@1000",
    "recall": "inferred recall",
}
"""Measures of the inferred family that are a value per topic -> how they are printed."""

CUTOFFS = (10, 100, 1000)
"""Of P@k, R@k and nDCG@k."""


@dataclass(frozen=True)
class TopicColumn:
    """A list, measured.

    Args:
        name: of the list: a run tag, a space, `fused`.
        topics: topic -> measure -> value, for the topics of the qrels that count.
        missing: topics of the qrels that the list does not have.
        missing_as: `skip` (they are not in `topics`) or `zero` (they are there, with 0 in every measure).
        judged: topic -> share of the first `judged_at` shots that is judged, for topics that the list has.
        judged_at: the cut-off of that share.
        measures: the measures of each topic, the inferred ones first.
        complete: whether the measures of complete judgements are among them.
        warnings: sentences about what a reader of the numbers should know.
    """

    name: str
    topics: Mapping[str, Mapping[str, float]]
    missing: tuple[str, ...]
    missing_as: str
    judged: Mapping[str, float]
    judged_at: int
    measures: tuple[str, ...]
    complete: bool
    warnings: tuple[str, ...]


def measure_label(measure: str) -> str:
    """Returns how a measure is printed: `iP@10` for `iP10`; names of the complete family are their own."""
    return INFERRED_PER_TOPIC.get(measure, measure)


def judged_completely(qrels: Qrels) -> bool:
    """Returns whether every row of the qrels is judged, so that AP and R@k may be counted.

    It is not known from qrels whether relevant shots lie outside of the pool; those count as not relevant.
    """
    return all((qrels.topic(topic_id).relevance >= 0).all() for topic_id in qrels.topic_ids)


def judged_share(ranking: Sequence[str], judged: JudgedTopic, k: int) -> float:
    """Returns the share of the first k shots that is judged, relevant or not; 0 for an empty list.

    A list shorter than k is taken whole.

    Args:
        ranking: shots, best first.
        judged: the judgements of the topic.
        k: the cut-off, at least 1.

    Raises:
        LpdError: for k below 1.
    """
    if k < 1:
        raise LpdError("cut-off below 1", expected="a whole number from 1", found=k)
    rows = [judged.positions.get(shot_id, -1) for shot_id in ranking[:k]]
    known = [row for row in rows if row >= 0]
    return float((judged.relevance[known] >= 0).sum() / len(rows)) if rows else 0.0


def measured_column(
    run: Run, qrels: Qrels, *, name: str | None = None, judged_at: int = 100, missing: str = "skip"
) -> TopicColumn:
    """Returns what a list achieves on each topic of the qrels.

    `recall` is the inferred number of relevant shots returned over that of all, 0 where there are none; it is
    an estimate and may exceed 1. Of the complete family there are AP, RR, nDCG, and P@k, R@k, nDCG@k at
    `CUTOFFS`.

    Args:
        run: the list, sorted.
        qrels: the judgements.
        name: of the column; the run's tag where None.
        judged_at: the cut-off of the share of judged shots.
        missing: `skip` leaves the topics that the list does not have out, as sample_eval.pl does; `zero`
            counts them as 0. Both name them.

    Raises:
        MismatchError: if run and qrels have no topic in common.
        LpdError: for a cut-off below 1, or another word than `skip` and `zero`.

    Source: sample_eval.pl (inferred), trec_eval (complete).
    """
    evaluation = evaluate_run(run, qrels, missing=missing)
    complete = judged_completely(qrels)
    further = measure_run(run, qrels, cutoffs=CUTOFFS) if complete else {}
    topics = {
        topic_id: {
            **{measure: values[measure] for measure in INFERRED_PER_TOPIC if measure != "recall"},
            "recall": values["inum_rel_ret"] / values["inum_rel"] if values["inum_rel"] else 0.0,
            **further.get(topic_id, {}),
        }
        for topic_id, values in evaluation.topics.items()
    }
    shares = {
        topic_id: judged_share(run.topics[topic_id].shot_ids, qrels.topic(topic_id), judged_at)
        for topic_id in qrels.topic_ids
        if topic_id in run.topics
    }
    return TopicColumn(
        name=run.tag if name is None else name,
        topics=topics,
        missing=tuple(evaluation.missing),
        missing_as=missing,
        judged=shares,
        judged_at=judged_at,
        measures=tuple(next(iter(topics.values()))),
        complete=complete,
        warnings=tuple(evaluation.warnings),
    )
