"""What the judging so far says of the runs: infAP with intervals of the judging, after any verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lpd.errors import LpdError, NotFoundError
from lpd.judging.interval import REPLICATES, JudgingIntervals, LiveIntervals
from lpd.judging.plan import JudgingPlan
from lpd.judging.plan_qrels import PlanQrels, plan_qrels
from lpd.judging.plan_verdicts import TopicVerdicts
from lpd.judging.progress import PlanProgress, plan_progress
from lpd.judging.separation import Separation, separation_of
from lpd.services.judging.exporting import left_out_notes
from lpd.services.judging.plans import judging_verdicts, plan_changes
from lpd.workspace import Workspace

__all__ = ["LiveMeasures", "LiveTable", "live_table"]


@dataclass(frozen=True)
class LiveTable:
    """The runs on what was judged so far.

    Args:
        intervals: infAP of each run with its interval, in the mean and per topic, and of their differences.
        made: the qrels that this is measured on, all topics of the plan, and what is not in them.
        progress: how far the judging has come.
        notes: sentences: runs that are gone or changed, verdicts that do not count.
    """

    intervals: JudgingIntervals
    made: PlanQrels
    progress: PlanProgress
    notes: tuple[str, ...]


class LiveMeasures:
    """The runs of a plan, read once, to be measured again and again while judging goes on.

    Only topics whose judgements have changed since the last call are measured anew.

    Args:
        workspace: that has the runs and the verdicts.
        plan: that is judged.
        runs: tags of the edition's runs; none for those that filled the pool. A run that did not may rank
            shots that nobody judges; they count as not relevant.
        level: of the intervals, between 0 and 1.
        replicates: resamples behind an interval.
        seed: of the resamples.
        missing: `skip` leaves topics that a run does not have out of its mean, `zero` counts them as zero.

    Raises:
        NotFoundError: if no run is left, or one that is asked for by name is not there.
        LpdError: as `lpd.judging.judging_intervals`.
    """

    def __init__(
        self,
        workspace: Workspace,
        plan: JudgingPlan,
        *,
        runs: Sequence[str] = (),
        level: float = 0.95,
        replicates: int = REPLICATES,
        seed: int = 0,
        missing: str = "skip",
    ) -> None:
        self.workspace, self.plan = workspace, plan
        self.level, self.missing = level, missing
        self.changes = list(plan_changes(workspace, plan))
        self.rankings = _rankings(workspace, plan, list(dict.fromkeys(runs)), self.changes)
        self._live = LiveIntervals(
            self.rankings, level=level, replicates=replicates, seed=seed, missing=missing
        )

    def table(
        self,
        verdicts: Mapping[str, TopicVerdicts] | None = None,
        *,
        judge: str | None = None,
        conflicts: str = "leave out",
    ) -> LiveTable:
        """Returns the runs on what was judged so far.

        Args:
            verdicts: topic_id -> what stands; None reads what is in the workspace.
            judge, conflicts: as `lpd.judging.plan_qrels`.

        Raises:
            FormatError: if the file of verdicts is damaged or of a newer version.
            NotFoundError: if there is no such judge.
            LpdError: for an unknown rule.
        """
        said = judging_verdicts(self.workspace, self.plan) if verdicts is None else verdicts
        made = plan_qrels(self.plan, said, judge=judge, conflicts=conflicts, every_topic=True)
        notes = (*self.changes, *left_out_notes(made))
        return LiveTable(self._live.intervals(made.qrels), made, plan_progress(self.plan, said), notes)

    def separation(
        self, table: LiveTable, first: str, second: str, *, allocation: str = "optimal"
    ) -> Separation:
        """Returns how many judgements more are expected to tell two of the runs apart.

        Args:
            table: what was judged so far.
            first, second: tags of the runs.
            allocation: see `lpd.judging.judgements_to_separate`.

        Raises:
            NotFoundError, LpdError, MismatchError: as `judgements_to_separate`.
        """
        qrels = table.made.qrels
        return separation_of(self._live, qrels, first=first, second=second, allocation=allocation)


def live_table(workspace: Workspace, plan: JudgingPlan, *, runs: Sequence[str] = ()) -> LiveTable:
    """Returns the runs on what was judged so far; `LiveMeasures` does this again and again at less cost.

    Args:
        workspace, plan, runs: as `LiveMeasures`.

    Raises:
        NotFoundError, FormatError, LpdError: as `LiveMeasures` and its `table`.
    """
    return LiveMeasures(workspace, plan, runs=runs).table()


def _rankings(
    workspace: Workspace, plan: JudgingPlan, tags: Sequence[str], told: list[str]
) -> dict[str, dict[str, list[str]]]:
    """Returns tag -> topic -> shots of the runs; those of the plan that cannot be read are told."""
    pooled = [run.tag for run in plan.runs]
    there = workspace.run_tags(plan.edition)
    rankings = {}
    for tag in tags or [one for one in pooled if one in there]:
        try:
            run = workspace.run(plan.edition, tag)
        except LpdError as error:
            if tags:
                raise
            told.append(f"run {tag} is left out: {error}")
            continue
        rankings[tag] = {one: listed.shot_ids for one, listed in run.topics.items() if one in plan.topics}
        if tag not in pooled:
            told.append(f"run {tag} did not fill the pool: what it alone ranks counts as not relevant")
    if not rankings:
        raise NotFoundError(
            "no run of this plan is left to measure",
            where=plan.name,
            expected=f"one of {', '.join(pooled)}",
            next_step="put the runs back, or name others",
        )
    return rankings
