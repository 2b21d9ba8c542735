"""The working process's own part of being watched: it says where it stands, how it ends, and hears the wish
to stop.

Any verb of the command line can be watched so: whoever starts it hands over a lock and a folder in
WORK_VARIABLE (`lpd.services.jobs.workspace_jobs`).
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType

from lpd.errors import LpdError
from lpd.progress import Progress
from lpd.services.jobs.job_process import this_process
from lpd.services.jobs.process_outcome import Outcome
from lpd.services.jobs.work_files import WorkFiles

__all__ = ["WORK_VARIABLE", "watched_progress", "watched_work"]

WORK_VARIABLE = "LPD_WORK"
"""Environment variable: `DESCRIPTOR:FOLDER`, the lock and the place of what is watched."""

_FILES: ContextVar[WorkFiles | None] = ContextVar("watched_work", default=None)


def watched_progress() -> Progress | None:
    """Returns what writes the position of this process; None if nobody watches it."""
    files = _FILES.get()
    return None if files is None else files.writing_positions()


@contextmanager
def watched_work() -> Iterator[None]:
    """Lets the block be watched, if another process asked for that; how it ends is how the work ended.

    In the block, SIGTERM interrupts as Ctrl-C does.
    """
    descriptor, _, folder = os.environ.pop(WORK_VARIABLE, "").partition(":")
    files = WorkFiles(Path(folder))
    if not descriptor.isdecimal() or not files.is_locked_by(int(descriptor)):
        yield
        return
    os.set_inheritable(int(descriptor), False)  # what this process starts may outlive it
    files.enter(this_process())
    token = _FILES.set(files)
    try:
        with _interrupted_by_signal() as told, _ending(files, told):
            yield
    finally:
        _FILES.reset(token)
        os.close(int(descriptor))


@contextmanager
def _ending(files: WorkFiles, told: threading.Event) -> Iterator[None]:
    """Writes how the block ended; nothing at all says that it was killed."""
    state, sentence = "failed", "it ended without a word"
    try:
        yield
        state, sentence = "finished", ""
    except LpdError as error:
        sentence = str(error)
        raise
    except SystemExit as left:
        if left.code in (None, 0):
            state, sentence = "finished", ""
        else:
            sentence = ""  # what it said is in the log
        raise
    except KeyboardInterrupt:
        told.set()
        raise
    except Exception as error:
        sentence = ": ".join(word for word in (type(error).__name__, str(error)) if word)
        raise
    finally:
        if told.is_set() and state != "finished":
            state, sentence = "stopped", "stopped"
        files.write_outcome(Outcome(state, sentence, time.time()))


@contextmanager
def _interrupted_by_signal() -> Iterator[threading.Event]:
    """Gives what is set once SIGTERM came, which interrupts the block."""
    told = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        told.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, hear)
    try:
        yield told
    finally:
        signal.signal(signal.SIGTERM, before)
