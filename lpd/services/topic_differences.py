"""The topics on which two systems differ most: two models, spaces, runs or weights, each given as a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.diversity import iou_at
from lpd.errors import LpdError, MismatchError, name_some
from lpd.evaluation.evaluate import RunEvaluation, ranked_topic
from lpd.rank_overlap import PERSISTENCE, RankBiasedOverlap, rank_biased_overlap
from lpd.trec import MAX_DEPTH, Run, RunRows

__all__ = [
    "DIFFERENCE_ORDERS",
    "MeasuredRun",
    "TopicDifference",
    "TopicDifferences",
    "order_differences",
    "topic_differences",
]


class MeasuredRun(NamedTuple):
    """A system's lists, and what they achieve; None where there are no judgements."""

    run: Run | RunRows
    evaluation: RunEvaluation | None = None


class TopicDifference(NamedTuple):
    """How two systems differ on one topic.

    Args:
        topic_id: of the topic.
        first: the measure of the first system; None if the topic is not judged.
        second: likewise of the second.
        rbo: rank-biased overlap of the two lists.
        iou: their IoU@k.
    """

    topic_id: str
    first: float | None
    second: float | None
    rbo: RankBiasedOverlap
    iou: float

    @property
    def difference(self) -> float | None:
        """First minus second; None if the topic is not judged."""
        return None if self.first is None or self.second is None else self.first - self.second

    @property
    def rank_distance(self) -> float:
        """1 - RBO: 0 for the same order, 1 for lists that share nothing."""
        return 1 - self.rbo.extrapolated


@dataclass(frozen=True)
class TopicDifferences:
    """How two systems differ, topic by topic.

    Args:
        measure: which one `first` and `second` are of each topic.
        k: the cut-off of IoU.
        p: of RBO.
        topics: those that both have, in the order of the first run.
        only_first: topics that the second run does not have; `only_second` likewise.
    """

    measure: str
    k: int
    p: float
    topics: tuple[TopicDifference, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]

    @property
    def mean_rbo(self) -> float:
        """Mean over the topics that both have."""
        return float(np.mean([topic.rbo.extrapolated for topic in self.topics]))

    @property
    def mean_iou(self) -> float:
        """Mean over the topics that both have."""
        return float(np.mean([topic.iou for topic in self.topics]))


def topic_differences(
    first: MeasuredRun,
    second: MeasuredRun,
    *,
    measure: str = "infAP",
    k: int = 20,
    p: float = PERSISTENCE,
) -> TopicDifferences:
    """Returns how two systems differ on each topic, in the measure and in their lists.

    Args:
        first: a system; of its lists the best 1000 shots count.
        second: another one.
        measure: one that the evaluations have per topic.
        k: the cut-off of IoU.
        p: of RBO; see `lpd.rank_overlap.rank_biased_overlap`.

    Raises:
        MismatchError: if the runs have no topic in common.
        LpdError: for a measure that an evaluation does not have, for k below 1, or for a p that is not
            between 0 and 1.
    """
    shared = [topic_id for topic_id in first.run.topics if topic_id in second.run.topics]
    if not shared:
        raise MismatchError(
            "runs have no topic in common",
            expected=f"topics {name_some(first.run.topics)} of {first.run.tag}",
            found=f"topics {name_some(second.run.topics)} of {second.run.tag}",
        )
    topics = []
    for topic_id in shared:
        one, other = (ranked_topic(system.run, topic_id).shot_ids[:MAX_DEPTH] for system in (first, second))
        topics.append(
            TopicDifference(
                topic_id,
                first=_value(first.evaluation, topic_id, measure),
                second=_value(second.evaluation, topic_id, measure),
                rbo=rank_biased_overlap(one, other, p=p),
                iou=iou_at(one, other, k),
            )
        )
    return TopicDifferences(
        measure,
        k,
        p,
        tuple(topics),
        only_first=tuple(one for one in first.run.topics if one not in second.run.topics),
        only_second=tuple(one for one in second.run.topics if one not in first.run.topics),
    )


def _value(evaluation: RunEvaluation | None, topic_id: str, measure: str) -> float | None:
    if evaluation is None or topic_id not in evaluation.topics:
        return None
    measures = evaluation.topics[topic_id]
    if measure not in measures:
        raise LpdError("unknown measure", expected=", ".join(measures), found=repr(measure))
    return measures[measure]


def _by_measure(topic: TopicDifference) -> float:
    return float("inf") if topic.difference is None else -abs(topic.difference)


def _by_rbo(topic: TopicDifference) -> float:
    return -topic.rank_distance


DIFFERENCE_ORDERS: dict[str, Callable[[TopicDifference], float]] = {"measure": _by_measure, "rbo": _by_rbo}
"""Name of an order -> the key that rises in it."""


def order_differences(topics: Sequence[TopicDifference], by: str) -> list[TopicDifference]:
    """Returns the topics on which two systems differ most first; equal ones stay as they stood.

    Args:
        topics: in any order.
        by: `measure`, the size of the difference, topics without judgements last; or `rbo`, 1 - RBO.

    Raises:
        LpdError: for another order.
    """
    if by not in DIFFERENCE_ORDERS:
        raise LpdError("unknown order of topics", expected=", ".join(DIFFERENCE_ORDERS), found=repr(by))
    return sorted(topics, key=DIFFERENCE_ORDERS[by])
