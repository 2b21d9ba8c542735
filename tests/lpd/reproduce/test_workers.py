"""Tasks in other processes: order, what failures take with them, what reaches the one who waits."""

import logging
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from lpd.errors import NotFoundError
from lpd.progress import Progress
from lpd.reproduce.workers import Outcome, Task, WorkerPool


class Watched:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.order: list[tuple[str, str]] = []
        self.shares: list[float] = []
        self.warnings: list[str] = []

    def begun(self, task: Task) -> None:
        self.order.append(("begun", task.key))

    def moved(self, task: Task, share: float) -> None:
        self.shares.append(share)

    def warned(self, task: Task, sentence: str) -> None:
        self.warnings.append(f"{task.key}: {sentence}")

    def ended(self, task: Task, outcome: Outcome) -> None:
        self.order.append(("ended", task.key))


def add(first: int, second: int, *, progress: Progress) -> int:
    progress("adding", 1, 4)
    return first + second


def warn(*, progress: Progress) -> bool:
    logging.getLogger("lpd.training").warning("%d spaces starve", 3)
    return True


def miss(*, progress: Progress) -> None:
    raise NotFoundError("no such thing", found="a hole")


def break_down(*, progress: Progress) -> None:
    raise ValueError("a bug")


def die(*, progress: Progress) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def threads(*, progress: Progress) -> int:
    import torch

    return torch.get_num_threads()


def sleep(file: Path, *, progress: Progress) -> None:
    file.write_text(str(os.getpid()))
    time.sleep(60)


def task(key: str, function: Any, *arguments: Any, after: tuple[str, ...] = ()) -> Task:
    return Task(key, function, arguments, after)


@pytest.mark.slow
def test_tasks_end_as_they_end() -> None:
    watched = Watched()
    tasks = [
        task("last", add, 1, 2, after=("first", "finished long ago")),
        task("first", add, 2, 3),
        task("missing", miss),
        task("hopeless", add, 1, 1, after=("missing",)),
        task("more hopeless", add, 1, 1, after=("hopeless",)),
        task("broken", break_down),
        task("dead", die),
        task("loud", warn),
        task("alone", threads),
    ]
    with WorkerPool(1) as pool:
        outcomes = pool.run(tasks, watched)
        again = pool.run([task("again", add, 5, 5)], watched)
    assert outcomes["first"] == Outcome(value=5)
    assert outcomes["last"] == Outcome(value=3)
    assert outcomes["missing"].failure == "no such thing; found a hole"
    assert outcomes["hopeless"].failure == "hopeless needs missing, which failed"
    assert outcomes["more hopeless"].failure == "more hopeless needs hopeless, which failed"
    assert "ValueError: a bug" in str(outcomes["broken"].bug)
    assert "-9" in str(outcomes["dead"].failure)
    assert outcomes["alone"] == Outcome(value=1)
    assert again["again"].value == 10
    assert watched.order.index(("ended", "first")) < watched.order.index(("begun", "last"))
    assert ("begun", "hopeless") not in watched.order
    assert watched.warnings == ["loud: 3 spaces starve"]
    assert 0.25 in watched.shares


def test_processes_end_with_the_block(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    class Impatient(Watched):
        def begun(self, task: Task) -> None:
            super().begun(task)
            while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
                time.sleep(0.02)
            raise Stopped

    try:
        with WorkerPool(1) as pool:
            pool.run([task("long", sleep, tmp_path / "pid")], Impatient())
    except Stopped:
        pass
    process = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{process}").exists()
