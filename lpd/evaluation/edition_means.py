"""Several editions: the mean of each list per edition, and over editions. Letters: E editions, C columns.

A mean over editions is the mean of the editions' means, as the papers count it, not of all topics: every
edition counts alike, however many topics it has and whichever collection it searches. A list that was not
measured on an edition has no mean over editions; it is named, and never counts as 0 there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.evaluation.intervals import Interval, bootstrap_mean_of_means
from lpd.evaluation.topic_table import TopicTable

__all__ = ["EditionMeans", "edition_means", "edition_means_intervals"]


@dataclass(frozen=True, eq=False)
class EditionMeans:
    """One measure of several lists on several editions.

    Args:
        measure: of all tables.
        columns: names of the lists, in the order in which the tables bring them.
        tables: one per edition, in order.
        means: (E, C) float64; NaN where a list was not measured on an edition.
        overall: (C,) float64, the mean of a column's means; NaN where an edition is missing.
        missing: (edition, column) of every mean that is not there.
        partial: (edition, column, words) of every mean over fewer topics than the edition has:
            `19 of 20 topics`.
    """

    measure: str
    columns: tuple[str, ...]
    tables: tuple[TopicTable, ...]
    means: np.ndarray
    overall: np.ndarray
    missing: tuple[tuple[str, str], ...]
    partial: tuple[tuple[str, str, str], ...]

    @property
    def editions(self) -> tuple[str, ...]:
        """Names of the editions."""
        return tuple(table.edition for table in self.tables)

    @property
    def collections(self) -> tuple[str, ...]:
        """Per edition the collection that its topics are searched in."""
        return tuple(table.collection for table in self.tables)


def edition_means(tables: Sequence[TopicTable]) -> EditionMeans:
    """Returns the mean of each list per edition and over editions.

    Args:
        tables: one per edition, of one measure; their columns may differ.

    Raises:
        LpdError: for no tables.
        MismatchError: if two tables are of one edition, of different measures, or treat missing topics
            differently.
    """
    _check(tables)
    columns = tuple(dict.fromkeys(column for table in tables for column in table.columns))
    means = np.array([[_mean(table, column) for column in columns] for table in tables], dtype=np.float64)
    complete = np.isfinite(means).all(axis=0)
    overall = np.full(len(columns), np.nan)
    overall[complete] = means[:, complete].mean(axis=0)
    missing = tuple(
        (table.edition, column)
        for table, row in zip(tables, means.tolist(), strict=True)
        for column, value in zip(columns, row, strict=True)
        if not np.isfinite(value)
    )
    partial = tuple(
        (table.edition, column, table.counted_words(column))
        for table in tables
        for column in columns
        if (table.edition, column) not in missing and _counted(table, column) < table.topics_known
    )
    return EditionMeans(tables[0].measure, columns, tuple(tables), means, overall, missing, partial)


def _mean(table: TopicTable, column: str) -> float:
    return float(table.means[table.position(column)]) if column in table.columns else np.nan


def _counted(table: TopicTable, column: str) -> int:
    return int(table.counted[table.position(column)])


def _check(tables: Sequence[TopicTable]) -> None:
    if not tables:
        raise LpdError("no editions to average over", expected="the table of at least one edition")
    names = [table.edition for table in tables]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise MismatchError(
            "editions occur more than once", expected="one table each", found=name_some(repeated)
        )
    ways = sorted({(table.measure, table.missing_as) for table in tables})
    if len(ways) > 1:
        raise MismatchError(
            "tables were measured in different ways",
            expected="one measure, one way to treat missing topics",
            found=", ".join(f"{measure} and {missing}" for measure, missing in ways),
        )


def edition_means_intervals(
    means: EditionMeans, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> dict[str, Interval | None]:
    """Returns column -> the bootstrap interval of its mean over editions, topics drawn within each edition.

    None where the column has no mean over editions, or an edition counts fewer than two topics.

    Args:
        means: any.
        level, resamples, seed: as in `bootstrap_mean_of_means`.

    Raises:
        LpdError: as `bootstrap_mean_of_means`.
    """
    intervals: dict[str, Interval | None] = {}
    for column, overall in zip(means.columns, means.overall.tolist(), strict=True):
        groups = [table.of(column) for table in means.tables] if np.isfinite(overall) else []
        groups = [values[np.isfinite(values)] for values in groups]
        enough = groups and min(len(values) for values in groups) >= 2
        intervals[column] = (
            bootstrap_mean_of_means(groups, level=level, resamples=resamples, seed=seed) if enough else None
        )
    return intervals
