"""The health of a workspace: what is there, what fits together, and what is missing for each of the three
things that people want to do with it.

Small files, ids and manifests are read, no matrix and no vector; `lpd.services.doctor` compares those.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lpd.progress import Progress, no_progress
from lpd.services.health.evaluation import evaluation_health
from lpd.services.health.findings import PROBLEM, Examined, Finding, Findings
from lpd.services.health.search import search_health
from lpd.services.health.training import training_health
from lpd.workspace import Workspace

__all__ = ["GOALS", "GoalHealth", "Health", "workspace_health"]

GOALS: dict[str, Callable[[Examined, Findings, Progress], str]] = {
    "live queries": search_health,
    "evaluation": evaluation_health,
    "training": training_health,
}
"""What a person may want to do -> what looks whether that can be done; it returns with what it can, or
nothing."""


@dataclass(frozen=True)
class GoalHealth:
    """What was found about one goal.

    Args:
        goal: one of GOALS.
        possible: with what it can be done now, in words; empty if it cannot.
        findings: in the order in which things depend on each other.
    """

    goal: str
    possible: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Health:
    """What was found in a workspace.

    Args:
        workspace: its name.
        goals: in the order of GOALS.
    """

    workspace: str
    goals: tuple[GoalHealth, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong, each thing once."""
        found = (one for goal in self.goals for one in goal.findings if one.level == PROBLEM)
        return tuple(dict.fromkeys(found))


def workspace_health(workspace: Workspace, *, progress: Progress = no_progress) -> Health:
    """Returns what is there, what fits together and what is missing; nothing is changed.

    A damaged thing is a finding and hides no other.

    Args:
        workspace: which is examined.
        progress: called as things are read.
    """
    seen, goals = Examined(workspace), []
    for goal, examine in GOALS.items():
        findings = Findings(seen)
        possible = examine(seen, findings, progress)
        goals.append(GoalHealth(goal, possible, tuple(findings.rows)))
    return Health(workspace.name, tuple(goals))
