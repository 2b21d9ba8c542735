"""Giving verdicts on the shots of a plan, and ruling on those on which judges contradict each other."""

from collections.abc import Mapping

from lpd.errors import MismatchError, name_some
from lpd.judging.plan import JudgingPlan, plan_needs
from lpd.judging.plan_verdicts import ADJUDICATE_VIEW
from lpd.judging.store import give_verdicts
from lpd.services.judging.plans import judging_verdicts
from lpd.workspace import Workspace

__all__ = ["judge_shots", "rule_on_shots"]


def judge_shots(
    workspace: Workspace, plan: JudgingPlan, topic_id: str, *, verdicts: Mapping[str, str], judge: str
) -> None:
    """Keeps what a judge says of shots of a plan, all of it or nothing; it is on disk when this returns.

    Args:
        workspace: that keeps it.
        plan: whose order the judge goes through.
        topic_id: a topic of it.
        verdicts: shot -> `relevant` or `not relevant`, shots that are to be judged.
        judge: who says so.

    Raises:
        NotFoundError: if the plan does not have the topic.
        MismatchError: naming shots that are not to be judged; nothing is kept then.
        FormatError: for other verdicts, or a name that cannot be kept.
        LpdError: if the file cannot be written, or another process keeps it too long.
    """
    sampled = plan.topic(topic_id).sampled
    _refuse(plan, topic_id, [one for one in verdicts if one not in sampled], "is not to be judged in it")
    need = plan_needs(plan)[topic_id]
    give_verdicts(workspace.judgements_path, need, verdicts=verdicts, judge=judge, view=plan.view)


def rule_on_shots(
    workspace: Workspace, plan: JudgingPlan, topic_id: str, *, verdicts: Mapping[str, str], judge: str
) -> None:
    """Keeps rulings, which decide over what the judges say; those stay, and agreement is counted of them.

    Args:
        workspace, plan, topic_id, verdicts: as `judge_shots`; shots that a judge has judged.
        judge: who rules.

    Raises:
        NotFoundError, FormatError, LpdError: as `judge_shots`.
        MismatchError: naming shots of which no judge has said anything; nothing is kept then.
    """
    plan.topic(topic_id)
    judged = judging_verdicts(workspace, plan, topics=[topic_id])[topic_id].shots
    _refuse(plan, topic_id, [one for one in verdicts if one not in judged], "was judged by nobody")
    need = plan_needs(plan)[topic_id]
    give_verdicts(workspace.judgements_path, need, verdicts=verdicts, judge=judge, view=ADJUDICATE_VIEW)


def _refuse(plan: JudgingPlan, topic_id: str, shot_ids: list[str], why: str) -> None:
    if shot_ids:
        raise MismatchError(
            f"a verdict on a shot that {why}; nothing was kept",
            where=f"plan {plan.name}, topic {topic_id}",
            found=name_some(shot_ids),
        )
