"""Pinning what is already in the notebook: told, and not kept twice unless the person says something new."""

import pytest

from app.views.pinning import ViewFacts, pin_now
from lpd.errors import FormatError
from lpd.exports import Digested, Provenance
from lpd.notebook import delete_view, pinned_views
from lpd.workspace import create_workspace

PROVENANCE = Provenance("own", models=(Digested("lpd", "3f9a"),))


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    path = tmp_path / "workspaces" / "own"
    monkeypatch.setenv("LPD_WORKSPACE", str(path))
    return create_workspace(path).notebook_path


def facts(*, number: float = 0.25, digest: str = "3f9a", query: str = "a dog") -> ViewFacts:
    parameters = {"workspace": "own", "q": query}
    provenance = Provenance("own", models=(Digested("lpd", digest),))
    return ViewFacts("", "a view", parameters, provenance, {"numbers": [number]})


def test_an_unchanged_view_is_pinned_once(notebook) -> None:
    pin_now(facts(), title="a view", words="a note")
    for words in ("", "a note"):
        told = pin_now(facts(), title="a view", words=words)
        assert told == "Already pinned as view 1, and nothing has changed since; nothing was added"
    assert len(pinned_views(notebook)) == 1


def test_another_title_or_note_is_kept_beside(notebook) -> None:
    pin_now(facts(), title="a view", words="")
    told = pin_now(facts(), title="a view", words="now with a note")
    assert told.endswith("; view 1 shows the same under another title or note")
    assert [one.view.note for one in pinned_views(notebook)] == ["", "now with a note"]


@pytest.mark.parametrize(
    "other",
    [{"number": 0.5}, {"digest": "77aa"}, {"query": "a cat"}],
    ids=["other numbers", "another model of this name", "another view"],
)
def test_what_differs_is_pinned(notebook, other) -> None:
    pin_now(facts(), title="a view", words="")
    assert pin_now(facts(**other), title="a view", words="") == f"Pinned as view 2 in {notebook}"


def test_a_deleted_view_is_not_the_same(notebook) -> None:
    pin_now(facts(), title="a view", words="")
    delete_view(notebook, 1)
    assert pin_now(facts(), title="a view", words="").startswith("Pinned as view 2")


def test_without_a_snapshot_too(notebook) -> None:
    bare = ViewFacts("", "a view", {"workspace": "own"}, PROVENANCE)
    pin_now(bare, title="a view", words="")
    assert pin_now(bare, title="a view", words="").startswith("Already pinned as view 1")


def test_what_cannot_be_kept_is_still_told(notebook) -> None:
    pin_now(facts(), title="a view", words="")
    with pytest.raises(FormatError):
        pin_now(facts(number=float("nan")), title="a view", words="")
