import random

import pytest

from lpd.judging import (
    NOT_RELEVANT,
    RELEVANT,
    Contradiction,
    PairAgreement,
    Ruling,
    TopicVerdicts,
    plan_agreement,
    plan_contradictions,
)
from tests.lpd.judging.small_plans import said, small_plan


def plain_kappa(first: list[bool], second: list[bool]) -> float:
    """Cohen's kappa from the two lists of answers, straight from its definition."""
    count = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / count
    expected = sum((first.count(answer) / count) * (second.count(answer) / count) for answer in (True, False))
    return (observed - expected) / (1 - expected)


def test_kappa_of_the_textbook() -> None:
    pair = PairAgreement("A", "B", both=20, first_only=5, second_only=10, neither=15)
    assert (pair.shots, pair.observed, pair.expected) == (50, 0.7, 0.5)
    assert pair.kappa == pytest.approx(0.4)


def test_kappa_of_random_answers_is_that_of_the_plain_version() -> None:
    draw, plan = random.Random(4), small_plan()
    shots = list(plan.topic("1").order)
    ada = {one: draw.random() < 0.4 for one in shots[:50]}
    bob = {one: ada.get(one, False) != (draw.random() < 0.2) for one in shots[10:]}
    words = {True: RELEVANT, False: NOT_RELEVANT}
    verdicts = said(
        Ada={one: words[answer] for one, answer in ada.items()} | {"elsewhere": RELEVANT},
        Bob={one: words[answer] for one, answer in bob.items()} | {"elsewhere": NOT_RELEVANT},
        Cy={shots[0]: RELEVANT},
    )
    pairs = plan_agreement(plan, {"1": verdicts})
    assert [(pair.first, pair.second) for pair in pairs] == [("Ada", "Bob"), ("Ada", "Cy")]
    common = [one for one in shots if one in ada and one in bob]
    assert pairs[0].shots == len(common) == 40
    assert pairs[0].kappa == pytest.approx(
        plain_kappa([ada[one] for one in common], [bob[one] for one in common])
    )


def test_one_and_the_same_verdict_throughout_has_no_kappa() -> None:
    assert PairAgreement("A", "B", 0, 0, 0, 9).kappa is None
    assert PairAgreement("A", "B", 3, 0, 0, 9).kappa == 1
    assert PairAgreement("A", "B", 0, 3, 0, 9).kappa == 0


def test_topics_are_counted_together() -> None:
    plan = small_plan()
    a, b = plan.topic("1").order[0], plan.topic("2").order[0]
    verdicts = {
        "1": said(Ada={a: RELEVANT}, Bob={a: NOT_RELEVANT}),
        "2": said(Ada={b: NOT_RELEVANT}, Bob={b: NOT_RELEVANT}),
    }
    assert plan_agreement(plan, verdicts) == [PairAgreement("Ada", "Bob", 0, 1, 0, 1)]


def test_contradictions_in_judging_order_those_without_a_ruling_first() -> None:
    plan = small_plan()
    order = plan.topic("1").order
    beyond = plan.topic("1").strata[2].shot_ids[-1]
    judged = [order[5], order[2], order[8], beyond, "elsewhere"]
    verdicts = TopicVerdicts(
        {"Ada": dict.fromkeys(judged, RELEVANT), "Bob": dict.fromkeys(judged, NOT_RELEVANT)},
        {order[2]: Ruling("Cy", RELEVANT)},
        frozenset(),
    )
    found = plan_contradictions(plan, {"1": verdicts})
    assert [one.shot_id for one in found] == [order[5], order[8], beyond, order[2]]
    assert found[0] == Contradiction("1", order[5], ("Ada",), ("Bob",), None)
    assert found[-1].ruling == Ruling("Cy", RELEVANT)
