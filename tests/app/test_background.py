"""Work in the background: once, watched by many, stopped by anyone, told when it fails."""

import threading

import pytest

from app.background import BackgroundWork
from lpd.progress import Progress

SECONDS = 20


class Steps:
    """A work of two steps that waits after the first until it may go on."""

    def __init__(self) -> None:
        self.entered, self.go_on, self.calls = threading.Event(), threading.Event(), 0

    def __call__(self, progress: Progress) -> str:
        self.calls += 1
        progress("counting", 0, 4)
        progress("counting", 1, 4)
        self.entered.set()
        assert self.go_on.wait(SECONDS)
        progress("counting", 4, 4)
        return "made"


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def work(steps: Steps) -> BackgroundWork[str]:
    return BackgroundWork(steps, "counting")


def test_many_who_start_it_watch_one_work(work, steps) -> None:
    assert work.look().state == "idle"
    starters = [threading.Thread(target=work.start) for _ in range(8)]
    for one in starters:
        one.start()
    for one in starters:
        one.join()
    assert steps.entered.wait(SECONDS)
    at = work.look()
    assert (at.state, at.stage, at.share) == ("running", "counting", 0.25)
    assert at.seconds_left is not None
    assert at.seconds_left >= 0
    assert not work.wait(0.01)
    assert work.made is None
    steps.go_on.set()
    assert work.wait(SECONDS)
    assert (work.look().state, work.made, steps.calls) == ("done", "made", 1)
    work.start()
    work.again()
    assert steps.calls == 1


def test_it_is_stopped_and_begun_anew(work, steps) -> None:
    work.start()
    assert steps.entered.wait(SECONDS)
    work.stop()
    steps.go_on.set()
    assert not work.wait(SECONDS)
    assert (work.look().state, work.made) == ("stopped", None)
    work.start()
    assert work.look().state == "stopped"
    work.again()
    assert work.wait(SECONDS)
    assert (work.made, steps.calls) == ("made", 2)


def test_a_stop_of_what_is_not_running_stops_nothing(work, steps) -> None:
    steps.go_on.set()
    work.stop()
    work.start()
    assert work.wait(SECONDS)
    work.stop()
    assert work.look().state == "done"


def test_a_failure_is_told_and_can_be_tried_again() -> None:
    problems = [ValueError("no room")]

    def make(progress: Progress) -> int:
        if problems:
            raise problems.pop()
        return 7

    work = BackgroundWork(make, "failing")
    work.start()
    assert not work.wait(SECONDS)
    assert work.look().state == "failed"
    assert str(work.look().problem) == "no room"
    work.again()
    assert work.wait(SECONDS)
    assert work.made == 7
