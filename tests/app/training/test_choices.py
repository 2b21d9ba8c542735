"""The choices of a training, against the library's own lists and the checkpoints of the demo."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.training import choices as training_choices
from app.training.choices import (
    PRESETS,
    SYSTEMS,
    common_text_features,
    common_video_features,
    first_captions,
    first_validation,
    lines_of_text,
    request_of,
    without_selection,
)
from lpd.models import MODELS
from lpd.services import pairs
from lpd.services.jobs.training_request import ModelRequest
from lpd.services.model_settings import new_model
from lpd.services.training import _inputs, training_settings
from lpd.training import presets
from lpd.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


def test_the_lists_are_those_of_the_library() -> None:
    assert set(SYSTEMS) == set(MODELS)
    assert tuple(PRESETS) == presets.PRESETS
    assert training_choices.SPECIAL == pairs.SPECIAL


@pytest.mark.parametrize("model", ["laff", "lpd", "lpd-no-dcl"])
def test_a_model_tells_the_request_that_trains_it_again(workspace: Workspace, model: str) -> None:
    card = workspace.model_card(model)
    request = request_of(card)
    trained = card.config["training"]
    again = training_settings(request).to_dict()
    assert again == {key: trained[key] for key in again}
    made = new_model(workspace, request, _inputs(workspace, request))
    assert made.to_config() == card.config["model"]
    assert (request.name, request.system, request.seed) == (model, card.system, card.seed)
    assert request.captions.split(",") == trained["captions"]


def test_options_encoders_and_sizes_come_back() -> None:
    class Card:
        name, system, seed = "m", "lpd", 3
        text_features = {"bow": 4, "tokens": 1}  # noqa: RUF012
        video_features = {"clip": 8}  # noqa: RUF012
        config = {  # noqa: RUF012
            "model": {
                "system": "lpd",
                "text_features": text_features,
                "video_features": video_features,
                "width": 16,
                "dropout": 0.5,
                "fusion": "per_space",
                "normalisation": {},
                "encoders": {"gru": {"kind": "gru", "vocabulary": 9, "hidden": 8, "pooling": "mean"}},
            },
            "training": training_settings(
                ModelRequest("m", "lpd", "a", "b", settings=("dcl_mode=full", "epochs=2"), seed=3)
            ).to_dict()
            | {"preset": "lpd-recipe", "captions": ["a", "c"], "validation": "b"}
            | {"init_from": "older", "teachers": ["t"]},
        }

    request = request_of(Card())  # type: ignore[arg-type]
    assert set(request.settings) == {"dcl_mode=full", "epochs=2"}
    assert request.options == ("dropout=0.5",)
    assert request.encoders == ("gru:hidden=8,pooling=mean",)
    assert (request.text_features, request.video_features) == (("bow",), ("clip",))
    assert (request.width, request.heads, request.seed) == (16, None, 3)
    assert (request.captions, request.init_from, request.teachers) == ("a,c", "older", ("t",))


def test_the_other_half_of_fig_4_differs_in_one_setting(workspace: Workspace) -> None:
    request = request_of(workspace.model_card("lpd"))
    other = without_selection(replace(request, settings=("ef=random_half", *request.settings)))
    assert other.name == "lpd-no-ef"
    with_it, without = (training_settings(one).to_dict() for one in (request, other))
    assert {key for key in with_it if with_it[key] != without[key]} == {"ef"}
    assert without["ef"] == "off"


def test_first_choices() -> None:
    assert first_captions(["a", "train", "valid"]) == ["train"]
    assert first_captions(["b", "c"]) == ["b"]
    assert first_captions([]) == []
    assert first_validation(["train", "valid", "a"], ["train"]) == "valid"
    assert first_validation(["train", "b"], ["train"]) == "b"
    assert first_validation(["train"], ["train"]) is None


def test_features_are_those_that_all_sets_have(workspace: Workspace) -> None:
    text = common_text_features(workspace, ["train", "valid"])
    assert text == [
        name for name in workspace.text_feature_names("train") if name not in ("tokens", "concepts")
    ]
    videos = common_video_features(workspace, ["train"])
    collection = workspace.caption_collection("train")
    frames = [f"frames:{name}" for name in workspace.frame_feature_names(collection)]
    assert videos == workspace.feature_names(collection) + frames
    assert common_text_features(workspace, []) == []
    assert common_video_features(workspace, []) == []


def test_lines_of_a_field() -> None:
    assert lines_of_text(" a=1 \n\n\tb=2\r\n") == ("a=1", "b=2")
    assert lines_of_text(None) == ()
