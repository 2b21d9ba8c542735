"""The frame: its pages, its sidebar, and how errors and hostile names reach the person."""

import os
import shutil

import pytest

from lpd.workspace import open_workspace

PAGES = {
    "": "Search",
    "compare": "Compare",
    "diversity": "Diversity",
    "topics": "Topics",
    "training": "Training",
    "map": "Map",
    "judge": "Judge",
    "notebook": "Notebook",
    "workspace": "Workspace",
}
HOSTILE = "<img src=x onerror=alert(1)> *b* [x](http://evil) \u202e שלום 😀 " + "a" * 3000


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_its_keys(open_view, demo_workspace, component_data, page):
    test = open_view(demo_workspace, page)
    assert not test.exception
    assert not test.error
    (keys,) = component_data(test, "lpd_keys")
    assert keys["groups"]
    assert len(component_data(test, "lpd_keys_button")) == 1, "the head of the page has its `?`"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_takes_a_hostile_address_as_text(open_view, demo_workspace, texts, page):
    names = ("q", "shot", "model", "edition", "subset", "qrels", "collection", "workspace")
    given = dict.fromkeys(names, HOSTILE)
    test = open_view(demo_workspace, page, k=HOSTILE, **given)
    assert not test.exception
    assert "asked for model" in texts(test)
    assert "asked for k" in texts(test)
    assert "<img" not in texts(test)
    assert all("<img" not in error.value for error in test.error)


def test_the_sidebar_tells_what_is_searched_with_what(open_view, demo_workspace, texts):
    workspace = open_workspace(demo_workspace)
    test = open_view(demo_workspace)
    card = workspace.model_card(str(workspace.defaults["model"]))
    assert f"sha {card.digest[:6]}" in texts(test)
    assert f"{len(card.spaces)} spaces" in texts(test)
    assert test.selectbox(key="model").value == card.name
    assert test.select_slider(key="k").value == int(workspace.defaults.get("k", 20))


def test_a_choice_of_the_sidebar_stays_on_the_next_page(open_view, demo_workspace):
    test = open_view(demo_workspace, model="laff", k="50")
    assert test.selectbox(key="model").value == "laff"
    test = open_view(demo_workspace, "training", model="laff", k="50")
    assert test.selectbox(key="model").value == "laff"
    assert test.select_slider(key="k").value == 50


def test_an_error_is_one_message_without_markup(open_view, changed_demo):
    edition = changed_demo / "editions" / "x" / "edition.toml"
    edition.parent.mkdir()
    edition.write_text('collection = "<img src=x onerror=alert(1)> *b*" oops')
    test = open_view(changed_demo)
    assert not test.exception
    assert len(test.error) == 1
    assert "<img" not in test.error[0].value


def test_a_workspace_whose_name_is_markup_is_text(open_view, demo_workspace, tmp_path, texts):
    path = tmp_path / "spaces" / "<b>bold<b> *x*"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    test = open_view(path)
    assert not test.exception
    assert "<b>bold" not in texts(test)
    assert "&lt;b&gt;bold&lt;b&gt; *x*" in texts(test)


def test_without_a_model_every_page_still_opens(open_view, changed_demo):
    shutil.rmtree(changed_demo / "models")
    for page in PAGES:
        test = open_view(changed_demo, page)
        assert not test.exception, page
