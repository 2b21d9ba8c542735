"""How a training stands that runs, or ran, in a process of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lpd.errors import LpdError
from lpd.services.jobs.job_files import JobFiles, job_names
from lpd.services.jobs.job_progress import TrainingProgress, training_progress
from lpd.services.jobs.job_records import JobRecord
from lpd.services.jobs.training_request import ModelRequest, as_typed
from lpd.workspace import Workspace

__all__ = [
    "DIED",
    "FAILED",
    "FINISHED",
    "NOT_STARTED",
    "RUNNING",
    "STOPPED",
    "JobState",
    "job_log",
    "job_state",
    "job_states",
]

NOT_STARTED = "not started"
"""Nothing was asked for."""

RUNNING = "running"
"""Its process is at work."""

STOPPED = "stopped"
"""It ended because it was asked to."""

FINISHED = "finished"
"""It ended by itself, with a model."""

FAILED = "failed"
"""It ended with an error."""

DIED = "died"
"""Its process is gone and has left no word."""

LOG_LINES = 12


@dataclass(frozen=True)
class JobState:
    """How a training stands.

    Args:
        name: of the model.
        state: `not started`, `running`, `stopped`, `finished`, `failed`, or `died` (ended from outside).
        sentence: the same for a person; why, if it failed.
        request: what is trained; None if it was not started, or its record is damaged.
        typed: the command that trains it, for a shell.
        criterion: the validation measure that selects the epoch.
        started: when its latest process was, in seconds since 1970.
        ended: when that one ended; None unless it said so.
        stopping: it runs, and was asked to stop after the epoch.
        progress: None before its first step.
        latest: `epoch` and the validation measures of the last validated one; empty before the first.
        best: the same of the best epoch.
        resumable_epochs: a resume begins after so many; None if nothing was saved, or nothing is left to do.
        log: the last lines that its process wrote, if it failed or died.
        report: what `train_model` returned; empty unless it finished.
    """

    name: str
    state: str
    sentence: str
    request: ModelRequest | None = None
    typed: str = ""
    criterion: str = ""
    started: float | None = None
    ended: float | None = None
    stopping: bool = False
    progress: TrainingProgress | None = None
    latest: Mapping[str, float] = field(default_factory=dict)
    best: Mapping[str, float] = field(default_factory=dict)
    resumable_epochs: int | None = None
    log: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)


def job_states(workspace: Workspace) -> list[JobState]:
    """Returns how all trainings stand that have a record; those that run first, then the latest ones.

    One whose record cannot be read is among the failed, with the reason.
    """
    found = []
    for name in job_names(workspace):
        try:
            found.append(job_state(workspace, name))
        except LpdError as error:
            found.append(JobState(name, FAILED, str(error)))
    return sorted(found, key=lambda one: (one.state != RUNNING, -(one.started or 0.0)))


def job_state(workspace: Workspace, name: str) -> JobState:
    """Returns how the training of a model stands. Whether it runs is what the lock says, which is true even
    after a kill or a restart of the machine.

    Raises:
        FormatError: if the name cannot be that of a model, or a file is damaged.
    """
    files = JobFiles.of(workspace, name)
    with files.looked_at() as running:
        record = files.read_record()
        if record is None and running:
            return JobState(name, RUNNING, "it begins")
        if record is None:
            return JobState(name, NOT_STARTED, "no training of this name was started")
        state = JobState(
            name,
            RUNNING,
            "it is being trained",
            request=record.request,
            typed=as_typed(record.command),
            criterion=record.criterion,
            started=record.started,
        )
        if running:
            stopping = files.stop.exists()
            state = replace(
                state, stopping=stopping, sentence="it stops after this epoch" if stopping else state.sentence
            )
        else:
            state = _ended(state, files)
        if state.state == FINISHED:
            there = name in workspace.checkpoint_names()
            return state if there else replace(state, sentence="it was trained; the model was removed since")
        return _unfinished(state, workspace, record, files=files)


def _unfinished(state: JobState, workspace: Workspace, record: JobRecord, *, files: JobFiles) -> JobState:
    """Returns the state with what a training that is not finished has left in the model's folder."""
    from lpd.services.training_curves import epochs_saved_since, unfinished_epochs

    rows = unfinished_epochs(workspace, state.name, since=record.begun)
    position = files.read_position()
    state = replace(
        state,
        progress=None if position is None else training_progress(record, position, validated=len(rows)),
        latest=_measures(rows[-1:]),
        best=_measures([row for row in rows if row["best"]][-1:]),
    )
    if state.state == RUNNING:
        return state
    saved = epochs_saved_since(workspace, state.name, since=record.begun)
    sentence = state.sentence
    if state.state in (STOPPED, DIED):
        further = "nothing was saved to go on from" if saved is None else f"can resume from epoch {saved}"
        sentence = f"{sentence}; {further}"
    return replace(state, sentence=sentence, resumable_epochs=saved)


def _measures(rows: list[dict[str, Any]]) -> dict[str, float]:
    return {"epoch": rows[0]["epoch"], **rows[0]["validation"]} if rows else {}


def _ended(state: JobState, files: JobFiles) -> JobState:
    """Returns the state of a training whose process is no more: what it said of its end, or what is to be
    concluded from its silence.
    """
    outcome = files.read_outcome()
    if outcome is not None:
        report = outcome.report or {}
        sentence = {FINISHED: "it is trained", STOPPED: "stopped"}.get(outcome.state, outcome.sentence)
        return replace(
            state,
            state=outcome.state,
            sentence=sentence,
            ended=outcome.ended,
            report=report,
            best=report.get("best", {}),
            log=_last_lines(files) if outcome.state == FAILED else "",
        )
    if files.stop.exists():
        return replace(state, state=STOPPED, sentence="stopped")
    log = _last_lines(files)
    if not files.entered.exists():
        last = log.strip().rpartition("\n")[2].removeprefix("lpd: ")
        return replace(state, state=FAILED, sentence=last or "it ended before the training began", log=log)
    sentence = "its process was ended from outside: killed, short of memory, or the machine went down"
    return replace(state, state=DIED, sentence=sentence, log=log)


def _last_lines(files: JobFiles) -> str:
    return "\n".join(files.read_log(kibibytes=16).splitlines()[-LOG_LINES:])


def job_log(workspace: Workspace, name: str, *, kibibytes: int = 64) -> str:
    """Returns the end of what the training's process wrote; empty if it was begun on a command line.

    Whatever is not UTF-8 becomes a replacement character; of a line that was drawn over, the last state is
    left.

    Raises:
        FormatError: if the name cannot be that of a model.
    """
    return JobFiles.of(workspace, name).read_log(kibibytes=kibibytes)
