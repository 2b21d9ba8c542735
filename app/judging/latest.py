"""Something that is made again whenever what it is made from has changed: the latest one, never a queue."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Latest", "LatestState"]

Made = TypeVar("Made")


class LatestState(NamedTuple, Generic[Made]):
    """What is known: the latest that was made and what it was made from, None while there is nothing; whether
    something newer is being made; and why the last attempt failed."""

    made: Made | None
    stamp: Hashable | None
    working: bool
    problem: Exception | None = None


class Latest(Generic[Made]):
    """One thread at a time makes something; what is asked for meanwhile is made once, when that has ended.

    Any thread may ask; all sessions share one.

    Args:
        make: called in a thread of its own.
        name: of the thread.
    """

    def __init__(self, make: Callable[[], Made], name: str) -> None:
        self._make = make
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wanted: Hashable | None = None
        self._state: LatestState[Made] = LatestState(None, None, False)

    def look(self, stamp: Hashable, *, wait_s: float = 0.0) -> LatestState[Made]:
        """Returns what is known, and begins to make it anew where that was made from something else.

        Args:
            stamp: tells what it would be made from now.
            wait_s: so long a first result is waited for.
        """
        with self._lock:
            self._wanted = stamp
            if self._state.stamp != stamp and self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._state = self._state._replace(working=True)
                self._thread.start()
            thread = self._thread
        if thread is not None and wait_s:
            thread.join(wait_s)
        return self._state

    def _run(self) -> None:
        while True:
            with self._lock:
                stamp = self._wanted
            try:
                made, problem = self._make(), None
            except Exception as error:  # told to every session by `look`
                made, problem = self._state.made, error
            with self._lock:
                done = self._wanted == stamp
                self._state = LatestState(made, stamp, not done, problem)
                if done:
                    self._thread = None
                    return
