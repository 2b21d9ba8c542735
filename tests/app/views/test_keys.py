"""The list of keys, as data."""

import pytest
from streamlit.testing.v1 import AppTest

from app.views.keys import KEYS, groups_of

PAGES = ("", "compare", "diversity", "topics", "training", "map", "judge", "notebook", "welcome")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_keys_that_all_have_and_its_own_first(page):
    groups = groups_of(page)
    assert groups[-1].title == "Everywhere"
    assert "?" in dict(groups[-1].keys)
    assert [group for group in groups if group.pages is not None] == groups[:-1]


def test_search_lists_the_keys_of_its_grid():
    keys = {key for group in groups_of("") for key, _ in group.keys}
    assert {"Enter", "Space", "1 – 9", "Home End", "r", "n", "u", "l", "?"} <= keys
    assert not {"r", "n", "u", "l"} & {key for group in groups_of("training") for key, _ in group.keys}


def test_pages_named_are_pages_of_the_app():
    named = {page for group in KEYS for page in group.pages or ()}
    assert named <= set(PAGES)


def keys_page():
    from app.views.keys import keys_button, listen_for_keys

    listen_for_keys("training")
    keys_button()


def test_the_component_is_given_titles_and_keys(component_data):
    page = AppTest.from_function(keys_page).run()
    assert not page.exception
    (data,) = component_data(page, "lpd_keys")
    assert [group["title"] for group in data["groups"]] == ["Everywhere"]
    assert ["?", "opens this list"] in data["groups"][0]["keys"]
    (button,) = component_data(page, "lpd_keys_button")
    assert button["words"] == "Keys of this page (?)"
