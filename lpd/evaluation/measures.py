"""The usual measures on complete judgements: AP, P@k, R@k, nDCG@k, reciprocal rank.

Conventions, those of trec_eval: a shot counts as relevant if its relevance is above 0; a shot that is not in
the qrels, or is there with -1, counts as not relevant. A topic without relevant shots, and a topic that the
run does not have, is 0 in every measure and stays in the means.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.trec.qrels import Qrels
from lpd.trec.runs import Run

__all__ = [
    "ap",
    "gains_of",
    "mean_measures",
    "measure_run",
    "ndcg_at",
    "precision_at",
    "recall_at",
    "reciprocal_rank",
]


def gains_of(
    ranking: Sequence[str], judgements: Mapping[str, int], *, judged_only: bool = False
) -> np.ndarray:
    """Returns (K,) int64, the relevance of each shot of a ranking, 0 where it is not judged.

    Args:
        ranking: shots, best first.
        judgements: shot -> relevance (-1, 0, 1 or a higher grade).
        judged_only: leave the shots that are not judged out of the ranking; those behind them move up.
    """
    relevance = [judgements.get(shot_id, -1) for shot_id in ranking]
    if judged_only:
        relevance = [one for one in relevance if one >= 0]
    return np.maximum(np.array(relevance, dtype=np.int64), 0)


def ap(gains: np.ndarray, relevant: int) -> float:
    """Returns the average precision: the mean, over all relevant shots, of the precision at their ranks.

    Args:
        gains: (K,) relevance in rank order.
        relevant: how many relevant shots there are, returned or not; 0 gives 0.
    """
    if relevant == 0:
        return 0.0
    ranks = np.flatnonzero(gains > 0) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).sum() / relevant)


def precision_at(gains: np.ndarray, k: int) -> float:
    """Returns the share of the first k ranks that is relevant; ranks behind the end of the list are not."""
    return float((gains[:k] > 0).sum() / k)


def recall_at(gains: np.ndarray, k: int, *, relevant: int) -> float:
    """Returns the share of all relevant shots that is within the first k ranks; 0 where there are none."""
    return float((gains[:k] > 0).sum() / relevant) if relevant else 0.0


def ndcg_at(gains: np.ndarray, k: int, *, ideal: np.ndarray) -> float:
    """Returns the discounted gain of the first k ranks over that of the best possible order.

    The gain is the relevance itself, the discount log2(rank + 1).

    Args:
        gains: (K,) relevance in rank order.
        k: the cut-off, of the ideal order too.
        ideal: the relevance of all judged shots, in any order.
    """
    best = _discounted(np.sort(np.maximum(ideal, 0))[::-1][:k])
    return _discounted(gains[:k]) / best if best else 0.0


def _discounted(gains: np.ndarray) -> float:
    return float((gains / np.log2(np.arange(2, len(gains) + 2))).sum())


def reciprocal_rank(gains: np.ndarray) -> float:
    """Returns 1 over the rank of the first relevant shot; 0 where none was returned."""
    hits = np.flatnonzero(gains > 0)
    return 1.0 / float(hits[0] + 1) if len(hits) else 0.0


def measure_run(
    run: Run, qrels: Qrels, *, cutoffs: Sequence[int] = (10, 100), judged_only: bool = False
) -> dict[str, dict[str, float]]:
    """Returns topic -> measure -> value for every topic of the qrels; one that the run does not have is 0.

    The measures are AP, RR and nDCG over the whole list, and P@k, R@k, nDCG@k for each cut-off.

    Args:
        run: sorted.
        qrels: complete judgements; what is not in them counts as not relevant.
        cutoffs: each above 0.
        judged_only: measure the ranking of the judged shots alone (for pooled judgements).

    Raises:
        LpdError: for a cut-off below 1.
        MismatchError: if run and qrels have no topic in common.
    """
    if min(cutoffs, default=1) < 1:
        raise LpdError("cut-off below 1", expected="whole numbers from 1", found=list(cutoffs))
    if not set(run.topics) & set(qrels.topic_ids):
        raise MismatchError(
            "run and qrels have no topic in common",
            where=f"run {run.tag}",
            expected=f"topics of the qrels, {name_some(qrels.topic_ids)}",
            found=f"topics {name_some(run.topics)}",
        )
    measured = {}
    for topic_id in qrels.topic_ids:
        judgements = qrels.judgements(topic_id)
        ranking = run.topics[topic_id].shot_ids if topic_id in run.topics else []
        gains = gains_of(ranking, judgements, judged_only=judged_only)
        measured[topic_id] = _measure_topic(gains, np.array(list(judgements.values())), cutoffs=cutoffs)
    return measured


def _measure_topic(gains: np.ndarray, ideal: np.ndarray, *, cutoffs: Sequence[int]) -> dict[str, float]:
    relevant = int((ideal > 0).sum())
    values = {
        "AP": ap(gains, relevant),
        "RR": reciprocal_rank(gains),
        "nDCG": ndcg_at(gains, max(len(gains), len(ideal)), ideal=ideal),
    }
    for k in cutoffs:
        values[f"P@{k}"] = precision_at(gains, k)
        values[f"R@{k}"] = recall_at(gains, k, relevant=relevant)
        values[f"nDCG@{k}"] = ndcg_at(gains, k, ideal=ideal)
    return values


def mean_measures(topics: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Returns measure -> its mean over the topics.

    Raises:
        LpdError: if there are no topics.
    """
    if not topics:
        raise LpdError("no topics to average over")
    names = list(next(iter(topics.values())))
    return {name: float(np.mean([values[name] for values in topics.values()])) for name in names}
