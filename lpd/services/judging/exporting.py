"""The verdicts of a plan as qrels of five columns, in a file or beside the others of the edition."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lpd.errors import LpdError, name_some
from lpd.judging.plan import JudgingPlan
from lpd.judging.plan_qrels import PlanQrels, plan_qrels
from lpd.services.judging.plans import judging_verdicts
from lpd.storage import writer_lock
from lpd.trec import write_qrels
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["ExportedQrels", "export_plan_qrels", "left_out_notes"]


@dataclass(frozen=True)
class ExportedQrels:
    """Where the qrels were written, what is in them, and sentences about what is not."""

    path: Path
    made: PlanQrels
    notes: tuple[str, ...]


def export_plan_qrels(
    workspace: Workspace,
    plan: JudgingPlan,
    target: Path | str,
    *,
    judge: str | None = None,
    conflicts: str | None = None,
    replace: bool = False,
) -> ExportedQrels:
    """Returns what was written as qrels, which `lpd evaluate` and sample_eval.pl read.

    Args:
        workspace: that has the verdicts.
        plan: that was judged.
        target: a file, or the name (a str) that the qrels get among those of the plan's edition.
        judge: only what this one says, without rulings; None for all.
        conflicts: what becomes of contradictions without a ruling, one of `CONFLICT_RULES`; None refuses.
        replace: whether a file that is there is replaced.

    Raises:
        LpdError: if there are such a file or qrels and they are not to be replaced, for an unknown rule, or
            if another process writes to the workspace.
        NotFoundError: if nothing was judged yet, there is no such judge, or the edition is gone.
        MismatchError: naming contradictions, if no rule is given.
        FormatError: if the file of verdicts is damaged or of a newer version.
    """
    if isinstance(target, str):
        workspace.edition(plan.edition)
        path = workspace.qrels_path(plan.edition, target)
    else:
        path = target
    made = plan_qrels(plan, judging_verdicts(workspace, plan), judge=judge, conflicts=conflicts)
    if path.exists() and not replace:
        raise LpdError(
            "there are qrels of this name already; nothing was written",
            where=path,
            next_step="choose another name, or say that they are to be replaced",
        )
    if isinstance(target, str):
        with writer_lock(workspace.path):
            write_qrels(path, made.qrels)
    else:
        write_qrels(path, made.qrels)
    return ExportedQrels(path, made, tuple(left_out_notes(made)))


def left_out_notes(made: PlanQrels) -> list[str]:
    """Returns a sentence for each kind of verdict that is not in the qrels, and for topics without any."""
    kinds = (
        (made.undecided, "on which judges contradict each other: not judged (-1)"),
        (made.beyond_sample, "of the pool that was not drawn to be judged: -1, for it is no random sample"),
        (made.early, "judged elsewhere and not come to yet in the plan's order: -1 until then"),
        (made.outside, "judged but not in the pool: left out"),
    )
    told = [f"{counted(len(pairs), 'shot')} {why} ({_some(pairs)})" for pairs, why in kinds if pairs]
    if made.unjudged:
        told.append(f"{counted(len(made.unjudged), 'topic')} not judged yet: {name_some(made.unjudged)}")
    return told


def _some(pairs: Iterable[tuple[str, str]]) -> str:
    return name_some([" ".join(pair) for pair in pairs])
