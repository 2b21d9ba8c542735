import pytest

from lpd.errors import NotFoundError
from lpd.judging import NOT_RELEVANT, RELEVANT, Ruling, TopicVerdicts, next_shots
from tests.lpd.judging.small_plans import said, small_plan

NOTHING = TopicVerdicts({}, {}, frozenset())


def test_one_judge_goes_through_the_order_and_resumes() -> None:
    plan = small_plan()
    order = list(plan.topic("1").order)
    assert next_shots(plan, "1", NOTHING, judge="Ada") == order
    done = said(Ada=dict.fromkeys(order[:7], RELEVANT))
    assert next_shots(plan, "1", done, judge="Ada") == order[7:]
    assert next_shots(plan, "1", done, judge="Bob") == order[7:], "divided among judges"
    assert next_shots(plan, "1", done, judge=" Ada ") == order[7:]
    everything = said(Ada=dict.fromkeys(order, NOT_RELEVANT))
    assert next_shots(plan, "1", everything, judge="Ada") == []
    with pytest.raises(NotFoundError):
        next_shots(plan, "3", NOTHING, judge="Ada")


def test_skipped_shots_come_last_until_they_are_judged() -> None:
    plan = small_plan()
    order = list(plan.topic("1").order)
    passed = [order[4], order[1], order[4], "nowhere"]
    due = next_shots(plan, "1", NOTHING, judge="Ada", skipped=passed)
    assert due == [one for one in order if one not in passed] + [order[4], order[1]]
    done = said(Ada={order[1]: RELEVANT})
    assert next_shots(plan, "1", done, judge="Ada", skipped=passed)[-1] == order[4]


def test_shared_shots_are_due_for_every_judge() -> None:
    plan = small_plan(overlap=0.3)
    order = plan.topic("1").order
    shared = [one for one in order if plan.is_shared("1", one)]
    assert 5 < len(shared) < 40
    done = said(Ada=dict.fromkeys(order, RELEVANT))
    assert next_shots(plan, "1", done, judge="Bob") == shared
    ruled = TopicVerdicts(done.judges, {shared[0]: Ruling("Cy", RELEVANT)}, done.asked)
    assert next_shots(plan, "1", ruled, judge="Bob") == shared[1:]


def test_judges_at_once_begin_at_different_shots_and_share_the_work() -> None:
    plan, judges = small_plan(overlap=0.1), ["Ada", "Bob", "Cy"]
    order = plan.topic("1").order
    first = [next_shots(plan, "1", NOTHING, judge=judge, judges=judges) for judge in judges]
    divided = [next(one for one in due if not plan.is_shared("1", one)) for due in first]
    assert len(set(divided)) == 3
    assert all(sorted(due) == sorted(order) for due in first), "whoever is left finishes the topic"
    judged: dict[str, dict[str, str]] = {judge: {} for judge in judges}
    asked = 0
    while any(
        due := {
            one: next_shots(plan, "1", said(**judged), judge=one, judges=judges) for one in judges
        }.values()
    ):
        for judge, shots in zip(judges, due, strict=True):
            if shots:
                assert shots[0] not in judged[judge]
                judged[judge][shots[0]] = RELEVANT
                asked += 1
    shared = sum(plan.is_shared("1", one) for one in order)
    assert len(order) + 2 * shared <= asked <= len(order) + 2 * shared + 2, "at most the last ones twice"
