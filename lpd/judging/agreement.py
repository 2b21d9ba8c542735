"""How far judges agree on the shots that both of them judged, and where they do not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from lpd.judging.plan import JudgingPlan
from lpd.judging.plan_verdicts import NO_VERDICTS, Ruling, TopicVerdicts
from lpd.judging.verdicts import CONFLICT, RELEVANT

__all__ = ["Contradiction", "PairAgreement", "plan_agreement", "plan_contradictions"]


@dataclass(frozen=True)
class PairAgreement:
    """Two judges on the shots that both judged.

    Args:
        first, second: the judges.
        both: shots that both find relevant.
        first_only, second_only: shots that only one of them does.
        neither: shots that neither does.
    """

    first: str
    second: str
    both: int
    first_only: int
    second_only: int
    neither: int

    @property
    def shots(self) -> int:
        """How many shots, counted per topic, both judged."""
        return self.both + self.first_only + self.second_only + self.neither

    @property
    def observed(self) -> float:
        """Share of them on which they agree."""
        return (self.both + self.neither) / self.shots

    @property
    def expected(self) -> float:
        """Share on which two would agree who find as many relevant as these two, but at random."""
        first, second = self.both + self.first_only, self.both + self.second_only
        return (first * second + (self.shots - first) * (self.shots - second)) / self.shots**2

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa, (observed - expected) / (1 - expected): 1 where they agree on all, 0 at chance; None
        where both gave one and the same verdict throughout.

        Source: J. Cohen, "A coefficient of agreement for nominal scales", 1960.
        """
        chance = 1 - self.expected
        return (self.observed - self.expected) / chance if chance > 0 else None


@dataclass(frozen=True)
class Contradiction:
    """A shot on which judges contradict each other, and what was ruled on it, None if nothing was yet."""

    topic_id: str
    shot_id: str
    relevant: tuple[str, ...]
    not_relevant: tuple[str, ...]
    ruling: Ruling | None


def plan_agreement(plan: JudgingPlan, verdicts: Mapping[str, TopicVerdicts]) -> list[PairAgreement]:
    """Returns each pair of judges that have judged a shot in common, sorted by name; rulings are no part of
    it.

    Args:
        plan: only its pool's shots are counted.
        verdicts: topic_id -> what stands, as `plan_verdicts` returns it.
    """
    counts: dict[tuple[str, str], list[int]] = {}
    for topic_id, said in verdicts.items():
        pool = plan.topic(topic_id).stratum_of
        for first, second in combinations(sorted(said.judges), 2):
            one, other = said.judges[first], said.judges[second]
            for shot_id in one.keys() & other.keys() & pool.keys():
                kind = 2 * (one[shot_id] != RELEVANT) + (other[shot_id] != RELEVANT)
                counts.setdefault((first, second), [0, 0, 0, 0])[kind] += 1
    return [PairAgreement(*pair, *numbers) for pair, numbers in sorted(counts.items())]


def plan_contradictions(plan: JudgingPlan, verdicts: Mapping[str, TopicVerdicts]) -> list[Contradiction]:
    """Returns the shots of the plan on which judges contradict each other, those without a ruling first, else
    in judging order.

    Args:
        plan: only its pool's shots are looked at.
        verdicts: topic_id -> what stands, as `plan_verdicts` returns it.
    """
    found = [
        one
        for topic_id in plan.topics
        for one in _of_topic(plan, topic_id, verdicts.get(topic_id, NO_VERDICTS))
    ]
    return sorted(found, key=lambda one: one.ruling is not None)


def _of_topic(plan: JudgingPlan, topic_id: str, said: TopicVerdicts) -> Iterator[Contradiction]:
    topic = plan.topic(topic_id)
    places = {shot_id: place for place, shot_id in enumerate(topic.order)}
    in_pool = [pair for pair in said.shots.items() if pair[0] in topic.stratum_of]
    for shot_id, one in sorted(in_pool, key=lambda pair: places.get(pair[0], len(places))):
        if one.verdict == CONFLICT:
            ruling = said.rulings.get(shot_id)
            yield Contradiction(topic_id, shot_id, one.relevant, one.not_relevant, ruling)
