"""Marking shots on the Search page: verdicts in the workspace, feedback from them, and its run."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from app import state
from app.search.marks import Marks, keep_mark
from app.search.request import SearchRequest
from app.views.search import marks as search_marks
from app.views.search import scene as search_scene
from app.views.search.marks import feedback_of, marked, wanted_like
from lpd.judging import Need, latest_verdicts
from lpd.workspace import open_workspace
from tests.app.search_cases import CARD

JUDGE = "somebody"


@pytest.fixture
def session(monkeypatch):
    """The session's values and the events of components, without a browser."""
    kept: dict = {"judge": JUDGE}
    events: dict = {}
    monkeypatch.setattr(state, "remembered", lambda key, make: kept.setdefault(key, make()))
    monkeypatch.setattr(state, "put", kept.__setitem__)
    monkeypatch.setattr(state, "event", lambda key, name: events.get((key, name)))
    monkeypatch.setattr(state, "close_shot", lambda: kept.update(closed=True))
    return SimpleNamespace(kept=kept, events=events)


def scene_of(path, request=None, marks=None):
    return SimpleNamespace(
        workspace=SimpleNamespace(path=path, judgements_path=path / "judgements.sqlite"),
        need=Need("inland", "a dog"),
        request=request or SearchRequest("a dog"),
        marks=marks or Marks({}, frozenset()),
        card=CARD,
    )


def test_a_mark_of_a_tile_is_kept(session, tmp_path):
    scene = scene_of(tmp_path)
    session.events["grid", "mark"] = {"shot": "s1", "verdict": "relevant", "count": 1}
    marked("grid", scene)
    session.events["grid", "mark"] = {"shot": "s2", "verdict": "not", "count": 2}
    marked("grid", scene)
    path = scene.workspace.judgements_path
    assert latest_verdicts(path, scene.need) == {JUDGE: {"s1": "relevant", "s2": "not relevant"}}
    assert search_scene.standing_mark(scene, "s2") == "not"
    session.events["grid", "mark"] = {"shot": "s1", "verdict": "none", "count": 3}
    marked("grid", scene)
    assert search_scene.standing_mark(scene, "s1") is None


@pytest.mark.parametrize(
    "event", [None, "s1", {"shot": 1, "verdict": "not"}, {"shot": "s1", "verdict": "maybe"}, {"shot": "s1"}]
)
def test_an_event_that_is_no_mark_changes_nothing(session, tmp_path, event):
    session.events["grid", "mark"] = event
    marked("grid", scene_of(tmp_path))
    assert not (tmp_path / "judgements.sqlite").exists()


def test_marks_that_cannot_be_kept_stay_in_the_session(session, tmp_path):
    scene = scene_of(tmp_path)
    scene.workspace.judgements_path.mkdir()  # a folder cannot be written as a file
    session.events["grid", "mark"] = {"shot": "s1", "verdict": "relevant", "count": 1}
    marked("grid", scene)
    assert search_scene.unkept_reason()
    assert session.kept["unkept_marks"] == {(str(tmp_path), scene.need): {"s1": "relevant"}}


def test_more_like_a_shot_is_another_query(session, monkeypatch):
    asked = []
    monkeypatch.setattr(
        search_marks, "change", lambda card, take: asked.append(take(SearchRequest("a", then="b")))
    )
    scene = scene_of(Path("w"))
    for space in (None, "text:bow", "gone"):
        session.events["detail", "like"] = {"shot": "s1", "space": space}
        wanted_like("detail", scene)
    assert asked == [
        SearchRequest(like="s1"),
        SearchRequest(like="s1", like_space="text:bow"),
        SearchRequest(like="s1"),
    ]
    assert session.kept["closed"]
    session.events["first", "open"] = {"shot": "s2", "lane": "first"}
    wanted_like("first", scene, event="open")
    assert asked[-1] == SearchRequest(like="s2")


def test_marks_become_feedback():
    marks = Marks({"b": "relevant", "a": "relevant", "c": "not"}, frozenset())
    request = feedback_of(scene_of(Path("w"), SearchRequest("a dog", also=("x",), relevant=("old",)), marks))
    assert (request.relevant, request.not_relevant, request.also) == (("a", "b"), ("c",), ("x",))
    many = Marks({f"s{number:03}": "relevant" for number in range(300)}, frozenset())
    assert len(feedback_of(scene_of(Path("w"), marks=many)).relevant) == search_marks.MOST_FEEDBACK


# --- on the page --------------------------------------------------------------------------------------------


@pytest.fixture
def judge(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: JUDGE)


def test_marks_stand_on_tiles_and_can_move_the_query(open_view, changed_demo, judge, component_data, texts):
    workspace = open_workspace(changed_demo)
    topic = workspace.edition(str(workspace.defaults["edition"])).topics[0]
    page = open_view(changed_demo, q=topic.text)
    (payload,) = component_data(page, "lpd_shot_grid")
    first, second = (tile["shot"] for tile in payload["lanes"][0]["tiles"][:2])
    need = Need("inland", topic.topic_id, str(workspace.defaults["edition"]))
    for shot, mark in ((first, "not"), (second, "relevant")):
        keep_mark(workspace.judgements_path, need, shot=shot, mark=mark, judge=JUDGE)
    page.run()
    assert not page.exception
    (payload,) = component_data(page, "lpd_shot_grid")
    verdicts = {tile["shot"]: tile["verdict"] for lane in payload["lanes"] for tile in lane["tiles"]}
    assert (verdicts[first], verdicts[second]) == ("not", "relevant")
    assert "You marked 1 relevant and 1 not relevant" in texts(page)
    page.button(key="feedback_use").click().run()
    assert (page.query_params["rel"], page.query_params["nrel"]) == (second, first)
    assert "run class R" in texts(page)
    assert not any(button.key == "feedback_use" for button in page.button)
    labels = [element.label.replace("\\", "") for element in page.get("download_button")]
    assert any("class R, TRECVID XML" in label for label in labels)
    page.button(key="feedback_stop").click().run()
    assert "rel" not in page.query_params


def test_marks_of_another_name_are_not_mine(open_view, changed_demo, judge, component_data, texts):
    workspace = open_workspace(changed_demo)
    page = open_view(changed_demo, q="a dog that is no topic")
    (payload,) = component_data(page, "lpd_shot_grid")
    first = payload["lanes"][0]["tiles"][0]["shot"]
    need = Need("inland", "a dog that is no topic")
    keep_mark(workspace.judgements_path, need, shot=first, mark="relevant", judge="another")
    page.run()
    assert "You marked" not in texts(page)
    page.text_input(key="judge_box").set_value(" another ").run()
    assert "You marked 1 relevant and 0 not relevant" in texts(page)
    page.pills(key="search_hide").set_value(["judged"]).run()
    (payload,) = component_data(page, "lpd_shot_grid")
    assert first not in [tile["shot"] for tile in payload["lanes"][0]["tiles"]]


def test_a_damaged_file_of_verdicts_is_one_message(open_view, changed_demo):
    (changed_demo / "judgements.sqlite").write_bytes(b"no database at all " * 100)
    page = open_view(changed_demo, q="a dog")
    assert not page.exception
    assert len(page.error) == 1


def test_judged_queries_come_back_from_the_history(open_view, changed_demo, judge):
    workspace = open_workspace(changed_demo)
    need = Need("inland", "a horse by the lake")
    shot = workspace.collection("inland").shot_ids[0]
    keep_mark(workspace.judgements_path, need, shot=shot, mark="relevant", judge=JUDGE)
    page = open_view(changed_demo)
    page.button(key="history_judged_0").click().run()
    assert page.text_input(key="q").value == "a horse by the lake"
