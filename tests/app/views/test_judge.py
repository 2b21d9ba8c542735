"""The Judge page without a browser: no plan yet, making one, judging, results, agreement, and its address."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app import state
from app.parameters import JUDGE, parse_link
from app.views.judge.hearing import DESK_KEY, RULING_KEY, hear
from app.views.judge.scene import desk_log
from lpd.judging import latest_verdicts
from lpd.judging.plan import JudgingPlan, plan_needs
from lpd.judging.pooling import Layer
from lpd.notebook import pinned_views, view_snapshot
from lpd.notebook.recipes import JudgeAgain, read_recipe
from lpd.services.judging import (
    judge_shots,
    judging_plan,
    judging_verdicts,
    live_table,
    make_judging_plan,
    rule_on_shots,
)
from lpd.workspace import open_workspace

SIDE = {"collection": "inland", "edition": "avs-inland"}
LAYERS = (Layer(5, 1.0), Layer(20, 0.2))


def made_plan(path: Path, name: str = "mine", *, overlap: float = 0.0) -> JudgingPlan:
    workspace = open_workspace(path)
    return make_judging_plan(workspace, name, edition="avs-inland", layers=LAYERS, overlap=overlap).plan


@pytest.fixture
def plan(changed_demo: Path) -> JudgingPlan:
    return made_plan(changed_demo)


def judged(path: Path, plan: JudgingPlan, topic: str, marks: str, judge: str = "ann") -> list[str]:
    """The first shots of a topic, after a judge has said `1` or `0` of each."""
    shots = list(plan.topic(topic).order[: len(marks)])
    words = {"1": "relevant", "0": "not relevant"}
    verdicts = {shot: words[mark] for shot, mark in zip(shots, marks, strict=True)}
    judge_shots(open_workspace(path), plan, topic, verdicts=verdicts, judge=judge)
    return shots


@pytest.fixture
def desk(component_data):
    def found(page: AppTest) -> dict:
        assert not page.exception
        assert not page.error
        (payload,) = component_data(page, "lpd_judge")
        return payload

    return found


# --- plans ----------------------------------------------------------------------------------------------


def test_without_a_plan_the_page_begins_with_the_form(open_view, changed_demo, texts) -> None:
    page = open_view(changed_demo, "judge", **SIDE)
    assert not page.exception
    assert "no plan yet" in texts(page)
    assert "about" in texts(page), "what it would be is told before it is made"
    assert not (changed_demo / "judging").exists()
    page.text_input(key="plan_name").set_value("first").run()
    page = page.button(key="plan_make").click().run()
    assert not page.exception
    plan = open_workspace(changed_demo).judging_plan_names()
    assert plan == ["first"]
    assert "Plan first is made" in texts(page)


def test_own_layers_are_read_and_mistakes_told(open_view, changed_demo, component_data) -> None:
    page = open_view(changed_demo, "judge", **SIDE)
    page = page.selectbox(key="plan_sampling").set_value("own").run()
    page = page.text_input(key="plan_layers").set_value("3:100 %, 2:10 %").run()
    assert "deeper and deeper" in page.error[0].value
    assert page.button(key="plan_make").disabled
    page = page.text_input(key="plan_layers").set_value("3:100 %, 9:50 %").run()
    assert not page.error
    (table,) = component_data(page, "lpd_result_table")
    assert [row["label"] for row in table["rows"]] == [
        "stratum 1: best rank 1 to 3",
        "stratum 2: best rank 4 to 9",
        "together",
    ]


def test_an_edition_without_runs_says_what_makes_one(open_view, changed_demo, texts) -> None:
    for file in (changed_demo / "runs" / "avs-inland").glob("*"):
        file.unlink()
    page = open_view(changed_demo, "judge", **SIDE)
    assert not page.exception
    assert "No runs yet" in texts(page)
    assert "lpd run --model MODEL --edition avs-inland" in texts(page)


def test_a_damaged_plan_is_told_and_the_others_stay(open_view, changed_demo, plan, texts, desk) -> None:
    made_plan(changed_demo, "other")
    (changed_demo / "judging" / "other" / "pool.tsv").write_text("oops\n")
    page = open_view(changed_demo, "judge", **SIDE)
    assert desk(page)["plan"] == "mine"
    assert "Plan other cannot be used" in texts(page)


def test_a_plan_is_extended(open_view, changed_demo, plan) -> None:
    page = open_view(changed_demo, "judge", task="plans", **SIDE)
    assert not page.exception
    box = next(one for one in page.number_input if one.key.endswith("_2") and "rate" in one.key)
    page = box.set_value(60.0).run()
    page = page.button(key="plan_extend").click().run()
    assert not page.exception
    assert judging_plan(open_workspace(changed_demo), "mine").sample > plan.sample


# --- the desk -------------------------------------------------------------------------------------------


def test_the_desk_shows_the_plan_in_its_order(open_view, changed_demo, plan, desk, texts) -> None:
    page = open_view(changed_demo, "judge", judge="ann", **SIDE)
    given = desk(page)
    first = next(iter(plan.topics))
    assert given["topic"]["id"] == first
    assert [one["shot"] for one in given["queue"]] == list(plan.topic(first).order[:32])
    assert [one["total"] for one in given["topics"]] == [one.sample for one in plan.topics.values()]
    assert "You judge as ann" in texts(page)


def test_judging_goes_on_where_it_was_left(open_view, changed_demo, plan, desk) -> None:
    topic = list(plan.topics)[1]
    shots = judged(changed_demo, plan, topic, "10")
    page = open_view(changed_demo, "judge", judge="ann", judged=topic, way="grid", **SIDE)
    given = desk(page)
    assert (given["way"], given["topic"]["id"]) == ("grid", topic)
    assert given["counts"] == {"done": 2, "total": plan.topic(topic).sample, "relevant": 1, "not": 1}
    assert given["queue"][0]["shot"] == plan.topic(topic).order[2]
    assert [(one["shot"], one["verdict"]) for one in given["before"]] == [
        (shots[0], "relevant"),
        (shots[1], "not"),
    ]


def test_the_address_holds_all_and_opens_the_same(open_view, changed_demo, plan) -> None:
    made_plan(changed_demo, "another")
    asked = {"plan": "mine", "judge": "ann", "judged": list(plan.topics)[2], "way": "grid", "task": "results"}
    assert set(asked) == {one.name for one in JUDGE}
    page = open_view(changed_demo, "judge", **asked, **SIDE)
    assert not page.exception
    (address,) = [one.value for one in page.code if "?workspace=" in one.value]
    told = parse_link(f"?{address.partition('?')[2]}")[1]
    assert {name: told[name] for name in asked} == asked


def test_what_the_plan_does_not_have_is_told(open_view, changed_demo, plan, desk, texts) -> None:
    page = open_view(changed_demo, "judge", judged="<b>9", plan="gone", **SIDE)
    assert desk(page)["topic"]["id"] == next(iter(plan.topics))
    assert "This view asked for judging plan gone" in texts(page)
    assert "topic judged &lt;b&gt;9" in texts(page)


# --- what is said ---------------------------------------------------------------------------------------


@pytest.fixture
def session(monkeypatch):
    """The session's values and the events of components, without a browser."""
    kept: dict = {}
    events: dict = {}
    monkeypatch.setattr(state, "remembered", lambda key, make: kept.setdefault(key, make()))
    monkeypatch.setattr(state, "put", kept.__setitem__)
    monkeypatch.setattr(state, "write", kept.__setitem__)
    monkeypatch.setattr(state, "event", lambda key, name: events.get((key, name)))
    return SimpleNamespace(kept=kept, events=events)


def told(count: int, shots: list[str], verdict: str, *, topic: str, kind: str = "verdict") -> dict:
    words = {"kind": kind, "plan": "mine", "judge": "ann", "topic": topic}
    return {"count": count, "shots": shots, "verdict": verdict, **words}


def test_a_verdict_is_kept_at_once_and_taken_back(session, changed_demo, plan) -> None:
    workspace, topic = open_workspace(changed_demo), next(iter(plan.topics))
    one, two, three = plan.topic(topic).order[:3]
    need = plan_needs(plan)[topic]
    first = told(1, [one], "relevant", topic=topic)
    session.events[DESK_KEY, "said"] = {"said": [first], "count": 9}
    hear(workspace, DESK_KEY)
    assert latest_verdicts(workspace.judgements_path, need) == {"ann": {one: "relevant"}}
    # what the page has not answered yet is sent again along with the new
    session.events[DESK_KEY, "said"] = {
        "said": [first, told(2, [two, three], "not", topic=topic)],
        "count": 10,
    }
    hear(workspace, DESK_KEY)
    session.events[DESK_KEY, "said"] = {"said": [told(3, [one], "none", topic=topic)], "count": 11}
    hear(workspace, DESK_KEY)
    assert latest_verdicts(workspace.judgements_path, need) == {
        "ann": {two: "not relevant", three: "not relevant"}
    }
    assert (desk_log(DESK_KEY).heard, desk_log(DESK_KEY).failed) == (3, [])


def test_what_cannot_be_kept_is_told_with_its_number(session, changed_demo, plan) -> None:
    workspace, topic = open_workspace(changed_demo), next(iter(plan.topics))
    shot = plan.topic(topic).order[0]
    said = [told(1, ["elsewhere"], "not", topic=topic), told(2, [shot], "relevant", topic=topic)]
    session.events[DESK_KEY, "said"] = {"said": said, "count": 3}
    hear(workspace, DESK_KEY)
    ((count, words),) = desk_log(DESK_KEY).failed
    assert count == 1
    assert "elsewhere" in words
    assert latest_verdicts(workspace.judgements_path, plan_needs(plan)[topic]) == {"ann": {shot: "relevant"}}


def test_where_nothing_can_be_written_nothing_is_tried_again(session, changed_demo, plan) -> None:
    workspace, topic = open_workspace(changed_demo), next(iter(plan.topics))
    workspace.judgements_path.mkdir()  # a folder cannot be written as a file
    shots = plan.topic(topic).order[:3]
    said = [told(number, [shot], "relevant", topic=topic) for number, shot in enumerate(shots, start=1)]
    session.events[DESK_KEY, "said"] = {"said": said, "count": 4}
    hear(workspace, DESK_KEY)
    failed = desk_log(DESK_KEY).failed
    assert [count for count, _ in failed] == [1, 2, 3]
    assert len({words for _, words in failed}) == 1
    assert "judgements.sqlite" in failed[0][1]


def test_skipped_shots_and_other_topics_are_remembered(session, changed_demo, plan) -> None:
    workspace, (topic, other) = open_workspace(changed_demo), list(plan.topics)[:2]
    one, two = plan.topic(topic).order[:2]
    session.events[DESK_KEY, "said"] = {
        "said": [
            told(1, [one], "", topic=topic, kind="skip"),
            told(2, [two], "", topic=topic, kind="skip"),
            told(3, [one], "", topic=topic, kind="unskip"),
            told(4, [], "", topic=other, kind="topic"),
        ],
        "count": 5,
    }
    hear(workspace, DESK_KEY)
    assert list(desk_log(DESK_KEY).skipped_of("mine", "ann", topic)) == [two]
    assert session.kept["judged"] == other
    assert not workspace.judgements_path.exists()


# --- results and agreement ------------------------------------------------------------------------------


def waited(page: AppTest) -> AppTest:
    until = time.monotonic() + 30
    while any("being measured" in one.proto.body for one in page.get("html")):
        assert time.monotonic() < until
        time.sleep(0.05)
        page = page.run()
    return page


def test_the_runs_are_measured_by_what_was_judged(
    open_view, changed_demo, plan, texts, component_data
) -> None:
    workspace, topic = open_workspace(changed_demo), next(iter(plan.topics))
    judged(changed_demo, plan, topic, "1" + "0" * (plan.topic(topic).sample - 1))
    page = waited(open_view(changed_demo, "judge", task="results", judge="ann", **SIDE))
    assert not page.exception
    assert not page.error
    assert f"infAP so far: {plan.topic(topic).sample} of {plan.sample} shots judged, over 1 topic" in texts(
        page
    )
    runs, topics = component_data(page, "lpd_result_table")
    assert {row["label"] for row in runs["rows"]} == set(workspace.run_tags("avs-inland"))
    assert [row["label"].split()[0] for row in topics["rows"]] == [topic]
    page = page.button(key="away_take").click().run()
    assert not page.exception
    assert "mine" in open_workspace(changed_demo).edition("avs-inland").qrels_names
    assert "Qrels mine of avs-inland" in texts(page)
    assert "lpd evaluate --edition avs-inland --qrels mine" in texts(page)


def test_contradictions_are_listed_and_ruled(open_view, changed_demo, session, texts, desk) -> None:
    plan = made_plan(changed_demo, overlap=1.0)
    topic = next(iter(plan.topics))
    shots = judged(changed_demo, plan, topic, "1010")
    judged(changed_demo, plan, topic, "1001", judge="bob")
    workspace = open_workspace(changed_demo)
    session.events[RULING_KEY, "said"] = {"said": [told(1, [shots[2]], "not", topic=topic)], "count": 2}
    hear(workspace, RULING_KEY)
    assert desk_log(RULING_KEY).failed == []
    said = judging_verdicts(workspace, plan)[topic]
    assert said.rulings[shots[2]].verdict == "not relevant"


def test_the_page_of_agreement_shows_kappa_and_what_is_open(
    open_view, changed_demo, texts, desk, component_data
) -> None:
    plan = made_plan(changed_demo, overlap=1.0)
    topic = next(iter(plan.topics))
    shots = judged(changed_demo, plan, topic, "1010")
    judged(changed_demo, plan, topic, "1001", judge="bob")
    rule_on_shots(open_workspace(changed_demo), plan, topic, verdicts={shots[2]: "relevant"}, judge="cay")
    page = open_view(changed_demo, "judge", task="agreement", judge="cay", **SIDE)
    given = desk(page)
    assert [one["shot"] for one in given["queue"]] == [shots[3]]
    assert given["queue"][0]["place"].startswith("✓ bob · ✕ ann")
    assert [one["shot"] for one in given["before"]] == [shots[2]]
    (table,) = component_data(page, "lpd_result_table")
    (row,) = table["rows"]
    assert row["label"] == "ann · bob"
    assert row["cells"][-1]["text"] == ".000"
    assert "2 contradictions, 1 without a ruling" in texts(page)


def test_files_are_offered_by_part(open_view, changed_demo, plan) -> None:
    page = open_view(changed_demo, "judge", task="agreement", **SIDE)
    offered = [one.proto.label.replace("\\", "") for one in page.get("download_button")]
    assert offered[0] == "Agreement, CSV"
    page = open_view(changed_demo, "judge", **SIDE)
    offered = [one.proto.label.replace("\\", "") for one in page.get("download_button")]
    assert offered[:2] == ["Qrels, five columns", "Qrels with provenance"]


# --- the notebook ---------------------------------------------------------------------------------------


def test_the_view_is_pinned_with_the_numbers_of_the_moment(open_view, changed_demo, plan) -> None:
    page = open_view(changed_demo, "judge", task="results", judge="ann", **SIDE)
    topic = next(iter(plan.topics))
    judged(changed_demo, plan, topic, "10101")  # after the page was drawn
    page = next(one for one in page.button if one.label == "Pin to the notebook").click().run()
    assert not page.exception
    workspace = open_workspace(changed_demo)
    (pinned,) = pinned_views(workspace.notebook_path)
    kept = view_snapshot(workspace.notebook_path, pinned.view_id)
    table = live_table(workspace, plan)
    assert kept["judged"] == table.intervals.judged == 5
    assert kept["runs"] == {
        tag: {"inf_ap": one.estimate, "low": one.low, "high": one.high}
        for tag, one in table.intervals.runs.items()
    }
    assert read_recipe(kept["recipe"]) == JudgeAgain("mine")
