"""Where many tasks stand, and how long the others will take."""

import time
from collections.abc import Callable, Mapping

from lpd.progress import Progress
from lpd.reproduce.workers import Outcome, Task

__all__ = ["TaskProgress", "told_time"]

_STEPS = 100
"""A task counts as so many, so that a bar also moves within one."""


class TaskProgress:
    """Draws one bar over all tasks, and says a sentence at the end of each.

    The time left is estimated from the tasks done: each of the others takes as long as those of its kind
    took on average, or as all did where none of its kind is done.

    Args:
        stage: what the bar is called.
        kinds: key of a task -> its kind, of all tasks.
        workers: how many run side by side.
        progress: draws the bar.
        say: is given the sentences; None for nobody.
    """

    def __init__(
        self,
        stage: str,
        kinds: Mapping[str, str],
        *,
        workers: int,
        progress: Progress,
        say: Callable[[str], None] | None,
    ) -> None:
        self.stage = stage
        self.kinds = dict(kinds)
        self.workers = workers
        self._progress = progress
        self._say = say
        self._began: dict[str, float] = {}
        self._shares: dict[str, float] = {}
        self._took: dict[str, list[float]] = {}
        self._done: set[str] = set()
        self._draw()

    def begun(self, task: Task) -> None:
        """Notes when a task began."""
        self._began[task.key] = time.monotonic()

    def moved(self, task: Task, share: float) -> None:
        """Moves the bar within a task."""
        self._shares[task.key] = min(1.0, share)
        self._draw()

    def warned(self, task: Task, sentence: str) -> None:
        """Says what a task warns of."""
        if self._say is not None:
            self._say(f"{task.key}: {sentence}")

    def ended(self, task: Task, outcome: Outcome) -> None:
        """Says how a task ended, and how long the others will take."""
        self._done.add(task.key)
        self._shares.pop(task.key, None)
        if outcome.succeeded:
            took = time.monotonic() - self._began[task.key]
            self._took.setdefault(self.kinds[task.key], []).append(took)
        self._draw()
        if self._say is None:
            return
        left = self.seconds_left()
        told = "" if left is None or len(self._done) == len(self.kinds) else f", about {told_time(left)} left"
        self._say(f"{task.key}: {_told(outcome)}; {len(self._done)} of {len(self.kinds)} done{told}")

    def seconds_left(self) -> float | None:
        """Returns the estimated seconds until all tasks are done; None while none is."""
        if not any(self._took.values()):
            return None
        now = time.monotonic()
        left = [
            max(0.0, self._expected(key) - (now - self._began.get(key, now)))
            for key in self.kinds
            if key not in self._done
        ]
        return max([sum(left) / max(1, min(self.workers, len(left))), *left]) if left else 0.0

    def _expected(self, key: str) -> float:
        own = self._took.get(self.kinds[key]) or [one for took in self._took.values() for one in took]
        return sum(own) / len(own)

    def _draw(self) -> None:
        if self.kinds:
            done = _STEPS * (len(self._done) + sum(self._shares.values()))
            self._progress(self.stage, int(done), _STEPS * len(self.kinds))


def _told(outcome: Outcome) -> str:
    if outcome.bug is not None:
        return outcome.bug.strip().splitlines()[-1]
    if outcome.failure is not None:
        return outcome.failure
    best: Mapping[str, float] | None = outcome.value.get("best") if isinstance(outcome.value, dict) else None
    if best is None:
        return "done"
    return f"epoch {best['epoch']:.0f}, validation mAP {best['mAP']:.4f}"


def told_time(seconds: float) -> str:
    """Returns a length of time as a person says it: `40 s`, `12 min`, `5 h 10 min`, `2 d 3 h`.

    >>> [told_time(seconds) for seconds in (7.4, 100, 3700, 90_000, 183_600)]
    ['7 s', '2 min', '1 h 2 min', '1 d 1 h', '2 d 3 h']
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 24:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
