"""Training what the rows of the tables need and the workspace has not got."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lpd.errors import LpdError, StaleError
from lpd.progress import Progress
from lpd.reproduce.progress import TaskProgress
from lpd.reproduce.recipes import Row
from lpd.reproduce.requests import lacking, model_request
from lpd.reproduce.reuse import reason_to_train
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.workers import Outcome, Task, WorkerPool
from lpd.services.training import ModelRequest, train_model
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["PlannedTraining", "plan_trainings", "train_planned"]


@dataclass(frozen=True)
class PlannedTraining:
    """One row with one seed.

    Args:
        row: of a table.
        request: what is to be trained.
        reason: why; None if a finished model is reused.
        failure: why it cannot be trained; None if it can.
        after: models that have to be trained before.
    """

    row: Row
    request: ModelRequest
    reason: str | None = None
    failure: str | None = None
    after: tuple[str, ...] = ()


def plan_trainings(reproduction: Reproduction, rows: Sequence[Row]) -> list[PlannedTraining]:
    """Returns what is trained or reused for some rows, the first seed of all before the second of any.

    Rows that nobody trains, and those whose features the workspace lacks, are left out.

    Args:
        reproduction: whose workspace has the models that are reused.
        rows: with those that they need before them.
    """
    setup = reproduction.setup
    planned: dict[str, PlannedTraining] = {}
    for number in range(len(setup.seeds)):
        for row in rows:
            seeds = setup.seeds_of(row)
            if row.system and number < len(seeds) and lacking(row, reproduction) is None:
                one = _planned(reproduction, row, seeds[number], before=planned)
                planned[one.request.name] = one
    return list(planned.values())


def _planned(
    reproduction: Reproduction, row: Row, seed: int, *, before: dict[str, PlannedTraining]
) -> PlannedTraining:
    request = model_request(row, seed, reproduction=reproduction)
    after = (*request.teachers, *((request.init_from,) if request.init_from else ()))
    try:
        reason = reason_to_train(reproduction.workspace, request)
    except LpdError as error:
        return PlannedTraining(row, request, failure=str(error), after=after)
    learnt_from = [name for name in after if name in before and before[name].reason]
    if reason is None and learnt_from:
        reason = f"{', '.join(learnt_from)} is trained anew"
    if reason is None and reproduction.setup.retrain:
        reason = "asked for"
    return PlannedTraining(row, request, reason, after=after)


def train_planned(
    workspace: Workspace,
    planned: Sequence[PlannedTraining],
    *,
    pool: WorkerPool,
    progress: Progress,
    say: Callable[[str], None],
) -> dict[str, Outcome]:
    """Returns model -> how its training ended, of those that are not reused.

    Args:
        workspace: gets the models.
        planned: in order.
        pool: does the work.
        progress: draws a bar over all trainings.
        say: is given a sentence per training.
    """
    outcomes = {one.request.name: Outcome(failure=one.failure) for one in planned if one.failure}
    to_do = [one for one in planned if one.reason is not None]
    tasks = []
    for one in to_do:
        name, failed = one.request.name, [other for other in one.after if other in outcomes]
        if failed:
            outcomes[name] = Outcome(failure=f"{name} needs {', '.join(failed)}, which failed")
        else:
            tasks.append(Task(name, train_one, (workspace, one.request), one.after))
    kinds = {one.request.name: one.row.system for one in to_do if one.request.name not in outcomes}
    watch = TaskProgress(
        f"training {counted(len(kinds), 'model')}", kinds, workers=pool.workers, progress=progress, say=say
    )
    return outcomes | pool.run(tasks, watch)


def train_one(workspace: Workspace, request: ModelRequest, *, progress: Progress) -> dict[str, Any]:
    """Returns the facts of a model, trained now; one that was killed goes on where it stopped."""
    try:
        return train_model(workspace, request, resume=True, progress=progress)
    except StaleError:
        # what was begun here had other settings or data
        return train_model(workspace, request, resume=False, progress=progress)
