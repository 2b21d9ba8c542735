"""What a judge judges next."""

from collections.abc import Collection, Sequence

from lpd.judging.entries import judge_name
from lpd.judging.plan import JudgingPlan
from lpd.judging.plan_verdicts import TopicVerdicts

__all__ = ["next_shots"]


def next_shots(
    plan: JudgingPlan,
    topic_id: str,
    said: TopicVerdicts,
    *,
    judge: str,
    judges: Sequence[str] = (),
    skipped: Collection[str] = (),
) -> list[str]:
    """Returns the shots of a topic that a judge has still to judge, the next one first.

    A shot that every judge judges (`plan.overlap`) is left to a judge who has not judged it; any other to all
    until one judge has. Who comes later among `judges` begins that many of the latter shots further on, so
    that judges who work at once are not shown the same one; a topic that two of them judge is finished
    whichever of them stops.

    Args:
        plan: whose order it is.
        topic_id: a topic of it.
        said: its verdicts now.
        judge: who asks.
        judges: all who are judging at this time, in an order that all of them have; empty for one alone.
        skipped: shots that the judge passed over; they come last, in this order.

    Raises:
        NotFoundError: if the plan does not have the topic.
        FormatError: if a judge's name is blank or too long.
    """
    name = judge_name(judge)
    own = said.judges.get(name, {})
    judged = {shot_id for verdicts in said.judges.values() for shot_id in verdicts} | said.rulings.keys()
    divided, order = [], []
    for shot_id in plan.topic(topic_id).order:
        if plan.is_shared(topic_id, shot_id):
            if shot_id not in own and shot_id not in said.rulings:
                order.append(shot_id)
        elif shot_id not in judged:
            divided.append(shot_id)
            order.append(shot_id)
    at_work = [judge_name(one) for one in judges]
    ahead = at_work.index(name) if name in at_work else 0
    others = dict.fromkeys(divided[:ahead])
    due = set(order)
    waiting = dict.fromkeys(shot_id for shot_id in skipped if shot_id in due)
    turns = [*(one for one in order if one not in others), *others]
    return [*(one for one in turns if one not in waiting), *waiting]
