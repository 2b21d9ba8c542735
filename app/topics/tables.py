"""The table of topics as it is shown: some of its columns, and what stands under them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.topics.lists import ListFacts
from app.topics.published import Beside
from lpd.editions import Edition
from lpd.evaluation import (
    AgainstBaseline,
    BaselineComparison,
    EditionMeans,
    Interval,
    TopicGroups,
    TopicTable,
    measure_label,
    topic_groups,
)
from lpd.evaluation.chosen_columns import chosen_table, compared_columns, picked

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
