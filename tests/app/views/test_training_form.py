"""The form that begins a training on the Training page."""

import shutil
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.parameters import parse_link
from lpd.workspace import open_workspace

TINY = ("epochs=2", "batch_size=32")


def begin(page: AppTest) -> AppTest:
    return page.button(key="train_start").click().run()


def test_the_form_knows_the_workspace(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "training", tab="trainings")
    assert not page.exception
    workspace = open_workspace(demo_workspace)
    assert page.multiselect(key="train_captions").value == ["train"]
    assert page.selectbox(key="train_validation").value == "valid"
    videos = page.multiselect(key="train_video").options
    assert set(workspace.feature_names(workspace.caption_collection("train"))) <= set(videos)
    (command,) = [one.value for one in page.code if one.value.startswith("lpd train")]
    assert command.startswith("lpd train lpd --name=lpd --captions=train --validation=valid")
    assert "There is a model lpd; it stays until the new training has finished." in texts(page)
    page = page.text_input(key="train_name").input("mine").run()
    page = page.text_area(key="train_settings").input("dcl_weight=0\n\n margin=0.1 ").run()
    page = page.number_input(key="train_epochs").set_value(3).run()
    (command,) = [one.value for one in page.code if one.value.startswith("lpd train")]
    assert "--name=mine" in command
    assert "--set=epochs=3 --set=dcl_weight=0 --set=margin=0.1" in command
    assert "There is a model" not in texts(page)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("mine", "nonsense", "KEY"),
        ("mine", "epochs=0", "epochs"),
        ("mine", "colour=red", "colour"),
        ("../mine", "", "not a name for a model"),
        ("<b>x</b>", "", "not a name for a model"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    open_view, demo_workspace, name: str, settings: str, message: str
) -> None:
    page = open_view(demo_workspace, "training", tab="trainings")
    page.text_input(key="train_name").input(name)
    page = begin(page.text_area(key="train_settings").input(settings).run())
    assert not page.exception
    (error,) = page.error
    assert message in error.value.replace("\\", "")
    assert not (demo_workspace / "jobs").exists()


def test_words_that_no_command_can_hold_are_told(open_view, demo_workspace) -> None:
    page = open_view(demo_workspace, "training", tab="trainings")
    page = page.text_input(key="train_name").input("a\x00b").run()
    assert not page.exception
    (error,) = page.error
    assert "not part of a command" in error.value.replace("\\", "")


def test_without_captions_the_command_is_said(open_view, changed_demo, texts) -> None:
    shutil.rmtree(changed_demo / "captions")
    page = open_view(changed_demo, "training", tab="trainings")
    assert not page.exception
    assert "No captions" in texts(page)
    assert "lpd import captions" in texts(page)


def test_without_other_captions_it_is_said(open_view, changed_demo, texts) -> None:
    for path in (changed_demo / "captions").glob("valid.*"):
        path.unlink()
    page = open_view(changed_demo, "training", tab="trainings")
    assert "The epoch is selected on captions of other shots" in texts(page)
    page = begin(page)
    assert not page.exception
    (error,) = page.error
    assert "no validation captions" in error.value.replace("\\", "")


def wait_for(page: AppTest, good: Callable[[AppTest], bool], seconds: float = 120.0) -> AppTest:
    until = time.monotonic() + seconds
    while not good(page):
        assert time.monotonic() < until
        assert not page.exception
        time.sleep(0.3)
        page = page.run()
    return page


@pytest.mark.slow
def test_a_model_is_trained_and_indexed_from_the_page(open_view, demo_workspace, tmp_path, texts) -> None:
    path = tmp_path / "workspaces" / "own"
    ignored = shutil.ignore_patterns("media", "indexes", "jobs")
    shutil.copytree(demo_workspace, path, ignore=ignored)
    page = open_view(path, "training", tab="trainings")
    page.text_input(key="train_name").input("mine")
    page.number_input(key="train_epochs").set_value(2)
    page.number_input(key="train_width").set_value(16)
    page.selectbox(key="train_device").select("cpu")
    page = begin(page.text_area(key="train_settings").input("batch_size=32").run())
    assert not page.exception
    page = wait_for(page, lambda one: "✓ mine · finished" in texts(one))
    assert open_workspace(path).model_card("mine").best["epoch"] in (1, 2)
    assert len(page.get("vega_lite_chart")) == 3
    assert "coast: none yet" in texts(page)
    page = page.button(key="index_coast").click().run()
    page = wait_for(page, lambda one: one.get("link_button"))
    assert "coast: ready" in texts(page)
    assert open_workspace(path).index_names("mine") == ["coast"]
    (found,) = page.get("link_button")
    view, chosen = parse_link(found.proto.url)
    assert (view, chosen["model"], chosen["collection"]) == ("", "mine", "coast")
    search = open_view(path, **{name: str(one) for name, one in chosen.items()}, q="a dog")
    assert not search.exception
    assert search.selectbox(key="model").value == "mine"
    assert search.selectbox(key="collection").value == "coast"
