"""The Notebook page without a browser: what it shows, and what is done with it; two sessions, bad files."""

import json
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.views.notebook import shown
from lpd.notebook import (
    PROVENANCE_KEYS,
    View,
    delete_view,
    deleted_views,
    edit_view,
    pin_view,
    pinned_view,
    pinned_views,
    view_snapshot,
)
from lpd.workspace import Workspace, create_workspace, open_workspace

NOTHING = dict.fromkeys(PROVENANCE_KEYS)
HOSTILE = "<img src=x onerror=alert(1)> *b* [x](http://evil) \u202e שלום 😀"


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Workspace:
    path = tmp_path / "workspaces" / "mine"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return open_workspace(path)


def pin(workspace: Workspace, title: str, *, page: str = "", note: str = "", snapshot=None, **facts) -> int:
    address = f"{page or './'}?workspace=mine&q=a+dog"
    view = View(page, address, title, {**NOTHING, "workspace": workspace.name, **facts}, note)
    return pin_view(workspace.notebook_path, view, snapshot=snapshot)


@pytest.fixture
def five(workspace: Workspace) -> Workspace:
    for number in range(1, 6):
        pin(workspace, f"view {number}", note="its **note**" if number == 2 else "")
    return workspace


@pytest.fixture
def cards(component_data):
    """The cards of the list, in order."""

    def shown(page: AppTest) -> list[dict]:
        assert not page.exception
        (data,) = component_data(page, "lpd_pinned_list")
        return data["cards"]

    return shown


def titles(workspace: Workspace) -> list[str]:
    return [one.view.title for one in pinned_views(workspace.notebook_path)]


# --- what is shown --------------------------------------------------------------------------------------


def test_an_empty_notebook_says_how_to_pin(open_view, workspace, texts) -> None:
    page = open_view(workspace.path, "notebook")
    assert not page.exception
    assert not page.error
    assert "Nothing is pinned" in texts(page)
    assert "The button Pin at the top right of every page" in texts(page)
    assert not workspace.notebook_path.exists(), "looking makes nothing"


def test_views_are_cards_in_order(open_view, five, cards, texts) -> None:
    page = open_view(five.path, "notebook")
    shown = cards(page)
    assert [one["title"] for one in shown] == [f"view {number}" for number in range(1, 6)]
    assert [one["place"] for one in shown] == [1, 2, 3, 4, 5]
    assert shown[1]["note"] == "its note"
    assert shown[0]["href"] == "./?workspace=mine&q=a+dog"
    assert "5 pinned views" in texts(page)


def test_the_address_says_which_view_is_open(open_view, five, component_data, texts) -> None:
    page = open_view(five.path, "notebook", view="2")
    (data,) = component_data(page, "lpd_pinned_list")
    assert data["opened"] == 2
    assert '<p class="lpd-title">view 2</p>' in texts(page)
    assert "asked for" not in texts(page)
    (address,) = [one.value for one in page.code if "?workspace=" in one.value]
    assert "notebook?workspace=mine" in address
    assert address.endswith("view=2")


def test_a_view_that_is_not_there_is_told_and_another_one_shown(
    open_view, five, component_data, texts
) -> None:
    for asked in ("77", "x<b>"):
        page = open_view(five.path, "notebook", view=asked)
        assert not page.exception
        assert "This view asked for pinned view" in texts(page)
        (data,) = component_data(page, "lpd_pinned_list")
        assert data["opened"] == 1


def test_views_are_found_by_words_and_by_page(open_view, five, cards, texts) -> None:
    pin(five, "a table", page="topics", model="lpd")
    page = open_view(five.path, "notebook", find="LPD table", of="Topics")
    assert [one["title"] for one in cards(page)] == ["a table"]
    assert cards(page)[0]["place"] == 6, "its place among all"
    assert "1 of 6 views fit" in texts(page)
    (address,) = [one.value for one in page.code if "?workspace=" in one.value]
    assert "find=LPD+table" in address
    assert "of=Topics" in address
    page.text_input(key="find").set_value("nowhere").run()
    assert "No view fits" in texts(page)


def test_hostile_titles_and_notes_are_text(open_view, workspace, texts, cards) -> None:
    pin(workspace, HOSTILE, note=HOSTILE, model=HOSTILE)
    page = open_view(workspace.path, "notebook")
    assert cards(page)[0]["title"].startswith("<img src=x")
    assert "<img" not in texts(page)


# --- what is done ---------------------------------------------------------------------------------------


def test_title_and_note_are_edited(open_view, five, texts) -> None:
    page = open_view(five.path, "notebook", view="2")
    page.button(key="view_edit").click().run()
    assert page.text_area(key="notebook_note").value == "its **note**"
    page.text_input(key="notebook_title").set_value("renamed").run()
    page.text_area(key="notebook_note").set_value("# New\n\nwords").run()
    page.button(key="note_save").click().run()
    assert not page.exception
    kept = pinned_view(five.notebook_path, 2)
    assert (kept.view.title, kept.view.note, kept.revision) == ("renamed", "# New\n\nwords", 1)
    assert '<p class="lpd-title">renamed</p>' in texts(page)
    assert not page.text_area


def test_what_is_given_up_changes_nothing(open_view, five) -> None:
    page = open_view(five.path, "notebook", view="2")
    page.button(key="view_edit").click().run()
    page.text_area(key="notebook_note").set_value("not this").run()
    page.button(key="note_cancel").click().run()
    assert not page.text_area
    assert pinned_view(five.notebook_path, 2).revision == 0


def test_what_is_being_written_stays_while_other_views_are_looked_at(open_view, five) -> None:
    page = open_view(five.path, "notebook", view="2")
    page.button(key="view_edit").click().run()
    page.text_area(key="notebook_note").set_value("half a sentence").run()
    page.query_params["view"] = "3"
    page.run()
    assert not page.text_area
    page.query_params["view"] = "2"
    page.run()
    assert page.text_area(key="notebook_note").value == "half a sentence"


def test_a_blank_title_is_told_and_the_words_are_kept(open_view, five, texts) -> None:
    page = open_view(five.path, "notebook", view="2")
    page.button(key="view_edit").click().run()
    page.text_area(key="notebook_note").set_value("kept").run()
    page.text_input(key="notebook_title").set_value(" ").run()
    page.button(key="note_save").click().run()
    assert not page.exception
    assert "Not saved: " in texts(page)
    assert page.text_area(key="notebook_note").value == "kept"
    assert titles(five)[1] == "view 2"


def test_an_edit_of_another_session_is_told_and_nothing_is_overwritten(open_view, five, texts) -> None:
    one = open_view(five.path, "notebook", view="2")
    one.button(key="view_edit").click().run()
    one.text_area(key="notebook_note").set_value("mine").run()
    other = open_view(five.path, "notebook", view="2")
    other.button(key="view_edit").click().run()
    other.text_area(key="notebook_note").set_value("theirs").run()
    other.button(key="note_save").click().run()
    one.button(key="note_save").click().run()
    assert not one.exception
    assert "Somebody edited this view meanwhile" in texts(one)
    assert one.text_area(key="notebook_note").value == "mine"
    assert "theirs" in texts(one)
    assert pinned_view(five.notebook_path, 2).view.note == "theirs"
    one.button(key="note_save").click().run()  # having seen it
    assert pinned_view(five.notebook_path, 2).view.note == "mine"
    assert not one.text_area


def test_an_edit_of_a_view_that_was_deleted_meanwhile_is_told(open_view, five, texts) -> None:
    page = open_view(five.path, "notebook", view="2")
    page.button(key="view_edit").click().run()
    page.text_area(key="notebook_note").set_value("mine").run()
    delete_view(five.notebook_path, 2)
    page.button(key="note_save").click().run()
    assert not page.exception
    assert "This view asked for pinned view 2" in texts(page)
    next(one for one in page.button if one.key == "bring_back_2").click().run()
    assert page.text_area(key="notebook_note").value == "mine", "the person's words are still there"


def test_a_view_is_moved_to_a_place(open_view, five) -> None:
    page = open_view(five.path, "notebook", view="5")
    assert page.number_input(key="notebook_place").value == 5
    page.number_input(key="notebook_place").set_value(2).run()
    assert not page.exception
    assert titles(five) == ["view 1", "view 5", "view 2", "view 3", "view 4"]
    assert page.number_input(key="notebook_place").value == 2


def test_a_view_is_deleted_and_brought_back(open_view, five, texts, component_data) -> None:
    page = open_view(five.path, "notebook", view="2")
    page.button(key="view_delete").click().run()
    assert titles(five) == ["view 1", "view 3", "view 4", "view 5"]
    assert "Deleted: view 2" in texts(page)
    (data,) = component_data(page, "lpd_pinned_list")
    assert data["opened"] == 3, "the next one is open"
    page.button(key="notebook_undo_button").click().run()
    assert titles(five)[1] == "view 2"
    assert "Deleted: " not in texts(page)
    (data,) = component_data(page, "lpd_pinned_list")
    assert data["opened"] == 2


def test_the_last_view_can_be_brought_back_too(open_view, workspace, texts) -> None:
    pin(workspace, "alone")
    page = open_view(workspace.path, "notebook")
    page.button(key="view_delete").click().run()
    assert "Nothing is pinned" in texts(page)
    page = open_view(workspace.path, "notebook")  # another session
    assert [one.view.title for one in deleted_views(workspace.notebook_path)] == ["alone"]
    page.button(key="bring_back_1").click().run()
    assert titles(workspace) == ["alone"]


# --- what was shown, and what changed since -------------------------------------------------------------


def test_lists_are_shown_with_their_pictures(open_view, workspace, texts) -> None:
    shot = workspace.collection("inland").shot_ids[3]
    lists = {"fused": [[shot, 0.75], ["gone<b>", 0.5]]}
    pin(workspace, "a search", snapshot={"lists": lists}, collection="inland")
    page = open_view(workspace.path, "notebook")
    assert not page.exception
    assert f'src="shots/mine/inland/thumbnail/{shot}" alt="shot {shot}, rank 1"' in texts(page)
    assert "0.750" in texts(page)
    assert "gone&lt;b&gt;" in texts(page), "a shot that the collection has no more stands there by its id"


def test_numbers_of_any_form_are_a_table(open_view, workspace, texts) -> None:
    pin(workspace, "whatever", snapshot={"deep": {HOSTILE: [1, None, True]}})
    page = open_view(workspace.path, "notebook")
    assert not page.exception
    assert "<img" not in texts(page)
    assert "deep, &lt;img" in texts(page)


def test_charts_are_drawn(open_view, workspace, component_data) -> None:
    overlap = {"rows": ["text:bow", "video:clip"], "iou": [[1.0, 0.2], [0.2, 1.0]], "mean": 0.2}
    curve = {"epoch": [1, 2], "mean": [0.1, 0.2], "low": [0.1, 0.1], "high": [0.1, 0.3], "seeds": [1, 1]}
    runs = {"lpd": {"inf_ap": 0.2, "low": 0.1, "high": 0.3}}
    topics = [{"topic_id": "1", "values": [0.1, None]}]
    for snapshot, charts in (
        ({"k": 20, "overlap": {"lpd": overlap, "laff": overlap}}, 2),
        ({"measure": "mAP", "curves": {"lpd": curve}}, 1),
        ({"runs": runs}, 1),
        ({"measure": "infAP", "columns": ["lpd", "laff"], "topics": topics, "means": [0.1, None]}, 1),
    ):
        number = pin(workspace, "numbers", snapshot=snapshot)
        page = open_view(workspace.path, "notebook", view=str(number))
        assert not page.exception
        assert len(page.get("vega_lite_chart")) == charts, snapshot


def test_a_damaged_snapshot_is_told_and_the_note_is_there(open_view, workspace, texts) -> None:
    pin(workspace, "a view", note="words", snapshot={"lists": {}})
    with sqlite3.connect(workspace.notebook_path) as connection:
        connection.execute("UPDATE snapshots SET document = '{'")
    page = open_view(workspace.path, "notebook")
    assert not page.exception
    assert not page.error
    assert "What was kept of it cannot be read" in texts(page)
    assert "<p>words</p>" in texts(page)


def test_what_changed_since_is_told_on_card_and_view(open_view, workspace, cards, texts) -> None:
    same = {"model": "lpd", "model_digest": workspace.model_card("lpd").digest}
    pin(workspace, "as it was", **same)
    pin(workspace, "of another", **{**same, "model_digest": "0" * 16})
    qrels = workspace.qrels("avs-inland", "pooled").digest
    pin(workspace, "judged", edition="avs-inland", qrels="pooled", qrels_digest=qrels)
    pin(workspace, "judged otherwise", edition="avs-inland", qrels="pooled", qrels_digest="0" * 16)
    page = open_view(workspace.path, "notebook", view="2")
    changed = [one["changed"] for one in cards(page)]
    assert [bool(one) for one in changed] == [False, True, False, True]
    assert changed[1].startswith("Model lpd is another one now")
    assert "qrels" in changed[3].lower()
    assert "≠ Model lpd is another one now" in texts(page)


def test_of_many_views_only_the_open_one_is_drawn(open_view, workspace, monkeypatch, cards) -> None:
    for number in range(1, 201):
        pin(workspace, f"view {number}", snapshot={"number": number})
    drawn = []

    def read(path: Path, view_id: int) -> object:
        drawn.append(view_id)
        return view_snapshot(path, view_id)

    monkeypatch.setattr(shown, "view_snapshot", read)
    page = open_view(workspace.path, "notebook", view="150")
    assert len(cards(page)) == 200
    assert drawn == [150]


# --- files ----------------------------------------------------------------------------------------------


def offered(page: AppTest) -> list[str]:
    return [one.proto.label for one in page.get("download_button")]


def test_a_file_is_made_when_it_is_asked_for(open_view, five) -> None:
    page = open_view(five.path, "notebook")
    assert offered(page) == []
    page.button(key="make_md").click().run()
    until = time.monotonic() + 30
    while not offered(page) and time.monotonic() < until:
        page.run()
    assert offered(page) == ["Download Markdown"]
    assert not [one for one in page.button if one.key == "make_md"]
    page.button(key="view_delete").click().run()
    assert offered(page) == [], "of a notebook that has changed, it is made anew"


# --- bad files ------------------------------------------------------------------------------------------


def test_a_damaged_notebook_is_one_sentence(open_view, workspace, component_data) -> None:
    workspace.notebook_path.write_bytes(b"no database " * 100)
    page = open_view(workspace.path, "notebook")
    assert not page.exception
    assert len(page.error) == 1
    assert component_data(page, "lpd_keys_button")
    assert not open_view(workspace.path, "topics").error, "the rest works"


def test_a_newer_notebook_is_one_sentence(open_view, five) -> None:
    with sqlite3.connect(five.notebook_path) as connection:
        connection.execute("PRAGMA user_version = 99")
    page = open_view(five.path, "notebook")
    assert not page.exception
    (error,) = page.error
    assert "99" in error.value


def test_a_damaged_view_hides_no_other(open_view, five, texts, cards) -> None:
    with sqlite3.connect(five.notebook_path) as connection:
        connection.execute("UPDATE views SET provenance = '{' WHERE view_id = 3")
    page = open_view(five.path, "notebook")
    assert [one["view_id"] for one in cards(page)] == [1, 2, 4, 5]
    assert "1 damaged row of this notebook left out" in texts(page)
    edit_view(five.notebook_path, 2, title="still works")
    assert json.loads(five.notebook_path.with_suffix(".damaged.jsonl").read_text())["row"] == 3


def test_a_workspace_without_a_collection_has_a_notebook(open_view, tmp_path, cards) -> None:
    workspace = create_workspace(tmp_path / "workspaces" / "bare")
    pin(workspace, "a view")
    page = open_view(workspace.path, "notebook")
    assert [one["title"] for one in cards(page)] == ["a view"]
