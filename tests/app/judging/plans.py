"""A small judging plan, and things that were said for it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from lpd.judging import GivenVerdict
from lpd.judging.plan import JudgingPlan, PlannedRun, PlannedStratum, PlannedTopic
from lpd.judging.pooling import Layer

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def small_plan(*, overlap: float = 0.0) -> JudgingPlan:
    """Two topics; of the first a stratum of four shots is judged wholly, and two of six below it."""
    strata = (
        PlannedStratum("1", ("a1", "a2", "a3", "a4"), 4),
        PlannedStratum("2", ("b1", "b2", "b3", "b4", "b5", "b6"), 2),
    )
    topics = {
        "1": PlannedTopic("1", "a dog", strata),
        "2": PlannedTopic("2", "a car", (PlannedStratum("1", ("c1", "c2"), 2),)),
    }
    layers = (Layer(4, 1.0), Layer(10, 0.3))
    return JudgingPlan("small", "coll", "tv", layers, 0, (PlannedRun("r", "d" * 16),), overlap, topics)


def said(
    shot: str,
    verdict: str = "relevant",
    *,
    judge: str = "ann",
    seconds: float = 0.0,
    view: str = "judge small",
) -> GivenVerdict:
    """A verdict, so many seconds before NOW."""
    return GivenVerdict(shot, verdict, judge, view, NOW - timedelta(seconds=seconds))


def order_of(plan: JudgingPlan, topic: str, without: Iterable[str] = ()) -> list[str]:
    """The judging order of a topic without some shots."""
    gone = set(without)
    return [shot for shot in plan.topic(topic).order if shot not in gone]
