"""lpd import checkpoint: from the official trainer's file to a search, in the official numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from lpd.checkpoints import load_checkpoint
from lpd.cli import app
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.storage import digest_file
from lpd.text import fit_bag_of_words
from lpd.workspace import Workspace, create_workspace
from tests.lpd.checkpoints.official.official_files import CLOSE, big_file, save

runner = CliRunner()
NAME = "laff_checkpoint_small.pth.tar"
WORD_VECTORS = {"man": [1, 2, 3], "horse": [3, -1, 0], "the": [9, 9, 9], "dogs": [0, 1, 1]}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def run(workspace: Workspace, *arguments: str) -> dict[str, Any]:
    given = [*arguments, "--workspace", str(workspace.path), "--json"]
    result = runner.invoke(app, given, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def told(*arguments: str) -> str:
    result = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def with_shots(workspace: Workspace, oracles: Path, folder: Path) -> dict[str, np.ndarray]:
    """Brings six shots with the video features of the oracle; returns feature -> rows."""
    arrays = np.load(oracles / "laff_forward.npz")
    rows = {name: np.asarray(arrays[f"published::in_vis__{name}"]) for name in ("f_a", "f_b", "f_c")}
    (folder / "ids.txt").write_text("".join(f"shot{number}\n" for number in range(6)))
    run(workspace, "import", "shots", str(folder / "ids.txt"), "--collection", "six")
    for name, matrix in rows.items():
        np.save(folder / f"{name}.npy", matrix)
        source = (str(folder / f"{name}.npy"), "--ids", str(folder / "ids.txt"))
        run(workspace, "import", "features", *source, "--collection", "six", "--name", name)
    return rows


def test_from_the_official_file_to_a_search(workspace: Workspace, oracles: Path, tmp_path: Path) -> None:
    rows = with_shots(workspace, oracles, tmp_path)
    vectors = big_file(tmp_path / "vectors", WORD_VECTORS)
    source = str(oracles / NAME)
    made = run(workspace, "import", "checkpoint", source, "--name", "laff", "--word-vectors", str(vectors))
    assert made["system"] == made["layout"] == "laff"
    assert made["text_encoders"] == ["bow", "tokens", "w2v"]
    assert "txt2vec.IndexVec" in made["refused"]
    card = workspace.model_card("laff")
    assert card.config["made_from"] == {"checkpoint": digest_file(oracles / NAME)}
    assert card.config["best"] == {"epoch": 7}
    assert card.config["training"]["imported"]["file"] == NAME
    assert card.config["training"]["imported"]["dropped"] == made["dropped"]
    run(workspace, "index", "--model", "laff", "--collection", "six")
    query = "The man rides a horse"
    found = run(workspace, "search", query, "--model", "laff", "--collection", "six")
    model = load_checkpoint(workspace.model_folder("laff")).model
    text = {
        "bow": torch.tensor([[1.0, 1, 0, 0, 0, 0]]),
        "w2v": torch.tensor([[2.0, 0.5, 1.5]]),
        "tokens": torch.zeros(1, 64),
    }
    text["tokens"][0, :7] = torch.tensor([1.0, 3, 5, 6, 4, 3, 2])
    with torch.no_grad():
        expected = model.fuse(model(text, {name: torch.from_numpy(one) for name, one in rows.items()}))[0]
    fused = found["lists"]["fused"]
    order = [f"shot{number}" for number in expected.argsort(descending=True)]
    assert [one["shot_id"] for one in fused] == order
    scores = torch.tensor([one["score"] for one in fused])
    torch.testing.assert_close(scores, expected.sort(descending=True).values, **CLOSE)


def test_looking_inside(workspace: Workspace, oracles: Path, tmp_path: Path) -> None:
    source = str(oracles / NAME)
    found = run(workspace, "import", "checkpoint", source, "--inspect", "--feature", "f_a=mine")
    assert (found["layout"], found["container"], found["problem"]) == ("laff", "zip", None)
    assert found["parts"] == [{"tensors": 39, "parameters": 1260}]
    assert found["tensors"]["txt_net.encoder.rnn_encoder.we.weight"] == [20, 8]
    assert found["video_features"][0] == {"name": "mine", "official": "f_a", "dimension": 5}
    assert found["text_encoders"]["bow"] == {"kind": "bow", "dimension": 6}
    assert found["facts"]["best_perf"] == 0.345
    assert found["options"]["parm_adjust_config"] == "0_12_0_12_0_0_1"
    assert [one for one in found["missing"] if "video feature f_b (7 dimensions)" in one]
    assert [one for one in found["missing"] if "w2v" in one]
    assert not [one for one in found["missing"] if "bow" in one]
    assert list(workspace.model_names()) == []
    output = told("import", "checkpoint", source, "--inspect", "--workspace", str(workspace.path))
    for expected in (
        "layout: laff",
        "epoch 7",
        "txt2vec.BowVecNSW",
        "text encoder bow (bow)",
        "dropout",
        "f_c",
    ):
        assert expected in output


def test_looking_inside_needs_no_workspace(
    oracles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPD_WORKSPACE", str(tmp_path / "none"))
    output = told("import", "checkpoint", str(oracles / NAME), "--inspect")
    assert "missing here" not in output


def test_names_that_nobody_knows(workspace: Workspace, tmp_path: Path) -> None:
    path = save(
        tmp_path / "their.pt", {"model": {f"net.{number}": torch.zeros(2, 3) for number in range(40)}}
    )
    found = run(workspace, "import", "checkpoint", str(path), "--inspect", "--system", "lpd")
    assert "text_fusion.weight" in found["names_to_map"]
    assert found["problem"]
    output = told("import", "checkpoint", str(path), "--inspect")
    for expected in ("layout: unknown", "cannot be imported so", "net.3 ", "and 10 more", "2 x 3"):
        assert expected in output
    with pytest.raises(FormatError, match="--inspect"):
        run(workspace, "import", "checkpoint", str(path), "--name", "x")
    mapping = tmp_path / "names.toml"
    mapping.write_text(
        'system = "ridge"\n[model]\ntext_features = { bow = 4 }\nvideo_features = { clip = 4 }\n[tensors]\n'
    )
    with pytest.raises(LpdError):
        run(workspace, "import", "checkpoint", str(path), "--name", "x", "--mapping", str(mapping))
    assert list(workspace.model_names()) == []


def test_features_of_other_dimensions_are_refused(
    workspace: Workspace, oracles: Path, tmp_path: Path
) -> None:
    with_shots(workspace, oracles, tmp_path)
    given = ("import", "checkpoint", str(oracles / NAME), "--name", "laff", "--feature", "f_a=f_b")
    with pytest.raises(FormatError, match="one name"):
        run(workspace, *given)
    swapped = ("--feature", "f_a=f_b", "--feature", "f_b=f_a")
    with pytest.raises(MismatchError, match=r"f_b has 5 dimensions, here 7 in six; .*f_a has 7 dimensions"):
        run(workspace, *given[:5], *swapped)
    assert list(workspace.model_names()) == []


def test_an_encoder_of_the_workspace_is_taken(workspace: Workspace, oracles: Path, tmp_path: Path) -> None:
    three = fit_bag_of_words(["man dog cat"], min_count=1, name="w2v")
    three.save(workspace.text_encoder_folder("w2v"))
    three.save(workspace.text_encoder_folder("bow"))  # the file's own goes before it
    made = run(workspace, "import", "checkpoint", str(oracles / NAME), "--name", "laff")
    assert made["text_encoders"] == ["bow", "tokens", "w2v"]
    folder = workspace.model_folder("laff") / "text_encoders"
    digests = {
        name: json.loads((folder / name / "encoder.json").read_text())["digest"] for name in ("bow", "w2v")
    }
    assert digests["w2v"] == three.digest != digests["bow"]


def test_what_a_person_can_get_wrong(workspace: Workspace, oracles: Path, tmp_path: Path) -> None:
    source = str(oracles / NAME)
    words = tmp_path / "stop.txt"
    words.write_text("the\nof\n")
    wrong: list[tuple[tuple[str, ...], type[LpdError], str]] = [
        ((source,), LpdError, "--name"),
        ((source, "--name", "a/b"), FormatError, "not a name"),
        ((source, "--name", "x", "--feature", "f_a"), FormatError, "OFFICIAL=OURS"),
        ((source, "--name", "x", "--set", "mul"), FormatError, "KEY=VALUE"),
        ((source, "--name", "x", "--set", "depth=3"), FormatError, "depth"),
        ((source, "--name", "x", "--system", "soup"), NotFoundError, "soup"),
        ((source, "--name", "x", "--system", "sea"), FormatError, "two ends"),
        ((source, "--name", "x", "--vocabulary", "soup=x"), FormatError, "soup"),
        ((source, "--name", "x", "--vocabulary", "bow=none.pkl"), NotFoundError, "none.pkl"),
        ((source, "--name", "x", "--word-vectors", "none"), NotFoundError, "word vectors"),
        ((source, "--name", "x", "--mapping", "none.toml"), NotFoundError, "mapping"),
        ((source, "--name", "x", "--stop-words", "none.txt"), NotFoundError, "none.txt"),
        ((str(tmp_path / "none.tar"), "--name", "x"), NotFoundError, "no such file"),
        ((str(words), "--name", "x", "--stop-words", str(words)), FormatError, "stop.txt"),
    ]
    for arguments, error, match in wrong:
        with pytest.raises(error, match=match):
            run(workspace, "import", "checkpoint", *arguments)
    assert list(workspace.model_names()) == []
