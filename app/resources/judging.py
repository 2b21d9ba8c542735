"""What the Judge page opens once: plans, places of shots, and the runs measured while judging goes on."""

from pathlib import Path

import streamlit as st

from app.judging.latest import Latest, LatestState
from app.judging.places import ShotPlaces
from app.judging.standing import Settling, Standing
from app.resources.stamps import Stamp, collection_stamp
from app.resources.stamps import stamp as stamp_of
from app.resources.workspaces import collection
from lpd.errors import LpdError
from lpd.judging.plan import JudgingPlan
from lpd.judging.separation import Separation
from lpd.services.judging.plans import judging_plan
from lpd.workspace import Workspace, open_workspace

__all__ = ["plan", "plan_stamp", "plans_of", "separation", "shot_places", "standing", "verdicts_stamp"]

PATIENCE_S = 0.15
"""So long a page waits for numbers that are nearly there."""


def plans_of(workspace: Workspace, edition: str) -> tuple[list[str], list[str]]:
    """Returns the judging plans of an edition, and a sentence for each plan that cannot be read."""
    fitting, problems = [], []
    for name in workspace.judging_plan_names():
        try:
            if plan(workspace, name).edition == edition:
                fitting.append(name)
        except LpdError as error:
            problems.append(f"Plan {name} cannot be used: {error}")
    return fitting, problems


def plan_stamp(workspace: Workspace, name: str) -> Stamp:
    """Returns what changes when a plan is extended or made anew."""
    folder = workspace.judging_folder(name)
    return stamp_of(folder / "plan.json", folder / "pool.tsv")


def plan(workspace: Workspace, name: str) -> JudgingPlan:
    """Returns a judging plan of a workspace.

    Raises:
        NotFoundError: if there is no such plan.
        LpdError: if it is damaged.
    """
    return _plan(str(workspace.path), name, plan_stamp(workspace, name))


@st.cache_resource(max_entries=16, show_spinner=False)
def _plan(path: str, name: str, stamp: Stamp) -> JudgingPlan:
    return judging_plan(open_workspace(Path(path)), name)


def verdicts_stamp(workspace: Workspace) -> Stamp:
    """Returns what changes with every verdict that is kept."""
    path = workspace.judgements_path
    return stamp_of(path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-journal"))


def standing(workspace: Workspace, plan_at_hand: JudgingPlan) -> LatestState[Standing]:
    """Returns how the runs stand by what was judged so far, as far as it is worked out; all sessions see the
    same.

    Args:
        workspace: that has runs and verdicts.
        plan_at_hand: whose runs.
    """
    runs = stamp_of(*(workspace.run_path(plan_at_hand.edition, run.tag) for run in plan_at_hand.runs))
    watch = _watch(str(workspace.path), plan_at_hand.name, plan_at_hand.digest, runs)
    return watch.latest.look(verdicts_stamp(workspace), wait_s=PATIENCE_S)


def separation(workspace: Workspace, plan_at_hand: JudgingPlan, first: str, second: str) -> Separation | None:
    """Returns what it would take to tell two runs apart; None while nothing is worked out.

    Raises:
        LpdError: if the two cannot be compared.
    """
    known = standing(workspace, plan_at_hand)
    if known.made is None:
        return None
    runs = stamp_of(*(workspace.run_path(plan_at_hand.edition, run.tag) for run in plan_at_hand.runs))
    watch = _watch(str(workspace.path), plan_at_hand.name, plan_at_hand.digest, runs)
    assert watch.settling is not None, "it has made what is known"
    return watch.settling.measures.separation(known.made.table, first, second)


class _Watch:
    """The runs of a plan, measured in the background; they are read when somebody first looks."""

    def __init__(self, path: str, name: str) -> None:
        self._path, self._name = path, name
        self.settling: Settling | None = None
        self.latest: Latest[Standing] = Latest(self._make, "runs of a judging plan")

    def _make(self) -> Standing:
        if self.settling is None:
            workspace = open_workspace(Path(self._path))
            self.settling = Settling(workspace, judging_plan(workspace, self._name))
        return self.settling.now()


@st.cache_resource(max_entries=8, show_spinner=False)
def _watch(path: str, name: str, digest: str, runs: Stamp) -> _Watch:
    return _Watch(path, name)


def shot_places(workspace: Workspace, name: str) -> ShotPlaces:
    """Returns where the shots of a collection are in their videos."""
    return _places(str(workspace.path), name, collection_stamp(workspace, name))


@st.cache_resource(max_entries=4, show_spinner=False)
def _places(path: str, name: str, stamp: Stamp) -> ShotPlaces:
    return ShotPlaces(collection(open_workspace(Path(path)), name))
