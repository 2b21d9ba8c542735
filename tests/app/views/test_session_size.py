"""A session that goes on for long: what it holds does not grow with the queries."""

from streamlit.testing.v1 import AppTest

from app.search.asked_queries import MOST

WORDS = ("a dog", "a car", "a person", "two horses", "a kite")


def held(page: AppTest) -> dict[str, int]:
    """Name of a session value -> length of what it is written as; the history is bounded by itself."""
    state = page.session_state
    return {name: len(repr(state[name])) for name in state if name != "asked_queries"}


def test_a_session_holds_no_more_after_many_queries(open_view, demo_workspace):
    page = open_view(demo_workspace, q=WORDS[0], fold="lpd@.9")
    assert not page.exception
    names, size = set(held(page)), sum(held(page).values())
    for number in range(12):
        page.text_input(key="q").set_value(f"{WORDS[number % len(WORDS)]} {number}").run()
        assert not page.exception
    assert set(held(page)) == names
    assert sum(held(page).values()) < size + 200, "but for the length of the words"
    for asked in page.session_state["asked_queries"].values():
        assert len(asked.newest()) <= MOST
