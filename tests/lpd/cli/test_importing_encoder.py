"""The command line with pretrained encoders: import, a model without captions, an index, any text."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import LpdError
from lpd.features import write_matrix
from lpd.services.importing.shots import import_shots
from lpd.video.encoders import load_video_encoder
from lpd.workspace import Workspace, create_workspace

runner = CliRunner()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = create_workspace(tmp_path / "w")
    monkeypatch.setenv("LPD_WORKSPACE", str(made.path))
    ids = tmp_path / "ids.txt"
    ids.write_text("".join(f"shot{number}_1\n" for number in range(5)))
    import_shots(made, "c", ids)
    return made


def run(*arguments: str) -> dict[str, Any]:
    result = runner.invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def refused(*arguments: str) -> LpdError:
    result = runner.invoke(app, [*arguments])
    assert isinstance(result.exception, LpdError), result.exception
    return result.exception


def test_from_a_folder_to_a_search_without_training(workspace: Workspace, tiny_models: Path) -> None:
    made = run("import", "encoder", str(tiny_models / "clip"), "--name", "clip_b32", "--copy")
    assert made == {"text": "clip_b32", "video": "clip_b32", "notes": []}
    encoder = load_video_encoder(workspace.video_encoder_folder("clip_b32"))
    frames = np.random.default_rng(0).integers(0, 256, (5, 30, 20, 3), dtype=np.uint8)
    ids = workspace.collection("c").shot_ids
    folder = workspace.feature_folder("c", "clip_b32")
    write_matrix(folder, [encoder.encode(list(frames))], name="clip_b32", ids=ids)
    pair = ("--text-feature", "clip_b32", "--video-feature", "clip_b32")
    assert run("train", "zero-shot", *pair, "--name", "clip")["name"] == "clip"
    run("index", "--model", "clip", "--collection", "c")
    found = run("search", "a red dog on the beach", "--model", "clip", "--collection", "c", "-k", "3")
    assert {name: len(hits) for name, hits in found["lists"].items()} == {"common": 3, "fused": 3}
    result = runner.invoke(app, ["search", "a dog", "--model", "clip", "--collection", "c", "-k", "3"])
    assert result.exit_code == 0, result.stderr


def test_what_was_left_out_is_said(workspace: Workspace, tiny_models: Path) -> None:
    result = runner.invoke(app, ["import", "encoder", str(tiny_models / "bert"), "--name", "bert"])
    assert result.exit_code == 0, result.stderr
    assert "bert: encodes texts; no pictures:" in result.stderr


def test_only_a_zero_shot_pair_needs_no_captions(workspace: Workspace, tiny_models: Path) -> None:
    run("import", "encoder", str(tiny_models / "clip"), "--name", "clip")
    pair = ("--text-feature", "clip", "--video-feature", "clip")
    for arguments, words in (
        (("train", "lpd"), "no captions to train on"),
        (("train", "zero-shot", *pair, "--validation", "valid"), "no captions to train on"),
        (("train", "zero-shot", "--text-feature", "clip"), "a zero-shot pair"),
        (("train", "zero-shot", *pair, "--set", "epochs=1"), "settings that would say how"),
        (("train", "zero-shot", *pair), "no collection has this video feature"),
        (("train", "zero-shot", *pair, "--captions", "train"), "no validation captions"),
        (("import", "encoder", "some/model", "--name", "x"), "nothing is downloaded"),
    ):
        assert words in str(refused(*arguments))
    assert workspace.model_names() == []
