"""Rows as requests: which settings win, which features are read, what is lacking; every row can be built."""

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

from lpd.errors import LpdError
from lpd.published import published_table
from lpd.reproduce import ROWS, TABLES
from lpd.reproduce.recipes import ZERO_SHOT
from lpd.reproduce.requests import (
    lacking,
    model_name,
    model_request,
    rows_of,
    run_tag,
    with_needed_rows,
)
from lpd.reproduce.reuse import reason_to_train
from lpd.reproduce.setup import Reproduction, open_reproduction
from lpd.reproduce.tables import SYSTEM_TABLES, needed_rows, table_names
from lpd.services.training import training_settings
from lpd.workspace import Workspace, open_workspace
from tests.lpd.reproduce.conftest import SETUP

Opened = Callable[..., Reproduction]


def settings(opened: Opened, key: str, *recipe: str) -> dict[str, object]:
    """The training settings of a row under those of a recipe."""
    reproduction = opened(replace(SETUP, settings=recipe))
    return training_settings(model_request(ROWS[key], 3, reproduction=reproduction)).to_dict()


def test_a_recipe_changes_dcl_where_there_is_some_and_nowhere_else(opened: Opened) -> None:
    asked = ("dcl_weight=0.7", "ef_end=fused", "epochs=4")
    for key, weight, ef in (
        ("lpd", 0.7, "entropy"),
        ("sea-dcl", 0.7, "off"),
        ("lpd-no-dcl", 0.0, "entropy"),
        ("lpd-no-ef", 0.7, "off"),
        ("sea", 0.0, "off"),
        ("w2vvpp", 0.0, "off"),
    ):
        found = settings(opened, key, *asked)
        assert (found["dcl_weight"], found["ef"], found["epochs"], found["seed"]) == (weight, ef, 4, 3), key
    assert settings(opened, "sea-dcl")["dcl_weight"] == 0.2


def test_ablations_differ_from_lpd_in_what_they_are_called_after(opened: Opened) -> None:
    whole = settings(opened, "lpd")
    changed = {
        key: {name: value for name, value in settings(opened, key).items() if value != whole[name]}
        for key in needed_rows("table4")
    }
    assert changed == {
        "lpd": {},
        "lpd-full-dcl": {"dcl_mode": "full"},
        "lpd-no-dcl": {"dcl_weight": 0},
        "lpd-no-ef": {"ef": "off"},
        "lpd-zero-dcl": {"dcl_mode": "zero"},
        "lpd-random-half": {"ef": "random_half"},
        "lpd-no-dcl-no-ef": {"ef": "off", "dcl_weight": 0},
        "lpd-paper-literal": {"reduction": "sum", "dcl_pairs": "sum", "dcl_weight": 1.0},
    }


def test_names_carry_the_preset_unless_it_is_the_usual_one() -> None:
    assert model_name(SETUP, ROWS["sea"], seed=1) == "rep-sea-s1"
    assert run_tag(SETUP, ROWS["sea"], seed=1) == "rep.sea.s1"
    other = replace(SETUP, preset="original")
    assert model_name(other, ROWS["sea"], seed=1) == "rep-original-sea-s1"
    assert run_tag(other, ROWS["sea"], seed=1) == "rep.original.sea.s1"
    assert run_tag(other, ROWS["dgl"], seed=0) == "dgl"


def test_features_of_the_rows(opened: Opened) -> None:
    reproduction = opened(replace(SETUP, encoder_sizes=("hidden=8", "clusters=4"), without="motion"))
    all_video = "colour+layout+motion+shape+texture+twotower"

    def read(key: str) -> tuple[tuple[str, ...], ...]:
        request = model_request(ROWS[key], 0, reproduction=reproduction)
        return request.text_features, request.video_features, request.encoders

    assert read("lpd") == (("bow", "twotower", "w2v"), tuple(all_video.split("+")), ())
    assert read("ridge")[0] == ("bow",)
    assert read("clip4clip") == (("twotower",), ("frames:twotower@6",), ())
    assert model_request(ROWS["clip4clip"], 0, reproduction=reproduction).width == 128
    assert read("sea-bow-w2v-gru") == (("bow", "w2v"), tuple(all_video.split("+")), ("gru:hidden=8",))
    assert read("tv20-w2v")[1] == (all_video,)
    assert read("tv20-netvlad") == (
        ("bow",),
        (all_video.replace("motion+", ""),),
        ("netvlad:clusters=4",),
    )


def test_pre_training_only_with_captions_for_it(opened: Opened) -> None:
    without, with_captions = opened(), opened(replace(SETUP, pretrain="valid"))
    assert model_request(ROWS["tv20-netvlad"], 0, reproduction=without).init_from is None
    request = model_request(ROWS["tv20-netvlad"], 0, reproduction=with_captions)
    assert request.init_from == "rep-tv20-pretraining-s0"
    assert request.captions == "train"
    assert model_request(ROWS["tv20-pretraining"], 0, reproduction=with_captions).captions == "valid"
    needed = [row.key for row in with_needed_rows([ROWS["tv20-run2"]], with_captions.setup)]
    assert needed == ["tv20-pretraining", "tv20-netvlad", "tv20-w2v", "tv20-bigru", "tv20-run2"]


def test_zero_shot_rows_are_the_papers_and_the_workspaces(opened: Opened) -> None:
    reproduction = opened()
    rows = rows_of([ZERO_SHOT], reproduction.available)
    assert [(row.label, row.own) for row in rows] == [
        ("clip-b32", False),
        ("clip-l14", False),
        ("blip", False),
        ("twotower", True),
    ]
    assert [lacking(row, reproduction) is None for row in rows] == [False, False, False, True]
    named = replace(reproduction.available, pairs=("clip_b32",), more_text=("clip_b32",))
    assert next(row.text for row in rows_of([ZERO_SHOT], named)) == ("clip_b32",)
    assert len(rows_of([ZERO_SHOT], named)) == 3


def test_what_rows_lack_is_named(copy: Workspace) -> None:
    for kind in ("concepts", "tokens"):
        for folder in copy.path.glob(f"text_features/*/{kind}"):
            shutil.rmtree(folder)
    for folder in copy.path.glob("collections/inland/frame_features"):
        shutil.rmtree(folder)
    reproduction = open_reproduction(copy, SETUP)
    frames = "frame features named as a text feature of their dimension"
    expected = {
        "lpd": None,
        "dual-task": "text feature concepts",
        "clip4clip": frames,
        "xclip": f"text feature tokens, {frames}",
        "sea-bow-w2v-gru-bert": "text feature bert, text feature tokens",
        "tv20-run1": "text feature tokens, text feature bert, text feature tokens",
    }
    found = {key: lacking(ROWS[key], reproduction) for key in expected}
    assert found["tv20-run1"] is not None
    assert set(found["tv20-run1"].split(", ")) == {"text feature tokens", "text feature bert"}
    del found["tv20-run1"], expected["tv20-run1"]
    assert found == expected
    assert "text feature tokens" in (lacking(ROWS["teachclip"], reproduction) or "")


def test_every_row_that_lacks_nothing_can_be_built(copy: Workspace) -> None:
    for name in copy.model_names():
        shutil.rmtree(copy.model_folder(name))
    reproduction = open_reproduction(open_workspace(copy.path), replace(SETUP, pretrain="valid"))
    keys = [key for name in TABLES for key in needed_rows(name)]
    rows = with_needed_rows(rows_of(keys, reproduction.available), reproduction.setup)
    trained = [row for row in rows if row.system and lacking(row, reproduction) is None]
    assert len(trained) > 30
    for row in trained:
        request = model_request(row, 0, reproduction=reproduction)
        assert reason_to_train(copy, request) == "not trained yet", row.key


def test_rows_bear_the_labels_of_the_published_tables() -> None:
    for recipe in SYSTEM_TABLES.values():
        labels = published_table(recipe.published).labels
        shown = {ROWS[key].published for key in recipe.keys if key != ZERO_SHOT} - {None}
        zero_shot = 3 if ZERO_SHOT in recipe.keys else 0
        assert shown <= set(labels)
        assert len(shown) == len(labels) - zero_shot


def test_tables_are_made_in_one_order() -> None:
    assert table_names(["table5", "table3", "table5"]) == ["table3", "table5"]
    assert table_names(["all"]) == list(TABLES)
    with pytest.raises(LpdError, match="found table9"):
        table_names(["table9", "table3"])
