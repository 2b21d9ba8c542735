"""What the Judge page offers as tables: the runs with their intervals, topic by topic, judges, conflicts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.judging.standing import CurvePoint
from app.words import printed_share
from lpd.judging.agreement import Contradiction, PairAgreement
from lpd.judging.interval import JudgingInterval
from lpd.judging.plan import JudgingPlan
from lpd.services.judging.live import LiveTable
from lpd.tables import Cell, Column, ResultTable, Row

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "agreement_table",
    "conflicts_frame",
    "curve_frame",
    "interval_words",
    "leading_pair",
    "runs_rows",
    "shown_table",
    "standing_table",
    "topics_table",
]


def interval_words(found: JudgingInterval) -> str:
    """Returns an interval as a table prints it: `.412 – .468`."""
    return f"{printed_share(found.low)} – {printed_share(found.high)}"


def runs_rows(table: LiveTable) -> list[tuple[str, JudgingInterval]]:
    """Returns the runs with their intervals, the best first."""
    return sorted(table.intervals.runs.items(), key=lambda one: (-one[1].estimate, one[0]))


def leading_pair(table: LiveTable) -> tuple[str, str] | None:
    """Returns the two best runs, None where there are not two."""
    tags = [tag for tag, _ in runs_rows(table)]
    return (tags[0], tags[1]) if len(tags) > 1 else None


def shown_table(table: LiveTable) -> ResultTable:
    """Returns the mean infAP of each run with its interval, as the page shows it."""
    columns = (Column("infAP"), Column(f"{table.intervals.level:.0%} interval of the judging", "text"))
    rows = [
        Row(tag, (Cell(mean=one.estimate), Cell(text=interval_words(one)))) for tag, one in runs_rows(table)
    ]
    return ResultTable("infAP of the runs", "run", columns, tuple(rows))


def standing_table(plan: JudgingPlan, table: LiveTable) -> ResultTable:
    """Returns the mean infAP of each run with the interval of the judging, as a table to be taken away."""
    found = table.intervals
    rows = [
        Row(tag, (Cell(mean=one.estimate), Cell(mean=one.low), Cell(mean=one.high), Cell(mean=one.deviation)))
        for tag, one in runs_rows(table)
    ]
    columns = tuple(Column(name) for name in ("infAP", "low", "high", "deviation"))
    notes = (
        f"{found.level:.0%} intervals of the judging, given the topics; {found.replicates} resamples, seed "
        f"{found.seed}",
        f"{found.judged:,} of {found.pool:,} pooled shots judged, {len(found.topics)} of {len(plan.topics)} "
        "topics",
        *table.notes,
    )
    title = f"infAP of the runs of plan {plan.name}, {found.judged:,} shots judged"
    return ResultTable(title, "run", columns, tuple(rows), notes=notes)


def topics_table(plan: JudgingPlan, table: LiveTable) -> ResultTable:
    """Returns infAP and deviation per topic and run, topics in the plan's order."""
    tags = [tag for tag, _ in runs_rows(table)]
    rows = []
    for topic_id, found in table.intervals.topics.items():
        at = table.progress.topics[topic_id]
        cells = [Cell(text=f"{at.judged} / {at.sample}"), Cell(text=str(at.relevant))]
        cells += [_topic_cell(found.get(tag)) for tag in tags]
        rows.append(Row(f"{topic_id} {plan.topics[topic_id].text}", tuple(cells)))
    columns = (Column("judged", "text"), Column("relevant", "text"), *(Column(tag, "text") for tag in tags))
    return ResultTable(f"infAP per topic of plan {plan.name}", "topic", columns, tuple(rows))


def _topic_cell(found: JudgingInterval | None) -> Cell:
    if found is None:
        return Cell()
    spread = "" if found.deviation == 0 else f" ±{printed_share(found.deviation, 2)}"
    return Cell(text=f"{printed_share(found.estimate)}{spread}")


def agreement_table(plan: JudgingPlan, pairs: Sequence[PairAgreement]) -> ResultTable:
    """Returns how far each pair of judges agrees."""
    columns = (
        Column("shots", "count"),
        Column("both relevant", "count"),
        Column("only the first", "count"),
        Column("only the second", "count"),
        Column("neither", "count"),
        Column("agreement"),
        Column("kappa"),
    )
    rows = []
    for one in pairs:
        counts = (one.shots, one.both, one.first_only, one.second_only, one.neither)
        kappa = Cell() if one.kappa is None else Cell(mean=one.kappa)
        cells = (*(Cell(mean=float(count)) for count in counts), Cell(mean=one.observed), kappa)
        rows.append(Row(f"{one.first} · {one.second}", cells))
    return ResultTable(f"Agreement of the judges of plan {plan.name}", "judges", columns, tuple(rows))


def conflicts_frame(conflicts: Sequence[Contradiction]) -> "pd.DataFrame":
    """Returns a row per shot on which judges contradict each other."""
    import pandas as pd

    rows = [
        (
            one.topic_id,
            one.shot_id,
            " ".join(one.relevant),
            " ".join(one.not_relevant),
            "" if one.ruling is None else one.ruling.verdict,
            "" if one.ruling is None else one.ruling.judge,
        )
        for one in conflicts
    ]
    return pd.DataFrame(rows, columns=["topic", "shot", "relevant", "not relevant", "ruling", "ruled by"])


def curve_frame(curve: Sequence[CurvePoint]) -> "pd.DataFrame":
    """Returns a row per run and moment."""
    import pandas as pd

    return pd.DataFrame(curve, columns=list(CurvePoint._fields))
