"""Building the demo workspace in a process of its own, watched through a file of JSON lines."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

__all__ = ["BuildState", "DemoBuild", "read_progress"]

LOG_LINES = 12


class BuildState(NamedTuple):
    """Where a build stands.

    `state` is `idle`, `running`, `done`, `failed` or `stopped`; `share` is 0..1 of the current stage,
    `seconds_left` None while unknown, `words` the last lines the process wrote when it failed.
    """

    state: str
    stage: str = ""
    share: float = 0.0
    seconds_left: float | None = None
    seconds_so_far: float = 0.0
    words: str = ""


class DemoBuild:
    """The one process that builds the demo at a path. It outlives reruns and sessions; any thread may ask it.

    Its progress and log lie beside the workspace, in `.<name>.building`.

    Args:
        path: the workspace that will be made.
        command: what is run, for tests; the default is `python -m lpd demo PATH --progress-file FILE`.
    """

    def __init__(self, path: Path, command: list[str] | None = None) -> None:
        self.path = path
        self._command = command
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = path.with_name(f".{path.name}.building")
        self._started = 0.0
        self._stopped = False

    def start(self) -> None:
        """Starts the process unless it is running."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            self.progress_file.unlink(missing_ok=True)
            self._started, self._stopped = time.monotonic(), False
            default = [
                sys.executable,
                "-m",
                "lpd",
                "demo",
                str(self.path),
                "--progress-file",
                str(self.progress_file),
            ]
            with (self._folder / "log.txt").open("wb") as log:
                self._process = subprocess.Popen(
                    self._command or default,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=Path(__file__).resolve().parents[1],
                    start_new_session=True,
                )

    def stop(self) -> None:
        """Stops the process and what it started, if it is running."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                return
            self._stopped = True
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    @property
    def progress_file(self) -> Path:
        """The file of JSON lines that the process writes."""
        return self._folder / "progress.jsonl"

    def look(self) -> BuildState:
        """Returns where the build stands now."""
        if self._process is None:
            return BuildState("idle")
        so_far = time.monotonic() - self._started
        code = self._process.poll()
        if code is None:
            stage, share, left = read_progress(self.progress_file)
            return BuildState("running", stage, share, left, so_far)
        if self._stopped:
            return BuildState("stopped", seconds_so_far=so_far)
        if code == 0:
            return BuildState("done", share=1.0, seconds_so_far=so_far)
        lines = (self._folder / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()
        return BuildState("failed", seconds_so_far=so_far, words="\n".join(lines[-LOG_LINES:]))


def read_progress(path: Path) -> tuple[str, float, float | None]:
    """Returns stage, its share done (0..1) and seconds left from the last whole line of a progress file.

    A file that is absent or has no whole line yet gives `("starting", 0, None)`.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return "starting", 0.0, None
    for line in reversed(lines):
        try:
            entry = json.loads(line)
            done, total = float(entry["done"]), float(entry["total"])
            left = entry.get("seconds_left")
            return (
                str(entry["stage"]),
                done / total if total > 0 else 0.0,
                None if left is None else float(left),
            )
        except (ValueError, KeyError, TypeError):
            continue
    return "starting", 0.0, None
