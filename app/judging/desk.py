"""Where a judge is with one topic: the next shots, those judged last, how many are done, how fast it goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.judging.said import VERDICT_OF
from lpd.judging import GivenVerdict
from lpd.judging.plan import JudgingPlan
from lpd.judging.plan_verdicts import TopicVerdicts, topic_verdicts
from lpd.judging.queue import next_shots
from lpd.judging.verdicts import RELEVANT, WITHDRAWN

__all__ = ["TopicDesk", "pace_of", "present_judges", "topic_desk"]

MOST_BEFORE = 12
PAUSE_S = 120.0
"""A longer time between two verdicts is a pause, and says nothing of the pace."""

PACE_OVER, PACE_FROM = 60, 3
"""The pace is that of so many verdicts at most, and known from so many on."""

PRESENT = timedelta(minutes=10)
"""Who said something in this time is judging now."""

MARKS = {verdict: mark for mark, verdict in VERDICT_OF.items() if verdict is not None}


@dataclass(frozen=True)
class TopicDesk:
    """Where a judge is with a topic.

    Args:
        queue: the shots still to be judged, in judging order; skipped ones last.
        before: the shots judged last on this page, each with `relevant` or `not`, the latest last.
        relevant, not_relevant: how many of the shots to be judged the judge has found so.
        judges: who is judging the topic now, the judge too.
    """

    queue: tuple[str, ...]
    before: tuple[tuple[str, str], ...]
    relevant: int
    not_relevant: int
    judges: tuple[str, ...]

    @property
    def done(self) -> int:
        """How many shots the judge has judged."""
        return self.relevant + self.not_relevant

    @property
    def total(self) -> int:
        """How many shots the judge has judged or may still be shown."""
        return self.done + len(self.queue)


def topic_desk(
    plan: JudgingPlan,
    topic_id: str,
    history: Sequence[GivenVerdict],
    *,
    judge: str,
    now: datetime,
    skipped: Collection[str] = (),
) -> TopicDesk:
    """Returns where a judge is with a topic.

    Args:
        plan: what is to be judged.
        topic_id: of it.
        history: all that was said for the topic, in the order in which it was kept.
        judge: who judges.
        now: the time, in UTC.
        skipped: shots that the judge passed over.

    Raises:
        NotFoundError: if the plan does not have the topic.
    """
    said: TopicVerdicts = topic_verdicts(history, view=plan.view)
    judges = present_judges(history, judge=judge, view=plan.view, now=now)
    queue = next_shots(plan, topic_id, said, judge=judge, judges=judges, skipped=skipped)
    own = said.judges.get(judge, {})
    sampled = [own[shot] for shot in plan.topic(topic_id).order if shot in own]
    relevant = sampled.count(RELEVANT)
    before = _before(history, judge=judge, view=plan.view)
    return TopicDesk(tuple(queue), before, relevant, len(sampled) - relevant, judges)


def _before(history: Sequence[GivenVerdict], *, judge: str, view: str) -> tuple[tuple[str, str], ...]:
    standing: dict[str, str] = {}
    for one in history:
        if one.judge == judge:
            standing.pop(one.shot_id, None)
            if one.view == view and one.verdict != WITHDRAWN:
                standing[one.shot_id] = MARKS[one.verdict]
    return tuple(standing.items())[-MOST_BEFORE:]


def present_judges(
    history: Sequence[GivenVerdict], *, judge: str, view: str, now: datetime
) -> tuple[str, ...]:
    """Returns who is judging on a view now, sorted; the judge who asks is among them."""
    there = {one.judge for one in history if one.view == view and now - one.given < PRESENT}
    return tuple(sorted(there | {judge}))


def pace_of(times: Sequence[datetime]) -> float | None:
    """Returns the seconds from verdict to verdict of late, pauses aside; None while there are too few.

    Args:
        times: of the verdicts of one judge, in order.
    """
    late = times[-PACE_OVER - 1 :]
    gaps = [(after - one).total_seconds() for one, after in pairwise(late)]
    kept = [gap for gap in gaps if 0 <= gap < PAUSE_S]
    return sum(kept) / len(kept) if len(kept) >= PACE_FROM else None
