"""Processes that work on their own while others watch: started with their lock, asked to end, ended.

`what` stands for the work in what is told a person: `training`, `job`.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import lpd
from lpd.errors import LpdError
from lpd.services.jobs.job_process import ProcessId, process_id, send_signal
from lpd.services.jobs.process_files import ProcessFiles

__all__ = ["ask_to_end", "end", "ends_within", "start_process"]

SECONDS_TO_DIE = 10.0
SECONDS_TO_BE_KNOWN = 2.0


def start_process(
    command: Sequence[str],
    files: ProcessFiles,
    *,
    lock: int,
    environment: Mapping[str, str],
    log_goes_on: bool,
    what: str,
) -> None:
    """Starts a process that inherits a lock and writes its log; it lives on when this one is gone.

    Args:
        command: what is run.
        files: get the log, and which process it is.
        lock: descriptor that holds the lock.
        environment: beside that of this process.
        log_goes_on: whether the log of the process before is kept.
        what: stands for the work in words.

    Raises:
        LpdError: if the system starts no process.
    """
    with files.log.open("ab" if log_goes_on else "wb") as log:
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=Path(lpd.__file__).resolve().parents[1],
                env={**os.environ, **environment},
                pass_fds=(lock,),
                start_new_session=True,
            )
        except OSError as error:
            raise LpdError(f"the {what}'s process could not be started ({error})") from error
    # someone has to take note of its end, as long as this process lives
    threading.Thread(target=process.wait, name=f"{what} {files.folder.name}", daemon=True).start()
    if (known := process_id(process.pid)) is not None:
        files.write_process(known)


def ask_to_end(files: ProcessFiles, *, what: str) -> ProcessId:
    """Returns the process, after asking it to stop unless that was done before; it has to be running.

    Raises:
        LpdError: if it cannot be told from here.
    """
    process = _known_process(files, what)
    try:
        files.stop.open("x").close()
    except FileExistsError:
        return process
    try:
        _tell(files, process, signal.SIGTERM, what)
    except LpdError:
        files.stop.unlink(missing_ok=True)
        raise
    return process


def end(files: ProcessFiles, process: ProcessId, *, what: str) -> None:
    """Kills a process.

    Raises:
        LpdError: if it cannot be told from here, or does not end.
    """
    _tell(files, process, signal.SIGKILL, what)
    if not ends_within(files, SECONDS_TO_DIE):
        raise LpdError(f"the {what} does not end", where=files.folder.name, found=f"process {process.pid}")


def _known_process(files: ProcessFiles, what: str) -> ProcessId:
    until = time.monotonic() + SECONDS_TO_BE_KNOWN
    while (process := files.read_process()) is None:
        if time.monotonic() > until:
            raise LpdError(f"the {what}'s process is not known", where=files.folder)
        time.sleep(0.02)
    return process


def _tell(files: ProcessFiles, process: ProcessId, number: int, what: str) -> None:
    """Sends a signal to the process and to no other.

    Raises:
        LpdError: if it lives but cannot be reached.
    """
    try:
        reached = send_signal(process, number)
    except PermissionError as error:
        raise LpdError(f"the {what} belongs to another user", where=f"process {process.pid}") from error
    if reached:
        return
    with files.looked_at() as running:
        if running and files.read_process() == process:
            raise LpdError(
                f"the {what} runs on another machine or in another container",
                where=files.folder.name,
                next_step="stop it there",
            )


def ends_within(files: ProcessFiles, seconds: float) -> bool:
    """Returns whether the process ends within so many seconds."""
    until = time.monotonic() + seconds
    while True:
        with files.looked_at() as running:
            if not running:
                return True
        if time.monotonic() >= until:
            return False
        time.sleep(0.05)
