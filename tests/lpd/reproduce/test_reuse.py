"""When a finished model is taken again, and when it is trained anew."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lpd.reproduce import ROWS
from lpd.reproduce.requests import model_request
from lpd.reproduce.reuse import reason_to_train
from lpd.reproduce.setup import Reproduction, open_reproduction
from lpd.reproduce.trainings import plan_trainings
from lpd.services.encoding import FitSettings, encode_texts, fit_text_encoders
from lpd.services.training import ModelRequest
from lpd.workspace import Workspace
from tests.lpd.reproduce.conftest import SEEDS, SETUP

Opened = Callable[..., Reproduction]


def lpd_request(reproduction: Reproduction) -> ModelRequest:
    return model_request(ROWS["lpd"], 0, reproduction=reproduction)


def test_the_same_request_is_met_on_any_device(opened: Opened) -> None:
    reproduction = opened()
    request = lpd_request(reproduction)
    assert reason_to_train(reproduction.workspace, request) is None
    assert reason_to_train(reproduction.workspace, replace(request, device="auto")) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"settings": ("epochs=2", "batch_size=32")}, "epochs"),
        ({"width": 24}, "width"),
        ({"video_features": ("colour", "shape")}, "video_features"),
        ({"seed": 1}, "seed"),
        ({"captions": "valid"}, "captions"),
        ({"options": ("fusion=shared",)}, "fusion"),
        ({"init_from": "rep-lpd-s1"}, "init_from"),
    ],
)
def test_another_request_names_what_is_another(opened: Opened, change: dict[str, Any], named: str) -> None:
    reproduction = opened()
    reason = reason_to_train(reproduction.workspace, replace(lpd_request(reproduction), **change))
    assert reason is not None
    assert named in reason.removeprefix("trained with another ").split(", ")


def test_another_text_feature_trains_again_what_reads_it(copy: Workspace) -> None:
    settings = FitSettings(min_count=2, word_vector_dimension=128, seed=99)
    fit_text_encoders(copy, ["w2v"], captions="train", settings=replace(settings, min_count=3))
    for text_set in ("train", "valid", *copy.edition_names()):
        encode_texts(copy, text_set, ["w2v"])
    reproduction = open_reproduction(copy, SETUP)
    assert reason_to_train(copy, lpd_request(reproduction)) == "trained with another text:w2v"
    only_bow = replace(SETUP, text_features=("bow", "twotower"))
    planned = plan_trainings(open_reproduction(copy, only_bow), [ROWS["sea"]])
    assert [one.reason for one in planned] == ["trained with another text_features, normalisation"] * len(
        SEEDS
    )


def test_retraining_is_done_when_asked_for(opened: Opened) -> None:
    planned = plan_trainings(opened(replace(SETUP, retrain=True)), [ROWS["lpd"], ROWS["sea"]])
    assert [(one.row.key, one.request.seed, one.reason) for one in planned] == [
        ("lpd", 0, "asked for"),
        ("sea", 0, "asked for"),
        ("lpd", 1, "asked for"),
        ("sea", 1, "asked for"),
    ]


def test_a_student_is_trained_after_its_teacher(opened: Opened) -> None:
    planned = plan_trainings(opened(), [ROWS["xclip"], ROWS["teachclip"], ROWS["ridge"]])
    assert [(one.request.name, one.after) for one in planned] == [
        ("rep-xclip-s0", ()),
        ("rep-teachclip-s0", ("rep-xclip-s0",)),
        ("rep-ridge-s0", ()),
        ("rep-xclip-s1", ()),
        ("rep-teachclip-s1", ("rep-xclip-s1",)),
    ]
