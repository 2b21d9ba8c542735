"""What the Diversity page compares: the lists of every space of several models, over topics or for one
query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.charts import SpaceName
from lpd.cards import ModelCard
from lpd.diversity import OverlapCurve, iou_curve, mean_off_diagonal
from lpd.editions import Edition
from lpd.search.result import FUSED
from lpd.services.live_reranking import LIVE_METHODS, without_zero
from lpd.space_order import cluster_order, shared_cluster_order
from lpd.tables import Cell, seeds_cell
from lpd.trec import Qrels, Run, Topic
from lpd.words import counted

__all__ = [
    "EXTRA_LISTS",
    "ORDERS",
    "ModelOverlap",
    "Over",
    "extra_label",
    "over_query",
    "over_topics",
    "overlap_of_lists",
    "row_orders",
    "rows_of",
]

EXTRA_LISTS = (
    FUSED,
    *(f"{method}@{without_zero(step / 10)}" for method in ("mmr", "xquad") for step in range(1, 10)),
)
"""What can stand beside the spaces: the fused list, and it re-ranked with a trade-off."""

ORDERS = ("model", "cluster")
"""The order of the spaces: as the model has them, or like ones side by side."""


@dataclass(frozen=True)
class Over:
    """What the lists are made for.

    Args:
        edition: its topics, collection and subset; of one query the only topic.
        whole: whether it is a whole edition of the workspace.
        qrels_name: name of the judgements.
        qrels: None where none of the topics is judged, or not among the shots searched.
    """

    edition: Edition
    whole: bool
    qrels_name: str | None = None
    qrels: Qrels | None = None

    @property
    def topic_ids(self) -> list[str]:
        """In the order of the lists."""
        return [topic.topic_id for topic in self.edition.topics]

    @property
    def words(self) -> str:
        """What a number is the mean of: `mean over 15 topics of dev`."""
        if self.whole:
            return f"mean over {counted(len(self.edition.topics), 'topic')} of {self.edition.name}"
        [topic] = self.edition.topics
        return f"topic {topic.topic_id} of {self.edition.name}" if topic.topic_id else "one query"


def over_topics(edition: Edition, *, qrels_name: str | None, qrels: Qrels | None) -> Over:
    """Returns a whole edition, with its judgements if any of its topics is judged."""
    return Over(edition, True, qrels_name, _fitting(edition, qrels))


def over_query(
    query: str,
    edition: Edition | None,
    *,
    searched: tuple[str, str | None],
    qrels_name: str | None = None,
    qrels: Qrels | None = None,
) -> Over:
    """Returns one query; it is judged where it is the text of a judged topic and its shots are searched.

    Args:
        query: its text.
        edition: whose topic it may be.
        searched: collection and subset.
        qrels_name: name of the edition's judgements.
        qrels: them.
    """
    collection, subset = searched
    words = query.split()
    same = [topic for topic in edition.topics if topic.text.split() == words] if edition else []
    if edition is None or not same:
        topic = Topic("", query)  # a topic of a file has a number
        return Over(Edition("query", collection, subset, (topic,), (), None), False)
    one = replace(edition, topics=(same[0],), collection=collection, subset=subset)
    judged = _fitting(one, qrels) if edition.subset == subset else None
    return Over(one, False, qrels_name, judged)


def _fitting(edition: Edition, qrels: Qrels | None) -> Qrels | None:
    if qrels is None:
        return None
    judged = set(qrels.topic_ids)
    return qrels if any(topic.topic_id in judged for topic in edition.topics) else None


def rows_of(card: ModelCard, extra: Sequence[str] = ()) -> tuple[SpaceName, ...]:
    """Returns the rows of a model's heatmap: its spaces, then the lists beside them."""
    spaces = tuple(SpaceName(space.name, space.label, space.end) for space in card.spaces)
    return spaces + tuple(SpaceName(name, extra_label(name), FUSED) for name in extra)


def extra_label(name: str) -> str:
    """Returns how a list of EXTRA_LISTS is called: `MMR .5`."""
    if name == FUSED:
        return "fused"
    method, _, trade_off = name.partition("@")
    return f"{LIVE_METHODS[method]} {trade_off}"


def overlap_of_lists(
    runs: Mapping[str, Run], names: Sequence[str], *, topic_ids: Sequence[str], cutoffs: Sequence[int]
) -> OverlapCurve:
    """Returns the IoU of every two lists, averaged over the topics, at each cut-off.

    Source: LPD paper, section 4.3.1 and Fig. 3.
    """
    per_topic = [[runs[name].topics[topic_id].shot_ids for name in names] for topic_id in topic_ids]
    return iou_curve(per_topic, cutoffs)


@dataclass(frozen=True)
class ModelOverlap:
    """How much the lists of one model overlap, or those of one trained several times.

    Args:
        name: of the model, or what its seeds have in common.
        rows: what the matrices are of: S common spaces, then lists beside them.
        spaces: how many of the rows are common spaces.
        curves: seed -> (C, R, R) IoU at the cut-offs that are known; one entry for a single model.
        source: whose lists they are and how exact, in words.
    """

    name: str
    rows: tuple[SpaceName, ...]
    spaces: int
    curves: Mapping[int, OverlapCurve]
    source: str

    @property
    def cutoffs(self) -> tuple[int, ...]:
        """Where the overlap is known of every seed."""
        return next(iter(self.curves.values())).cutoffs

    def matrix(self, k: int) -> np.ndarray:
        """Returns (R, R), the mean over the seeds at a cut-off that is known."""
        return np.mean(self._of_seeds(k), axis=0)

    def spread(self, k: int) -> np.ndarray | None:
        """Returns (R, R), the sample standard deviation over the seeds; None for one."""
        return np.std(self._of_seeds(k), axis=0, ddof=1) if len(self.curves) > 1 else None

    def mean(self, k: int) -> Cell | None:
        """Returns the mean off the diagonal of the common spaces, over the seeds; None for one space."""
        if self.spaces < 2:
            return None
        own = [matrix[: self.spaces, : self.spaces] for matrix in self._of_seeds(k)]
        means = (mean_off_diagonal(matrix) for matrix in own)
        return seeds_cell(dict(zip(self.curves, means, strict=True)))

    def _of_seeds(self, k: int) -> list[np.ndarray]:
        return [curve.matrices[curve.cutoffs.index(k)] for curve in self.curves.values()]


def row_orders(overlaps: Sequence[ModelOverlap], k: int, *, order: str) -> dict[str, list[int]]:
    """Returns name of a model -> the order of its rows; lists beside the spaces stay behind them.

    Clustered, models of the same spaces have one order in common, others each its own.

    Args:
        overlaps: of models whose overlap is known at k.
        k: the cut-off.
        order: one of ORDERS.
    """
    orders = {one.name: list(range(len(one.rows))) for one in overlaps}
    if order != "cluster" or not overlaps:
        return orders
    names = [[row.name for row in one.rows[: one.spaces]] for one in overlaps]
    matrices = [one.matrix(k)[: one.spaces, : one.spaces] for one in overlaps]
    if all(sorted(own) == sorted(names[0]) for own in names):
        shared = shared_cluster_order(names, matrices)
        found = [[own.index(name) for name in shared] for own in names]
    else:
        found = [cluster_order(matrix) for matrix in matrices]
    return {
        one.name: own + list(range(one.spaces, len(one.rows)))
        for one, own in zip(overlaps, found, strict=True)
    }
