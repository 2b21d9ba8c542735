import random
from datetime import UTC, datetime
from pathlib import Path

from lpd.judging import (
    ADJUDICATE_VIEW,
    NOT_RELEVANT,
    RELEVANT,
    WITHDRAWN,
    GivenVerdict,
    Need,
    Ruling,
    give_verdicts,
    latest_verdicts,
    plan_needs,
    plan_verdicts,
    withdraw_verdicts,
)
from lpd.judging.plan_verdicts import topic_verdicts
from tests.lpd.judging.small_plans import small_plan

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def given(shot_id: str, verdict: str, judge: str, view: str = "judge p") -> GivenVerdict:
    return GivenVerdict(shot_id, verdict, judge, view, NOW)


def test_the_latest_of_each_judge_stands_and_rulings_apart() -> None:
    found = topic_verdicts(
        [
            given("a", RELEVANT, "Ada"),
            given("a", NOT_RELEVANT, "Bob", "search"),
            given("a", NOT_RELEVANT, "Ada", "search"),
            given("b", RELEVANT, "Ada"),
            given("b", WITHDRAWN, "Ada"),
            given("c", RELEVANT, "Bob", "judge q"),
            given("a", RELEVANT, "Bob", ADJUDICATE_VIEW),
        ],
        view="judge p",
    )
    assert found.judges == {"Ada": {"a": NOT_RELEVANT}, "Bob": {"a": NOT_RELEVANT, "c": RELEVANT}}
    assert found.rulings == {"a": Ruling("Bob", RELEVANT)}
    assert found.asked == {"a", "b"}, "another plan's view is not this one's"
    assert found.shots["a"].not_relevant == ("Ada", "Bob")


def test_the_last_ruling_that_was_not_withdrawn_counts() -> None:
    history = [
        given("a", RELEVANT, "Cy", ADJUDICATE_VIEW),
        given("a", NOT_RELEVANT, "Di", ADJUDICATE_VIEW),
    ]
    assert topic_verdicts(history, view="v").rulings == {"a": Ruling("Di", NOT_RELEVANT)}
    again = [*history, given("a", RELEVANT, "Cy", ADJUDICATE_VIEW)]
    assert topic_verdicts(again, view="v").rulings == {"a": Ruling("Cy", RELEVANT)}
    back = [*again, given("a", WITHDRAWN, "Cy", ADJUDICATE_VIEW)]
    assert topic_verdicts(back, view="v").rulings == {"a": Ruling("Di", NOT_RELEVANT)}


def test_verdicts_of_the_file_topic_by_topic(tmp_path: Path) -> None:
    plan, path = small_plan(), tmp_path / "judgements.sqlite"
    needs = plan_needs(plan)
    give_verdicts(path, needs["1"], verdicts={"s001": RELEVANT}, judge="Ada", view=plan.view)
    give_verdicts(path, needs["2"], verdicts={"s105": NOT_RELEVANT}, judge="Bob", view="search")
    other = Need("c", "1", "tw")
    give_verdicts(path, other, verdicts={"s001": NOT_RELEVANT}, judge="Ada", view=plan.view)
    found = plan_verdicts(path, plan)
    assert list(found) == ["1", "2"]
    assert found["1"].judges == {"Ada": {"s001": RELEVANT}}
    assert found["1"].asked == {"s001"}
    assert found["2"].judges == {"Bob": {"s105": NOT_RELEVANT}}
    assert found["2"].asked == frozenset()
    assert list(plan_verdicts(path, plan, topics=["2"])) == ["2"]
    assert plan_verdicts(tmp_path / "absent.sqlite", plan)["1"].judges == {}


def test_a_random_history_stands_as_the_other_reader_says(tmp_path: Path) -> None:
    plan, path, draw = small_plan(), tmp_path / "judgements.sqlite", random.Random(3)
    need = plan_needs(plan)["1"]
    for _ in range(60):
        judge, shot = draw.choice(["Ada", "Bob"]), f"s{draw.randrange(5):03d}"
        if draw.random() < 0.3:
            withdraw_verdicts(path, need, shot_ids=[shot], judge=judge, view="judge p")
        else:
            said = {shot: draw.choice([RELEVANT, NOT_RELEVANT])}
            give_verdicts(path, need, verdicts=said, judge=judge, view=draw.choice(["search", "judge p"]))
    assert plan_verdicts(path, plan)["1"].judges == latest_verdicts(path, need)


def test_a_ruling_and_ones_own_verdict_are_withdrawn_apart(tmp_path: Path) -> None:
    plan, path = small_plan(), tmp_path / "judgements.sqlite"
    need = plan_needs(plan)["1"]
    give_verdicts(path, need, verdicts={"s001": RELEVANT}, judge="Ada", view=plan.view)
    give_verdicts(path, need, verdicts={"s001": NOT_RELEVANT}, judge="Ada", view=ADJUDICATE_VIEW)
    assert withdraw_verdicts(path, need, shot_ids=["s001"], judge="Ada", view=ADJUDICATE_VIEW) == ["s001"]
    found = plan_verdicts(path, plan)["1"]
    assert (found.judges, found.rulings) == ({"Ada": {"s001": RELEVANT}}, {})
    assert withdraw_verdicts(path, need, shot_ids=["s001"], judge="Ada", view=ADJUDICATE_VIEW) == []
    assert withdraw_verdicts(path, need, shot_ids=["s001"], judge="Ada", view=plan.view) == ["s001"]
    assert plan_verdicts(path, plan)["1"].judges == {}
