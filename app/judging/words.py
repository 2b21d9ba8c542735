"""How the Judge page says things: the size of plans, the work they are, how far two runs are apart."""

from app.words import printed_share
from lpd.judging.plan import JudgingPlan
from lpd.judging.separation import Separation
from lpd.tables import Cell, Column, ResultTable, Row
from lpd.words import counted

__all__ = [
    "OWN",
    "SAMPLING_WORDS",
    "SECONDS_EACH",
    "duration_words",
    "plan_table",
    "separation_words",
    "work_words",
]

OWN = "own"
SAMPLING_WORDS = {
    "tv21": "as TRECVID 2021",
    "short": "for one person, about a tenth of it",
    "quick": "for a first look, about a hundredth",
    OWN: "your own depths and shares",
}
"""Name of a sampling -> what it is."""

SECONDS_EACH = 3.0
"""What a verdict takes, until the judge's own pace is known."""

MOST_STRATA = 4
"""So many of the strata where more judgements are needed are named."""


def plan_table(plan: JudgingPlan) -> ResultTable:
    """Returns the layers of a plan: shots pooled, and shots to be judged, over all topics."""
    pooled: dict[str, int] = {}
    sampled: dict[str, int] = {}
    for topic in plan.topics.values():
        for stratum in topic.strata:
            pooled[stratum.name] = pooled.get(stratum.name, 0) + len(stratum.shot_ids)
            sampled[stratum.name] = sampled.get(stratum.name, 0) + stratum.sample
    rows = []
    before = 0
    for number, layer in enumerate(plan.layers, start=1):
        name = f"stratum {number}: best rank {before + 1} to {layer.depth}"
        rows.append(_layer_row(name, pooled.get(str(number), 0), sampled.get(str(number), 0)))
        before = layer.depth
    rows.append(_layer_row("together", plan.pool, plan.sample))
    columns = (Column("pooled", "count"), Column("to judge", "count"), Column("share, %", "text"))
    return ResultTable(f"Pool of plan {plan.name}", "layer", columns, tuple(rows))


def _layer_row(name: str, pooled: int, sampled: int) -> Row:
    share = Cell(text=f"{100 * sampled / pooled:.0f}") if pooled else Cell()
    return Row(name, (Cell(mean=float(pooled)), Cell(mean=float(sampled)), share))


def work_words(plan: JudgingPlan) -> str:
    """Returns what a plan asks of one judge: `812 shots of 20 topics, about 41 min at 3 s each`."""
    topics = counted(len(plan.topics), "topic")
    time = duration_words(plan.sample * SECONDS_EACH)
    return f"{counted(plan.sample, 'shot')} of {topics}, about {time} at {SECONDS_EACH:g} s each"


def duration_words(seconds: float) -> str:
    """Returns how long something takes: `40 s`, `12 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def separation_words(found: Separation) -> list[str]:
    """Returns what it would take to tell two runs apart, in sentences."""
    ahead, behind = (found.first, found.second) if found.difference >= 0 else (found.second, found.first)
    told = (
        f"{ahead} is {printed_share(abs(found.difference))} above {behind}; judging only samples leaves "
        f"±{printed_share(found.deviation)} (one standard deviation)."
    )
    if found.separated:
        return [told, "The judging so far tells them apart: its interval of the difference leaves out 0."]
    if found.more is None:
        rest = counted(found.rest, "pooled shot")
        return [told, f"Judging all of the {rest} left would not be expected to tell them apart."]
    most = sorted(found.strata.items(), key=lambda one: -one[1])[:MOST_STRATA]
    where = ", ".join(f"{count:,} in topic {topic} stratum {stratum}" for (topic, stratum), count in most)
    more = f"About {counted(found.more, 'judgement')} more are expected to tell them apart"
    return [told, f"{more}, most of them: {where}." if where else f"{more}."]
