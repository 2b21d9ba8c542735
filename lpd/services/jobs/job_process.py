"""Which process is meant, so that no other is ever ended: its number alone is given away again."""

import errno
import os
import signal
import subprocess
from pathlib import Path
from typing import NamedTuple

__all__ = ["ProcessId", "process_id", "send_signal", "this_process"]


class ProcessId(NamedTuple):
    """One process, told apart from all that had or will have its number.

    Args:
        pid: its number.
        started: when it began, as the system says it.
        machine: where it runs; another one after every start of the machine, where the system tells that.
    """

    pid: int
    started: str
    machine: str


def process_id(pid: int) -> ProcessId | None:
    """Returns the identity of the process that has a number now; None if there is none."""
    started = _started_by_proc(pid) if Path("/proc/self/stat").is_file() else _started_by_ps(pid)
    return None if started is None else ProcessId(pid, started, _machine())


def this_process() -> ProcessId:
    """Returns the identity of the process that asks."""
    own = process_id(os.getpid())
    assert own is not None
    return own


def _started_by_proc(pid: int) -> str | None:
    try:
        content = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # the program's name, in brackets, may hold anything; the start is the 20th field after it
    return content.rpartition(b")")[2].split()[19].decode("ascii")


def _started_by_ps(pid: int) -> str | None:
    environment = os.environ | {"LC_ALL": "C", "TZ": "UTC"}
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return found.stdout.strip() or None


def _machine() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return boot.read_text(encoding="ascii").strip() if boot.is_file() else os.uname().nodename


def send_signal(process: ProcessId, number: int) -> bool:
    """Returns whether the process was there to get the signal; no other one gets it.

    Raises:
        PermissionError: if it belongs to somebody else.
    """
    handle = None
    try:
        handle = _handle(process.pid)
        # the handle stays with one process: what is found under the number now is what gets the signal
        if process_id(process.pid) != process:
            return False
        if handle is None:
            os.kill(process.pid, number)
        else:
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        return False
    finally:
        if handle is not None:
            os.close(handle)
    return True


def _handle(pid: int) -> int | None:
    """Returns a descriptor of a process; None where the system has no such thing."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EPERM):
            return None
        raise
