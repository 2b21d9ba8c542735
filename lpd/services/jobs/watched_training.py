"""The training process's own part of being watched: it holds the lock, says where it stands and how it ends,
and hears the wish to stop.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any

from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.services.jobs.job_files import LOCK_VARIABLE, JobFiles
from lpd.services.jobs.job_process import this_process
from lpd.services.jobs.job_records import Outcome, Position, new_record
from lpd.services.jobs.training_request import ModelRequest
from lpd.services.training import check_request
from lpd.training import TrainingStopped, never
from lpd.workspace import Workspace

__all__ = ["WatchedTraining", "watched_training"]

SECONDS_BETWEEN_POSITIONS = 1.0


@dataclass
class WatchedTraining:
    """What the training process is given.

    Args:
        progress: writes the position, once a second at most.
        stop_asked: whether somebody wants it to end after this epoch.
        started_for_another: whether another process started this one and watches its files, not its terminal.
        report: of a training that finished; set by whoever trains.
    """

    progress: Progress = no_progress
    stop_asked: Callable[[], bool] = never
    started_for_another: bool = False
    report: dict[str, Any] | None = field(default=None)


@contextmanager
def watched_training(
    workspace: Workspace, request: ModelRequest, *, resume: bool = False
) -> Iterator[WatchedTraining]:
    """Gives a training what lets others watch and stop it; how the block ends is how the training ended.

    In the block, SIGTERM asks for the end of the training after the epoch; a second one ends it at once, as
    Ctrl-C does. Of several processes that torchrun started, only the first one is watched.

    Args:
        workspace: gets the model and, in `jobs/<model>/`, what is watched.
        request: the training.
        resume: whether it is to go on where an earlier one stopped.

    Raises:
        LpdError: if the request cannot be trained or the model is being trained already.
    """
    config = check_request(workspace, request)
    if "TORCHELASTIC_RUN_ID" in os.environ and os.environ.get("RANK", "0") != "0":
        yield WatchedTraining()
        return
    files = JobFiles.of(workspace, request.name)
    inherited = _inherited_lock(files)
    lock = files.take_lock() if inherited is None else inherited
    try:
        if inherited is None:
            earlier = files.read_record() if resume else None
            files.begin(new_record(workspace, request, config, resume=resume, earlier=earlier))
            files.log.unlink(missing_ok=True)  # it writes to a terminal
        files.enter(this_process())
        with _told_by_signal() as stop_asked, _ending(files) as watched:
            watched.progress = _writing_positions(files, config.epochs)
            watched.stop_asked = stop_asked
            watched.started_for_another = inherited is not None
            yield watched
    finally:
        os.close(lock)


def _inherited_lock(files: JobFiles) -> int | None:
    """Returns the descriptor that came with this process and holds the lock; None without one."""
    text = os.environ.pop(LOCK_VARIABLE, "")
    if not text.isdecimal() or not files.is_locked_by(int(text)):
        return None
    os.set_inheritable(int(text), False)  # what this process starts may outlive it
    return int(text)


@contextmanager
def _ending(files: JobFiles) -> Iterator[WatchedTraining]:
    """Writes how the block ended; nothing at all says that it was killed."""
    watched = WatchedTraining()
    outcome = Outcome("failed", "it ended without a word", 0.0)
    try:
        yield watched
        outcome = Outcome("finished", "", 0.0, watched.report)
    except TrainingStopped as stopped:
        outcome = Outcome("stopped", str(stopped), 0.0)
        raise
    except KeyboardInterrupt:
        outcome = Outcome("stopped", "interrupted within an epoch", 0.0)
        raise
    except LpdError as error:
        outcome = Outcome("failed", str(error), 0.0)
        raise
    except Exception as error:
        words = [type(error).__name__, str(error)]
        outcome = Outcome("failed", ": ".join(word for word in words if word), 0.0)
        raise
    finally:
        files.write_outcome(replace(outcome, ended=time.time()))


@contextmanager
def _told_by_signal() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether SIGTERM came; the second one interrupts the block."""
    told = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        if told.is_set():
            raise KeyboardInterrupt
        told.set()

    if threading.current_thread() is not threading.main_thread():
        yield told.is_set  # only the main thread hears signals
        return
    before = signal.signal(signal.SIGTERM, hear)
    try:
        yield told.is_set
    finally:
        signal.signal(signal.SIGTERM, before)


def _writing_positions(files: JobFiles, epochs: int) -> Progress:
    """Returns a progress callback that writes the position once a second, and at the end of an epoch that
    took longer, as the validation that follows may take long as well.
    """
    began, last, last_end = 0.0, 0.0, 0.0
    begun_at: int | None = None

    def write(stage: str, done: int, total: int) -> None:
        nonlocal began, last, last_end, begun_at
        now = time.monotonic()
        due = now - last >= SECONDS_BETWEEN_POSITIONS
        if done % max(1, total // epochs) == 0:
            due |= now - last_end >= SECONDS_BETWEEN_POSITIONS
            last_end = now
        if begun_at is None:
            begun_at, began = done, now
        elif not due and done < total:
            return
        last = now
        files.write_position(Position(done, total, begun_at, round(now - began, 3), time.time()))

    return write
