"""What persons write into a workspace: judging plans, verdicts, the notebook, and whether it can be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lpd.databases import aside_path
from lpd.errors import LpdError
from lpd.judging import JudgingPlan, plan_progress, verdict_counts
from lpd.notebook import notebook_counts
from lpd.services.judging import judging_plan, judging_verdicts, plan_changes
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["WrittenState", "written_states"]


class WrittenState(NamedTuple):
    """One thing that persons wrote.

    Args:
        kind: `judging plan`, `judgements` or `notebook`.
        name: of the plan, or of the file.
        state: `ok`; `stale` where a plan was made from something that is another now; `damaged` where it, or
            some of its rows, cannot be read.
        sentence: what it holds, or what is wrong with it.
        readable: whether it can be used, but for the rows that are damaged.
    """

    kind: str
    name: str
    state: str
    sentence: str
    readable: bool = True


def written_states(workspace: Workspace) -> list[WrittenState]:
    """Returns the judging plans, then the verdicts and the notebook, where anything was written into them.

    Nothing is changed; a damaged thing hides no other.
    """
    return list(_states(workspace))


def _states(workspace: Workspace) -> Iterator[WrittenState]:
    for name in workspace.judging_plan_names():
        try:
            yield _plan(workspace, judging_plan(workspace, name))
        except LpdError as error:
            yield WrittenState("judging plan", name, "damaged", str(error), readable=False)
    files = (
        ("judgements", workspace.judgements_path, _judgements),
        ("notebook", workspace.notebook_path, _notebook),
    )
    for kind, path, told in files:
        if path.exists():
            try:
                sentence, damaged = told(path)
            except LpdError as error:
                yield WrittenState(kind, path.name, "damaged", str(error), readable=False)
                continue
            words = f"{sentence}{_aside(path, damaged)}"
            yield WrittenState(kind, path.name, "damaged" if damaged else "ok", words)


def _plan(workspace: Workspace, plan: JudgingPlan) -> WrittenState:
    told = f"{counted(len(plan.topics), 'topic')} of {plan.edition}, {plan.pool:,} shots in the pool"
    try:
        done = plan_progress(plan, judging_verdicts(workspace, plan))
    except LpdError:  # the row of the verdicts says why
        told += f"; {plan.sample:,} to be judged, the verdicts cannot be read"
    else:
        judges = f" by {counted(len(done.judges), 'judge')}" if done.judges else ""
        told += f"; {done.judged:,} of {plan.sample:,} judged{judges}"
        told += f"; {counted(done.conflicting, 'shot')} in conflict" if done.conflicting else ""
    changes = plan_changes(workspace, plan)
    return WrittenState("judging plan", plan.name, "stale" if changes else "ok", "; ".join([told, *changes]))


def _judgements(path: Path) -> tuple[str, int]:
    counts = verdict_counts(path)
    verdicts, judges = counted(counts.standing, "verdict"), counted(counts.judges, "judge")
    needs, conflicting = counted(counts.needs, "need"), counted(counts.conflicting, "shot")
    entries = counted(counts.entries, "entry")
    told = f"{verdicts} of {judges} for {needs}; {conflicting} in conflict; {entries} with the history"
    return told, counts.damaged


def _notebook(path: Path) -> tuple[str, int]:
    counts = notebook_counts(path)
    told = f"{counted(counts.pinned, 'pinned view')}; {counts.deleted} deleted that can be brought back"
    return told, counts.damaged


def _aside(path: Path, damaged: int) -> str:
    """What is to be said of damaged rows: they stay where they are, and a copy may lie beside already."""
    if not damaged:
        return ""
    copy = f", a copy is in {aside_path(path).name}" if aside_path(path).is_file() else ""
    return f"; {counted(damaged, 'damaged row')} left out, nothing was deleted{copy}"
