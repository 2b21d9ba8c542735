from pathlib import Path

import pytest

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.evaluation import evaluate_run
from lpd.judging import NOT_RELEVANT, RELEVANT, give_verdicts, plan_needs
from lpd.services.judging import (
    export_plan_qrels,
    extend_judging_plan,
    judge_shots,
    live_table,
    simulate_into,
)
from lpd.trec import read_qrels
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import RELEVANT_SHOTS, small_plan, small_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def test_qrels_go_beside_those_of_the_edition_and_measure_as_live(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    simulate_into(workspace, plan, workspace.qrels("tv", "complete"), limit=60)
    done = export_plan_qrels(workspace, plan, "mine")
    assert done.path == workspace.qrels_path("tv", "mine")
    assert workspace.edition("tv").qrels_names == ("complete", "mine")
    live = live_table(workspace, plan)
    assert workspace.qrels("tv", "mine").digest == done.made.qrels.digest == live.made.qrels.digest
    for tag, interval in live.intervals.runs.items():
        measured = evaluate_run(workspace.run("tv", tag), workspace.qrels("tv", "mine"))
        assert interval.estimate == pytest.approx(measured.mean["infAP"], abs=1e-12)
    assert done.notes == ()


def test_a_pool_that_is_judged_wholly_gives_its_truth(workspace: Workspace, tmp_path: Path) -> None:
    plan = small_plan(workspace)
    whole = extend_judging_plan(workspace, "p", [1, 1])
    simulate_into(workspace, whole, workspace.qrels("tv", "complete"))
    done = export_plan_qrels(workspace, whole, tmp_path / "out" / "q.txt")
    read = read_qrels(done.path)
    for topic_id, topic in plan.topics.items():
        assert set(read.judgements(topic_id)) == set(topic.stratum_of)
        assert read.relevant(topic_id) == RELEVANT_SHOTS[topic_id] & topic.stratum_of.keys()
        assert -1 not in read.judgements(topic_id).values()


def test_nothing_is_written_over_unless_asked_for(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    with pytest.raises(NotFoundError, match="nothing was judged yet"):
        export_plan_qrels(workspace, plan, "mine")
    assert not workspace.qrels_path("tv", "mine").exists()
    shot = plan.topic("1").order[0]
    judge_shots(workspace, plan, "1", verdicts={shot: RELEVANT}, judge="Ada")
    before = workspace.qrels_path("tv", "complete").read_bytes()
    with pytest.raises(LpdError, match=r"qrels of this name already; nothing was written"):
        export_plan_qrels(workspace, plan, "complete")
    assert workspace.qrels_path("tv", "complete").read_bytes() == before
    export_plan_qrels(workspace, plan, "mine")
    judge_shots(workspace, plan, "1", verdicts={shot: NOT_RELEVANT}, judge="Ada")
    export_plan_qrels(workspace, plan, "mine", replace=True)
    assert workspace.qrels("tv", "mine").judgements("1")[shot] == 0


def test_what_is_not_in_the_qrels_is_told(workspace: Workspace, tmp_path: Path) -> None:
    plan = small_plan(workspace)
    a, b = plan.topic("1").order[:2]
    late, beyond = plan.topic("1").strata[1].shot_ids[20], plan.topic("1").strata[1].shot_ids[-1]
    judge_shots(workspace, plan, "1", verdicts={a: RELEVANT, b: RELEVANT}, judge="Ada")
    judge_shots(workspace, plan, "1", verdicts={a: NOT_RELEVANT}, judge="Bob")
    marks = {beyond: RELEVANT, late: RELEVANT, "s199": RELEVANT}
    give_verdicts(
        workspace.judgements_path, plan_needs(plan)["1"], verdicts=marks, judge="Ada", view="search"
    )
    with pytest.raises(MismatchError, match="judges contradict each other"):
        export_plan_qrels(workspace, plan, tmp_path / "q.txt")
    assert not (tmp_path / "q.txt").exists()
    done = export_plan_qrels(workspace, plan, tmp_path / "q.txt", conflicts="leave out")
    assert done.notes == (
        f"1 shot on which judges contradict each other: not judged (-1) ('1 {a}')",
        f"1 shot of the pool that was not drawn to be judged: -1, for it is no random sample ('1 {beyond}')",
        f"1 shot judged elsewhere and not come to yet in the plan's order: -1 until then ('1 {late}')",
        "1 shot judged but not in the pool: left out ('1 s199')",
        "1 topic not judged yet: '2'",
    )
    rows = list(read_qrels(tmp_path / "q.txt").rows())
    assert [(row.shot_id, row.relevance) for row in rows if row.relevance >= 0] == [(b, 1)]
