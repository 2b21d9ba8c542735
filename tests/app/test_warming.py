"""Reading an index in the background: once, watched by many, and told when it fails."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.warming import Warming
from lpd.errors import FormatError
from lpd.progress import Progress, no_progress
from lpd.search import ExactIndex, SearchEngine, open_engine
from lpd.workspace import open_workspace


class Watched(ExactIndex):
    """An index that calls `before` when it is read, and is then read as ever."""

    before: Callable[[Progress], object]

    def warm_up(self, progress: Progress = no_progress) -> None:
        self.before(progress)
        super().warm_up(progress)


@pytest.fixture(scope="module")
def opened(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture
def warming_with(opened: SearchEngine):
    """A warming of an index that was not read yet."""

    def made(before: Callable[[Progress], object]) -> Warming:
        held = opened.index
        index = Watched(held.spaces, held.arrays, held.shot_ids, mapped=True)
        object.__setattr__(index, "before", before)
        return Warming(SearchEngine(opened.card, opened.collection, index, opened.encoder))

    return made


def test_many_who_start_it_watch_one_reading(warming_with) -> None:
    entered, go_on, readings = threading.Event(), threading.Event(), []

    def before(progress: Progress) -> None:
        readings.append(1)
        progress("comparing checksums", 0, 8)
        time.sleep(0.02)
        progress("comparing checksums", 2, 8)
        entered.set()
        assert go_on.wait(30)

    warming = warming_with(before)
    assert warming.look().state == "cold"
    starters = [threading.Thread(target=warming.start) for _ in range(8)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert entered.wait(30)
    at = warming.look()
    assert (at.state, at.stage, at.share) == ("running", "comparing checksums", 0.25)
    assert 0.05 < at.seconds_left < 30, "three times what was needed so far"
    assert not warming.wait(0.01)
    go_on.set()
    assert warming.wait(30)
    assert (warming.look().state, warming.look().share, len(readings)) == ("warm", 1.0, 1)
    assert warming.engine.warm


def test_a_failure_stays_until_it_is_tried_again(warming_with) -> None:
    problems: list[Exception] = [FormatError("another checksum"), OSError("the disk is gone")]

    def before(_: Progress) -> None:
        if problems:
            raise problems.pop(0)

    warming = warming_with(before)
    for sentence in ("another checksum", "the disk is gone"):
        (warming.start if sentence == "another checksum" else warming.retry)()
        assert not warming.wait(30)
        assert warming.look().state == "failed"
        assert str(warming.look().problem) == sentence
        warming.start()
        assert warming.look().state == "failed", "only a person tries again"
    warming.retry()
    assert warming.wait(30)


def test_what_is_warm_is_not_read(warming_with, opened: SearchEngine) -> None:
    warming = warming_with(lambda _: pytest.fail("read again"))
    warming.engine.search("a dog")
    warming.start()
    assert warming.wait(0)
    assert warming.look().state == "warm"
