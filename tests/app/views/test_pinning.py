"""Pinning a view: what is kept of it, where it goes, and what is said where it cannot go."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from app.parameters import parse_link
from app.views.pinning import ViewFacts, notebook_provenance, pin_now
from lpd.errors import FormatError, LpdError
from lpd.exports import Digested, Provenance
from lpd.notebook import PROVENANCE_KEYS, changes_since, pinned_views, view_snapshot
from lpd.workspace import create_workspace
from tests.file_rights import modes_obeyed

HOSTILE = "<img src=x onerror=alert(1)> *b*\0\u202e שלום 😀 " + "a" * 300
PROVENANCE = Provenance(
    "demo",
    collection="inland",
    models=(Digested("lpd", "3f9a"), Digested("laff", "77aa")),
    edition="avs",
    qrels=Digested("pooled", "91ab"),
    query=HOSTILE,
    depth=1000,
    weights=(("text:bow", 0.5), ("video:clip", 0.5)),
)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    path = tmp_path / "workspaces" / "own"
    monkeypatch.setenv("LPD_WORKSPACE", str(path))
    return create_workspace(path)


def facts(**changed) -> ViewFacts:
    given = {
        "page": "diversity",
        "title": "Inter-space IoU@20",
        "parameters": {"workspace": "own", "models": ("lpd", "laff"), "q": HOSTILE, "k": 20},
        "provenance": PROVENANCE,
        "snapshot": {"iou": [[1.0, 0.25], [0.25, 1.0]]},
    }
    return ViewFacts(**(given | changed))


def test_a_view_is_pinned_with_all_that_leads_back_to_it(workspace):
    sentence = pin_now(facts(), title=HOSTILE, words="a note")
    assert sentence == f"Pinned as view 1 in {workspace.notebook_path}"
    (pinned,) = pinned_views(workspace.notebook_path)
    assert (pinned.view.title, pinned.view.note) == (HOSTILE, "a note")
    assert parse_link(pinned.view.address) == ("diversity", dict(facts().parameters))
    assert view_snapshot(workspace.notebook_path, 1) == {"iou": [[1.0, 0.25], [0.25, 1.0]]}
    assert pinned.view.provenance["model"] == "lpd, laff"
    assert pinned.view.provenance["model_digest"] == "3f9a, 77aa"
    assert pinned.view.provenance["qrels_digest"] == "91ab"
    assert pinned.view.provenance["weights"] == {"text:bow": 0.5, "video:clip": 0.5}


def test_the_same_view_later_differs_in_nothing(workspace):
    pin_now(facts(), title="a view", words="")
    later = Provenance(**{**vars(PROVENANCE), "made_at": "2030-01-01T00:00:00Z"})
    changes = changes_since(workspace.notebook_path, 1, provenance=notebook_provenance(later))
    assert changes.provenance == ()


def test_a_provenance_without_model_and_qrels_says_none():
    told = notebook_provenance(Provenance("demo"))
    assert set(PROVENANCE_KEYS) <= set(told)
    assert [told[key] for key in ("model", "model_digest", "qrels", "qrels_digest", "depth")] == [None] * 5


def test_what_cannot_be_kept_is_an_error(workspace):
    with pytest.raises(FormatError, match="title of a view is too long"):
        pin_now(facts(), title="t" * 1001, words="")
    with pytest.raises(FormatError, match="address of a view is too long"):
        pin_now(facts(parameters={"workspace": "own", "q": "q" * 20_000}), title="t", words="")
    with pytest.raises(LpdError, match="no such workspace"):
        pin_now(facts(parameters={"workspace": "../own"}), title="t", words="")
    assert pinned_views(workspace.notebook_path) == []


def pin_page():
    import streamlit as st

    from app.views.pinning import ViewFacts, pin_button
    from lpd.exports import Provenance

    title = st.session_state.get("title", "a view")
    given = {"workspace": st.session_state.get("workspace", "own"), "q": title}
    pin_button(ViewFacts("", title, given, Provenance("own")) if title else None)


def test_the_button_pins_and_says_where(workspace, texts):
    page = AppTest.from_function(pin_page).run()
    assert not page.exception
    assert page.code[0].value.endswith("./?workspace=own&q=a+view")
    page.text_input[0].set_value("my title")
    page.text_area[0].set_value("my note")
    page.button[0].click().run()
    assert not page.exception
    assert f"Pinned as view 1 in {workspace.notebook_path}." in texts(page)
    assert [one.view.title for one in pinned_views(workspace.notebook_path)] == ["my title"]
    page.run()
    assert "Pinned as view 1" in texts(page), "the line stays with its view"
    assert len(pinned_views(workspace.notebook_path)) == 1, "and it is pinned once"
    page.session_state["title"] = "another view"
    page.run()
    assert "Pinned" not in texts(page)
    assert page.text_input[0].value == "another view"
    assert page.text_area[0].value == ""


def test_hostile_titles_are_text(workspace, texts):
    page = AppTest.from_function(pin_page)
    page.session_state["title"] = HOSTILE
    page.run()
    assert len(page.text_input[0].value) <= 200
    page.button[0].click().run()
    assert not page.exception
    assert "Pinned as view 1" in texts(page)
    assert "<img" not in texts(page)
    assert next(toast.value for toast in page.toast).startswith("Pinned as view 1 in ")


def test_a_folder_that_may_not_be_written_is_told(workspace, texts):
    page = AppTest.from_function(pin_page).run()
    workspace.path.chmod(0o555)
    try:
        with modes_obeyed():
            page.button[0].click()
            page.run()
    finally:
        workspace.path.chmod(0o755)
    assert not page.exception
    assert "Not pinned: " in texts(page)
    assert "nothing was changed" in texts(page)


def test_a_workspace_that_is_gone_is_told(workspace, texts):
    page = AppTest.from_function(pin_page).run()
    shutil.rmtree(workspace.path)
    page.button[0].click().run()
    assert not page.exception
    assert "Not pinned: no such workspace" in texts(page)


def test_without_a_view_the_button_cannot_be_pressed(workspace):
    page = AppTest.from_function(pin_page)
    page.session_state["title"] = ""
    page.run()
    assert not page.exception
    assert not page.button
