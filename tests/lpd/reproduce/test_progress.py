"""The time left, from the tasks done."""

import time

import pytest

from lpd.reproduce.progress import TaskProgress
from lpd.reproduce.workers import Outcome, Task

KINDS = {"a": "lpd", "b": "lpd", "c": "sea", "d": "sea"}
TASKS = {key: Task(key, print, ()) for key in KINDS}


def test_time_left_comes_from_tasks_of_the_same_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    drawn: list[tuple[str, int, int]] = []
    said: list[str] = []
    watch = TaskProgress(
        "training", KINDS, workers=2, progress=lambda *step: drawn.append(step), say=said.append
    )
    assert watch.seconds_left() is None
    watch.begun(TASKS["a"])
    watch.begun(TASKS["b"])
    now = 100.0
    watch.moved(TASKS["b"], 0.5)
    watch.ended(TASKS["a"], Outcome(value={"best": {"epoch": 3, "mAP": 0.25}}))
    # b should be done by now; c and d take as long as a, there being no other sea: one process each
    assert watch.seconds_left() == 100.0
    watch.begun(TASKS["c"])
    now = 140.0
    watch.ended(TASKS["c"], Outcome(value=1))
    watch.begun(TASKS["d"])
    now = 150.0
    assert watch.seconds_left() == 30.0
    watch.ended(TASKS["b"], Outcome(failure="no space left"))
    watch.ended(TASKS["d"], Outcome(bug="Traceback\n\nValueError: a bug\n"))
    assert watch.seconds_left() == 0.0
    assert drawn[0] == ("training", 0, 400)
    assert ("training", 50, 400) in drawn
    assert drawn[-1] == ("training", 400, 400)
    assert said[0] == "a: epoch 3, validation mAP 0.2500; 1 of 4 done, about 2 min left"
    assert said[2] == "b: no space left; 3 of 4 done, about 30 s left"
    assert said[3] == "d: ValueError: a bug; 4 of 4 done"


def test_nothing_to_do_draws_nothing() -> None:
    drawn: list[tuple[str, int, int]] = []
    TaskProgress("training", {}, workers=1, progress=lambda *step: drawn.append(step), say=None)
    assert drawn == []
