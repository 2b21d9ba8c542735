"""Some columns of a table of topics, and which of them are tested."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lpd.evaluation.table_views import BEST, add_best
from lpd.evaluation.topic_table import TopicTable

__all__ = ["chosen_table", "compared_columns", "picked"]


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


def compared_columns(shown: Sequence[str], baseline: str) -> list[str]:
    """Returns the columns that are tested against the baseline.

    The best space is not: it is chosen by the judgements, so that a test of it would say nothing.
    """
    return [name for name in shown if name not in (baseline, BEST)]
