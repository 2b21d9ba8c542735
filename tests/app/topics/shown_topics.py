"""Tables of topics made by hand, with all that stands under them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.resources.topics import TableAsked
from app.state import Selection
from app.topics.choices import RUNS, TopicsChoice, sorted_rows
from app.topics.gathering import TopicsPage
from app.topics.lists import ListFacts
from app.topics.published import Beside
from app.topics.tables import TopicsShown
from lpd.evaluation import (
    ComparisonSettings,
    TopicTable,
    column_intervals,
    compare_with_baseline,
    edition_means,
    edition_means_intervals,
    topic_groups,
)
from lpd.workspace import Workspace
from tests.lpd.evaluation.table_cases import edition_of, table_of

NAN = float("nan")
HOSTILE = r"<img src=x onerror=alert(1)> & 100% \input{x} =cmd|' /c calc'!A1 _#~^$"
SELECTION = Selection("demo", "here", "tv99", None, "main", "lpd", 20)
ROWS = {
    "661": [0.5, 0.1, 0.3],
    "662": [NAN, 0.2, 0.4],
    "663": [0.05, 0.02, 0.01],
    "664": [0.9, 0.5, 0.6],
}


def facts_of(*names: str) -> tuple[ListFacts, ...]:
    return tuple(
        ListFacts(name, name.upper(), "", f"run {name}, file d-{name}", f"d-{name}", None) for name in names
    )


def shown_of(
    rows: Mapping[str, Sequence[float]] = ROWS,
    *,
    names: Sequence[str] = ("one", "two", "three"),
    baseline: str | None = "two",
    others: Sequence[TopicTable] = (),
    beside: Beside | None = None,
) -> TopicsShown:
    """What the page shows of some runs; `others` are the tables of further editions."""
    table = table_of(rows, list(names), extra=["669"])
    means = edition_means([table, *others]) if others else None
    return TopicsShown(
        edition=edition_of(*rows, "669"),
        qrels_name="main",
        lists=facts_of(*names),
        table=table,
        intervals=column_intervals(table, resamples=200),
        groups=topic_groups(table),
        comparison=None
        if baseline is None
        else compare_with_baseline(table, baseline, settings=ComparisonSettings(resamples=200)),
        means=means,
        means_intervals={} if means is None else edition_means_intervals(means, resamples=200),
        beside=beside or Beside(),
        exactness="",
    )


def page_of(
    shown: TopicsShown, *, order: str = "id", workspace: Path = Path("demo"), facts: bool = False
) -> TopicsPage:
    """A page that shows it; its workspace need not be there."""
    baseline = None if shown.comparison is None else shown.comparison.baseline
    choice = TopicsChoice(
        RUNS, "infAP", order, baseline, ComparisonSettings(), 0.1, 0.3, (), shown.table.columns, facts
    )
    asked = TableAsked(RUNS, None, shown.edition.name, "main", shown.table.columns, "infAP", 20)
    rows = tuple(sorted_rows(shown.table, order, baseline=baseline))
    opened = Workspace(workspace, "demo", {})
    return TopicsPage(opened, SELECTION, choice, asked, shown, rows, ())
