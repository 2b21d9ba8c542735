"""The verdicts that were given for the topics of a plan: what each judge says, and what was ruled."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from lpd.judging.entries import ADJUDICATE_VIEW, GivenVerdict
from lpd.judging.plan import JudgingPlan, plan_needs
from lpd.judging.store import histories, latest_of
from lpd.judging.verdicts import WITHDRAWN, ShotVerdict, combine_verdicts

__all__ = ["ADJUDICATE_VIEW", "Ruling", "TopicVerdicts", "plan_verdicts", "topic_verdicts"]


@dataclass(frozen=True)
class Ruling:
    """What was decided on a shot, over its judges, and by whom."""

    judge: str
    verdict: str


@dataclass(frozen=True)
class TopicVerdicts:
    """All that stands for one topic.

    Args:
        judges: judge -> shot -> `relevant` or `not relevant`, whichever view it was given on; rulings are not
            among them.
        rulings: shot -> what was ruled last.
        asked: shots that were judged on the plan's own view, in its order.
    """

    judges: dict[str, dict[str, str]]
    rulings: dict[str, Ruling]
    asked: frozenset[str]

    @property
    def shots(self) -> dict[str, ShotVerdict]:
        """Shot -> what its judges say."""
        return combine_verdicts(self.judges)


NO_VERDICTS = TopicVerdicts({}, {}, frozenset())


def plan_verdicts(
    path: Path, plan: JudgingPlan, *, topics: Collection[str] | None = None
) -> dict[str, TopicVerdicts]:
    """Returns topic_id -> its verdicts, topics in the plan's order; damaged entries are left out.

    Args:
        path: of the file of verdicts.
        plan: whose topics.
        topics: only these; None for all.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    needs = {one: need for one, need in plan_needs(plan).items() if topics is None or one in topics}
    said = histories(path, list(needs.values()))
    return {
        topic_id: topic_verdicts(history, view=plan.view)
        for topic_id, history in zip(needs, said, strict=True)
    }


def topic_verdicts(history: Iterable[GivenVerdict], *, view: str) -> TopicVerdicts:
    """Returns what stands of a history; of each judge and shot the latest counts, for rulings and for other
    verdicts on their own.

    Args:
        history: in the order in which it was kept.
        view: of the plan, see `JudgingPlan.view`.
    """
    judged: list[GivenVerdict] = []
    ruled: dict[tuple[str, str], str] = {}
    asked = set()
    for said in history:
        if said.view == ADJUDICATE_VIEW:
            ruled.pop((said.judge, said.shot_id), None)  # so that the order is that of the latest entries
            ruled[said.judge, said.shot_id] = said.verdict
        else:
            judged.append(said)
        if said.view == view:
            asked.add(said.shot_id)
    rulings = {
        shot_id: Ruling(judge, verdict) for (judge, shot_id), verdict in ruled.items() if verdict != WITHDRAWN
    }
    return TopicVerdicts(latest_of(judged), rulings, frozenset(asked))
