"""How far the judging of a plan has come: per topic, stratum and judge."""

from collections.abc import Mapping
from dataclasses import dataclass

from lpd.judging.plan import JudgingPlan, PlannedTopic
from lpd.judging.plan_verdicts import NO_VERDICTS, TopicVerdicts
from lpd.judging.queue import next_shots
from lpd.judging.verdicts import CONFLICT, RELEVANT

__all__ = ["PlanProgress", "StratumProgress", "TopicProgress", "plan_progress"]


@dataclass(frozen=True)
class StratumProgress:
    """Shots of one stratum: of its pool, to be judged, judged of those, found relevant of those."""

    name: str
    pool: int
    sample: int
    judged: int
    relevant: int


@dataclass(frozen=True)
class TopicProgress:
    """The judging of one topic; all numbers are of shots that are to be judged.

    Args:
        topic_id, text: the topic.
        sample: shots to be judged.
        judged: by one judge at least, or ruled.
        relevant: of those, by all who judged them or by a ruling.
        conflicting: on which judges contradict each other and nothing was ruled.
        judges: judge -> how many the judge has judged.
        left: judge -> how many the judge may still be shown.
        strata: the same numbers by stratum.
    """

    topic_id: str
    text: str
    sample: int
    judged: int
    relevant: int
    conflicting: int
    judges: dict[str, int]
    left: dict[str, int]
    strata: tuple[StratumProgress, ...]

    @property
    def finished(self) -> bool:
        """Whether every shot to be judged is, without a contradiction."""
        return self.judged == self.sample and not self.conflicting


@dataclass(frozen=True)
class PlanProgress:
    """The judging of a plan; the numbers are sums over its topics."""

    topics: dict[str, TopicProgress]
    judges: dict[str, int]

    @property
    def sample(self) -> int:
        """Shots to be judged."""
        return sum(topic.sample for topic in self.topics.values())

    @property
    def judged(self) -> int:
        """Shots judged of them."""
        return sum(topic.judged for topic in self.topics.values())

    @property
    def relevant(self) -> int:
        """Shots found relevant of those."""
        return sum(topic.relevant for topic in self.topics.values())

    @property
    def conflicting(self) -> int:
        """Shots on which judges contradict each other and nothing was ruled."""
        return sum(topic.conflicting for topic in self.topics.values())


def plan_progress(plan: JudgingPlan, verdicts: Mapping[str, TopicVerdicts]) -> PlanProgress:
    """Returns how far the judging has come.

    Args:
        plan: what is to be judged.
        verdicts: topic_id -> what stands, as `plan_verdicts` returns it; a topic may be absent.
    """
    topics = {
        topic_id: _topic(plan, topic, verdicts.get(topic_id, NO_VERDICTS))
        for topic_id, topic in plan.topics.items()
    }
    judges = sorted({judge for one in topics.values() for judge in one.judges})
    counts = {judge: sum(one.judges.get(judge, 0) for one in topics.values()) for judge in judges}
    return PlanProgress(topics, counts)


def _topic(plan: JudgingPlan, topic: PlannedTopic, said: TopicVerdicts) -> TopicProgress:
    found = {shot_id: one.verdict for shot_id, one in said.shots.items()}
    found |= {shot_id: ruling.verdict for shot_id, ruling in said.rulings.items()}
    strata = []
    for stratum in topic.strata:
        verdicts = [found[shot_id] for shot_id in stratum.shot_ids[: stratum.sample] if shot_id in found]
        strata.append(
            StratumProgress(
                stratum.name,
                len(stratum.shot_ids),
                stratum.sample,
                len(verdicts),
                verdicts.count(RELEVANT),
            )
        )
    own = {judge: len(topic.sampled & shots.keys()) for judge, shots in said.judges.items()}
    return TopicProgress(
        topic_id=topic.topic_id,
        text=topic.text,
        sample=topic.sample,
        judged=sum(one.judged for one in strata),
        relevant=sum(one.relevant for one in strata),
        conflicting=sum(found.get(shot_id) == CONFLICT for shot_id in topic.sampled),
        judges={judge: count for judge, count in own.items() if count},
        left={judge: len(next_shots(plan, topic.topic_id, said, judge=judge)) for judge in own},
        strata=tuple(strata),
    )
