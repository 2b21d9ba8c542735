"""The latest of something that is made in the background."""

import threading
import time

from app.judging.latest import Latest, LatestState


def settled(latest: Latest[int], stamp: int) -> LatestState[int]:
    until = time.monotonic() + 10
    while (known := latest.look(stamp)).working:
        assert time.monotonic() < until
        time.sleep(0.005)
    return known


def test_it_is_made_once_per_stamp() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    latest = Latest(make, "test")
    assert latest.look(1, wait_s=10).made == 1
    assert settled(latest, 1) == LatestState(1, 1, False)
    assert settled(latest, 2) == LatestState(2, 2, False)
    assert made == [1, 1]


def test_what_is_asked_for_meanwhile_is_made_once_after_it() -> None:
    go, begun, made = threading.Event(), threading.Event(), []

    def make() -> int:
        begun.set()
        assert go.wait(10)
        made.append(len(made) + 1)
        return made[-1]

    latest = Latest(make, "test")
    first = latest.look(1)
    assert (first.made, first.working) == (None, True)
    assert begun.wait(10)
    for stamp in (2, 3, 4):
        assert latest.look(stamp).working
    go.set()
    assert settled(latest, 4) == LatestState(2, 4, False)
    assert made == [1, 2]


def test_a_failure_is_told_and_what_was_known_stays() -> None:
    answers = iter([3, ValueError("no")])

    def make() -> int:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    latest = Latest(make, "test")
    assert latest.look(1, wait_s=10).made == 3
    known = settled(latest, 2)
    assert known.made == 3
    assert isinstance(known.problem, ValueError)
