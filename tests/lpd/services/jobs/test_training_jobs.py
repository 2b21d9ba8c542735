"""Real trainings in processes of their own: begun, watched, stopped, killed, resumed, from several places."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lpd.errors import LpdError
from lpd.services.jobs.job_files import JobFiles
from lpd.services.jobs.job_process import process_id
from lpd.services.jobs.job_states import JobState, job_log, job_state, job_states
from lpd.services.jobs.training_jobs import (
    ask_to_stop,
    resume_training,
    start_training,
    stop_training,
)
from lpd.services.jobs.training_request import ModelRequest, train_command
from lpd.services.training_curves import curve_points
from lpd.storage import writer_lock
from lpd.workspace import Workspace, open_workspace
from tests.conftest import ROOT

LONG = ("epochs=100", "patience=100", "batch_size=32")
REQUEST = ModelRequest("m", "lpd", "train", "valid", width=16, device="cpu", settings=LONG)
HOPELESS = replace(REQUEST, options=("nosuch=1",))


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Iterator[Workspace]:
    ignored = shutil.ignore_patterns("media", "indexes", "models", "jobs", "key_frames.npy")
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=ignored)
    workspace = open_workspace(tmp_path / "w")
    yield workspace
    for state in job_states(workspace):
        if state.state == "running":
            stop_training(workspace, state.name, grace_s=0.0)


def wait_until(
    workspace: Workspace, good: Callable[[JobState], bool], *, name: str = "m", seconds: float = 120.0
) -> JobState:
    """Returns the first state that is good."""
    until = time.monotonic() + seconds
    while not good(state := job_state(workspace, name)):
        assert time.monotonic() < until, state
        time.sleep(0.02)
    return state


def ended(state: JobState) -> bool:
    return state.state != "running"


def validated(epochs: int) -> Callable[[JobState], bool]:
    def enough(state: JobState) -> bool:
        assert state.state == "running", state
        return state.latest.get("epoch", 0) >= epochs

    return enough


def kill(workspace: Workspace, name: str = "m") -> None:
    """Kills the training's process as the system does when memory is short."""
    process = JobFiles.of(workspace, name).read_process()
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)


@pytest.mark.slow
def test_a_stop_and_a_resume_end_in_the_same_model(workspace: Workspace) -> None:
    assert job_state(workspace, "m").state == "not started"
    begun = start_training(workspace, REQUEST)
    assert begun.warning is None
    assert begun.state.state == "running"
    with pytest.raises(LpdError, match="m: this model is being trained already"):
        start_training(workspace, REQUEST)
    with pytest.raises(LpdError, match="m: this model is being trained already"):
        resume_training(workspace, "m")
    first = wait_until(workspace, lambda state: state.progress is not None)
    later = wait_until(workspace, validated(3))
    assert first.progress is not None
    assert later.progress is not None
    wait_until(workspace, lambda state: state.progress is not None and state.progress.share > 0.05)
    assert len({point.epoch for point in curve_points(workspace, ["m"])}) >= 3
    assert ask_to_stop(workspace, "m").sentence in ("it stops after this epoch", "stopped")
    stopped = stop_training(workspace, "m")
    assert stopped.state == "stopped"
    assert stopped.resumable_epochs == stopped.latest["epoch"]  # nothing is lost
    assert stopped.sentence == f"stopped; can resume from epoch {stopped.resumable_epochs}"
    assert stopped.ended is not None
    with pytest.raises(LpdError, match="not being trained"):
        ask_to_stop(workspace, "m")

    resumed = resume_training(workspace, "m")
    assert resumed.state.typed.endswith("--resume")
    whole = start_training(workspace, replace(REQUEST, name="whole"))
    assert whole.warning is not None
    assert whole.warning.startswith("m is being trained in this workspace too")
    done = wait_until(workspace, ended)
    other = wait_until(workspace, ended, name="whole")
    assert (done.state, other.state) == ("finished", "finished")
    assert done.report["digest"] == other.report["digest"]
    assert done.best == other.best == workspace.model_card("m").best
    assert [state.name for state in job_states(workspace)] == ["whole", "m"]
    assert workspace.model_names() == ["m", "whole"]
    with pytest.raises(LpdError, match="nothing to resume"):
        resume_training(workspace, "m")


def test_a_killed_training_died_and_can_be_resumed(workspace: Workspace) -> None:
    start_training(workspace, REQUEST)
    wait_until(workspace, validated(2))
    kill(workspace)
    died = wait_until(workspace, ended)
    assert died.state == "died"
    assert died.resumable_epochs is not None
    assert died.resumable_epochs >= 1
    assert died.sentence.startswith("its process was ended from outside")
    assert died.sentence.endswith(f"can resume from epoch {died.resumable_epochs}")
    resume_training(workspace, "m")
    again = wait_until(workspace, validated(died.resumable_epochs + 1))
    assert again.progress is not None
    now = stop_training(workspace, "m", grace_s=0.0)  # asked and killed at once
    assert now.state == "stopped"
    assert now.resumable_epochs is not None
    assert now.resumable_epochs >= died.resumable_epochs


@pytest.mark.slow
def test_a_training_outlives_the_one_who_began_it(workspace: Workspace) -> None:
    code = f"""
from pathlib import Path
from lpd.services.jobs.training_jobs import start_training
from lpd.services.jobs.training_request import ModelRequest
from lpd.workspace import open_workspace
start_training(open_workspace(Path({str(workspace.path)!r})), {REQUEST!r})
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=ROOT)
    state = wait_until(workspace, validated(1))
    process = JobFiles.of(workspace, "m").read_process()
    assert process is not None
    assert process == process_id(process.pid)
    assert os.getsid(process.pid) == process.pid
    command = Path(f"/proc/{process.pid}/cmdline")
    if command.is_file():
        assert command.read_text().split("\0")[1:-1] == train_command(REQUEST, workspace=workspace.path)[1:]
    assert state.request == REQUEST
    stop_training(workspace, "m", grace_s=0.0)
    assert process_id(process.pid) != process or not Path(f"/proc/{process.pid}/fd/0").exists()


@pytest.mark.slow
def test_a_training_of_the_command_line_is_watched_and_stopped(workspace: Workspace) -> None:
    command = train_command(REQUEST, workspace=workspace.path)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        wait_until(workspace, lambda state: state.latest.get("epoch", 0) >= 1)
        with pytest.raises(LpdError, match="already"):
            start_training(workspace, REQUEST)
        again = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert again.returncode == 2
        assert "m: this model is being trained already" in again.stderr
        stopped = stop_training(workspace, "m")
        assert process.stderr is not None
        assert "with --resume goes on from there" in process.stderr.read()
        assert process.wait() == 2
    assert stopped.state == "stopped"
    assert stopped.resumable_epochs == stopped.latest["epoch"]
    assert job_log(workspace, "m") == ""


def test_of_several_who_begin_at_once_one_does(workspace: Workspace) -> None:
    refused: list[str] = []

    def begin() -> None:
        try:
            start_training(workspace, HOPELESS)
        except LpdError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert all("is being trained already" in words for words in refused)
    failed = wait_until(workspace, ended)
    assert failed.state == "failed"
    assert "nosuch" in failed.sentence
    assert failed.log.splitlines()[-1] == f"lpd: {failed.sentence}"
    assert failed.resumable_epochs is None
    assert failed.request == HOPELESS
    with pytest.raises(LpdError, match="no epoch was saved"):
        resume_training(workspace, "m")


def test_a_process_that_ended_before_the_training(workspace: Workspace) -> None:
    start_training(workspace, REQUEST)
    kill(workspace)
    failed = wait_until(workspace, ended)
    assert failed.state == "failed"
    assert failed.sentence == "it ended before the training began"
    started = start_training(workspace, REQUEST)  # and stopped, which is another thing
    assert started.state.state == "running"
    assert stop_training(workspace, "m", grace_s=0.0).sentence == "stopped; nothing was saved to go on from"


def test_what_cannot_be_trained_starts_nothing(workspace: Workspace) -> None:
    for wrong, words in (
        (replace(REQUEST, name="../m"), "not a name for a model"),
        (replace(REQUEST, name="-m"), "not a name for a model"),
        (replace(REQUEST, system="--help"), "unknown system"),
        (replace(REQUEST, captions="nosuch"), "no such caption set"),
        (replace(REQUEST, settings=("epochs=0",)), "training settings"),
        (replace(REQUEST, options=("a=\0",)), "not part of a command"),
    ):
        with pytest.raises(LpdError, match=words):
            start_training(workspace, wrong)
    assert job_states(workspace) == []
    with pytest.raises(LpdError, match="nothing to resume"):
        resume_training(workspace, "m")
    with pytest.raises(LpdError, match="not being trained"):
        stop_training(workspace, "m")


def test_a_model_that_is_trained_in_another_way_is_left_alone(workspace: Workspace) -> None:
    with (
        writer_lock(workspace.model_folder("m")),
        pytest.raises(LpdError, match="another process is writing"),
    ):
        # the lock is this thread's own: another one must ask
        asked_by_another_thread(lambda: start_training(workspace, REQUEST))
    assert job_state(workspace, "m").state == "not started"


def asked_by_another_thread(call: Callable[[], object]) -> None:
    """Raises here what a call raises there."""
    raised: list[LpdError] = []

    def run() -> None:
        try:
            call()
        except LpdError as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    for error in raised:
        raise error


def test_a_record_that_cannot_be_read_is_among_the_failed(workspace: Workspace) -> None:
    folder = workspace.path / "jobs" / "m"
    folder.mkdir(parents=True)
    (folder / "job.json").write_text("{")
    [state] = job_states(workspace)
    assert (state.name, state.state, state.request) == ("m", "failed", None)
    assert "job.json:1" in state.sentence


def test_a_training_of_another_machine_is_not_killed_here(workspace: Workspace) -> None:
    start_training(workspace, REQUEST)
    files = JobFiles.of(workspace, "m")
    process = files.read_process()
    assert process is not None
    wait_until(workspace, lambda _: files.entered.exists())
    files.write_process(process._replace(machine="another"))
    with pytest.raises(LpdError, match="another machine or in another container"):
        stop_training(workspace, "m", grace_s=0.0)
    assert job_state(workspace, "m").state == "running"
    assert not job_state(workspace, "m").stopping
    files.write_process(process)
