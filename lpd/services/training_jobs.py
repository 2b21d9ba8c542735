"""Trainings in processes of their own: begun, stopped and gone on with.

All that is known of them is in files of the workspace (`lpd.services.job_files`), so any number of sessions
and processes may call this at once, and a training lives on when those who began it are gone. A training that
was begun on a command line is watched and stopped in the same way.
"""

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import lpd
from lpd.errors import LpdError
from lpd.services.job_files import LOCK_VARIABLE, JobFiles
from lpd.services.job_process import ProcessId, process_id, send_signal
from lpd.services.job_records import JobRecord, new_record
from lpd.services.job_states import FINISHED, RUNNING, JobState, job_state, job_states
from lpd.services.training_request import ModelRequest
from lpd.storage import writer_lock
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["StartedTraining", "ask_to_stop", "resume_training", "start_training", "stop_training"]

GRACE_S = 20.0
SECONDS_TO_DIE = 10.0
SECONDS_TO_BE_KNOWN = 2.0


@dataclass(frozen=True)
class StartedTraining:
    """A training that was begun.

    Args:
        state: how it stands now.
        warning: what the person should know; None if there is nothing.
    """

    state: JobState
    warning: str | None = None


def start_training(workspace: Workspace, request: ModelRequest) -> StartedTraining:
    """Returns a training that was begun afresh, as `lpd train` in a process of its own.

    What an earlier training of the name has saved is lost; its finished model stays until the new one has
    finished. Others of the workspace may be under way: that is said, not refused.

    Args:
        workspace: gets the model and, in `jobs/<model>/`, what is known of the training.
        request: what is to be trained.

    Raises:
        LpdError: if the request cannot be trained or a model of this name is being trained.
    """
    return _launched(workspace, request, resume=False)


def resume_training(workspace: Workspace, name: str) -> StartedTraining:
    """Returns a training that goes on where it was stopped, killed or had failed, to the same weights.

    Raises:
        LpdError: if it runs, has finished, or there is nothing to go on from.
    """
    state = job_state(workspace, name)
    if state.request is None or state.state == FINISHED:
        raise LpdError(f"there is nothing to resume: {state.sentence}", where=name, next_step="start it anew")
    if state.state != RUNNING and state.resumable_epochs is None:
        raise LpdError("no epoch was saved to go on from", where=name, next_step="start it anew")
    return _launched(workspace, state.request, resume=True)


def ask_to_stop(workspace: Workspace, name: str) -> JobState:
    """Returns how a training stands that was asked to end after its epoch, which is then validated and saved.

    Asked once more it is not hurried; `stop_training` does that.

    Raises:
        LpdError: if it does not run, or its process cannot be told from here.
    """
    _asked(JobFiles.of(workspace, name))
    return job_state(workspace, name)


def stop_training(workspace: Workspace, name: str, *, grace_s: float = GRACE_S) -> JobState:
    """Returns how a training stands that was asked to end and, if it does not within its grace, was killed.

    Killed, it goes on from the last epoch that was saved; what it had done of the next is done again.

    Args:
        workspace: which has the training.
        name: of the model.
        grace_s: seconds it has to finish and save its epoch.

    Raises:
        LpdError: if it does not run, or its process cannot be told from here, or does not end.
    """
    files = JobFiles.of(workspace, name)
    process = _asked(files)
    if not _ends_within(files, grace_s):
        _told(files, process, signal.SIGKILL)
        if not _ends_within(files, SECONDS_TO_DIE):
            raise LpdError("the training does not end", where=name, found=f"process {process.pid}")
    return job_state(workspace, name)


def _launched(workspace: Workspace, request: ModelRequest, *, resume: bool) -> StartedTraining:
    """Returns a training after starting its process, which inherits the lock: there is no moment between."""
    from lpd.services.training import check_request

    config = check_request(workspace, request)
    files = JobFiles.of(workspace, request.name)
    lock = files.take_lock()
    try:
        if workspace.model_folder(request.name).is_dir():
            with writer_lock(workspace.model_folder(request.name)):
                pass  # nobody trains this model in another way, as `lpd reproduce` does
        earlier = files.read_record() if resume else None
        record = new_record(workspace, request, config, resume=resume, earlier=earlier)
        files.begin(record)
        _start_process(record, files, lock=lock)
    finally:
        os.close(lock)  # the process has its own
    return StartedTraining(job_state(workspace, request.name), _of_others(workspace, request.name))


def _of_others(workspace: Workspace, name: str) -> str | None:
    """Returns which other trainings a training has beside it, as a sentence."""
    others = [one.name for one in job_states(workspace) if one.state == RUNNING and one.name != name]
    if not others:
        return None
    verb = "is" if len(others) == 1 else "are"
    cores = counted(os.cpu_count() or 1, "core")
    return f"{', '.join(others)} {verb} being trained in this workspace too; all share {cores}"


def _start_process(record: JobRecord, files: JobFiles, *, lock: int) -> None:
    with files.log.open("ab" if record.resumed else "wb") as log:
        try:
            process = subprocess.Popen(
                record.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=Path(lpd.__file__).resolve().parents[1],
                env=os.environ | {LOCK_VARIABLE: str(lock)},
                pass_fds=(lock,),
                start_new_session=True,
            )
        except OSError as error:
            raise LpdError(f"the training's process could not be started ({error})") from error
    # someone has to take note of its end, as long as this process lives
    threading.Thread(target=process.wait, name=f"training {record.request.name}", daemon=True).start()
    known = process_id(process.pid)
    if known is not None:
        files.write_process(known)


def _asked(files: JobFiles) -> ProcessId:
    """Returns the process of a training, after asking it to stop unless that was done before."""
    with files.looked_at() as running:
        if not running:
            raise LpdError("this model is not being trained", where=files.folder.name)
    process = _known_process(files)
    try:
        files.stop.open("x").close()
    except FileExistsError:
        return process
    try:
        _told(files, process, signal.SIGTERM)
    except LpdError:
        files.stop.unlink(missing_ok=True)
        raise
    return process


def _known_process(files: JobFiles) -> ProcessId:
    until = time.monotonic() + SECONDS_TO_BE_KNOWN
    while (process := files.read_process()) is None:
        if time.monotonic() > until:
            raise LpdError("the training's process is not known", where=files.folder)
        time.sleep(0.02)
    return process


def _told(files: JobFiles, process: ProcessId, number: int) -> None:
    """Sends a signal to the training's process and to no other.

    Raises:
        LpdError: if it lives but cannot be reached.
    """
    try:
        reached = send_signal(process, number)
    except PermissionError as error:
        raise LpdError("the training belongs to another user", where=f"process {process.pid}") from error
    if reached:
        return
    with files.looked_at() as running:
        if running and files.read_process() == process:
            raise LpdError(
                "the training runs on another machine or in another container",
                where=files.folder.name,
                next_step="stop it there",
            )


def _ends_within(files: JobFiles, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        with files.looked_at() as running:
            if not running:
                return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
