"""Ways to look at a table of topics: its rows in an order or in groups of difficulty, the best of some
columns in each topic, intervals of the means. Letters: T topics, C columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lpd.errors import LpdError, MismatchError
from lpd.evaluation.difficulty import EASY_FROM, HARD_BELOW, difficulty_groups
from lpd.evaluation.intervals import Interval, bootstrap_mean
from lpd.evaluation.topic_table import TopicTable

__all__ = ["BEST", "ORDERS", "TopicGroups", "add_best", "column_intervals", "topic_groups", "topic_order"]

BEST = "best space"
"""Name of the column that takes, per topic, the best of the spaces."""

ORDERS = ("id", "spread", "difficulty", "difference")
"""Ways to order the topics of a table."""


def topic_order(
    table: TopicTable, by: str, *, baseline: str | None = None, column: str | None = None
) -> np.ndarray:
    """Returns (T,) int64, the rows of a table in an order; equal ones as in the table, empty ones last.

    `id`: numbers rising, other ids behind them. `spread`: largest difference between two columns first.
    `difficulty`: lowest mean over the columns first. `difference`: how much better one column is than the
    baseline, most first; without a column, the largest difference of any to the baseline in either direction
    first.

    Args:
        table: any.
        by: one of `ORDERS`.
        baseline: a column; for `difference` alone.
        column: another one; for `difference` alone.

    Raises:
        LpdError: for another order, or for `difference` without a baseline.
        NotFoundError: if the table has no such column.
    """
    if by not in ORDERS:
        raise LpdError("unknown order of topics", expected=f"one of {', '.join(ORDERS)}", found=repr(by))
    if by == "id":
        keys = [(not one.isdecimal(), int(one) if one.isdecimal() else 0, one) for one in table.topic_ids]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    if by == "spread":
        key = -_largest(table.values) - _largest(-table.values)
    elif by == "difficulty":
        key = table.row_means
    elif baseline is None:
        raise LpdError("no baseline to order by", expected=f"one of {', '.join(table.columns)}")
    elif column is not None:
        key = table.of(baseline) - table.of(column)
    else:
        key = -_largest(np.abs(table.values - table.of(baseline)[:, None]))
    return np.argsort(np.where(np.isfinite(key), key, np.inf), kind="stable")


def _largest(values: np.ndarray) -> np.ndarray:
    """Returns (T,) the largest value of each row; NaN where it has none."""
    best = np.where(np.isfinite(values), values, -np.inf).max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(best), best, np.nan)


@dataclass(frozen=True)
class TopicGroups:
    """Topics by difficulty.

    Args:
        groups: each of `DIFFICULTIES` -> its topics in the order of the table.
        incomplete: topics that some of the columns do not have, so that they are in no group.
        words: the rule, as a sentence.
    """

    groups: dict[str, list[str]]
    incomplete: tuple[str, ...]
    words: str


def topic_groups(
    table: TopicTable,
    columns: Sequence[str] | None = None,
    *,
    low: float = HARD_BELOW,
    high: float = EASY_FROM,
) -> TopicGroups:
    """Returns the topics of a table as easy, not easy, hard for some of its columns; see `difficulty`.

    Args:
        table: any.
        columns: who judges; None for all.
        low, high: the thresholds.

    Raises:
        LpdError: if the thresholds are in the wrong order, or no column is chosen.
        NotFoundError: if the table has no such column.
    """
    chosen = list(table.columns if columns is None else columns)
    if not chosen:
        raise LpdError("no columns to judge the topics by", expected="at least one")
    values = table.values[:, [table.position(one) for one in chosen]]
    full = np.isfinite(values).all(axis=1)
    rows = dict(zip(table.topic_ids, values.tolist(), strict=True))
    kept = {one: rows[one] for one, has in zip(table.topic_ids, full.tolist(), strict=True) if has}
    left = tuple(one for one in table.topic_ids if one not in kept)
    words = f"hard: all {len(chosen)} columns below {low:g}; easy: all at {high:g} or above; else not easy"
    return TopicGroups(difficulty_groups(kept, low=low, high=high), left, words)


def add_best(table: TopicTable, among: Sequence[str], *, name: str = BEST) -> TopicTable:
    """Returns the table with one more column: in each topic the best of some columns.

    No system achieves it, since it is chosen per topic by the very judgements that measure it: it says what
    choosing the right space for each topic could bring at most.

    Args:
        table: of at least these columns.
        among: the columns to choose from, as the spaces of a model; of equal ones the first is taken.
        name: of the new column.

    Raises:
        LpdError: if there are no columns to choose from.
        MismatchError: if the table has a column of that name.
        NotFoundError: if it lacks one of `among`.
    """
    if not among:
        raise LpdError("no columns to choose the best of", expected="at least one space")
    if name in table.columns:
        raise MismatchError("the table has this column already", where=table.edition, found=repr(name))
    numbers = [table.position(one) for one in among]
    candidates = np.where(np.isfinite(table.values), table.values, -np.inf)[:, numbers]
    chosen = np.array(numbers)[candidates.argmax(axis=1)]
    rows = np.arange(len(chosen))
    best = table.values[rows, chosen]
    names = tuple(
        table.columns[number] if np.isfinite(value) else None
        for number, value in zip(chosen.tolist(), best.tolist(), strict=True)
    )
    lacking = tuple(one for one, value in zip(table.topic_ids, names, strict=True) if value is None)
    return replace(
        table,
        columns=(*table.columns, name),
        values=np.column_stack([table.values, best]),
        judged=np.column_stack([table.judged, table.judged[rows, chosen]]),
        taken_from={**table.taken_from, name: names},
        missing={**table.missing, name: lacking} if lacking else table.missing,
    )


def column_intervals(
    table: TopicTable, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> dict[str, Interval | None]:
    """Returns column -> the bootstrap interval of its mean; None where fewer than two topics count.

    Args:
        table: any.
        level, resamples, seed: as in `bootstrap_mean`.

    Raises:
        LpdError: as `bootstrap_mean`.
    """
    intervals: dict[str, Interval | None] = {}
    for column in table.columns:
        values = table.of(column)
        values = values[np.isfinite(values)]
        enough = len(values) >= 2
        intervals[column] = (
            bootstrap_mean(values, level=level, resamples=resamples, seed=seed) if enough else None
        )
    return intervals
