"""Topics x lists: one measure per cell, with what a reader needs beside it. Letters: T topics, C columns.

A cell without a value is NaN: the list does not have the topic. It counts in no mean and is never 0 unless
that was asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lpd.editions import Edition
from lpd.errors import LpdError, MismatchError, NotFoundError, name_some
from lpd.evaluation.inferred import inferred_relevant
from lpd.evaluation.topic_columns import TopicColumn, judged_completely
from lpd.trec.qrels import Qrels
from lpd.words import counted

__all__ = ["TopicTable", "mean_of_present", "topic_table"]


@dataclass(frozen=True, eq=False)
class TopicTable:
    """One measure of several lists on the topics of an edition.

    Args:
        edition: its name.
        collection: where its topics are searched.
        qrels_digest: of the judgements.
        measure: a key of the columns' measures.
        columns: names of the lists.
        topic_ids: judged topics in the edition's order, then judged ones that the edition does not list.
        texts: of the topics; None where the edition does not list the topic.
        values: (T, C) float64; NaN where a list does not have a topic.
        judged: (T, C) float64, the share of the first `judged_at` shots that is judged, 0 to 1; NaN likewise.
        judged_at: the cut-off of that share.
        relevant: (T,) float64, the inferred number of relevant shots.
        complete: whether every row of the qrels is judged, so that `relevant` is counted and not estimated.
        missing: column -> topics of the qrels that the list does not have.
        missing_as: `skip` (they count nowhere) or `zero`.
        unjudged: topics of the edition that the qrels do not have.
        taken_from: column -> per topic the column that its value was taken from, for columns made of others.
        warnings: column -> sentences.
    """

    edition: str
    collection: str
    qrels_digest: str
    measure: str
    columns: tuple[str, ...]
    topic_ids: tuple[str, ...]
    texts: tuple[str | None, ...]
    values: np.ndarray
    judged: np.ndarray
    judged_at: int
    relevant: np.ndarray
    complete: bool
    missing: Mapping[str, tuple[str, ...]]
    missing_as: str
    unjudged: tuple[str, ...]
    taken_from: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def position(self, column: str) -> int:
        """Returns the number of a column.

        Raises:
            NotFoundError: if the table has no such column.
        """
        if column not in self.columns:
            raise NotFoundError(
                "the table has no such column",
                where=self.edition,
                expected=f"one of {', '.join(self.columns)}",
                found=repr(column),
            )
        return self.columns.index(column)

    def of(self, column: str) -> np.ndarray:
        """Returns the (T,) values of a column."""
        return self.values[:, self.position(column)]

    @property
    def means(self) -> np.ndarray:
        """(C,) float64, the mean of each column over the topics that it has; NaN for none."""
        return mean_of_present(self.values, axis=0)

    @property
    def counted(self) -> np.ndarray:
        """(C,) int64, over how many topics each mean is."""
        return np.isfinite(self.values).sum(axis=0)

    @property
    def topics_known(self) -> int:
        """How many topics there are, judged or not."""
        return len(self.topic_ids) + len(self.unjudged)

    def counted_words(self, column: str | None = None) -> str:
        """Returns over how many topics a column's mean is: `19 of 20 topics`; without one, how many are
        judged.
        """
        number = len(self.topic_ids) if column is None else int(self.counted[self.position(column)])
        return f"{number} of {counted(self.topics_known, 'topic')}"

    @property
    def row_means(self) -> np.ndarray:
        """(T,) float64, the mean of each row over the columns that have it; NaN for none."""
        return mean_of_present(self.values, axis=1)

    @property
    def deviations(self) -> np.ndarray:
        """(T, C) float64, each value less the mean of its row, for diverging colours."""
        return self.values - self.row_means[:, None]


def mean_of_present(values: np.ndarray, *, axis: int) -> np.ndarray:
    """Returns the means over one axis of a matrix, values that are NaN left out; NaN where all are."""
    present = np.isfinite(values)
    count = present.sum(axis=axis)
    sums = np.where(present, values, 0.0).sum(axis=axis)
    return np.divide(sums, count, out=np.full(sums.shape, np.nan), where=count > 0)


def topic_table(
    edition: Edition, columns: Sequence[TopicColumn], *, qrels: Qrels, measure: str = "infAP"
) -> TopicTable:
    """Returns one measure of several lists on the judged topics of an edition.

    Args:
        edition: the topics, their texts and their order.
        columns: measured on these qrels, in one way, each name once.
        qrels: the judgements.
        measure: one of the columns' measures.

    Raises:
        LpdError: for no columns.
        MismatchError: if two columns share a name, treat missing topics differently, or count judged shots to
            different ranks.
        NotFoundError: if the columns do not have the measure.
    """
    _check(columns, measure)
    listed = {topic.topic_id: topic.text for topic in edition.topics}
    judged_ids = set(qrels.topic_ids)
    ids = [topic_id for topic_id in listed if topic_id in judged_ids]
    ids += [topic_id for topic_id in qrels.topic_ids if topic_id not in listed]
    return TopicTable(
        edition=edition.name,
        collection=edition.collection,
        qrels_digest=qrels.digest,
        measure=measure,
        columns=tuple(column.name for column in columns),
        topic_ids=tuple(ids),
        texts=tuple(listed.get(topic_id) for topic_id in ids),
        values=_matrix(ids, [{one: found[measure] for one, found in c.topics.items()} for c in columns]),
        judged=_matrix(ids, [column.judged for column in columns]),
        judged_at=columns[0].judged_at,
        relevant=np.array([inferred_relevant(qrels.topic(topic_id)) for topic_id in ids]),
        complete=judged_completely(qrels),
        missing={column.name: column.missing for column in columns if column.missing},
        missing_as=columns[0].missing_as,
        unjudged=tuple(topic_id for topic_id in listed if topic_id not in judged_ids),
        warnings={column.name: column.warnings for column in columns if column.warnings},
    )


def _check(columns: Sequence[TopicColumn], measure: str) -> None:
    if not columns:
        raise LpdError("a table without columns", expected="at least one measured list")
    names = [column.name for column in columns]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise MismatchError("columns share a name", expected="each once", found=name_some(repeated))
    ways = {(column.missing_as, column.judged_at) for column in columns}
    if len(ways) > 1:
        raise MismatchError(
            "columns were measured in different ways",
            expected="one way to treat missing topics, one cut-off of judged shots",
            found=", ".join(f"{missing} and {k}" for missing, k in sorted(ways)),
        )
    lacking = [column.name for column in columns if measure not in column.measures]
    if lacking:
        raise NotFoundError(
            f"lists were not measured by {measure}; AP and its kind need complete judgements",
            expected=f"one of {', '.join(columns[0].measures)}",
            found=name_some(lacking),
        )


def _matrix(ids: Sequence[str], columns: Sequence[Mapping[str, float]]) -> np.ndarray:
    return np.array([[column.get(one, np.nan) for column in columns] for one in ids], dtype=np.float64)
