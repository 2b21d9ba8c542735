"""Trainings in processes of their own: begun, stopped and gone on with.

All that is known of them is in files of the workspace (`job_files`), so any number of sessions
and processes may call this at once, and a training lives on when those who began it are gone. A training that
was begun on a command line is watched and stopped in the same way.
"""

import os
from dataclasses import dataclass

from lpd.errors import LpdError
from lpd.services.jobs.job_files import LOCK_VARIABLE, JobFiles
from lpd.services.jobs.job_process import ProcessId
from lpd.services.jobs.job_records import new_record
from lpd.services.jobs.job_states import FINISHED, RUNNING, JobState, job_state, job_states
from lpd.services.jobs.process_control import ask_to_end, end, ends_within, start_process
from lpd.services.jobs.training_request import ModelRequest
from lpd.storage import writer_lock
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["StartedTraining", "ask_to_stop", "resume_training", "start_training", "stop_training"]

GRACE_S = 20.0
WHAT = "training"
"""What these processes are called in words."""


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
    if not ends_within(files, grace_s):
        end(files, process, what=WHAT)
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
        start_process(
            record.command,
            files,
            lock=lock,
            environment={LOCK_VARIABLE: str(lock)},
            log_goes_on=record.resumed,
            what=WHAT,
        )
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


def _asked(files: JobFiles) -> ProcessId:
    """Returns the process of a training, after asking it to stop unless that was done before."""
    with files.looked_at() as running:
        if not running:
            raise LpdError("this model is not being trained", where=files.folder.name)
    return ask_to_end(files, what=WHAT)
