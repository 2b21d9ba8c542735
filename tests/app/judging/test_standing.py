"""How the runs came to where they stand, measured again from the verdicts of each moment."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.judging.standing import MOST_POINTS, Settling, check_points
from app.judging.tables import curve_frame, leading_pair, shown_table, standing_table, topics_table
from lpd.judging.pooling import Layer
from lpd.services.judging import judge_shots, live_table, make_judging_plan, simulate_into
from lpd.tables import to_csv
from lpd.workspace import Workspace, open_workspace

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def test_moments_are_spread_over_the_verdicts_and_end_with_the_last() -> None:
    times = [BEGIN + timedelta(seconds=one) for one in range(10)]
    assert check_points(times[::-1], 5) == [times[place] for place in (1, 3, 5, 7, 9)]
    assert check_points(times[:2], 12) == times[:2]
    assert check_points([], 12) == []


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Workspace:
    path = tmp_path / "demo"
    for part in ("workspace.toml", "collections/inland/shots.parquet"):
        (path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(demo_workspace / part, path / part)
    for part in ("editions/avs-inland", "runs/avs-inland"):
        shutil.copytree(demo_workspace / part, path / part)
    return open_workspace(path)


def test_the_curve_ends_where_the_library_stands_and_grows(workspace: Workspace) -> None:
    plan = make_judging_plan(
        workspace, "p", edition="avs-inland", layers=(Layer(4, 1.0), Layer(12, 0.4)), topics=None
    ).plan
    truth = workspace.qrels("avs-inland", "complete")
    simulate_into(workspace, plan, truth, judge="ann", limit=40, seed=1)
    settling = Settling(workspace, plan)
    first = settling.now()
    assert first.table.intervals == live_table(workspace, plan).intervals
    assert len({point.judged for point in first.curve}) > 5, "earlier moments are measured too"
    last = [point for point in first.curve if point.judged == 40]
    assert {point.tag: point.inf_ap for point in last} == {
        tag: one.estimate for tag, one in first.table.intervals.runs.items()
    }
    topic = next(iter(plan.topics))
    done = {shot for said in [first.table.progress.topics[topic].judges] for shot in said}
    assert done == {"ann"}
    shots = [one for one in plan.topic(topic).order][-1:]
    judge_shots(workspace, plan, topic, verdicts={shots[0]: "relevant"}, judge="ann")
    second = settling.now()
    assert max(point.judged for point in second.curve) == second.table.intervals.judged == 41
    assert second.curve[: len(first.curve)] == first.curve


def test_points_are_thinned_and_the_last_stays(workspace: Workspace, monkeypatch) -> None:
    plan = make_judging_plan(workspace, "p", edition="avs-inland", layers=(Layer(8, 1.0),)).plan
    settling = Settling(workspace, plan)
    topic = next(iter(plan.topics))
    for shot in plan.topic(topic).order[:8]:
        judge_shots(workspace, plan, topic, verdicts={shot: "relevant"}, judge="ann")
        monkeypatch.setattr("app.judging.standing.MOST_POINTS", 5)
        curve = settling.now().curve
    judged = sorted({point.judged for point in curve})
    assert len(judged) <= 5 < MOST_POINTS
    assert judged[-2:] == [7, 8]


def test_tables_say_what_the_library_says(workspace: Workspace) -> None:
    plan = make_judging_plan(
        workspace, "p", edition="avs-inland", layers=(Layer(4, 1.0), Layer(12, 0.4))
    ).plan
    simulate_into(workspace, plan, workspace.qrels("avs-inland", "complete"), judge="ann", limit=30, seed=1)
    table = live_table(workspace, plan)
    found = table.intervals.runs
    away = standing_table(plan, table)
    assert {row.label: row.cells[0].mean for row in away.rows} == {
        tag: one.estimate for tag, one in found.items()
    }
    assert "30 of" in " ".join(away.notes)
    assert to_csv(away)
    assert [row.label for row in shown_table(table).rows] == [row.label for row in away.rows]
    best = sorted(found, key=lambda tag: (-found[tag].estimate, tag))
    assert leading_pair(table) == (best[0], best[1])
    topics = topics_table(plan, table)
    assert [row.label.split()[0] for row in topics.rows] == list(table.intervals.topics)
    assert (
        topics.rows[0]
        .cells[0]
        .text.startswith(str(table.progress.topics[next(iter(table.intervals.topics))].judged))
    )
    assert list(curve_frame([]).columns) == ["judged", "topics", "tag", "inf_ap", "low", "high"]
