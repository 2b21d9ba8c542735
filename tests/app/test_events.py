"""Events of components: each is heard once, also where several arrive as one."""

import pytest

from app import state
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
    return {"shot": f"s{count}", "count": count, "earlier": [{"shot": f"s{n}", "count": n} for n in earlier]}


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
    session["grid mark"] = {"shot": "s4", "count": 4, "earlier": [None, "x", {"shot": "s"}, {"count": 2}]}
    assert unheard("grid", "mark") == [{"count": 2}, session["grid mark"]]
