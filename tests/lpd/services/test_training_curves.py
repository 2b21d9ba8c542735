"""How trainings went, as rows: hand-made histories, and those of real models."""

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from lpd.errors import FormatError, NotFoundError
from lpd.services.training_curves import (
    CurvePoint,
    curve_points,
    drawable_models,
    epochs_saved_since,
    recorded_epochs,
    unfinished_epochs,
)
from lpd.workspace import Workspace, create_workspace, open_workspace

ROW: dict[str, Any] = {
    "epoch": 2,
    "steps": 7,
    "carried": 3,
    "known_relevant": 1,
    "learning_rate": 0.5,
    "loss": 1.5,
    "fair": 1.25,
    "dcl": 0.25,
    "itrl": {"a": 0.5, "b": 0.75},
    "selection_rate": {"a": 1.0, "b": 0.0},
    "gradient_norms": {"fair": 2.0, "dcl": 1.0},
    "gradient_ratio": 0.5,
    "warnings": ["space b learnt from 0.0% of the batches"],
    "extra_hard_negatives": 0.125,
    "entropy": {"a": 4.0, "b": 0.0},
    "validation": {"mAP": 0.25, "median_rank": 9.0},
    "best": True,
    "seconds": 3.0,
}


def written(path: Path, *rows: dict[str, Any], more: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + more)
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def test_every_value_of_a_row(workspace: Workspace) -> None:
    written(workspace.model_folder("m") / "history.jsonl", ROW)
    found = curve_points(workspace, ["m"])
    assert {point.model for point in found} == {"m"}
    assert {point.epoch for point in found} == {2}
    first, second = math.exp(math.tanh(4.0)), math.exp(math.tanh(0.0))
    expected = {
        ("loss", "loss", None): 1.5,
        ("loss", "fair", None): 1.25,
        ("loss", "dcl", None): 0.25,
        ("validation", "mAP", None): 0.25,
        ("validation", "median_rank", None): 9.0,
        ("space", "itrl", "a"): 0.5,
        ("space", "itrl", "b"): 0.75,
        ("space", "entropy", "a"): 4.0,
        ("space", "entropy", "b"): 0.0,
        ("space", "selection_rate", "a"): 1.0,
        ("space", "selection_rate", "b"): 0.0,
        ("space", "weight", "a"): pytest.approx(first / (first + second), rel=1e-12),
        ("space", "weight", "b"): pytest.approx(second / (first + second), rel=1e-12),
        ("gradient", "fair", None): 2.0,
        ("gradient", "dcl", None): 1.0,
        ("other", "learning_rate", None): 0.5,
        ("other", "gradient_ratio", None): 0.5,
        ("other", "extra_hard_negatives", None): 0.125,
        ("other", "seconds", None): 3.0,
    }
    assert {point[2:5]: point.value for point in found} == expected
    assert len(found) == len(expected)


def test_what_a_system_does_not_record_has_no_points(workspace: Workspace) -> None:
    row = {"epoch": 1, "validation": {"mAP": 0.5}, "selection_rate": {}, "itrl": {}, "gradient_ratio": None}
    written(workspace.model_folder("zero") / "history.jsonl", row)
    assert curve_points(workspace, ["zero"]) == [CurvePoint("zero", 1, "validation", "mAP", None, 0.5)]


def test_models_in_the_order_asked_for(workspace: Workspace) -> None:
    for name, value in (("a", 1.0), ("b", 2.0)):
        rows = [{"epoch": epoch, "loss": value * epoch} for epoch in (1, 2)]
        written(workspace.model_folder(name) / "history.jsonl", *rows)
    found = [(point.model, point.epoch, point.value) for point in curve_points(workspace, ["b", "a"])]
    assert found == [("b", 1, 2.0), ("b", 2, 4.0), ("a", 1, 1.0), ("a", 2, 2.0)]


def test_the_training_under_way_comes_first_and_may_be_cut(workspace: Workspace) -> None:
    folder = workspace.model_folder("m")
    written(folder / "history.jsonl", {"epoch": 1, "loss": 5.0})
    written(folder / "training" / "history.jsonl", {"epoch": 1, "loss": 7.0}, more='{"epoch": 2, "lo')
    assert recorded_epochs(workspace, "m") == [{"epoch": 1, "loss": 7.0}]
    written(folder / "training" / "history.jsonl", more='{"epoch":\n{"epoch": 2}\n')
    with pytest.raises(FormatError, match=r"training/history\.jsonl:1"):
        recorded_epochs(workspace, "m")


def test_a_finished_history_that_is_cut_is_damaged(workspace: Workspace) -> None:
    written(workspace.model_folder("m") / "history.jsonl", {"epoch": 1}, more='{"epoch": 2, "lo')
    with pytest.raises(FormatError, match=r"m/history\.jsonl:2"):
        curve_points(workspace, ["m"])


def test_models_that_can_be_drawn(workspace: Workspace) -> None:
    assert drawable_models(workspace) == []
    written(workspace.model_folder("done") / "history.jsonl")
    written(workspace.model_folder("begun") / "training" / "history.jsonl")
    workspace.model_folder("brought").mkdir()
    written(workspace.path / "models" / ".done.abc.old" / "history.jsonl")
    assert drawable_models(workspace) == ["begun", "done"]
    with pytest.raises(NotFoundError, match="no history of a training here"):
        curve_points(workspace, ["brought"])
    with pytest.raises(FormatError, match="not a name"):
        curve_points(workspace, ["../begun"])


def test_what_was_written_before_is_of_another_training(workspace: Workspace) -> None:
    path = written(workspace.model_folder("m") / "training" / "history.jsonl", {"epoch": 1})
    os.utime(path, (1000.0, 1000.0))
    assert unfinished_epochs(workspace, "m", since=1000.0) == [{"epoch": 1}]
    assert unfinished_epochs(workspace, "m", since=1000.5) == []
    assert unfinished_epochs(workspace, "other", since=0.0) == []
    assert epochs_saved_since(workspace, "m", since=0.0) is None
    path.with_name("state.safetensors").write_bytes(b"cut")
    with pytest.raises(FormatError, match=r"state\.safetensors"):
        epochs_saved_since(workspace, "m", since=0.0)
    assert epochs_saved_since(workspace, "m", since=1e12) is None


def test_real_trainings(demo_workspace: Path) -> None:
    workspace = open_workspace(demo_workspace)
    assert drawable_models(workspace) == workspace.model_names()
    found = curve_points(workspace, ["lpd", "laff"])
    card = workspace.model_card("lpd")
    best = [
        point.value
        for point in found
        if point.model == "lpd" and point.series == "mAP" and point.epoch == card.best["epoch"]
    ]
    assert best == [card.best["mAP"]]
    weights = [point for point in found if point.series == "weight" and point.epoch == 1]
    assert len({point.space for point in weights}) == len(weights) > 1
    assert {point.model for point in weights} == {"lpd"}  # LAFF does not select its heads
    assert sum(point.value for point in weights) == pytest.approx(1.0)
