from pathlib import Path

import pytest

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.judging import NOT_RELEVANT, RELEVANT, Ruling, plan_contradictions
from lpd.services.judging import judge_shots, judging_verdicts, rule_on_shots
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import small_plan, small_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def test_verdicts_are_kept_as_given_in_the_plan(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    first, second = plan.topic("1").order[:2]
    judge_shots(workspace, plan, "1", verdicts={first: RELEVANT, second: NOT_RELEVANT}, judge="Ada")
    found = judging_verdicts(workspace, plan)["1"]
    assert found.judges == {"Ada": {first: RELEVANT, second: NOT_RELEVANT}}
    assert found.asked == {first, second}


def test_verdicts_on_shots_that_are_not_in_the_plan_are_refused_whole(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    first, beyond = plan.topic("1").order[0], plan.topic("1").strata[1].shot_ids[-1]
    for stranger in ("s199", "nowhere", beyond):
        with pytest.raises(MismatchError, match=rf"nothing was kept; found '{stranger}'"):
            judge_shots(workspace, plan, "1", verdicts={first: RELEVANT, stranger: RELEVANT}, judge="Ada")
    with pytest.raises(NotFoundError, match="no such topic in this judging plan"):
        judge_shots(workspace, plan, "3", verdicts={first: RELEVANT}, judge="Ada")
    with pytest.raises(FormatError, match="not a verdict"):
        judge_shots(workspace, plan, "1", verdicts={first: "maybe"}, judge="Ada")
    assert not workspace.judgements_path.exists()


def test_rulings_decide_and_the_judges_stay_as_they_were(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    shot = plan.topic("1").order[0]
    with pytest.raises(MismatchError, match="was judged by nobody"):
        rule_on_shots(workspace, plan, "1", verdicts={shot: RELEVANT}, judge="Ada")
    judge_shots(workspace, plan, "1", verdicts={shot: RELEVANT}, judge="Ada")
    judge_shots(workspace, plan, "1", verdicts={shot: NOT_RELEVANT}, judge="Bob")
    rule_on_shots(workspace, plan, "1", verdicts={shot: NOT_RELEVANT}, judge="Ada")
    found = judging_verdicts(workspace, plan)
    assert found["1"].judges == {"Ada": {shot: RELEVANT}, "Bob": {shot: NOT_RELEVANT}}
    assert found["1"].rulings == {shot: Ruling("Ada", NOT_RELEVANT)}
    assert [one.ruling for one in plan_contradictions(plan, found)] == [Ruling("Ada", NOT_RELEVANT)]
