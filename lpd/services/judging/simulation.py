"""A simulated judge, who knows the complete truth and errs as often as asked for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MismatchError, name_some
from lpd.judging.entries import judge_name
from lpd.judging.plan import JudgingPlan, PlannedTopic
from lpd.judging.plan_verdicts import TopicVerdicts
from lpd.judging.queue import next_shots
from lpd.judging.verdicts import NOT_RELEVANT, RELEVANT
from lpd.services.judging.giving import judge_shots
from lpd.services.judging.plans import judging_verdicts
from lpd.trec import Qrels
from lpd.workspace import Workspace

__all__ = ["SimulatedJudging", "simulate_into", "simulate_judging"]


@dataclass(frozen=True)
class SimulatedJudging:
    """What a simulated judge said.

    Args:
        judge: the name under which it did.
        verdicts: topic -> shot -> `relevant` or `not relevant`, in the order in which they were given.
        unknown: (topic, shot) to be judged that the truth has as not judged (-1); the judge passed them over.
        without_truth: topics that the truth does not have; the judge passed them over.
    """

    judge: str
    verdicts: dict[str, dict[str, str]]
    unknown: tuple[tuple[str, str], ...]
    without_truth: tuple[str, ...]

    @property
    def given(self) -> int:
        """How many verdicts there are."""
        return sum(len(said) for said in self.verdicts.values())

    def as_verdicts(self) -> dict[str, TopicVerdicts]:
        """Returns them as `plan_verdicts` would once they are kept, for measuring without a file."""
        return {
            topic_id: TopicVerdicts({self.judge: dict(said)}, {}, frozenset(said))
            for topic_id, said in self.verdicts.items()
        }


def simulate_judging(
    plan: JudgingPlan,
    truth: Qrels,
    *,
    judge: str = "simulated",
    error_rate: float = 0.0,
    limit: int | None = None,
    seed: int = 0,
    done: Mapping[str, Collection[str]] | None = None,
) -> SimulatedJudging:
    """Returns what a judge says who goes through a plan in its order, all topics in step.

    Args:
        plan: what is to be judged.
        truth: complete qrels; a shot without a row is not relevant, one with -1 is not known.
        judge: its name.
        error_rate: share of the verdicts that are wrong, 0..1, at random.
        limit: most verdicts; None for all.
        seed: of the errors; whether a shot is judged wrongly depends on seed, judge, topic and shot alone.
        done: topic -> shots that this judge does not judge, such as those judged before.

    Raises:
        LpdError: for an error rate or a limit out of range.
        MismatchError: if plan and truth have no topic in common.
    """
    if not 0 <= error_rate <= 1:
        raise LpdError("error rate out of range", expected="0 to 1", found=error_rate)
    if limit is not None and limit < 0:
        raise LpdError("limit of verdicts out of range", expected="0 or more", found=limit)
    topics = [topic for topic_id, topic in plan.topics.items() if topic_id in set(truth.topic_ids)]
    if not topics:
        raise MismatchError(
            "the truth has none of the plan's topics",
            where=plan.name,
            expected=name_some(plan.topics),
            found=name_some(truth.topic_ids),
        )
    known = {topic.topic_id: truth.judgements(topic.topic_id) for topic in topics}
    due: list[tuple[float, int, str, str]] = []
    unknown = []
    for number, topic in enumerate(topics):
        before = set() if done is None else set(done.get(topic.topic_id, ()))
        for place, shot_id in enumerate(topic.order):
            if known[topic.topic_id].get(shot_id, 0) < 0:
                unknown.append((topic.topic_id, shot_id))
            elif shot_id not in before:
                due.append(((place + 0.5) / topic.sample, number, topic.topic_id, shot_id))
    wrong = {topic.topic_id: _wrong(topic, judge, error_rate=error_rate, seed=seed) for topic in topics}
    verdicts: dict[str, dict[str, str]] = {topic.topic_id: {} for topic in topics}
    for _, _, topic_id, shot_id in sorted(due)[:limit]:
        relevant = (known[topic_id].get(shot_id, 0) > 0) != (shot_id in wrong[topic_id])
        verdicts[topic_id][shot_id] = RELEVANT if relevant else NOT_RELEVANT
    given = {topic_id: said for topic_id, said in verdicts.items() if said}
    absent = tuple(one for one in plan.topics if one not in known)
    return SimulatedJudging(judge, given, tuple(unknown), absent)


def simulate_into(
    workspace: Workspace,
    plan: JudgingPlan,
    truth: Qrels,
    *,
    judge: str = "simulated",
    error_rate: float = 0.0,
    limit: int | None = None,
    seed: int = 0,
) -> SimulatedJudging:
    """Returns what a simulated judge said, after it was kept in the workspace; it goes on where it stopped.

    As persons, it does not judge what another judge has judged before, but for the shots that all judge.

    Args:
        workspace: that keeps the verdicts.
        plan, truth, judge, error_rate, limit, seed: as `simulate_judging`.

    Raises:
        LpdError, MismatchError: as `simulate_judging` and `judge_shots`.
    """
    judge = judge_name(judge)
    before = judging_verdicts(workspace, plan)
    done = {
        topic_id: plan.topic(topic_id).sampled - set(next_shots(plan, topic_id, said, judge=judge))
        for topic_id, said in before.items()
    }
    simulated = simulate_judging(
        plan, truth, judge=judge, error_rate=error_rate, limit=limit, seed=seed, done=done
    )
    for topic_id, said in simulated.verdicts.items():
        judge_shots(workspace, plan, topic_id, verdicts=said, judge=judge)
    return simulated


def _wrong(topic: PlannedTopic, judge: str, *, error_rate: float, seed: int) -> set[str]:
    """Returns the shots of a topic's pool on which the judge errs."""
    if not error_rate:
        return set()
    rng = np.random.default_rng([seed, *judge.encode(), 0, *topic.topic_id.encode()])
    shot_ids = sorted(topic.stratum_of)
    return {one for one, drawn in zip(shot_ids, rng.random(len(shot_ids)), strict=True) if drawn < error_rate}
