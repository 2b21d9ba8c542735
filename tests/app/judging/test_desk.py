"""Where a judge is with a topic."""

from datetime import timedelta

import pytest

from app.judging.desk import pace_of, present_judges, topic_desk
from lpd.errors import NotFoundError
from tests.app.judging.plans import NOW, order_of, said, small_plan

PLAN = small_plan()


def test_the_queue_is_the_plan_without_what_was_judged_and_skipped_comes_last() -> None:
    first, second, *others = order_of(PLAN, "1")
    at = topic_desk(PLAN, "1", [said(first)], judge="ann", now=NOW, skipped=[second])
    assert list(at.queue) == [*others, second]
    assert (at.done, at.total, at.relevant, at.not_relevant) == (1, 6, 1, 0)


def test_only_shots_to_be_judged_are_counted() -> None:
    history = [said("a1"), said("b6", "not relevant"), said("elsewhere")]
    at = topic_desk(PLAN, "1", history, judge="ann", now=NOW)
    assert (at.done, at.total) == (1, 6)


def test_before_are_the_standing_verdicts_of_the_judge_in_this_plan_the_latest_last() -> None:
    history = [
        said("a1", seconds=50),
        said("a2", "not relevant", seconds=40),
        said("a1", "not relevant", seconds=30),
        said("a3", seconds=20, view="search"),
        said("a4", seconds=10, judge="bob"),
        said("b1", seconds=9),
        said("b1", "withdrawn", seconds=8),
    ]
    at = topic_desk(PLAN, "1", history, judge="ann", now=NOW)
    assert at.before == (("a2", "not"), ("a1", "not"))


def test_judges_who_are_there_are_those_of_late() -> None:
    history = [said("a1", judge="bob", seconds=60), said("a2", judge="cay", seconds=3600)]
    assert present_judges(history, judge="ann", view="judge small", now=NOW) == ("ann", "bob")
    at = topic_desk(PLAN, "1", history, judge="cay", now=NOW)
    assert at.judges == ("bob", "cay")
    assert at.queue[0] == order_of(PLAN, "1", ["a1", "a2"])[1], "the first one is bob's"


def test_pace_is_the_mean_of_late_and_knows_pauses() -> None:
    times = [NOW + timedelta(seconds=one) for one in (0, 2, 5, 9, 1000, 1003)]
    assert pace_of(times) == pytest.approx((2 + 3 + 4 + 3) / 4)
    assert pace_of(times[:3]) is None
    long = [NOW + timedelta(seconds=10 * one) for one in range(40)]
    late = [long[-1] + timedelta(seconds=one) for one in range(1, 70)]
    assert pace_of([*long, *late]) == pytest.approx(1.0)


def test_another_topic_is_told() -> None:
    with pytest.raises(NotFoundError, match="no such topic"):
        topic_desk(PLAN, "9", [], judge="ann", now=NOW)
