from lpd.judging import (
    NOT_RELEVANT,
    RELEVANT,
    Ruling,
    StratumProgress,
    TopicVerdicts,
    plan_progress,
)
from tests.lpd.judging.small_plans import said, small_plan


def test_numbers_by_hand() -> None:
    plan = small_plan()
    first, second, third = plan.topic("1").strata
    a, b, c, d = *first.shot_ids[:2], second.shot_ids[0], third.shot_ids[0]
    beyond = second.shot_ids[-1]
    said_of = TopicVerdicts(
        {
            "Ada": {a: RELEVANT, b: RELEVANT, c: NOT_RELEVANT, beyond: RELEVANT, "elsewhere": RELEVANT},
            "Bob": {b: NOT_RELEVANT, d: NOT_RELEVANT, c: RELEVANT},
        },
        {c: Ruling("Cy", RELEVANT)},
        frozenset(),
    )
    found = plan_progress(plan, {"1": said_of})
    topic = found.topics["1"]
    assert topic.strata == (
        StratumProgress("1", 20, 20, 2, 1),
        StratumProgress("2", 60, 30, 1, 1),
        StratumProgress("3", 120, 12, 1, 0),
    )
    assert (topic.sample, topic.judged, topic.relevant, topic.conflicting) == (62, 4, 2, 1)
    assert topic.judges == {"Ada": 3, "Bob": 3}
    assert topic.left == {"Ada": 58, "Bob": 58}
    assert not topic.finished
    assert (found.sample, found.judged, found.relevant, found.conflicting) == (93, 4, 2, 1)
    assert found.judges == {"Ada": 3, "Bob": 3}
    assert found.topics["2"].judged == 0


def test_a_topic_is_finished_when_all_is_judged_without_contradiction() -> None:
    plan = small_plan()
    order = plan.topic("2").order
    agreed = dict.fromkeys(order, RELEVANT)
    assert plan_progress(plan, {"2": said(Ada=agreed)}).topics["2"].finished
    contradicted = said(Ada=agreed, Bob={order[3]: NOT_RELEVANT})
    assert not plan_progress(plan, {"2": contradicted}).topics["2"].finished
    ruled = TopicVerdicts(contradicted.judges, {order[3]: Ruling("Cy", RELEVANT)}, frozenset())
    assert plan_progress(plan, {"2": ruled}).topics["2"].finished


def test_nothing_judged_is_zeros() -> None:
    found = plan_progress(small_plan(), {})
    assert (found.sample, found.judged, found.judges) == (93, 0, {})
