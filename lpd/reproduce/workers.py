"""Tasks in processes of their own: side by side, in an order that they can rely on, and one that dies takes
only its task with it.
"""

import logging
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Protocol

from lpd.errors import LpdError
from lpd.progress import Progress

__all__ = ["Outcome", "Task", "Watch", "WorkerPool"]

_CONTEXT = get_context("spawn")
_SECONDS_BETWEEN_MESSAGES = 0.5


@dataclass(frozen=True)
class Task:
    """One call in another process.

    Args:
        key: its name among the tasks.
        function: of a module, so that another process finds it; called with the arguments and
            `progress`, a callback.
        arguments: what can be pickled.
        after: keys of tasks that have to succeed before; those that are not among the tasks are done already.
    """

    key: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a task ended: with a value, with a sentence about what a person can change, or with a bug's
    traceback.
    """

    value: Any = None
    failure: str | None = None
    bug: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether there is a value."""
        return self.failure is None and self.bug is None


class Watch(Protocol):
    """Is told what happens to the tasks."""

    def begun(self, task: Task) -> None:
        """Called when a task begins."""
        ...

    def moved(self, task: Task, share: float) -> None:
        """Called with the share of a task that is done, from 0 to 1."""
        ...

    def warned(self, task: Task, sentence: str) -> None:
        """Called with what a task warns of."""
        ...

    def ended(self, task: Task, outcome: Outcome) -> None:
        """Called when a task has ended."""
        ...


@dataclass
class _Worker:
    process: Any
    connection: Connection
    task: Task | None = None


class WorkerPool:
    """Processes that are started when they are needed, and ended with the block.

    Each computes with one thread, so that results do not depend on the number of cores. Ctrl-C reaches the
    block alone, which then ends them.

    Args:
        workers: how many at most.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: list[_Worker] = []

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._pool:
            worker.process.terminate()
        for worker in self._pool:
            worker.process.join()
            worker.connection.close()
        self._pool.clear()

    def run(self, tasks: Sequence[Task], watch: Watch) -> dict[str, Outcome]:
        """Returns the outcome of every task by its key; they begin in their order, as far as they can."""
        outcomes: dict[str, Outcome] = {}
        waiting = list(tasks)
        while waiting or any(worker.task for worker in self._pool):
            while hopeless := [one for one in waiting if _failed(one, outcomes)]:
                task = hopeless[0]
                waiting.remove(task)
                failed = ", ".join(_failed(task, outcomes))
                outcomes[task.key] = Outcome(failure=f"{task.key} needs {failed}, which failed")
                watch.ended(task, outcomes[task.key])
            unfinished = {one.key for one in waiting} | {one.task.key for one in self._pool if one.task}
            for task in [one for one in waiting if not unfinished & set(one.after)]:
                worker = self._idle()
                if worker is None:
                    break
                waiting.remove(task)
                worker.task = task
                worker.connection.send((task.function, task.arguments))
                watch.begun(task)
            self._listen(outcomes, watch)
        return outcomes

    def _idle(self) -> _Worker | None:
        for worker in self._pool:
            if worker.task is None:
                return worker
        if len(self._pool) >= self.workers:
            return None
        ours, theirs = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._pool.append(_Worker(process, ours))
        return self._pool[-1]

    def _listen(self, outcomes: dict[str, Outcome], watch: Watch) -> None:
        """Waits until a task moves on or ends."""
        busy = {worker.connection: worker for worker in self._pool if worker.task}
        for connection in wait(list(busy)) if busy else []:
            worker = busy[connection]  # type: ignore[index]
            assert worker.task is not None
            try:
                message = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                message = self._died(worker)
            if isinstance(message, Outcome):
                task, worker.task = worker.task, None
                outcomes[task.key] = message
                watch.ended(task, message)
            elif isinstance(message, str):
                watch.warned(worker.task, message)
            else:
                watch.moved(worker.task, message)

    def _died(self, worker: _Worker) -> Outcome:
        worker.process.join()
        worker.connection.close()
        self._pool.remove(worker)
        code = worker.process.exitcode
        return Outcome(
            failure=f"its process was ended from outside (code {code}); was there too little memory?"
        )


def _failed(task: Task, outcomes: dict[str, Outcome]) -> list[str]:
    """Returns the keys of those tasks that had to succeed before and did not."""
    return [key for key in task.after if key in outcomes and not outcomes[key].succeeded]


def _serve(connection: Connection) -> None:
    """Does one task after the other until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch

    torch.set_num_threads(1)
    logging.getLogger("lpd").addHandler(_Forwarding(connection))
    while True:
        try:
            function, arguments = connection.recv()
        except EOFError:
            return
        try:
            outcome = Outcome(value=function(*arguments, progress=_reporting(connection)))
        except LpdError as error:
            outcome = Outcome(failure=str(error))
        except BrokenPipeError:
            return  # nobody is listening any more
        except Exception:
            outcome = Outcome(bug=traceback.format_exc())
        connection.send(outcome)


class _Forwarding(logging.Handler):
    """Sends what is logged to the one who gave the task."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(logging.WARNING)
        self.connection = connection

    def emit(self, record: logging.LogRecord) -> None:
        """Sends one sentence."""
        self.connection.send(record.getMessage())


def _reporting(connection: Connection) -> Progress:
    """Returns a progress callback that sends the share that is done, twice a second at most."""
    last = 0.0

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if total and now - last >= _SECONDS_BETWEEN_MESSAGES:
            last = now
            connection.send(done / total)

    return report
