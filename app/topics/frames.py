"""The table of topics to take away as rows and columns of numbers, at full precision."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.topics.choices import JUDGED, fact_values
from app.topics.printed import OUTSIDE
from app.topics.tables import TopicsShown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["comparison_frame", "for_spreadsheets", "topics_frame"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a formula of a spreadsheet begins with."""


def topics_frame(shown: TopicsShown, rows: Sequence[int]) -> "pd.DataFrame":
    """Returns one row per topic: id, text, class, relevant shots, share judged, values; published runs last.

    What a column lacks is absent. The names of the first columns have a blank, which no run tag has.
    """
    import pandas as pd

    table = shown.table
    chosen = list(rows)
    count = "relevant shots" if table.complete else "relevant shots, estimated"
    columns: dict[str, Any] = {
        "topic id": [table.topic_ids[row] for row in chosen],
        "topic text": [table.texts[row] or OUTSIDE for row in chosen],
        "topic class": [shown.group_of(table.topic_ids[row]) for row in chosen],
        count: table.relevant[chosen],
        f"judged share, top {table.judged_at}": fact_values(table, JUDGED)[chosen],
    }
    values = {name: table.of(name)[chosen] for name in table.columns}
    return pd.DataFrame(columns | values | _published(shown, columns["topic id"]))


def _published(shown: TopicsShown, topic_ids: Sequence[str]) -> dict[str, list[float | None]]:
    runs = {} if shown.beside.runs is None else shown.beside.runs.values
    return {f"published {run}": [figures.get(one) for one in topic_ids] for run, figures in runs.items()}


def comparison_frame(shown: TopicsShown) -> "pd.DataFrame":
    """Returns one row per column: mean, interval, topics, difference to the baseline with its test."""
    import pandas as pd

    return pd.DataFrame([_compared(shown, name) for name in shown.table.columns])


def _compared(shown: TopicsShown, name: str) -> dict[str, object]:
    table, interval = shown.table, shown.intervals.get(name)
    position = table.position(name)
    facts: dict[str, object] = {
        "column": name,
        "measure": shown.measure,
        "mean": float(table.means[position]),
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
        "interval": None if interval is None else interval.words,
        "topics": int(table.counted[position]),
        "topics known": table.topics_known,
        "missing": " ".join(table.missing.get(name, ())),
    }
    against = shown.against(name)
    if shown.comparison is None:
        return facts
    tested = against.outcome if against is not None else None
    inside = against.interval if against is not None else None
    settings = shown.comparison.settings
    return facts | {
        "baseline": shown.comparison.baseline,
        "difference": None if against is None else against.difference,
        "difference low": None if inside is None else inside.low,
        "difference high": None if inside is None else inside.high,
        "test": None if tested is None else f"{tested.test}, {tested.how}",
        "p": None if tested is None else tested.p_value,
        "correction": f"{settings.correction} over {shown.comparison.tests}",
        "p corrected": None if against is None else against.corrected,
        "wins": None if against is None else against.counts.wins,
        "ties": None if against is None else against.counts.ties,
        "losses": None if against is None else against.counts.losses,
    }


def for_spreadsheets(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Returns a frame whose words start no formula: a quote in front keeps them words."""
    guarded = frame.copy()
    for name in guarded.columns:
        if guarded[name].dtype.kind not in "fiub":
            guarded[name] = [
                f"'{one}" if isinstance(one, str) and one.startswith(_FORMULA) else one
                for one in guarded[name]
            ]
    return guarded
