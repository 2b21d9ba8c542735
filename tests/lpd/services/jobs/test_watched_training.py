"""What a training process says of itself: how it ended, where it stands, whether it was asked to stop."""

import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lpd.errors import LpdError
from lpd.services.jobs import watched_training as module
from lpd.services.jobs.job_files import LOCK_VARIABLE, JobFiles
from lpd.services.jobs.job_process import this_process
from lpd.services.jobs.job_records import Outcome
from lpd.services.jobs.watched_training import watched_training
from lpd.services.training import ModelRequest
from lpd.training import TrainingStopped
from lpd.workspace import Workspace, open_workspace

REQUEST = ModelRequest("m", "lpd", "train", "valid", device="cpu", settings=("epochs=6",))


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Workspace:
    ignored = shutil.ignore_patterns("media", "indexes", "models", "jobs", "key_frames.npy")
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=ignored)
    return open_workspace(tmp_path / "w")


def outcome(workspace: Workspace) -> Outcome:
    found = JobFiles.of(workspace, "m").read_outcome()
    assert found is not None
    assert abs(found.ended - time.time()) < 60
    return replace(found, ended=0.0)


def test_a_training_that_ends_well(workspace: Workspace) -> None:
    files = JobFiles.of(workspace, "m")
    with watched_training(workspace, REQUEST) as watched:
        with files.looked_at() as running:
            assert running
        with pytest.raises(LpdError, match="already"), watched_training(workspace, REQUEST):
            pass
        assert files.read_outcome() is None
        assert files.read_process() == this_process()
        record = files.read_record()
        assert record is not None
        assert (record.request, record.epochs, record.criterion) == (REQUEST, 6, "mAP")
        assert not watched.started_for_another
        assert not watched.stop_asked()
        watched.report = {"digest": "d"}
    with files.looked_at() as running:
        assert not running
    assert outcome(workspace) == Outcome("finished", "", 0.0, {"digest": "d"})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (LpdError("no good", next_step="do better"), Outcome("failed", "no good. Next: do better", 0.0)),
        (ValueError("a bug"), Outcome("failed", "ValueError: a bug", 0.0)),
        (MemoryError(), Outcome("failed", "MemoryError", 0.0)),
        (KeyboardInterrupt(), Outcome("stopped", "interrupted within an epoch", 0.0)),
        (
            TrainingStopped(3, saved=False),
            Outcome("stopped", "stopped after 3 epochs, as asked", 0.0),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_training_that_does_not(workspace: Workspace, error: BaseException, expected: Outcome) -> None:
    with pytest.raises(type(error)), watched_training(workspace, REQUEST):
        raise error
    assert outcome(workspace) == expected


def test_the_signal_asks_once_and_interrupts_then(workspace: Workspace) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def train() -> None:
        with watched_training(workspace, REQUEST) as watched:
            os.kill(os.getpid(), signal.SIGTERM)
            assert watched.stop_asked()
            os.kill(os.getpid(), signal.SIGTERM)
            pytest.fail("the second one interrupts")

    with pytest.raises(KeyboardInterrupt):
        train()
    assert signal.getsignal(signal.SIGTERM) == before
    assert outcome(workspace).state == "stopped"


def test_what_cannot_be_trained_leaves_the_record_of_the_last_one(workspace: Workspace) -> None:
    with watched_training(workspace, REQUEST):
        pass
    for wrong in (
        replace(REQUEST, captions="trian"),
        replace(REQUEST, settings=("epochs=none",)),
        replace(REQUEST, video_features=("nosuch",)),
        replace(REQUEST, system="lpdd"),
        replace(REQUEST, init_from="nosuch"),
        replace(REQUEST, teachers=("nosuch",)),
        replace(REQUEST, device="nosuch"),
        replace(REQUEST, validation=""),
    ):
        with pytest.raises(LpdError), watched_training(workspace, wrong):
            pytest.fail("is found before")
    record = JobFiles.of(workspace, "m").read_record()
    assert record is not None
    assert record.request == REQUEST


def test_an_inherited_lock_is_kept_from_further_processes(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = JobFiles.of(workspace, "m")
    lock = files.take_lock()
    os.set_inheritable(lock, True)
    monkeypatch.setenv(LOCK_VARIABLE, str(lock))
    record = module.new_record(workspace, REQUEST, module.check_request(workspace, REQUEST), **FRESH)
    files.begin(record)
    with watched_training(workspace, REQUEST) as watched:
        assert watched.started_for_another
        assert LOCK_VARIABLE not in os.environ
        assert not os.get_inheritable(lock)
        assert files.read_record() == record
    with files.looked_at() as running:
        assert not running


FRESH: dict[str, Any] = {"resume": False, "earlier": None}


@pytest.mark.parametrize("value", ["0", "nonsense", "99999", "-1"])
def test_a_descriptor_of_something_else_is_no_lock(
    workspace: Workspace, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LOCK_VARIABLE, value)
    with watched_training(workspace, REQUEST) as watched:
        assert not watched.started_for_another


def test_only_the_first_of_several_processes_is_watched(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "one")
    monkeypatch.setenv("RANK", "1")
    with watched_training(workspace, REQUEST) as watched:
        assert not watched.stop_asked()
    assert not (workspace.path / "jobs").exists()


def test_positions_once_a_second_and_at_the_end_of_long_epochs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    files = JobFiles.of(workspace, "m")
    written = []
    with watched_training(workspace, REQUEST) as watched:  # 6 epochs of 10 steps, 0.3 s each
        for done in range(20, 61):
            watched.progress("training", done, 60)
            position = files.read_position()
            assert position is not None
            if position.done == done:
                written.append(done)
            now += 0.3
    # every fourth one; 30, 40 and 50 because an epoch has ended; the last one
    assert written == [20, 24, 28, 30, 34, 38, 40, 44, 48, 50, 54, 58, 60]
    last = files.read_position()
    assert last is not None
    assert (last.begun_at, last.total, last.seconds) == (20, 60, pytest.approx(12.0))


def test_a_resume_keeps_when_it_was_begun(workspace: Workspace) -> None:
    files = JobFiles.of(workspace, "m")

    def begun(*, resume: bool) -> float:
        with watched_training(workspace, REQUEST, resume=resume):
            pass
        record = files.read_record()
        assert record is not None
        assert record.resumed == resume
        return record.begun

    assert begun(resume=True) == 0.0  # of what nobody recorded, anything saved is good
    first = begun(resume=False)
    assert first > 0
    assert begun(resume=True) == first
    assert begun(resume=False) > first
