"""What is said of trainings."""

import pytest

from app.training.words import STATE_MARKS, clock, duration, measure_words, progress_words
from lpd.services.jobs import job_states
from lpd.services.jobs.job_progress import TrainingProgress


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (187, "3 min 07 s"),
        (3599.9, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (86400 * 3 + 4 * 3600 + 1, "3 d 4 h"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def progress(stage: str = "training", epoch: int | None = 3, left: float | None = 187.0) -> TrainingProgress:
    return TrainingProgress(stage, 0.25, epoch, 40, 12, 26, left, at=1000.0)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (None, "preparing: reading features, making the model"),
        (progress("preparing"), "preparing: reading features, making the model"),
        (progress("saving"), "saving the model"),
        (progress(), "epoch 3 of 40 · step 12 of 26 · at most 2 min 07 s more"),
        (progress("validating"), "validating epoch 3 of 40 · at most 2 min 07 s more"),
        (progress(left=None), "epoch 3 of 40 · step 12 of 26"),
        (progress(left=30.0), "epoch 3 of 40 · step 12 of 26 · at most 0 s more"),
        (progress(epoch=None, left=None), "step 12 of 26"),
    ],
    ids=lambda one: getattr(one, "stage", None),
)
def test_progress(at: TrainingProgress | None, words: str) -> None:
    assert progress_words(at, now=1060.0) == words


def test_measures_of_an_epoch() -> None:
    assert measure_words({}) == "–"
    assert measure_words({"epoch": 3.0, "mAP": 0.24612, "MRR": 0.5, "R@10": 0.49343}) == (
        "epoch 3: mAP .246, R@10 .493"
    )


def test_a_moment_is_that_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "UTC-5")
    time.tzset()
    try:
        assert clock(0.0) == "1970-01-01 05:00:00"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert clock(None) == "–"


def test_every_state_has_a_mark() -> None:
    states = ("NOT_STARTED", "RUNNING", "STOPPED", "FINISHED", "FAILED", "DIED")
    assert set(STATE_MARKS) == {getattr(job_states, name) for name in states}
