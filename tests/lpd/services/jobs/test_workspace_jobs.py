"""Work in processes of its own: real `lpd` commands, begun, watched, stopped, forgotten."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from lpd.errors import LpdError
from lpd.services.jobs.requests import index_request
from lpd.services.jobs.watched_work import watched_progress, watched_work
from lpd.services.jobs.work_files import WorkFiles, WorkRecord, WorkRequest, work_command
from lpd.services.jobs.workspace_jobs import (
    WorkState,
    forget_work,
    start_work,
    stop_work,
    work_log,
    work_state,
    work_states,
)
from lpd.workspace import Workspace, create_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = create_workspace(tmp_path / "w")
    yield workspace
    for state in work_states(workspace):
        if state.state == "running":
            stop_work(workspace, state.name, grace_s=0.0)


def shots_request(source: Path, collection: str = "c") -> WorkRequest:
    return WorkRequest(
        f"shots of {collection}", ("import", "shots", f"--collection={collection}", str(source))
    )


def wait_until(
    workspace: Workspace, name: str, good: Callable[[WorkState], bool], *, seconds: float = 60.0
) -> WorkState:
    until = time.monotonic() + seconds
    while not good(state := work_state(workspace, name)):
        assert time.monotonic() < until, state
        time.sleep(0.02)
    return state


def ended(state: WorkState) -> bool:
    return state.state != "running"


def test_a_command_says_how_it_ended_and_is_forgotten(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "ids.txt"
    source.write_text("shot1_1\nshot1_2\n")
    request = shots_request(source)
    begun = start_work(workspace, request)
    assert (begun.state, begun.title) == ("running", "shots of c")
    assert begun.request is not None
    assert begun.request.typed == f"lpd import shots --collection=c {source}"
    done = wait_until(workspace, request.name, ended)
    assert (done.state, done.sentence) == ("finished", "c: 2 shots, subsets {}")
    assert done.ended is not None
    assert workspace.collection("c").shot_ids == ["shot1_1", "shot1_2"]
    forget_work(workspace, request.name)
    assert work_states(workspace) == []


def test_a_failure_is_the_librarys_own_sentence(workspace: Workspace, tmp_path: Path) -> None:
    request = shots_request(tmp_path / "nothing.txt")
    start_work(workspace, request)
    failed = wait_until(workspace, request.name, ended)
    assert failed.state == "failed"
    assert "nothing.txt: file is missing" in failed.sentence
    assert failed.log.splitlines()[-1].startswith("lpd: ")
    assert work_log(workspace, request.name).rstrip() == failed.log.rstrip()


def test_it_is_stopped_and_only_one_runs(workspace: Workspace, tmp_path: Path) -> None:
    pipe = tmp_path / "slow.csv"
    os.mkfifo(pipe)  # whoever opens it waits
    request = shots_request(pipe)
    start_work(workspace, request)
    files = WorkFiles.of(workspace, request.name)
    wait_until(workspace, request.name, lambda _: files.entered.exists())
    with pytest.raises(LpdError, match=r"shots of c is under way, and one process writes"):
        start_work(workspace, shots_request(tmp_path / "other.txt", "d"))
    with pytest.raises(LpdError, match="stop it first"):
        forget_work(workspace, request.name)
    stopped = stop_work(workspace, request.name)
    assert (stopped.state, stopped.sentence) == ("stopped", "stopped")
    assert workspace.collection_names() == []
    with pytest.raises(LpdError, match="not under way"):
        stop_work(workspace, request.name)


# --- without a process ----------------------------------------------------------------------------------


@pytest.fixture
def files(workspace: Workspace) -> WorkFiles:
    request = shots_request(Path("ids.txt"))
    files = WorkFiles.of(workspace, request.name)
    files.folder.mkdir(parents=True)
    files.begin(WorkRecord(request, time.time() - 5))
    return files


def test_a_silent_end_is_told(workspace: Workspace, files: WorkFiles) -> None:
    state = work_state(workspace, files.folder.name)
    assert (state.state, state.sentence) == ("died", "its process was ended from outside")


def test_a_damaged_record_does_not_hide_the_others(workspace: Workspace, files: WorkFiles) -> None:
    bad = workspace.path / "work" / "bad"
    bad.mkdir()
    (bad / "work.json").write_text('{"request": 1}')
    states = {state.name: state for state in work_states(workspace)}
    assert states["bad"].state == "failed"
    assert "not the record of a work" in states["bad"].sentence
    assert states[files.folder.name].state == "died"


def test_positions_are_written_and_read(files: WorkFiles) -> None:
    assert files.read_position() is None
    write = files.writing_positions()
    write("reading", 0, 10)
    first = files.read_position()
    write("reading", 1, 10)  # too early to be written
    write("writing", 5, 10)
    second = files.read_position()
    assert first is not None
    assert second is not None
    assert (first.stage, first.share, first.seconds_left) == ("reading", 0.0, None)
    assert (second.stage, second.share) == ("writing", 0.5)
    (files.folder / "progress.json").write_text("{")
    assert files.read_position() is None


@pytest.mark.parametrize(
    ("end", "state", "sentence"),
    [
        (None, "finished", ""),
        (SystemExit(0), "finished", ""),
        (SystemExit(2), "failed", ""),
        (LpdError("no such thing", next_step="look"), "failed", "no such thing. Next: look"),
        (ZeroDivisionError("by 0"), "failed", "ZeroDivisionError: by 0"),
        (KeyboardInterrupt(), "stopped", "stopped"),
    ],
    ids=["well", "exit 0", "exit 2", "mistake", "ours", "interrupted"],
)
def test_the_process_says_how_it_ended(
    files: WorkFiles,
    monkeypatch: pytest.MonkeyPatch,
    end: BaseException | None,
    state: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("LPD_WORK", f"{files.take_lock()}:{files.folder}")
    expected = nullcontext() if end is None else pytest.raises(type(end))
    with expected, watched_work():
        assert "LPD_WORK" not in os.environ
        progress = watched_progress()
        assert progress is not None
        progress("reading", 1, 2)
        if end is not None:
            raise end
    outcome = files.read_outcome()
    assert outcome is not None
    assert (outcome.state, outcome.sentence) == (state, sentence)
    assert files.read_position() is not None
    assert watched_progress() is None
    with files.looked_at() as running:
        assert not running


@pytest.mark.parametrize("given", ["", "no", "7:", "99999:/nowhere"])
def test_nobody_watches_without_a_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str) -> None:
    monkeypatch.setenv("LPD_WORK", given)
    monkeypatch.chdir(tmp_path)
    with watched_work():
        assert watched_progress() is None
    assert list(tmp_path.iterdir()) == []


def test_names_and_commands(tmp_path: Path) -> None:
    request = index_request("lpd", "coast")
    assert request.title == "index lpd@coast"
    assert request.name.startswith("index-lpd-coast-")
    command = work_command(request, tmp_path)
    assert command[1:4] == ["-m", "lpd", "index"]
    assert f"--workspace={tmp_path}" in command
    assert WorkRequest("../../etc", ("status",)).name.startswith("etc-")
    assert WorkRequest("a b", ()).name != WorkRequest("a-b", ()).name
    with pytest.raises(LpdError, match="printable"):
        work_command(WorkRequest("x", ("import", "shots", "a\nb")), tmp_path)
