"""What the list of the notebook reports is done, in its order, each once; what cannot be done is told."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from app import state
from app.views.notebook import deeds
from lpd.notebook import PROVENANCE_KEYS, View, delete_view, pin_view, pinned_views


@pytest.fixture
def session(monkeypatch):
    """The session's values, its address and the events of the list, without a browser."""
    kept: dict = {}
    address: dict = {}
    told: list[str] = []
    events: dict = {}
    monkeypatch.setattr(state, "remembered", lambda key, make: kept.setdefault(key, make()))
    monkeypatch.setattr(state, "put", kept.__setitem__)
    monkeypatch.setattr(state, "forget", lambda key: kept.pop(key, None))
    monkeypatch.setattr(state, "write", address.__setitem__)
    monkeypatch.setattr(state, "value", address.get)
    monkeypatch.setattr(state, "event", lambda key, name: events.get(name))
    monkeypatch.setattr(deeds, "tell", told.append)
    return SimpleNamespace(address=address, told=told, events=events, kept=kept)


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "notebook.sqlite"
    for number in range(1, 5):
        pin_view(path, View("", "./", f"view {number}", dict.fromkeys(PROVENANCE_KEYS)))
    return path


def order(path: Path) -> list[int]:
    return [one.view_id for one in pinned_views(path)]


def test_events_of_one_run_are_done_in_their_order(session, notebook) -> None:
    first = {"event": "act", "act": "move", "view": 4, "beside": 1, "after": False, "count": 1}
    then = {"event": "act", "act": "remove", "view": 2, "count": 2}
    last = {"act": "move", "view": 4, "beside": 3, "after": True, "count": 3, "earlier": [first, then]}
    session.events["act"] = last
    deeds.hear(notebook)
    assert order(notebook) == [1, 3, 4]
    deeds.hear(notebook)
    assert order(notebook) == [1, 3, 4], "each is heard once"
    session.events["act"] = {"act": "undo", "count": 4}
    deeds.hear(notebook)
    assert order(notebook) == [1, 2, 3, 4]
    assert session.address["view"] == 2
    assert session.told == []


def test_a_view_is_opened_and_written_about(session, notebook) -> None:
    session.events["act"] = {"act": "open", "view": 3, "count": 1}
    deeds.hear(notebook)
    assert session.address["view"] == 3
    session.events["act"] = {"act": "edit", "view": 2, "count": 2}
    deeds.hear(notebook)
    assert session.address["view"] == 2
    assert session.kept["notebook_drafts"][2].title == "view 2"


@pytest.mark.parametrize(
    "event",
    [
        None,
        "remove",
        {"act": "remove", "count": 1},
        {"act": "remove", "view": "2", "count": 1},
        {"act": "move", "view": 2, "count": 1},
        {"act": "move", "view": 2, "beside": "x", "count": 1},
        {"act": "purge", "view": 2, "count": 1},
        {"act": "undo", "count": 1},
    ],
)
def test_an_event_that_is_none_changes_nothing(session, notebook, event) -> None:
    session.events["act"] = event
    deeds.hear(notebook)
    assert order(notebook) == [1, 2, 3, 4]
    assert session.told == []


def test_what_another_session_deleted_meanwhile_is_told(session, notebook) -> None:
    delete_view(notebook, 2)
    session.events["act"] = {"act": "move", "view": 2, "beside": 1, "after": False, "count": 1}
    deeds.hear(notebook)
    assert "deleted" in session.told[0]
    assert order(notebook) == [1, 3, 4]


def test_one_that_is_put_beside_a_deleted_one_goes_to_the_end(session, notebook) -> None:
    delete_view(notebook, 3)
    session.events["act"] = {"act": "move", "view": 1, "beside": 3, "after": False, "count": 1}
    deeds.hear(notebook)
    assert order(notebook) == [2, 4, 1]


def test_a_notebook_that_is_gone_is_told(session, notebook) -> None:
    notebook.unlink()
    session.events["act"] = {"act": "remove", "view": 2, "count": 1}
    deeds.hear(notebook)
    assert "no such view" in session.told[0]
