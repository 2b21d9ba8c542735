from pathlib import Path

import pytest

from lpd.errors import LpdError, MismatchError
from lpd.judging import NOT_RELEVANT, RELEVANT, plan_qrels
from lpd.services.judging import judging_verdicts, simulate_into, simulate_judging
from lpd.trec import Qrels
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import RELEVANT_SHOTS, small_plan, small_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def truth(workspace: Workspace) -> Qrels:
    return workspace.qrels("tv", "complete")


def test_a_judge_without_errors_says_the_truth_in_the_plans_order(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    done = simulate_judging(plan, truth(workspace))
    assert done.given == plan.sample
    for topic_id, said in done.verdicts.items():
        assert tuple(said) == plan.topic(topic_id).order
        assert {one for one, verdict in said.items() if verdict == RELEVANT} == (
            RELEVANT_SHOTS[topic_id] & said.keys()
        )
    assert done.unknown == done.without_truth == ()


def test_a_limit_stops_all_topics_in_step_and_judging_goes_on_from_there(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    first = simulate_into(workspace, plan, truth(workspace), limit=20)
    assert first.given == 20
    for topic_id, topic in plan.topics.items():
        said = first.verdicts[topic_id]
        assert tuple(said) == topic.order[: len(said)]
        assert abs(len(said) - 20 * topic.sample / plan.sample) <= 1
    second = simulate_into(workspace, plan, truth(workspace))
    assert first.given + second.given == plan.sample
    assert simulate_into(workspace, plan, truth(workspace)).given == 0
    kept = plan_qrels(plan, judging_verdicts(workspace, plan)).qrels
    dry = plan_qrels(plan, simulate_judging(plan, truth(workspace)).as_verdicts()).qrels
    assert kept.digest == dry.digest


def test_errors_are_as_frequent_as_asked_and_of_the_seed(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    right = simulate_judging(plan, truth(workspace)).verdicts
    pairs = [(topic_id, one) for topic_id in right for one in right[topic_id]]
    wrong = 0
    for seed in range(40):
        said = simulate_judging(plan, truth(workspace), error_rate=0.2, seed=seed).verdicts
        wrong += sum(said[topic_id][one] != right[topic_id][one] for topic_id, one in pairs)
    count = 40 * plan.sample
    assert abs(wrong - 0.2 * count) < 4 * (0.16 * count) ** 0.5
    again = simulate_judging(plan, truth(workspace), error_rate=0.2, seed=39)
    assert again.verdicts == said
    limited = simulate_judging(plan, truth(workspace), error_rate=0.2, seed=39, limit=10)
    assert all(
        said[topic_id][one] == verdict
        for topic_id, of in limited.verdicts.items()
        for one, verdict in of.items()
    )
    other = simulate_judging(plan, truth(workspace), error_rate=0.2, seed=39, judge="Bob")
    assert other.verdicts != said


def test_a_second_judge_takes_the_shared_shots_and_what_is_left(workspace: Workspace) -> None:
    plan = small_plan(workspace, overlap=0.3)
    simulate_into(workspace, plan, truth(workspace), judge="Ada", limit=plan.sample // 2)
    simulate_into(workspace, plan, truth(workspace), judge="Bob")
    found = judging_verdicts(workspace, plan)
    for topic_id, topic in plan.topics.items():
        both = found[topic_id].judges["Ada"].keys() & found[topic_id].judges["Bob"].keys()
        assert both
        assert all(plan.is_shared(topic_id, one) for one in both)
        assert set(found[topic_id].shots) == set(topic.order)


def test_what_the_truth_does_not_know_is_passed_over(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    first, second = plan.topic("1").order[:2]
    partial = Qrels([("1", first, "1", -1), ("1", second, "1", 2), ("9", "s001", "1", 1)])
    done = simulate_judging(plan, partial)
    assert done.unknown == (("1", first),)
    assert done.without_truth == ("2",)
    assert done.verdicts["1"][second] == RELEVANT
    assert set(list(done.verdicts["1"].values())[1:]) == {NOT_RELEVANT}
    with pytest.raises(MismatchError, match="none of the plan's topics"):
        simulate_judging(plan, Qrels([("9", "s001", "1", 1)]))
    for options in ({"error_rate": 1.1}, {"limit": -1}):
        with pytest.raises(LpdError, match="out of range"):
            simulate_judging(plan, partial, **options)
