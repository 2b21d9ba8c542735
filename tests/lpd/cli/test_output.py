"""What commands print: one document alone on stdout; progress that leaves out what was done before a stop."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lpd.cli import output
from lpd.cli.output import drawn_progress, with_progress_file
from lpd.progress import no_progress


class Clock:
    """Stands in for the clock of bars and files."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(output.time, "monotonic", clock)
    monkeypatch.setattr("tqdm.std.time", clock)
    return clock


@pytest.mark.parametrize("before", [0, 900])
def test_seconds_left_in_the_file(tmp_path: Path, clock: Clock, before: int) -> None:
    progress = with_progress_file(no_progress, tmp_path / "progress.jsonl")
    progress("embedding shots", before, 1000)
    clock.now += 10
    progress("embedding shots", before + 20, 1000)
    first, second = map(json.loads, (tmp_path / "progress.jsonl").read_text().splitlines())
    assert first == {"stage": "embedding shots", "done": before, "total": 1000, "seconds_left": None}
    assert second["seconds_left"] == pytest.approx((1000 - before - 20) / 2)


@pytest.mark.parametrize("before", [0, 900])
def test_seconds_left_on_the_bar(clock: Clock, capsys: pytest.CaptureFixture[str], before: int) -> None:
    progress = drawn_progress()
    progress("embedding shots", before, 1000)
    clock.now += 10
    progress("embedding shots", before + 20, 1000)
    clock.now += 10
    progress("embedding shots", 1000, 1000)
    first, second, *_ = [line for line in capsys.readouterr().err.split("\r") if line.strip()]
    assert f"{before}/1000" in first
    assert f"{before + 20}/1000" in second
    assert ("00:40" if before else "08:10") in second.split("<")[1]


def test_what_libraries_print_below_python_goes_to_stderr() -> None:
    script = (
        "import os; from lpd.cli.output import keep_stdout, print_json; keep_stdout();"
        "os.write(1, b'of a library\\n'); print_json({'a': 'ü'})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert json.loads(done.stdout) == {"a": "ü"}
    assert done.stderr == b"of a library\n"
