"""Events of components: each is heard once, also where several arrive as one."""

import pytest

from app import state
from app.components import TileEvents
from app.events import unheard


@pytest.fixture
def session(monkeypatch):
    """The session's values, and what a component reported last, without a browser."""
    kept: dict = {}
    monkeypatch.setattr(state, "remembered", lambda key, make: kept.setdefault(key, make()))
    monkeypatch.setattr(state, "put", kept.__setitem__)
    monkeypatch.setattr(state, "event", lambda key, name: kept.get(f"{key} {name}"))
    return kept


def told(count: int, earlier: tuple[int, ...] = ()) -> dict:
    before = [{"shot": f"s{n}", "count": n, "event": "mark"} for n in earlier]
    return {"shot": f"s{count}", "count": count, "earlier": before}


def shots(key: str = "grid") -> list[str]:
    return [one["shot"] for one in unheard(key, "mark")]


def test_each_event_is_heard_once_and_in_order(session):
    session["grid mark"] = told(5)
    assert shots() == ["s5"]
    assert shots() == []
    session["grid mark"] = told(8, earlier=(5, 6, 7))
    assert shots() == ["s6", "s7", "s8"]
    session["other mark"] = told(3)
    assert shots("other") == ["s3"], "every component counts by itself"


@pytest.mark.parametrize(
    "last", [None, "s1", 7, {}, {"shot": "s1"}, {"shot": "s1", "count": "2"}, {"count": 0, "earlier": "abc"}]
)
def test_what_is_no_event_is_not_heard(session, last):
    session["grid mark"] = last
    assert unheard("grid", "mark") == []


def test_what_is_no_event_among_the_earlier_ones_is_left_out(session):
    before = [None, "x", {"shot": "s"}, {"count": 1}, {"count": 2, "event": "mark"}]
    session["grid mark"] = {"shot": "s4", "count": 4, "earlier": before}
    assert unheard("grid", "mark") == [{"count": 2}, session["grid mark"]]


def test_an_event_brings_along_those_of_other_names(session):
    session["grid like"] = told(9, earlier=(7, 8))
    assert shots() == ["s7", "s8"]
    assert unheard("grid", "like") == [session["grid like"]]
    assert shots() == []


def test_what_comes_along_is_heard_before_the_event_itself():
    heard: list[str] = []
    events = TileEvents(mark=lambda: heard.append("mark"), like=lambda: heard.append("like"))
    events.callback(events.like)()
    events.callback(events.mark)()
    events.callback(lambda: heard.append("open"))()
    assert heard == ["mark", "like", "mark", "mark", "open"]
    assert events.callback(events.unfold) is None
