"""What is done with what a judge says at the desk: it is kept at once, or the judge is told why not."""

from app import state
from app.judging.said import VERDICT_OF, Said, check_said, read_said
from app.resources import judging
from app.views.judge.scene import desk_log
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.judging import withdraw_verdicts
from lpd.judging.plan import plan_needs
from lpd.judging.plan_verdicts import ADJUDICATE_VIEW
from lpd.services.judging.giving import judge_shots, rule_on_shots
from lpd.workspace import Workspace

__all__ = ["DESK_KEY", "RULING_KEY", "hear"]

DESK_KEY, RULING_KEY = "judge_desk", "judge_rulings"
"""Of the component where shots are judged, and of the one where judges are ruled over."""

MOST_FAILED = 20


def hear(workspace: Workspace, key: str) -> None:
    """Keeps what was said since the last time; for use as the callback of a desk.

    Args:
        workspace: that keeps it.
        key: of the component; at RULING_KEY verdicts are rulings.
    """
    log = desk_log(key)
    closed = ""
    for said in read_said(state.event(key, "said"), heard=log.heard):
        problem = closed
        if not closed:
            try:
                _follow(workspace, said, key=key)
            except (FormatError, MismatchError, NotFoundError) as error:
                problem = str(error)
            except (LpdError, OSError) as error:  # nothing can be written: nobody waits for the same again
                problem = closed = str(error)
        if problem:
            log.failed = [*log.failed, (said.count, problem)][-MOST_FAILED:]
        log.heard = said.count


def _follow(workspace: Workspace, said: Said, *, key: str) -> None:
    check_said(judging.plan(workspace, said.plan), said)
    skipped = desk_log(key).skipped_of(said.plan, said.judge, said.topic)
    if said.kind == "topic":
        state.write("judged", said.topic)
    elif said.kind == "verdict":
        _keep(workspace, said, ruling=key == RULING_KEY)
    for shot in said.shots:
        skipped.pop(shot, None)
        if said.kind == "skip":
            skipped[shot] = None


def _keep(workspace: Workspace, said: Said, *, ruling: bool) -> None:
    plan = judging.plan(workspace, said.plan)
    verdict = VERDICT_OF[said.verdict]
    if verdict is None:
        path, need = workspace.judgements_path, plan_needs(plan)[said.topic]
        view = ADJUDICATE_VIEW if ruling else plan.view
        withdraw_verdicts(path, need, shot_ids=said.shots, judge=said.judge, view=view)
        return
    verdicts = dict.fromkeys(said.shots, verdict)
    give = rule_on_shots if ruling else judge_shots
    give(workspace, plan, said.topic, verdicts=verdicts, judge=said.judge)
