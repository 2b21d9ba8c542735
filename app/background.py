"""Work of a page that takes long: done once, in the background, while any number of sessions watch or stop
it."""

import threading
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from lpd.progress import Progress

__all__ = ["BackgroundWork", "WorkState"]

Made = TypeVar("Made")


class WorkState(NamedTuple):
    """Where a work stands.

    `state` is `idle`, `running`, `done`, `failed` or `stopped`; `share` is 0..1 of the current stage,
    `seconds_left` None while unknown, `problem` why it failed.
    """

    state: str
    stage: str = ""
    share: float = 0.0
    seconds_left: float | None = None
    problem: Exception | None = None


class _Stopped(Exception):
    """Raised in the work by its own progress, after somebody stopped it."""


class BackgroundWork(Generic[Made]):
    """The one thread that makes something. It outlives reruns and sessions; any thread may ask it.

    Args:
        make: called once with a progress callback, which raises where somebody stopped the work.
        name: of the thread.
    """

    def __init__(self, make: Callable[[Progress], Made], name: str) -> None:
        self._make: Callable[[Progress], Made] | None = make
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._at = WorkState("idle")
        self._made: Made | None = None
        self._stop = False
        self._stage_began = 0.0

    def start(self) -> None:
        """Begins unless it was begun before; what was stopped or has failed stays so until `again`."""
        with self._lock:
            if self._at.state == "idle":
                self._begin()

    def again(self) -> None:
        """Begins anew after a stop or a failure."""
        with self._lock:
            if self._at.state in ("stopped", "failed"):
                self._begin()

    def stop(self) -> None:
        """Ends the work at its next step, if it is running."""
        with self._lock:
            self._stop = self._at.state == "running"

    def _begin(self) -> None:
        self._stop, self._at = False, WorkState("running", "beginning")
        # a daemon: a server that is stopped does not wait for it
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        assert self._make is not None, "begun once it is done"
        try:
            made = self._make(self._note)
        except _Stopped:
            self._at = WorkState("stopped")
        except Exception as error:  # told to every session by `look`
            self._at = WorkState("failed", problem=error)
        else:
            # what it was made from may be large, and is of no use any more
            self._made, self._make = made, None
            self._at = WorkState("done", share=1.0)

    def _note(self, stage: str, done: int, total: int) -> None:
        if self._stop:
            raise _Stopped
        now = time.monotonic()
        if stage != self._at.stage:
            self._stage_began = now
        left = (now - self._stage_began) / done * (total - done) if done else None
        self._at = WorkState("running", stage, done / total if total else 0.0, left)

    def wait(self, seconds: float) -> bool:
        """Returns whether it is done, at once if it is or is not running, else after so many seconds at
        most."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return self._at.state == "done"

    def look(self) -> WorkState:
        """Returns where it stands now."""
        return self._at

    @property
    def made(self) -> Made | None:
        """What was made; None until it is done."""
        return self._made
