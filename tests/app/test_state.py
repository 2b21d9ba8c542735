import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state import ALL_SHOTS, K_STEPS, PARAMETERS, Selection, full_address, link, nearest_step, parse_link

VALUES = {
    "text": st.text(max_size=40),
    "whole": st.integers(-(10**6), 10**6),
    "texts": st.lists(st.text(max_size=20), min_size=1, max_size=4).map(tuple),
}
ADDRESSES = st.fixed_dictionaries({}, optional={name: VALUES[one.kind] for name, one in PARAMETERS.items()})


@given(page=st.sampled_from(["", "diversity", "topics"]), parameters=ADDRESSES)
def test_an_address_opens_what_it_was_made_from(page, parameters):
    assert parse_link(link(page, parameters)) == (page, parameters)


def test_addresses_look_as_expected():
    assert link("", {}) == "./"
    assert link("", {"q": "a dog & a cat"}) == "./?q=a+dog+%26+a+cat"
    assert link("diversity", {"models": ("laff", "lpd"), "k": 20}) == "diversity?models=laff&models=lpd&k=20"


def test_a_parameter_that_is_not_ours_is_an_error_in_link_and_ignored_when_read():
    with pytest.raises(KeyError):
        link("", {"evil": "x"})
    assert parse_link("topics?evil=x&k=50&k2=1") == ("topics", {"k": 50})
    assert parse_link("topics?k=many") == ("topics", {})


def test_a_selection_leads_back_to_itself():
    chosen = Selection("demo", "inland", "avs", None, "pooled", "lpd", 20)
    assert chosen.parameters() == {
        "workspace": "demo",
        "collection": "inland",
        "edition": "avs",
        "subset": ALL_SHOTS,
        "qrels": "pooled",
        "model": "lpd",
        "k": 20,
    }
    assert parse_link(link("", chosen.parameters()))[1] == chosen.parameters()
    assert "edition" not in Selection("demo", "inland", None, "test", None, None, 5).parameters()


def test_k_reaches_from_5_to_1000_and_snaps_to_a_step():
    assert (K_STEPS[0], K_STEPS[-1]) == (5, 1000)
    assert [nearest_step(k) for k in (-3, 20, 37, 35, 99999)] == [5, 20, 40, 30, 1000]


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
