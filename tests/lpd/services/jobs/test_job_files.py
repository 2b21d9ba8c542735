"""The files of a training: the lock says the truth after any kind of death, what is read may be cut or
hostile.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError
from lpd.services.jobs.job_files import JobFiles, job_names
from lpd.services.jobs.job_process import ProcessId
from lpd.services.jobs.job_records import JobRecord, Outcome, Position
from lpd.services.jobs.training_request import ModelRequest
from lpd.workspace import Workspace, create_workspace

RECORD = JobRecord(
    ModelRequest("m", "lpd", "train", "valid", settings=("epochs=2",), heads=3),
    command=("python", "-m", "lpd"),
    epochs=2,
    criterion="mAP",
    begun=1.5,
    started=2.5,
    resumed=False,
)
HOLDING = """
import sys, time
from pathlib import Path
from lpd.services.jobs.job_files import JobFiles
JobFiles(Path(sys.argv[1])).take_lock()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


@pytest.fixture
def files(workspace: Workspace) -> JobFiles:
    files = JobFiles.of(workspace, "m")
    files.folder.mkdir(parents=True)
    return files


@pytest.fixture
def holder(files: JobFiles) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDING, str(files.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def running(files: JobFiles) -> bool:
    with files.looked_at() as found:
        return found


def test_the_lock_ends_with_its_process(files: JobFiles, holder: subprocess.Popen[str]) -> None:
    assert running(files)
    with pytest.raises(LpdError, match="m: this model is being trained already"):
        files.take_lock()
    holder.kill()
    holder.wait()
    assert not running(files)
    os.close(files.take_lock())


def test_a_lock_file_alone_says_nothing(files: JobFiles) -> None:
    assert not running(files)
    files.lock.touch()
    assert not running(files)


def test_an_inherited_lock_outlives_the_one_who_took_it(files: JobFiles) -> None:
    lock = files.take_lock()
    child = subprocess.Popen(["sleep", "60"], pass_fds=(lock,))
    os.close(lock)
    assert running(files)
    child.kill()
    child.wait()
    assert not running(files)


def test_in_one_process_only_one_takes_it(files: JobFiles) -> None:
    lock = files.take_lock()
    with pytest.raises(LpdError, match="already"):
        files.take_lock()
    assert files.is_locked_by(lock)
    assert not files.is_locked_by(0)
    os.close(lock)
    assert not files.is_locked_by(lock)


def test_those_who_look_see_no_training_in_each_other(files: JobFiles) -> None:
    files.lock.touch()
    with files.looked_at() as first, files.looked_at() as second:
        assert not first
        assert not second


def test_one_who_begins_waits_for_those_who_look(files: JobFiles) -> None:
    files.lock.touch()
    looking = threading.Event()

    def look() -> None:
        with files.looked_at():
            looking.set()
            time.sleep(0.3)

    thread = threading.Thread(target=look)
    thread.start()
    looking.wait()
    began = time.monotonic()
    os.close(files.take_lock())
    assert time.monotonic() - began >= 0.1
    thread.join()


def test_what_is_written_is_read(files: JobFiles) -> None:
    assert (
        files.read_record() is files.read_process() is files.read_position() is files.read_outcome() is None
    )
    process, position = ProcessId(3, "4", "here"), Position(5, 10, 0, 1.0, 2.0)
    outcome = Outcome("finished", "", 3.0, {"best": {"mAP": 0.5}})
    files.begin(RECORD)
    files.enter(process)
    files.write_position(position)
    files.write_outcome(outcome)
    files.stop.touch()
    assert files.read_record() == RECORD
    assert files.read_process() == process
    assert files.read_position() == position
    assert files.read_outcome() == outcome
    files.begin(JobRecord(**{**vars(RECORD), "resumed": True}))
    assert files.read_position() == position
    files.begin(RECORD)
    assert sorted(path.name for path in files.folder.iterdir()) == ["job.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"done": 1}', b"\xff"], ids=ascii)
def test_a_position_that_was_cut_is_none(files: JobFiles, content: bytes) -> None:
    (files.folder / "progress.json").write_bytes(content)
    assert files.read_position() is None


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"request": {"speed": 1}, "command": []}', '{"a": 1}'])
@pytest.mark.parametrize("name", ["job", "process", "outcome"])
def test_a_damaged_file_is_named(files: JobFiles, name: str, content: str) -> None:
    (files.folder / f"{name}.json").write_text(content)
    read = {"job": files.read_record, "process": files.read_process, "outcome": files.read_outcome}[name]
    with pytest.raises(FormatError, match=rf"{name}\.json"):
        read()


def test_a_position_survives_a_folder_that_was_removed(files: JobFiles) -> None:
    files.folder.rmdir()
    files.write_position(Position(1, 2, 0, 1.0, 2.0))
    assert files.read_position() is not None


@pytest.mark.parametrize(
    "name", ["../up", "a/b", "", ".", "..", "-n", "a\0", "x" * 200, "/etc", "ä"], ids=ascii
)
def test_a_hostile_name_has_no_files(workspace: Workspace, name: str) -> None:
    with pytest.raises(FormatError, match="not a name for a model"):
        JobFiles.of(workspace, name)


def test_only_folders_of_models_are_trainings(workspace: Workspace) -> None:
    assert job_names(workspace) == []
    for name in ("b", "a", ".hidden", "a..b", "with space"):
        folder = workspace.path / "jobs" / name
        folder.mkdir(parents=True)
        (folder / "job.json").write_text("{}")
    (workspace.path / "jobs" / "empty").mkdir()
    assert job_names(workspace) == ["a", "b"]


def test_a_log_of_any_bytes_is_shown(files: JobFiles) -> None:
    assert files.read_log(kibibytes=1) == ""
    files.log.write_bytes(b"one\r\n 10%\r 20%\r100%\n\xff\xc3\x28 \x1b[31mred\0\ttab\nlast \xe2\x82")
    assert files.read_log(kibibytes=1) == "one\n100%\n\ufffd\ufffd( \ufffd[31mred\ufffd\ttab\nlast \ufffd"


def test_a_long_log_is_shown_from_a_whole_line_on(files: JobFiles) -> None:
    files.log.write_text("".join(f"line {number:06}\n" for number in range(10_000)))
    shown = files.read_log(kibibytes=1)
    assert len(shown) <= 1024
    lines = shown.splitlines()
    assert lines[-1] == "line 009999"
    assert {len(line) for line in lines} == {11}
    assert len(lines) >= 80
    files.log.write_bytes(b"x" * 5000)  # one line without an end
    assert files.read_log(kibibytes=1) == "x" * 1024


def test_the_record_is_plain_json(files: JobFiles) -> None:
    files.begin(RECORD)
    document = json.loads((files.folder / "job.json").read_text())
    assert document["request"]["settings"] == ["epochs=2"]
    assert document["command"] == ["python", "-m", "lpd"]
