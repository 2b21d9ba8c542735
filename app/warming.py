"""An index that is read into memory once, in the background, while any number of sessions watch."""

import threading
import time
from typing import NamedTuple

from app.heap import freeze_heap
from lpd.search import SearchEngine

__all__ = ["WarmState", "Warming"]


class WarmState(NamedTuple):
    """Where the reading stands.

    `state` is `cold`, `running`, `warm` or `failed`; `share` is 0..1 of the current stage, `seconds_left`
    None while unknown, `problem` why it failed.
    """

    state: str
    stage: str = ""
    share: float = 0.0
    seconds_left: float | None = None
    problem: Exception | None = None


class Warming:
    """The one thread that warms an engine's index. It outlives reruns and sessions; any thread may ask it.

    Args:
        engine: whose index is read.
    """

    def __init__(self, engine: SearchEngine) -> None:
        self.engine = engine
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._at = WarmState("cold")
        self._stage_began = 0.0

    def start(self) -> None:
        """Begins to read unless the index is warm or the reading has begun; a failure stays until `retry`."""
        with self._lock:
            if self._thread is None and not self.engine.warm:
                self._begin()

    def retry(self) -> None:
        """Begins anew after a failure."""
        with self._lock:
            if self._at.state == "failed":
                self._begin()

    def _begin(self) -> None:
        self._at = WarmState("running", "opening")
        # a daemon: a server that is stopped does not wait for the disk
        self._thread = threading.Thread(target=self._read, name="warming", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            self.engine.warm_up(self._note)
        except Exception as error:  # told to every session by `look`
            self._at = WarmState("failed", problem=error)
        else:
            freeze_heap()
            self._at = WarmState("warm", share=1.0)

    def _note(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage != self._at.stage:
            self._stage_began = now
        left = (now - self._stage_began) / done * (total - done) if done else None
        self._at = WarmState("running", stage, done / total if total else 0.0, left)

    def wait(self, seconds: float) -> bool:
        """Returns whether the index is warm, at once if it is and after so many seconds at most."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return self.look().state == "warm"

    def look(self) -> WarmState:
        """Returns where the reading stands now."""
        return WarmState("warm", share=1.0) if self.engine.warm else self._at
