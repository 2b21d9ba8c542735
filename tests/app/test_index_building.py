"""Making an index in a process: begun once, watched, stopped; why it failed; the real one on the demo."""

import shutil
import sys
import time
from pathlib import Path

import pytest

from app.index_building import IndexBuild, index_command, read_bar
from lpd.workspace import open_workspace


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("starting", 0.0)),
        ("no bar at all: 12 of 30\n", ("starting", 0.0)),
        ("embedding:   0%|          | 0/30 [00:00<?, ?it/s]", ("embedding", 0.0)),
        (
            "\rembedding:   3%|▎  | 1/30 [00:00<00:02]\rembedding:  45%|████▌     | 13/30 [00:01<00:01]",
            ("embedding", 0.45),
        ),
        ("a: 100%|██| 3/3\nmeasuring recall:  7%|", ("measuring recall", 0.07)),
        ("odd: 250%|", ("odd", 1.0)),
    ],
)
def test_the_last_bar_tells_how_far_it_is(text: str, expected: tuple[str, float]) -> None:
    assert read_bar(text) == expected


def build(tmp_path: Path, script: str) -> IndexBuild:
    return IndexBuild(tmp_path, "m", "c", command=[sys.executable, "-c", script])


def over(one: IndexBuild, seconds: float = 60) -> str:
    until = time.monotonic() + seconds
    while (state := one.look().state) == "running":
        assert time.monotonic() < until
        time.sleep(0.02)
    return state


def test_it_ends_well_or_says_why_it_failed(tmp_path: Path) -> None:
    good = build(tmp_path, "pass")
    assert good.look().state == "idle"
    good.start()
    assert over(good) == "done"
    assert good.look().share == 1.0
    bad = build(tmp_path, "print('a:  3%|x\\ra: 90%|xx'); raise SystemExit('lpd: the disk is full')")
    bad.start()
    assert over(bad) == "failed"
    assert bad.look().words.splitlines() == ["a: 90%|xx", "lpd: the disk is full"]
    first = bad.look().seconds_so_far
    assert bad.look().seconds_so_far == first


def test_it_runs_once_can_be_stopped_and_begun_again(tmp_path: Path) -> None:
    one = build(tmp_path, "import time; print('emb: 50%|', flush=True); time.sleep(60)")
    one.start()
    process = one._process
    one.start()
    assert one._process is process
    until = time.monotonic() + 20
    while one.look().share == 0.0:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert one.look()[:3] == ("running", "emb", 0.5)
    one.stop()
    assert one.look().state == "stopped"
    one.stop()
    one.start()
    assert one.look().state == "running"
    one.stop()


def test_no_name_is_taken_for_an_option(tmp_path: Path) -> None:
    command = index_command("m", "c d", workspace=tmp_path)
    assert command[1:4] == ["-m", "lpd", "index"]
    assert command[4:] == ["--model=m", "--collection=c d", f"--workspace={tmp_path.resolve()}"]
    assert IndexBuild(tmp_path, "m", "c d").typed == (
        f"lpd index --model=m '--collection=c d' --workspace={tmp_path.resolve()}"
    )


@pytest.mark.slow
def test_an_index_of_the_demo_is_made(demo_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "indexes"))
    workspace = open_workspace(path)
    one = IndexBuild(path, "lpd", "coast")
    one.start()
    assert over(one) == "done", one.look()
    assert workspace.index_names("lpd") == ["coast"]
    wrong = IndexBuild(path, "lpd", "nowhere")
    wrong.start()
    assert over(wrong) == "failed"
    assert "nowhere" in wrong.look().words
