"""The verdicts of a plan as qrels: the whole pool in strata, -1 for what is not judged."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lpd.errors import MismatchError, NotFoundError, name_some
from lpd.judging.plan import JudgingPlan, PlannedStratum, PlannedTopic
from lpd.judging.plan_verdicts import NO_VERDICTS, TopicVerdicts
from lpd.judging.qrels import CONFLICT_RULES, conflict_rule
from lpd.judging.verdicts import CONFLICT, RELEVANT, ShotVerdict, combine_verdicts
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.qrels import Qrels

__all__ = ["PlanQrels", "plan_qrels"]

UNJUDGED = -1


@dataclass(frozen=True)
class PlanQrels:
    """Qrels made of the verdicts of a plan, and the verdicts that are not in them; each as (topic, shot).

    Args:
        qrels: five columns; the pool of every topic that has a verdict which counts.
        undecided: judges contradict each other and the rule leaves it open; -1 in the qrels.
        beyond_sample: of the pool, but not among the shots that are drawn to be judged; -1 in the qrels.
        early: drawn to be judged, judged elsewhere, and not come to yet in the plan's order; -1 in the qrels.
        outside: not in the pool at all; not in the qrels.
        unjudged: topics without a verdict that counts; not in the qrels, unless all topics were asked for.
    """

    qrels: Qrels
    undecided: tuple[tuple[str, str], ...]
    beyond_sample: tuple[tuple[str, str], ...]
    early: tuple[tuple[str, str], ...]
    outside: tuple[tuple[str, str], ...]
    unjudged: tuple[str, ...]

    @property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """All verdicts that do not count."""
        return self.undecided + self.beyond_sample + self.early + self.outside


def plan_qrels(
    plan: JudgingPlan,
    verdicts: Mapping[str, TopicVerdicts],
    *,
    judge: str | None = None,
    conflicts: str | None = None,
    every_topic: bool = False,
) -> PlanQrels:
    """Returns the qrels of what was judged so far, topics in the plan's order, strata by name, shots sorted.

    infAP takes the judged shots of a stratum as a random sample of it. A shot that was marked elsewhere, such
    as on the Search page, was not drawn at random. It counts as soon as the plan's own order has passed it:
    the shots up to there are a random sample, whoever judged them where.

    A ruling decides over the judges. Where they contradict each other without one, `conflicts` decides.

    Args:
        plan: whose pool it is.
        verdicts: topic_id -> what stands, as `plan_verdicts` returns it; a topic may be absent.
        judge: only what this one says, without rulings; None for all.
        conflicts: one of `CONFLICT_RULES`; `leave out` and ties of `majority` are not judged (-1). None
            refuses.
        every_topic: whether the pools of topics without a verdict are in the qrels too.

    Raises:
        NotFoundError: if there is no verdict that counts and not all topics are asked for, or no such judge.
        MismatchError: naming the conflicts, if no rule is given.
        LpdError: for an unknown rule.

    Source: NIST's qrels of five columns; relevance -1 is a shot of the pool that was not judged.
    """
    rule = conflict_rule(conflicts)
    _check_judge(plan, verdicts, judge=judge)
    judged: dict[str, JudgedTopic] = {}
    undecided, beyond, early, outside = [], [], [], []
    unjudged = []
    for topic_id, topic in plan.topics.items():
        said = verdicts.get(topic_id, NO_VERDICTS)
        found = _relevance(said, rule, judge=judge)
        counted = {shot_id for stratum in topic.strata for shot_id in _reached(stratum, said, found)}
        undecided += [(topic_id, one) for one in sorted(counted) if found[one] is None]
        graded = {one: grade for one in counted if (grade := found[one]) is not None}
        rest = sorted(found.keys() - counted)
        outside += [(topic_id, one) for one in rest if one not in topic.stratum_of]
        beyond += [(topic_id, one) for one in rest if one in topic.stratum_of and one not in topic.sampled]
        early += [(topic_id, one) for one in rest if one in topic.sampled]
        if graded or every_topic:
            judged[topic_id] = _judged(topic, graded)
        if not graded:
            unjudged.append(topic_id)
    if undecided and conflicts is None:
        raise _contradictions(plan, undecided)
    if not judged:
        raise NotFoundError("nothing was judged yet for this plan", where=plan.name)
    left_out = (tuple(undecided), tuple(beyond), tuple(early), tuple(outside))
    return PlanQrels(Qrels.of_topics(judged), *left_out, tuple(unjudged))


def _relevance(
    said: TopicVerdicts, rule: Callable[[ShotVerdict], int | None], *, judge: str | None
) -> dict[str, int | None]:
    """Returns shot -> 0 or 1, None where it is left open."""
    chosen = said.judges if judge is None else {judge: said.judges.get(judge, {})}
    found = {
        shot_id: rule(one) if one.verdict == CONFLICT else int(one.verdict == RELEVANT)
        for shot_id, one in combine_verdicts(chosen).items()
    }
    if judge is None:
        found |= {shot_id: int(one.verdict == RELEVANT) for shot_id, one in said.rulings.items()}
    return found


def _reached(stratum: PlannedStratum, said: TopicVerdicts, found: Mapping[str, object]) -> Iterator[str]:
    """Returns the shots with a verdict up to the last one that was judged in the plan's order, or all of the
    sample once every shot of it has one.
    """
    sample = stratum.shot_ids[: stratum.sample]
    with_verdict = [shot_id in found for shot_id in sample]
    asked = [place for place, shot_id in enumerate(sample) if shot_id in said.asked and with_verdict[place]]
    end = len(sample) if all(with_verdict) else max(asked, default=-1) + 1
    return (shot_id for shot_id, judged in zip(sample[:end], with_verdict, strict=False) if judged)


def _judged(topic: PlannedTopic, graded: Mapping[str, int]) -> JudgedTopic:
    shot_ids, strata = topic.rows
    relevance = np.array([graded.get(shot_id, UNJUDGED) for shot_id in shot_ids], dtype=np.int64)
    return JudgedTopic(shot_ids, strata, relevance)


def _check_judge(plan: JudgingPlan, verdicts: Mapping[str, TopicVerdicts], *, judge: str | None) -> None:
    judges = {one for said in verdicts.values() for one in said.judges}
    if judge is not None and judge not in judges:
        raise NotFoundError(
            "this judge has no verdicts for this plan",
            where=plan.name,
            expected=f"one of {name_some(sorted(judges)) or '(none yet)'}",
            found=repr(judge),
        )


def _contradictions(plan: JudgingPlan, undecided: list[tuple[str, str]]) -> MismatchError:
    return MismatchError(
        "judges contradict each other",
        where=plan.name,
        expected="a ruling on every such shot, or a rule for them",
        found=name_some([" ".join(pair) for pair in undecided]),
        next_step=f"lpd judge adjudicate {plan.name}, or a rule: {', '.join(CONFLICT_RULES)}",
    )
