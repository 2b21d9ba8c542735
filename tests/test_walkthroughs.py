"""The walk-throughs of the README, command after command, on small files."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.evaluation import evaluate_run
from lpd.search import open_engine
from lpd.services.editions import edition_runs
from lpd.workspace import open_workspace
from tests.test_readme import README
from tests.walks.files import trained_files, trecvid_files, video_files

WALKS: dict[str, Callable[[Path, Path], None]] = {
    "trained": trained_files,
    "trecvid": trecvid_files,
    "videos": video_files,
}


def walk_lines(walk: str) -> list[str]:
    """The commands of one walk-through, without what only people do: looking at the app."""
    [block] = re.findall(rf"<!-- walk: {walk} -->\n```console\n(.*?)```", README, flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("lpd app")]


def walked(walk: str, folder: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Command -> what it printed, all run in a folder that has the files of the walk."""
    WALKS[walk](folder, demo)
    monkeypatch.chdir(folder)
    printed = {}
    for line in walk_lines(walk):
        if line.startswith("export "):
            name, _, value = line.removeprefix("export ").partition("=")
            monkeypatch.setenv(name, value)
            continue
        words = shlex.split(line)
        assert words[0] == "lpd", line
        found = CliRunner().invoke(app, words[1:])
        assert found.exit_code == 0, f"{line}\n{found.output}"
        printed[line] = found.output
    return printed


def test_every_walk_is_in_the_readme() -> None:
    assert set(re.findall(r"<!-- walk: (\w+) -->", README)) == set(WALKS)


def test_a_trained_model(tmp_path: Path, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = walked("trained", tmp_path, demo_workspace, monkeypatch)
    workspace = open_workspace(tmp_path / "trained")
    engine = open_engine(workspace, model="laff", collection="v3c1")
    assert engine.encoder.missing_encoders == []
    edition = workspace.edition("tv21")
    made = edition_runs(engine, edition)["fused"]
    again = evaluate_run(made, workspace.qrels("tv21")).mean["infAP"]
    assert f"{again:.4f}" in printed["lpd evaluate laff --edition tv21"]


def test_a_team_of_trecvid(tmp_path: Path, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walked("trecvid", tmp_path, demo_workspace, monkeypatch)
    workspace = open_workspace(tmp_path / "team")
    assert workspace.run_tags("tv19") == ["both", "ours", "theirs"]
    assert "<!DOCTYPE" in (tmp_path / "both.xml").read_text(encoding="utf-8")
    assert "\\toprule" in (tmp_path / "topics.tex").read_text(encoding="utf-8")


def test_a_folder_of_videos(tmp_path: Path, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = walked("videos", tmp_path, demo_workspace, monkeypatch)
    shots = open_workspace(tmp_path / "my-videos").collection("mine").shots
    assert shots["video_id"].nunique() == 4
    assert len(shots) >= 8  # of 12 that were put one behind the other; cuts between like scenes are soft
    [found] = [text for line, text in printed.items() if line.startswith("lpd search")]
    assert "holiday" in found
