from pathlib import Path

import pytest

from lpd.errors import LpdError, NotFoundError
from lpd.evaluation import evaluate_run
from lpd.judging import RELEVANT
from lpd.services.judging import LiveMeasures, judge_shots, judging_plan, live_table, simulate_into
from lpd.trec import make_run
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import SHOTS, ranked, small_plan, small_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def test_nothing_judged_is_no_number(workspace: Workspace) -> None:
    table = live_table(workspace, small_plan(workspace))
    assert table.intervals.runs == {}
    assert table.intervals.judged == 0
    assert table.progress.judged == 0
    assert table.notes == ("2 topics not judged yet: '1', '2'",)


def test_the_table_is_that_of_evaluate_at_every_moment(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    live = LiveMeasures(workspace, plan, replicates=60)
    assert list(live.rankings) == ["down", "up"]
    widths = []
    for limit in (25, 20, None):
        simulate_into(workspace, plan, workspace.qrels("tv", "complete"), limit=limit)
        table = live.table()
        for tag, one in table.intervals.runs.items():
            measured = evaluate_run(workspace.run("tv", tag), table.made.qrels)
            assert one.estimate == pytest.approx(measured.mean["infAP"], abs=1e-12)
            for topic_id, of in table.intervals.topics.items():
                if tag in of:
                    assert of[tag].estimate == pytest.approx(measured.topics[topic_id]["infAP"], abs=1e-12)
        widths.append(table.intervals.runs["up"].high - table.intervals.runs["up"].low)
        again = LiveMeasures(workspace, plan, replicates=60).table()
        assert again.intervals == table.intervals, "kept parts and new ones are the same"
    assert widths[0] > widths[-1] > 0
    assert table.progress.judged == plan.sample == table.intervals.judged
    assert table.notes == ()


def test_runs_can_be_named_and_one_beside_the_pool_is_told(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    simulate_into(workspace, plan, workspace.qrels("tv", "complete"))
    ranked(workspace, "new", {"1": SHOTS[::-1], "2": SHOTS})
    table = LiveMeasures(workspace, plan, runs=["new", "up"]).table()
    assert list(table.intervals.runs) == ["new", "up"]
    assert table.notes == ("run new did not fill the pool: what it alone ranks counts as not relevant",)
    with pytest.raises(NotFoundError, match="no such run"):
        LiveMeasures(workspace, plan, runs=["absent"])


def test_runs_that_changed_or_are_gone_are_told_and_nothing_is_lost(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    simulate_into(workspace, plan, workspace.qrels("tv", "complete"))
    before = live_table(workspace, plan)
    ranked(workspace, "up", {"1": SHOTS[10:70], "2": SHOTS})
    workspace.run_path("tv", "down").write_text("not a run\n")
    table = live_table(workspace, judging_plan(workspace, "p"))
    assert list(table.intervals.runs) == ["up"]
    assert table.made.qrels.digest == before.made.qrels.digest
    assert [sentence.split(" ")[1] for sentence in table.notes] == ["down", "up", "down"]
    assert "run down is left out" in table.notes[2]
    for tag in ("up", "down"):
        workspace.run_path("tv", tag).unlink()
    with pytest.raises(NotFoundError, match=r"no run of this plan is left to measure.*one of down, up"):
        live_table(workspace, plan)


def test_a_run_without_a_topic_is_measured_on_the_others_or_with_zeros(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    simulate_into(workspace, plan, workspace.qrels("tv", "complete"))
    skipping, counting = (
        LiveMeasures(workspace, plan, replicates=60, missing=missing).table().intervals
        for missing in ("skip", "zero")
    )
    assert set(skipping.topics["2"]) == {"up"}
    assert counting.runs["down"].estimate == pytest.approx(skipping.runs["down"].estimate / 2)
    with pytest.raises(LpdError, match="missing topics"):
        LiveMeasures(workspace, plan, missing="guess")


def test_how_many_more_would_separate_two_runs(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    simulate_into(workspace, plan, workspace.qrels("tv", "complete"), limit=30)
    live = LiveMeasures(workspace, plan, replicates=60)
    table = live.table()
    found = live.separation(table, "down", "up")
    assert (found.first, found.second) == ("down", "up")
    assert found.difference == pytest.approx(table.intervals.differences["down", "up"].estimate)
    topic = plan.topic("1")  # the one that both have
    assert found.rest == topic.pool - table.progress.topics["1"].judged
    with pytest.raises(NotFoundError):
        live.separation(table, "down", "absent")


def test_verdicts_need_not_be_in_the_workspace(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    shot = plan.topic("1").order[0]
    judge_shots(workspace, plan, "1", verdicts={shot: RELEVANT}, judge="Ada")
    live = LiveMeasures(workspace, plan)
    assert live.table({}).intervals.judged == 0
    assert live.table().intervals.judged == 1
    assert make_run("x", {}).topics == {}
