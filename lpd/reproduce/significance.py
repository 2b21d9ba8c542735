"""Whether a row of a table differs from the one that it is compared with, by topic and by caption."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.evaluation import randomization_test, smallest_difference
from lpd.reproduce.results import RowResult

__all__ = ["ALL_TOPICS", "CAPTIONS", "Comparison", "compare_rows", "mean_by_caption", "mean_by_topic"]

ALL_TOPICS = "all topics"
CAPTIONS = "captions"


@dataclass(frozen=True)
class Comparison:
    """The paired randomization test of a row against another.

    Args:
        where: an edition's name, `ALL_TOPICS` or `CAPTIONS`.
        pairs: how many topics or captions.
        difference: mean of this row less mean of the other.
        p_value: two-sided.
        smallest: the difference of means above which the test would have given p <= .05; infinite if none
            would have done.
    """

    where: str
    pairs: int
    difference: float
    p_value: float
    smallest: float


def compare_rows(row: RowResult, reference: RowResult, *, editions: Sequence[str]) -> list[Comparison]:
    """Returns the tests of a row against another: per edition, over all topics, and over captions.

    A topic's value is its infAP averaged over the seeds, a caption's its average precision likewise. Where
    one of the two has no values there is no test.

    Args:
        row: measured.
        reference: measured.
        editions: in order; the topics of all of them are pooled for `ALL_TOPICS`.
    """
    found = []
    pooled: tuple[list[float], list[float]] = ([], [])
    for edition in editions:
        first, second = mean_by_topic(row, edition), mean_by_topic(reference, edition)
        if not first or not second:
            continue
        topics = [topic_id for topic_id in first if topic_id in second]
        pair = [first[one] for one in topics], [second[one] for one in topics]
        found.append(_compared(edition, *pair))
        for all_values, values in zip(pooled, pair, strict=True):
            all_values.extend(values)
    if len(found) == len(editions):
        found.append(_compared(ALL_TOPICS, *pooled))
    by_caption, of_reference = mean_by_caption(row), mean_by_caption(reference)
    if by_caption is not None and of_reference is not None:
        found.append(_compared(CAPTIONS, by_caption.tolist(), of_reference.tolist()))
    return found


def _compared(where: str, first: Sequence[float], second: Sequence[float]) -> Comparison:
    tested = randomization_test(first, second)
    return Comparison(where, len(first), tested.observed, tested.p_value, smallest_difference(first, second))


def mean_by_topic(row: RowResult, edition: str) -> dict[str, float]:
    """Returns topic -> infAP averaged over the seeds; empty where the edition was not measured."""
    measured = [seed.topics[edition].inf_ap for seed in row.seeds.values() if edition in seed.topics]
    if not measured:
        return {}
    return {topic_id: float(np.mean([one[topic_id] for one in measured])) for topic_id in measured[0]}


def mean_by_caption(row: RowResult) -> np.ndarray | None:
    """Returns (C,) float64, the average precision of each caption averaged over the seeds."""
    measured = [seed.captions for seed in row.seeds.values() if seed.captions is not None]
    return np.mean(measured, axis=0) if measured else None
