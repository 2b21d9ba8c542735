"""Making an index of a model in a process of its own, as `lpd index` on a command line does."""

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

__all__ = ["IndexBuild", "IndexState", "index_command", "read_bar"]

LOG_BYTES = 16 * 1024
LOG_LINES = 6
BAR = re.compile(r"(?P<stage>[^\r\n:|]+): +(?P<percent>\d{1,3})%\|")
"""What a progress bar writes at the beginning of its line: `embedding:  45%|`."""


class IndexState(NamedTuple):
    """Where the making of an index stands.

    `state` is `idle`, `running`, `done`, `failed` or `stopped`; `share` is 0..1 of the current stage,
    `words` the last lines the process wrote when it failed.
    """

    state: str
    stage: str = ""
    share: float = 0.0
    seconds_so_far: float = 0.0
    words: str = ""


def index_command(model: str, collection: str, *, workspace: Path) -> list[str]:
    """Returns the command that makes the index, for this Python: `python -m lpd index ...`.

    Each option and its value are one part, so no name is taken for an option.
    """
    options = [f"--model={model}", f"--collection={collection}", f"--workspace={workspace.resolve()}"]
    return [sys.executable, "-m", "lpd", "index", *options]


class IndexBuild:
    """The one process that makes a model's index of a collection. It outlives reruns and sessions; any thread
    may ask it.

    What the index takes the place of stands until the new one is complete, so nothing is lost by a stop. Its
    log is a file without a name, which ends with the server; the process goes on without it.

    Args:
        workspace: its folder.
        model, collection: their names.
        command: what is run, for tests; the default is `index_command`.
    """

    def __init__(
        self, workspace: Path, model: str, collection: str, *, command: list[str] | None = None
    ) -> None:
        self.command = command or index_command(model, collection, workspace=workspace)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log: int | None = None
        self._started = 0.0
        self._ended: float | None = None
        self._stopped = False

    @property
    def typed(self) -> str:
        """The command as a person types it."""
        return shlex.join(["lpd", *self.command[3:]])

    def start(self) -> None:
        """Starts the process unless it is running.

        Raises:
            OSError: if the system starts no process.
        """
        with self._lock, tempfile.TemporaryFile() as log:
            if self._process is not None and self._process.poll() is None:
                return
            self._started, self._ended, self._stopped = time.monotonic(), None, False
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).resolve().parents[1],
                start_new_session=True,
            )
            if self._log is not None:
                os.close(self._log)
            self._log = os.dup(log.fileno())

    def stop(self) -> None:
        """Stops the process and what it started, if it is running."""
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None:
                return
            self._stopped = True
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def look(self) -> IndexState:
        """Returns where the making stands now."""
        with self._lock:
            if self._process is None or self._log is None:
                return IndexState("idle")
            code = self._process.poll()
            if code is not None and self._ended is None:
                self._ended = time.monotonic()
            so_far = (self._ended or time.monotonic()) - self._started
            said = _end_of(self._log)
            stopped = self._stopped
        if code is None:
            return IndexState("running", *read_bar(said), so_far)
        if stopped:
            return IndexState("stopped", seconds_so_far=so_far)
        if code == 0:
            return IndexState("done", share=1.0, seconds_so_far=so_far)
        lines = [line.rstrip("\r").rpartition("\r")[2] for line in said.split("\n") if line.strip()]
        return IndexState("failed", seconds_so_far=so_far, words="\n".join(lines[-LOG_LINES:]))


def _end_of(log: int) -> str:
    size = os.fstat(log).st_size
    # the process writes at the place that both share, so that place is left alone
    return os.pread(log, LOG_BYTES, max(0, size - LOG_BYTES)).decode("utf-8", errors="replace")


def read_bar(text: str) -> tuple[str, float]:
    """Returns stage and its share done (0..1) from the last progress bar in a text; `("starting", 0)` before
    the first one.
    """
    bars = list(BAR.finditer(text))
    if not bars:
        return "starting", 0.0
    return bars[-1]["stage"].strip(), min(100, int(bars[-1]["percent"])) / 100
