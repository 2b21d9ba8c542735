"""What the desk reports is read once, and only what has the right form."""

import pytest

from app.judging.said import Said, check_said, read_said
from lpd.errors import FormatError, NotFoundError
from tests.app.judging.plans import small_plan

GOOD = {
    "count": 7,
    "kind": "verdict",
    "plan": "small",
    "judge": "ann",
    "topic": "1",
    "shots": ["a1", "b6"],
    "verdict": "not",
    "was": "",
}


def test_what_was_said_is_read_in_its_order_and_once() -> None:
    skip = {**GOOD, "count": 6, "kind": "skip", "shots": ["a2"], "verdict": "skip"}
    event = {"said": [GOOD, skip, {**GOOD, "count": 3}], "count": 99}
    first, second = read_said(event, heard=3)
    assert first == Said(6, "skip", "small", "ann", "1", ("a2",))
    assert second == Said(7, "verdict", "small", "ann", "1", ("a1", "b6"), "not")
    assert read_said(event, heard=7) == []


@pytest.mark.parametrize(
    "change",
    [
        {"count": "7"},
        {"kind": "delete"},
        {"verdict": "perhaps"},
        {"shots": "a1"},
        {"shots": [1]},
        {"judge": None},
        {"topic": 1},
    ],
    ids=str,
)
def test_what_has_another_form_is_left_out(change: dict[str, object]) -> None:
    assert read_said({"said": [{**GOOD, **change}]}, heard=0) == []


@pytest.mark.parametrize("event", [None, 3, "said", {}, {"said": 1}, {"said": [1, None]}], ids=repr)
def test_no_event_says_nothing(event: object) -> None:
    assert read_said(event, heard=0) == []


def test_shots_and_topics_are_those_of_the_plan() -> None:
    plan = small_plan()
    check_said(plan, Said(1, "verdict", "small", "ann", "1", ("a1", "b6"), "not"))
    with pytest.raises(FormatError, match="c1"):
        check_said(plan, Said(1, "verdict", "small", "ann", "1", ("a1", "c1"), "not"))
    with pytest.raises(NotFoundError, match="'3'"):
        check_said(plan, Said(1, "topic", "small", "ann", "3"))
