"""The table of topics as it is shown: some of its columns, and what stands under them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.topics.lists import ListFacts
from app.topics.published import Beside
from lpd.editions import Edition
from lpd.evaluation import (
    BEST,
    AgainstBaseline,
    BaselineComparison,
    EditionMeans,
    Interval,
    TopicGroups,
    TopicTable,
    add_best,
    measure_label,
    topic_groups,
)

__all__ = ["TopicsShown", "chosen_table", "compared_columns", "difficulty_words", "grouped", "picked"]


@dataclass(frozen=True, eq=False)
class TopicsShown:
    """All that the table shows.

    Args:
        edition: the topics.
        qrels_name: of the judgements.
        lists: the columns, in order.
        table: their values.
        intervals: column -> interval of its mean, None where there are too few topics.
        groups: the topics by difficulty, and the rule in words.
        comparison: with the baseline, None without one.
        means: over editions, None where only one is chosen.
        means_intervals: column -> interval of its mean over editions.
        beside: what is published.
        exactness: what the lists call themselves; empty for runs.
    """

    edition: Edition
    qrels_name: str
    lists: tuple[ListFacts, ...]
    table: TopicTable
    intervals: Mapping[str, Interval | None]
    groups: TopicGroups
    comparison: BaselineComparison | None
    means: EditionMeans | None
    means_intervals: Mapping[str, Interval | None]
    beside: Beside
    exactness: str

    @property
    def measure(self) -> str:
        """The measure as it is printed."""
        return measure_label(self.table.measure)

    @property
    def lacking(self) -> dict[str, tuple[str, ...]]:
        """Column -> judged topics that it lacks, for the columns that lack some."""
        return {name: self.table.missing[name] for name in self.table.columns if self.table.missing.get(name)}

    @property
    def judged_words(self) -> str:
        """How many topics count: `19 of 20 topics`."""
        return self.table.counted_words()

    def group_of(self, topic_id: str) -> str:
        """Returns the difficulty of a topic in words, empty where a column lacks the topic."""
        found = (name for name, topics in self.groups.groups.items() if topic_id in topics)
        return next(found, "").replace("-", " ")

    def label(self, column: str) -> str:
        """Returns a column's name as it is printed."""
        return next((one.label for one in self.lists if one.name == column), column)

    def against(self, column: str) -> AgainstBaseline | None:
        """Returns what a column is against the baseline, None for the baseline and without one."""
        compared = self.comparison.columns if self.comparison is not None else ()
        return next((one for one in compared if one.column == column), None)


def chosen_table(table: TopicTable, shown: Sequence[str], *, spaces: Sequence[str]) -> TopicTable:
    """Returns the table of the columns shown; the best space is that of all spaces, shown or not.

    Args:
        table: measured, with all spaces if the best one is shown.
        shown: names of columns, in order; what the table lacks is passed over.
        spaces: names of the spaces.
    """
    if BEST in shown:
        table = add_best(table, spaces)
    return picked(table, [name for name in shown if name in table.columns])


def picked(table: TopicTable, names: Sequence[str]) -> TopicTable:
    """Returns a table of some of the columns, in the order of the names.

    Raises:
        NotFoundError: if the table lacks one.
    """
    positions = np.array([table.position(name) for name in names], dtype=np.int64)
    return replace(
        table,
        columns=tuple(names),
        values=table.values[:, positions],
        judged=table.judged[:, positions],
        missing={name: table.missing[name] for name in names if name in table.missing},
        taken_from={name: table.taken_from[name] for name in names if name in table.taken_from},
        warnings={name: table.warnings[name] for name in names if name in table.warnings},
    )


def difficulty_words(judges: str, *, low: float, high: float) -> str:
    """Returns the rule of the classes: `hard: fused below .1; easy: .3 or above; not easy: the rest`.

    Args:
        judges: whose measure decides, in words.
        low, high: the thresholds.
    """
    below, above = (f"{one:g}".removeprefix("0") or "0" for one in (low, high))
    return f"hard: {judges} below {below}; easy: {judges} at {above} or above; not easy: the rest"


def grouped(
    table: TopicTable, judging: Sequence[str], *, low: float, high: float, judges: str
) -> TopicGroups:
    """Returns the topics by difficulty, with the rule in words.

    Args:
        table: any.
        judging: the columns that decide.
        low, high: the thresholds.
        judges: those columns in words.
    """
    groups = topic_groups(table, list(judging), low=low, high=high)
    return replace(groups, words=difficulty_words(judges, low=low, high=high))


def compared_columns(shown: Sequence[str], baseline: str) -> list[str]:
    """Returns the columns that are tested against the baseline.

    The best space is not: it is chosen by the judgements, so that a test of it would say nothing.
    """
    return [name for name in shown if name not in (baseline, BEST)]
