"""What can be chosen on the page of topics, and the order that its rows are brought into."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.topics.tables import picked
from lpd.evaluation import INFERRED_PER_TOPIC, ORDERS, ComparisonSettings, TopicTable, topic_order
from lpd.evaluation.topic_columns import CUTOFFS
from lpd.evaluation.topic_table import mean_of_present

__all__ = [
    "FACTS",
    "JUDGED",
    "KINDS",
    "NO_BASELINE",
    "RELEVANT",
    "RUNS",
    "SPACES",
    "THRESHOLDS",
    "TIES",
    "TopicsChoice",
    "column_order",
    "fact_values",
    "facts_shown",
    "measure_options",
    "next_order",
    "order_options",
    "order_words",
    "sorted_rows",
    "sorting_of",
    "step_of",
]

SPACES, RUNS = "spaces", "runs"
KINDS = (SPACES, RUNS)

RELEVANT, JUDGED = "relevant shots", "judged share"
FACTS = (RELEVANT, JUDGED)
"""Columns beside the measure: how many shots are relevant, and how much of the lists' tops is judged. The
names have a blank, which no run tag and no space has."""

ROOM_FOR_FACTS = 6
"""Up to so many columns the facts stand beside them where nobody chose."""

NO_BASELINE = "none"

THRESHOLDS = tuple(str(step / 20) for step in range(21))
"""Of easy and hard topics, as they stand in the address."""

TIES = ("0", "0.001", "0.005", "0.01", "0.02", "0.05", "0.1")
"""Differences up to one of them are ties, as they stand in the address."""

_BEST_FIRST, _WORST_FIRST = "best:", "worst:"
_WORDS = {
    "id": "sorted by number",
    "spread": "sorted by spread",
    "difficulty": "sorted by difficulty",
    "difference": "sorted by difference",
}
_COMPLETE = ("AP", "RR", "nDCG")


@dataclass(frozen=True)
class TopicsChoice:
    """What a person chose.

    Args:
        kind: one of `KINDS`: the spaces of a model, or runs.
        measure: what the numbers are.
        order: one of `lpd.evaluation.ORDERS`, or a column's; see `column_order`.
        baseline: the column that the others are compared with, None for none.
        settings: of test, correction and ties.
        low, high: thresholds of hard and easy topics.
        editions: further editions whose means are shown.
        shown: names of the columns, in order.
        facts: whether `FACTS` are columns too.
    """

    kind: str
    measure: str
    order: str
    baseline: str | None
    settings: ComparisonSettings
    low: float
    high: float
    editions: tuple[str, ...]
    shown: tuple[str, ...]
    facts: bool


def measure_options(complete: bool) -> list[str]:
    """Returns the measures of a column: the inferred ones, then those of complete judgements if they are."""
    inferred = list(INFERRED_PER_TOPIC)
    if not complete:
        return inferred
    return [*inferred, *_COMPLETE, *(f"{name}@{k}" for k in CUTOFFS for name in ("P", "R", "nDCG"))]


def facts_shown(asked: str | None, columns: int) -> bool:
    """Returns whether the facts are columns: as the address says, else where there is room for them."""
    return columns <= ROOM_FOR_FACTS if asked is None else asked == "shown"


def fact_values(table: TopicTable, name: str) -> np.ndarray:
    """Returns (T,) one of `FACTS`: the number of relevant shots, or the share of the top of the lists that is
    judged, in the mean over them; NaN for a topic that no list has.
    """
    return table.relevant if name == RELEVANT else mean_of_present(table.judged, axis=1)


def step_of(asked: str | None, steps: Sequence[str], *, default: str) -> float:
    """Returns the number of a step of the address; that of the default where it is none."""
    return float(asked if asked in steps else default)


def column_order(column: str, *, best_first: bool = True) -> str:
    """Returns the order by the values of a column, as it stands in the address."""
    return (_BEST_FIRST if best_first else _WORST_FIRST) + column


def _column_of(order: str) -> tuple[str, bool] | None:
    """The column and whether its best values come first; None for an order that is no column's."""
    for start in (_BEST_FIRST, _WORST_FIRST):
        if order.startswith(start):
            return order.removeprefix(start), start == _BEST_FIRST
    return None


def next_order(present: str, column: str) -> str:
    """Returns the order after a click on a column's heading: its best values first, then its worst."""
    return column_order(column, best_first=present != column_order(column))


def order_options(shown: Sequence[str], *, baseline: str | None, present: str | None) -> list[str]:
    """Returns the orders that can be chosen; that of a column only while it is the present one."""
    options = [one for one in ORDERS if one != "difference" or baseline is not None]
    column = _column_of(present) if present else None
    return [*options, str(present)] if column and column[0] in (*shown, *FACTS) else options


def order_words(order: str) -> str:
    """Returns an order as it is printed: `sorted by spread`, `sorted by sea, best first`."""
    column = _column_of(order)
    if column is None:
        return _WORDS[order]
    name, best_first = column
    if name in FACTS:
        return f"sorted by {name}, {'most' if best_first else 'least'} first"
    return f"sorted by {name}, {'best' if best_first else 'worst'} first"


def sorted_rows(
    table: TopicTable, order: str, *, baseline: str | None = None, judging: Sequence[str] | None = None
) -> list[int]:
    """Returns the rows of a table in an order; equal ones as in the table, those without a value last.

    Args:
        table: any.
        order: one of `lpd.evaluation.ORDERS`, or a column's.
        baseline: a column; for the order by difference.
        judging: the columns that the difficulty is judged by; None for all.

    Raises:
        LpdError: for an unknown order, or for that by difference without a baseline.
        NotFoundError: if the table has no such column.
    """
    column = _column_of(order)
    if column is None:
        judged_by = table if order != "difficulty" or judging is None else picked(table, judging)
        return topic_order(judged_by, order, baseline=baseline).tolist()
    name, best_first = column
    values = fact_values(table, name) if name in FACTS else table.of(name)
    keys = np.where(np.isfinite(values), -values if best_first else values, np.inf)
    return np.argsort(keys, kind="stable").tolist()


def sorting_of(order: str) -> tuple[str, bool]:
    """Returns the head that shows an order, empty for none, and whether the largest comes first."""
    column = _column_of(order)
    return column or ({"id": "topic", "difficulty": "class"}.get(order, ""), False)
