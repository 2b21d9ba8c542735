"""Training on a workspace: what a model folder holds, what stays on failure, resume after a real kill."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from lpd.errors import LpdError
from lpd.services.encoding import encode_texts, fit_text_encoders
from lpd.services.training import ModelRequest, train_model
from lpd.text import load_text_encoder
from lpd.workspace import Workspace, open_workspace

QUICK = ModelRequest(
    "quick", "lpd", "train", "valid", width=16, device="cpu", settings=("epochs=2", "batch_size=32")
)


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "indexes"))
    return open_workspace(tmp_path / "w")


def test_a_model_folder_holds_all_that_a_live_query_needs(copy: Workspace) -> None:
    report = train_model(copy, QUICK)
    folder = copy.model_folder("quick")
    card = copy.model_card("quick")
    assert report["digest"] == card.digest
    assert report["best"] == card.best
    assert sorted(path.name for path in (folder / "text_encoders").iterdir()) == sorted(card.text_features)
    for name, dimension in card.text_features.items():
        assert load_text_encoder(folder / "text_encoders" / name).dimension == dimension
    history = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    assert len(history) == 2
    assert {"gradient_ratio", "selection_rate", "validation", "itrl", "dcl"} <= set(history[0])
    assert not (folder / "training").exists()
    assert card.config["model"]["normalisation"]["text:bow"] == "none"
    assert card.config["model"]["normalisation"]["text:w2v"] == "zscore"


def test_same_seed_same_weights(copy: Workspace) -> None:
    first, second, other = (
        train_model(copy, replace(QUICK, name=name, seed=seed))["digest"]
        for name, seed in (("a", 3), ("b", 3), ("c", 4))
    )
    assert first == second != other


def test_a_failed_training_leaves_the_old_model(copy: Workspace) -> None:
    before = {path.name: path.read_bytes() for path in copy.model_folder("lpd").glob("*.*")}

    class Stopped(Exception):
        pass

    def stop(stage: str, done: int, total: int) -> None:
        if done > 2:
            raise Stopped

    with pytest.raises(Stopped):
        train_model(copy, replace(QUICK, name="lpd"), progress=stop)
    after = {path.name: path.read_bytes() for path in copy.model_folder("lpd").glob("*.*")}
    assert {name: after[name] for name in before} == before
    assert copy.model_card("lpd").width == 256


def test_two_trainings_of_one_model_do_not_meet(copy: Workspace) -> None:
    from lpd.storage import writer_lock

    code = f"import sys; sys.argv = ['lpd', 'train', 'lpd', '--name', 'quick', '--captions', 'train', \
'--validation', 'valid', '--workspace', {str(copy.path)!r}]; from lpd.cli import main; main()"
    with writer_lock(copy.model_folder("quick")):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "another process is writing" in done.stderr


def test_encoders_are_fitted_and_texts_encoded(copy: Workspace) -> None:
    shutil.rmtree(copy.path / "text_encoders" / "w2v")
    fit_text_encoders(copy, ["w2v"], captions="train")
    assert encode_texts(copy, "avs-inland", ["w2v"]) == ["w2v"]
    matrix = copy.text_features("avs-inland", "w2v")
    assert matrix.ids == [topic.topic_id for topic in copy.edition("avs-inland").topics]
    with pytest.raises(LpdError, match="fit-on"):
        encode_texts(copy, "avs-inland", ["bigru"])


@pytest.mark.slow
def test_a_killed_training_ends_in_the_same_weights(copy: Workspace) -> None:
    command = [sys.executable, "-m", "lpd", "train", "lpd", "--captions", "train", "--validation", "valid"]
    command += ["--width", "64", "--set", "epochs=40", "--set", "patience=40", "--set", "batch_size=32"]
    command += ["--device", "cpu", "--json", "--workspace", str(copy.path)]

    def finished(name: str, *more: str) -> str:
        done = subprocess.run([*command, "--name", name, *more], capture_output=True, text=True, check=True)
        return str(json.loads(done.stdout)["digest"])

    process = subprocess.Popen(
        [*command, "--name", "killed"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    state = copy.model_folder("killed") / "training" / "state.safetensors"
    while not state.is_file():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert "killed" not in open_workspace(copy.path).model_names()
    assert finished("killed", "--resume") == finished("whole")
