from lpd.judging import (
    CONFLICT,
    NOT_RELEVANT,
    RELEVANT,
    JudgedShots,
    ShotVerdict,
    combine_verdicts,
    judged_shots,
)

VERDICTS = {
    "Bob": {"s2": RELEVANT, "s1": RELEVANT, "s4": NOT_RELEVANT},
    "Ada": {"s1": RELEVANT, "s2": NOT_RELEVANT, "s3": NOT_RELEVANT, "s4": NOT_RELEVANT},
    "Cy": {"s2": RELEVANT},
}


def test_judges_are_put_together_by_hand() -> None:
    combined = combine_verdicts(VERDICTS)
    assert combined == {
        "s1": ShotVerdict(("Ada", "Bob"), ()),
        "s2": ShotVerdict(("Bob", "Cy"), ("Ada",)),
        "s3": ShotVerdict((), ("Ada",)),
        "s4": ShotVerdict((), ("Ada", "Bob")),
    }
    assert list(combined) == ["s1", "s2", "s3", "s4"]
    assert [said.verdict for said in combined.values()] == [RELEVANT, CONFLICT, NOT_RELEVANT, NOT_RELEVANT]
    assert [said.judges for said in combined.values()] == [2, 3, 1, 2]
    assert combine_verdicts({}) == combine_verdicts({"Ada": {}}) == {}


def test_feedback_takes_no_shot_on_which_judges_differ() -> None:
    assert judged_shots(VERDICTS) == JudgedShots(
        frozenset({"s1"}), frozenset({"s3", "s4"}), frozenset({"s2"})
    )
    assert judged_shots(VERDICTS, judge="Ada") == JudgedShots(
        frozenset({"s1"}), frozenset({"s2", "s3", "s4"}), frozenset()
    )
    nothing = JudgedShots(frozenset(), frozenset(), frozenset())
    assert judged_shots(VERDICTS, judge="Dan") == judged_shots({}) == nothing
