"""Addresses: what is put into one comes out of it, whatever a person typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.parameters import (
    COMPARE,
    DIVERSITY,
    JUDGE,
    MAP,
    NOTEBOOK,
    PARAMETERS,
    SEARCH,
    SIDEBAR,
    TOPICS,
    TRAINING,
    WORKSPACE,
    full_address,
    link,
    parse_link,
    whole,
)
from lpd.notebook import PROVENANCE_KEYS, View
from lpd.notebook.views import check_view

PAGES = ["", "compare", "diversity", "topics", "training", "map", "judge", "notebook", "workspace"]
VALUES = {
    "text": st.text(max_size=40),
    "whole": st.integers(-(10**6), 10**6),
    "texts": st.lists(st.text(max_size=20), min_size=1, max_size=4).map(tuple),
}
SOME = st.lists(st.sampled_from(sorted(PARAMETERS)), unique=True, max_size=12)
ADDRESSES = SOME.flatmap(
    lambda names: st.fixed_dictionaries({name: VALUES[PARAMETERS[name].kind] for name in names})
)
HOSTILE = '<img src=x onerror=alert(1)> "&?=#%\0\n\u202e שלום 😀 ' + "a" * 500
BY_KIND = {"text": HOSTILE, "whole": 25, "texts": (HOSTILE, "second; third")}


@given(page=st.sampled_from(PAGES), parameters=ADDRESSES)
def test_an_address_opens_what_it_was_made_from(page, parameters):
    assert parse_link(link(page, parameters)) == (page, parameters)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_comes_back_and_can_be_pinned(name):
    parameters = {name: BY_KIND[PARAMETERS[name].kind]}
    for page in PAGES:
        address = link(page, parameters)
        assert parse_link(address) == (page, parameters)
        assert not set(address) & set('<>"\0\n\u202e #')
        check_view(View(page, address, "a view", dict.fromkeys(PROVENANCE_KEYS)))


def test_all_parameters_at_once_come_back():
    everything = {name: BY_KIND[one.kind] for name, one in PARAMETERS.items()}
    assert parse_link(link("topics", everything)) == ("topics", everything)


def test_parameters_have_kinds_and_words_and_no_name_twice():
    assert {one.kind for one in PARAMETERS.values()} == {"text", "whole", "texts"}
    assert all(name == one.name and one.words for name, one in PARAMETERS.items())
    groups = (SIDEBAR, SEARCH, COMPARE, DIVERSITY, TOPICS, TRAINING, WORKSPACE, NOTEBOOK, MAP, JUDGE)
    assert len(PARAMETERS) == sum(len(group) for group in groups)


def test_addresses_look_as_expected():
    assert link("", {}) == "./"
    assert link("", {"q": "a dog & a cat"}) == "./?q=a+dog+%26+a+cat"
    assert link("diversity", {"models": ("laff", "lpd"), "k": 20}) == "diversity?models=laff&models=lpd&k=20"


def test_a_parameter_that_is_not_ours_is_an_error_in_link_and_ignored_when_read():
    with pytest.raises(KeyError):
        link("", {"evil": "x"})
    assert parse_link("topics?evil=x&k=50&k2=1") == ("topics", {"k": 50})
    assert parse_link("topics?k=many") == ("topics", {})


@pytest.mark.parametrize("text", ["", "many", "--5", "5.0", " 5", "²", "٣", "1" * 16, "1e3", "0x10", "5\n"])
def test_what_is_no_whole_number_is_left_out(text):
    assert whole(text) is None
    assert parse_link(f"?within={text}")[1] == {}


def test_whole_numbers_are_read():
    assert [whole(text) for text in ("0", "-3", "007", "9" * 15)] == [0, -3, 7, 10**15 - 1]


@pytest.mark.parametrize(
    ("here", "page", "expected"),
    [
        ("http://127.0.0.1:8501", "", "http://127.0.0.1:8501/?q=a"),
        ("http://127.0.0.1:8501/?q=b", "", "http://127.0.0.1:8501/?q=a"),
        ("https://lab.example/team/lpd", "", "https://lab.example/team/lpd/?q=a"),
        ("https://lab.example/team/lpd/diversity", "diversity", "https://lab.example/team/lpd/diversity?q=a"),
        ("", "topics", "topics?q=a"),
    ],
)
def test_full_addresses_keep_the_base_path(here, page, expected):
    assert full_address(here, page, {"q": "a"}) == expected
