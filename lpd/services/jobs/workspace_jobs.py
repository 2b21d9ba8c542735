"""Work on a workspace in processes of its own, beside trainings: imports, extraction, encoding, indexing.

Each is an `lpd ...` command. What is known of it is in files of the workspace (`work_files`),
so any number of sessions and processes may call this at once, and the work lives on when those who began it
are gone. One works at a time, as a workspace has one writer; trainings run beside it.
"""

import os
import shutil
import time
from dataclasses import dataclass

from lpd.errors import LpdError
from lpd.services.jobs.job_states import DIED, FAILED, FINISHED, RUNNING, STOPPED
from lpd.services.jobs.process_control import ask_to_end, end, ends_within, start_process
from lpd.services.jobs.watched_work import WORK_VARIABLE
from lpd.services.jobs.work_files import (
    WorkFiles,
    WorkPosition,
    WorkRecord,
    WorkRequest,
    work_command,
    work_names,
)
from lpd.workspace import Workspace

__all__ = ["WorkState", "forget_work", "start_work", "stop_work", "work_log", "work_state", "work_states"]

GRACE_S = 10.0
LOG_LINES = 12
KEPT = 20
"""So many records are kept; the oldest of those that have ended go first."""

WHAT = "job"
"""What these processes are called in words."""


@dataclass(frozen=True)
class WorkState:
    """How a work stands.

    Args:
        name: of its folder.
        state: `running`, `stopped`, `finished`, `failed`, or `died` (ended from outside).
        sentence: the same for a person: what it made, or why it failed.
        request: what was asked for; None if its record is damaged.
        started: when its process was, in seconds since 1970.
        ended: when that ended; None unless it said so.
        stopping: it runs, and was asked to stop.
        position: where it stands; None unless it runs and said so.
        log: the last lines that its process wrote, if it failed or died.
    """

    name: str
    state: str
    sentence: str
    request: WorkRequest | None = None
    started: float | None = None
    ended: float | None = None
    stopping: bool = False
    position: WorkPosition | None = None
    log: str = ""

    @property
    def title(self) -> str:
        """What is made, in words."""
        return self.name if self.request is None else self.request.title


def start_work(workspace: Workspace, request: WorkRequest) -> WorkState:
    """Returns a work that was begun, as `lpd ...` in a process of its own.

    Args:
        workspace: that is worked on.
        request: what is to be done.

    Raises:
        LpdError: if another work runs on this workspace, or the process cannot be started.
    """
    command = work_command(request, workspace.path)
    running = [one.title for one in work_states(workspace) if one.state == RUNNING]
    if running:
        raise LpdError(
            f"{running[0]} is under way, and one process writes to a workspace at a time",
            next_step="wait until it has finished, or stop it",
        )
    _forget_oldest(workspace)
    files = WorkFiles.of(workspace, request.name)
    lock = files.take_lock()
    try:
        files.begin(WorkRecord(request, time.time()))
        environment = {WORK_VARIABLE: f"{lock}:{files.folder.resolve()}"}
        start_process(command, files, lock=lock, environment=environment, log_goes_on=False, what=WHAT)
    finally:
        os.close(lock)  # the process has its own
    return work_state(workspace, request.name)


def stop_work(workspace: Workspace, name: str, *, grace_s: float = GRACE_S) -> WorkState:
    """Returns how a work stands that was asked to end and, if it does not within its grace, was killed.

    What it was writing is whole or absent; what can go on where it was goes on when it is begun again.

    Raises:
        LpdError: if it does not run, or its process cannot be told from here, or does not end.
    """
    files = WorkFiles.of(workspace, name)
    with files.looked_at() as running:
        if not running:
            raise LpdError("this is not under way", where=name)
    process = ask_to_end(files, what=WHAT)
    if not ends_within(files, grace_s):
        end(files, process, what=WHAT)
    return work_state(workspace, name)


def work_states(workspace: Workspace) -> list[WorkState]:
    """Returns how all works stand that have a record; the one that runs first, then the latest ones.

    One whose record cannot be read is among the failed, with the reason.
    """
    found = []
    for name in work_names(workspace):
        try:
            found.append(work_state(workspace, name))
        except LpdError as error:
            found.append(WorkState(name, FAILED, str(error)))
    return sorted(found, key=lambda one: (one.state != RUNNING, -(one.started or 0.0)))


def work_state(workspace: Workspace, name: str) -> WorkState:
    """Returns how a work stands. Whether it runs is what the lock says, which is true even after a kill.

    Raises:
        NotFoundError: if there is no such work.
        FormatError: if the name cannot be that of a work, or a file is damaged.
    """
    files = WorkFiles.of(workspace, name)
    with files.looked_at() as running:
        record = files.read_record()
        request, started = record.request, record.started
        if running:
            stopping = files.stop.exists()
            sentence = "it is being stopped" if stopping else "under way"
            position = files.read_position()
            return WorkState(name, RUNNING, sentence, request, started, None, stopping, position)
        outcome = files.read_outcome()
        if outcome is None:
            stopped = files.stop.exists()
            state, sentence = (
                (STOPPED, "stopped") if stopped else (DIED, "its process was ended from outside")
            )
            return WorkState(name, state, sentence, request, started, log=_last_lines(files))
        told = outcome.sentence or _last_words(files)
        log = _last_lines(files) if outcome.state == FAILED else ""
        return WorkState(name, outcome.state, told or outcome.state, request, started, outcome.ended, log=log)


def forget_work(workspace: Workspace, name: str) -> None:
    """Removes what is kept of a work that has ended.

    Raises:
        LpdError: if it runs.
    """
    files = WorkFiles.of(workspace, name)
    with files.looked_at() as running:
        if running:
            raise LpdError("this is under way", where=name, next_step="stop it first")
        shutil.rmtree(files.folder, ignore_errors=True)


def work_log(workspace: Workspace, name: str, *, kibibytes: int = 64) -> str:
    """Returns the end of what the process of a work wrote.

    Raises:
        FormatError: if the name cannot be that of a work.
    """
    return WorkFiles.of(workspace, name).read_log(kibibytes=kibibytes)


def _forget_oldest(workspace: Workspace) -> None:
    for one in work_states(workspace)[KEPT - 1 :]:
        if one.state in (FINISHED, FAILED, STOPPED, DIED):
            forget_work(workspace, one.name)


def _last_lines(files: WorkFiles) -> str:
    return "\n".join(files.read_log(kibibytes=16).splitlines()[-LOG_LINES:])


def _last_words(files: WorkFiles) -> str:
    """The last line that is no progress bar."""
    lines = [line.strip() for line in files.read_log(kibibytes=16).splitlines()]
    told = [line for line in lines if line and "%|" not in line]
    return told[-1].removeprefix("lpd: ") if told else ""
