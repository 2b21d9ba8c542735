"""`torchrun -m lpd train` on a workspace: one checkpoint, one record, the losses of one process."""

import json
import shutil
from pathlib import Path

import pytest

from lpd.services.training import ModelRequest, train_model
from lpd.training import read_history
from lpd.workspace import open_workspace
from tests.lpd.training.test_processes import run_together

REQUEST = ModelRequest(
    "alone",
    "lpd",
    "train",
    "valid",
    width=16,
    device="cpu",
    settings=("epochs=2", "batch_size=32"),
    options=("dropout=0",),
)


@pytest.mark.slow
def test_two_processes_train_a_model_as_one_does(demo_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "indexes"))
    workspace = open_workspace(path)
    switches = [f"--set={one}" for one in REQUEST.settings] + [f"--option={one}" for one in REQUEST.options]
    done = run_together(
        *("lpd", "train", "lpd", "--name", "two", "--captions", "train", "--validation", "valid"),
        *("--width", "16", "--device", "cpu", *switches, "--workspace", path, "--json"),
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["digest"] == workspace.model_card("two").digest
    assert not (workspace.model_folder("two") / "training").exists()
    train_model(workspace, REQUEST)
    alone, two = (read_history(workspace.model_folder(name) / "history.jsonl") for name in ("alone", "two"))
    assert [row["epoch"] for row in two] == [1, 2]
    assert [row["loss"] for row in two] == pytest.approx([row["loss"] for row in alone], rel=1e-4)
    assert [row["selection_rate"] for row in two] == [row["selection_rate"] for row in alone]


@pytest.mark.slow
def test_what_does_not_learn_in_steps_is_trained_alone(demo_workspace: Path, tmp_path: Path) -> None:
    path = tmp_path / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "indexes"))
    done = run_together(
        *("lpd", "train", "ridge", "--captions", "train", "--validation", "valid"),
        *("--device", "cpu", "--workspace", path),
    )
    assert done.returncode != 0
    assert "ridge does not learn in steps" in done.stderr
    assert not (path / "models" / "ridge" / "model.safetensors").exists()
