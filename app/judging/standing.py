"""How the runs stand by what was judged so far, and how that came about, verdict by verdict."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from lpd.judging import GivenVerdict
from lpd.judging.plan import JudgingPlan, plan_needs
from lpd.judging.plan_verdicts import TopicVerdicts, topic_verdicts
from lpd.judging.store import histories
from lpd.services.judging.live import LiveMeasures, LiveTable
from lpd.workspace import Workspace

__all__ = ["CurvePoint", "Settling", "Standing", "check_points"]

FIRST_POINTS = 12
"""So many earlier moments are measured when somebody first looks."""

MOST_POINTS = 60
"""Of more points every other one is dropped."""


class CurvePoint(NamedTuple):
    """The mean infAP of a run when `judged` shots of `topics` topics were judged, with its interval."""

    judged: int
    topics: int
    tag: str
    inf_ap: float
    low: float
    high: float


class Standing(NamedTuple):
    """The runs by what was judged so far, and the curve of how they came there."""

    table: LiveTable
    curve: tuple[CurvePoint, ...]


class Settling:
    """The runs of one plan, measured again and again while judging goes on; one thread at a time may ask.

    Args:
        workspace: that has runs and verdicts.
        plan: that is judged.
    """

    def __init__(self, workspace: Workspace, plan: JudgingPlan) -> None:
        self._workspace, self._plan = workspace, plan
        self.measures = LiveMeasures(workspace, plan)
        self._moments: list[tuple[CurvePoint, ...]] = []

    def now(self) -> Standing:
        """Returns how the runs stand now.

        Raises:
            LpdError: if the verdicts cannot be read.
        """
        topics, needs = list(self._plan.topics), plan_needs(self._plan)
        said = histories(self._workspace.judgements_path, [needs[one] for one in topics])
        if not self._moments:
            for end in check_points([one.given for history in said for one in history], FIRST_POINTS):
                self._keep(self._measured(topics, said, end))
        table = self._measured(topics, said, None)
        self._keep(table)
        return Standing(table, tuple(point for moment in self._moments for point in moment))

    def _measured(
        self, topics: Sequence[str], said: Sequence[Sequence[GivenVerdict]], end: datetime | None
    ) -> LiveTable:
        verdicts: dict[str, TopicVerdicts] = {}
        for topic_id, history in zip(topics, said, strict=True):
            until = [one for one in history if end is None or one.given <= end]
            verdicts[topic_id] = topic_verdicts(until, view=self._plan.view)
        return self.measures.table(verdicts)

    def _keep(self, table: LiveTable) -> None:
        found = table.intervals
        judged, topics = found.judged, len(found.topics)
        moment = tuple(
            CurvePoint(judged, topics, tag, one.estimate, one.low, one.high)
            for tag, one in found.runs.items()
        )
        # what was taken back takes its points along
        self._moments = [one for one in self._moments if one and one[0].judged < judged]
        if moment:
            self._moments.append(moment)
        if len(self._moments) > MOST_POINTS:
            self._moments = [*self._moments[-3::-2][::-1], *self._moments[-2:]]


def check_points(times: Sequence[datetime], count: int) -> list[datetime]:
    """Returns so many moments at most, by equal numbers of verdicts; the last is that of the last verdict.

    Args:
        times: of the verdicts, in any order.
        count: at least 1.
    """
    ordered = sorted(times)
    places = sorted({round((step + 1) * len(ordered) / count) for step in range(count)} - {0})
    return [ordered[place - 1] for place in places]
