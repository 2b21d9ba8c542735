import sys
import time
from pathlib import Path

import pytest

from app.building import DemoBuild, read_progress


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, ("starting", 0.0, None)),
        ("", ("starting", 0.0, None)),
        ('{"stage": "render", "done": 5, "total": 20, "seconds_left": 3.5}\n', ("render", 0.25, 3.5)),
        (
            '{"stage": "a", "done": 1, "total": 1, "seconds_left": 0}\n'
            '{"stage": "b", "done": 0, "total": 0, "seconds_left": null}\n',
            ("b", 0.0, None),
        ),
        ('{"stage": "a", "done": 1, "total": 2, "seconds_left": 1}\n{"stage": "b", "do', ("a", 0.5, 1.0)),
        ("not json\n", ("starting", 0.0, None)),
    ],
)
def test_the_last_whole_line_tells_where_the_build_is(tmp_path, content, expected):
    path = tmp_path / "progress.jsonl"
    if content is not None:
        path.write_text(content)
    assert read_progress(path) == expected


def wait_until_over(build: DemoBuild, seconds: float = 20) -> str:
    end = time.monotonic() + seconds
    while build.look().state == "running" and time.monotonic() < end:
        time.sleep(0.02)
    return build.look().state


def test_a_build_ends_well_or_says_why_it_failed(tmp_path):
    good = DemoBuild(tmp_path / "w", [sys.executable, "-c", "pass"])
    assert good.look().state == "idle"
    good.start()
    assert wait_until_over(good) == "done"
    bad = DemoBuild(tmp_path / "w", [sys.executable, "-c", "raise SystemExit('the disk is full')"])
    bad.start()
    assert wait_until_over(bad) == "failed"
    assert "the disk is full" in bad.look().words


def test_a_build_runs_once_and_can_be_stopped_with_what_it_started(tmp_path: Path):
    sleep = "import time; time.sleep(60)"
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{sleep}']); {sleep}"
    build = DemoBuild(tmp_path / "w", [sys.executable, "-c", script])
    build.start()
    process = build._process
    build.start()
    assert build._process is process
    assert build.look().state == "running"
    build.stop()
    assert build.look().state == "stopped"
