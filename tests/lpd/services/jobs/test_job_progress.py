"""From steps to words: a training of 6 epochs of 11 steps."""

from typing import Any

import pytest

from lpd.services.jobs.job_progress import training_progress
from lpd.services.jobs.job_records import JobRecord, Position
from lpd.services.jobs.training_request import ModelRequest

RECORD = JobRecord(
    ModelRequest("m", "lpd", "train", "valid"),
    command=(),
    epochs=6,
    criterion="mAP",
    begun=100.0,
    started=100.0,
    resumed=False,
)


def position(done: int, *, begun_at: int = 0, at: float = 110.0) -> Position:
    return Position(done, 66, begun_at, seconds=5.0, at=at)


@pytest.mark.parametrize(
    ("done", "validated", "stage", "epoch", "step"),
    [
        (0, 0, "training", 1, 0),
        (10, 0, "training", 1, 10),
        (11, 0, "validating", 1, 11),
        (11, 1, "training", 2, 0),
        (12, 1, "training", 2, 1),
        (65, 5, "training", 6, 10),
        (66, 5, "validating", 6, 11),
        (66, 6, "saving", 6, 11),
        (66, 3, "saving", 3, 11),  # the validation ended it early
    ],
)
def test_epoch_and_step(done: int, validated: int, stage: str, epoch: int, step: int) -> None:
    found = training_progress(RECORD, position(done), validated=validated)
    assert (found.stage, found.epoch, found.step) == (stage, epoch, step)
    assert (found.epochs, found.steps) == (6, 11)
    assert found.share == pytest.approx(done / 66)


def test_time_left_counts_what_this_process_did() -> None:
    # 22 of the 33 steps were done before; 11 took 5 seconds, 33 are left
    assert training_progress(RECORD, position(33, begun_at=22), validated=2).seconds_left == 15.0
    assert training_progress(RECORD, position(22, begun_at=22), validated=2).seconds_left is None


def test_a_new_process_prepares_where_the_old_one_stood() -> None:
    found = training_progress(RECORD, position(13, at=99.0), validated=1)
    assert (found.stage, found.epoch, found.step, found.seconds_left) == ("preparing", 2, 2, None)


@pytest.mark.parametrize(
    ("done", "expected"),
    [(0, ("training", 0)), (3, ("training", 3)), (8, ("saving", 8))],
    ids=["begin", "within", "end"],
)
def test_without_epochs_there_are_steps_alone(done: int, expected: tuple[str, int]) -> None:
    fields: dict[str, Any] = {**vars(RECORD), "epochs": None}
    found = training_progress(JobRecord(**fields), Position(done, 8, 0, 1.0, 110.0), validated=0)
    assert (found.stage, found.step) == expected
    assert (found.epoch, found.epochs, found.steps) == (None, None, 8)
