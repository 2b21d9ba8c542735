"""One topic under the glass: ranks, finders and judgements counted by hand and by plain loops."""

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError
from lpd.services.case_study import JudgedHit, case_study
from lpd.services.found_alone import shots_found_by_one
from lpd.trec import Qrels, Run, Topic, make_run

TOPIC = Topic("644", "sailboats in the water")
QRELS = Qrels(
    [
        ("644", "a", "1", 1),
        ("644", "b", "1", 1),
        ("644", "c", "1", 0),
        ("644", "d", "2", -1),
        ("644", "e", "2", 2),
        ("644", "f", "2", 1),
    ]
)
JUDGED = QRELS.topic("644")


def run_of(tag: str, shots: str, topic_id: str = "644") -> Run:
    return make_run(tag, {topic_id: (list(shots), -np.arange(len(shots), dtype=float))})


RUNS = {"first": run_of("one", "caxdb"), "second": run_of("two", "ebya"), "third": run_of("three", "xyz")}


def test_hits_and_misses_by_hand() -> None:
    first, second, third = case_study(RUNS, TOPIC, judged=JUDGED, k=4).lists
    assert first.hits == (
        JudgedHit(1, "c", 0),
        JudgedHit(2, "a", 1),
        JudgedHit(3, "x", None),
        JudgedHit(4, "d", -1),
    )
    assert [hit.relevant for hit in first.hits] == [False, True, False, False]
    assert (first.relevant, first.not_relevant, first.not_judged, first.outside) == (1, 1, 1, 1)
    assert (first.first_relevant, first.returned, first.judged_share) == (2, 5, 0.5)
    assert (second.relevant, second.outside, second.first_relevant) == (3, 1, 1)
    assert (third.relevant, third.outside, third.first_relevant, third.judged_share) == (0, 3, None, 0.0)
    assert [one.name for one in (first, second, third)] == ["first", "second", "third"]


def test_who_finds_what_by_hand() -> None:
    study = case_study(RUNS, TOPIC, judged=JUDGED, k=4)
    assert study.ranks == {"a": (2, 4, None), "e": (None, 1, None), "b": (5, 2, None), "f": (None,) * 3}
    assert list(study.ranks) == ["a", "e", "b", "f"], "most finders first, then the best rank"
    assert study.found_by == {"a": ("first", "second"), "e": ("second",), "b": ("second",), "f": ()}
    assert study.found_by_none == ("f",)
    assert study.found_by_all == ()
    assert study.found_alone == {"first": (), "second": ("e", "b"), "third": ()}
    # stratum 1: two of three judged rows; stratum 2: three rows, two judged, both relevant
    assert study.estimated_relevant == 2 + 3
    assert (study.topic, study.k, study.lacking) == (TOPIC, 4, ())


def test_a_deeper_cut_finds_more() -> None:
    two = {name: RUNS[name] for name in ("first", "second")}
    study = case_study(two, TOPIC, judged=JUDGED, k=5)
    assert study.found_by_all == ("a", "b")


def test_the_first_relevant_shot_may_lie_behind_the_cut() -> None:
    one = case_study({"late": run_of("one", "cxyzb")}, TOPIC, judged=JUDGED, k=2).lists[0]
    assert (one.relevant, one.first_relevant, len(one.hits)) == (0, 5, 2)


def test_lists_without_the_topic_are_named() -> None:
    runs = {**RUNS, "other": run_of("four", "ab", topic_id="645")}
    study = case_study(runs, TOPIC, judged=JUDGED)
    assert study.lacking == ("other",)
    assert len(study.lists) == 3


def test_random_lists_against_plain_loops() -> None:
    random = np.random.default_rng(7)
    shots = [f"s{number}" for number in range(60)]
    grades = {shot: int(random.integers(-1, 2)) for shot in shots[:45]}
    qrels = Qrels([("644", shot, "1", grade) for shot, grade in grades.items()])
    runs = {
        name: make_run(name, {"644": (random.permutation(shots)[:30].tolist(), -np.arange(30.0))})
        for name in ("a", "b", "c", "d")
    }
    study = case_study(runs, TOPIC, judged=qrels.topic("644"), k=12)
    tops = {name: run.topics["644"].shot_ids[:12] for name, run in runs.items()}
    relevant = [shot for shot, grade in grades.items() if grade > 0]
    assert study.found_by == {
        shot: tuple(name for name, top in tops.items() if shot in top) for shot in relevant
    }
    alone = shots_found_by_one(runs, qrels, k=12)
    assert {name: set(found) for name, found in study.found_alone.items()} == {
        name: set(topics.get("644", [])) for name, topics in alone.items()
    }
    for one in study.lists:
        assert one.relevant == sum(grades.get(shot, -1) > 0 for shot in tops[one.name])
        assert one.relevant + one.not_relevant + one.not_judged + one.outside == 12


def test_what_cannot_be_studied_is_said() -> None:
    with pytest.raises(LpdError, match="cut-off below 1"):
        case_study(RUNS, TOPIC, judged=JUDGED, k=0)
    with pytest.raises(LpdError, match="no lists to study"):
        case_study({}, TOPIC, judged=JUDGED)
    with pytest.raises(MismatchError, match="no list has this topic; expected 700; found first, second"):
        case_study(RUNS, Topic("700", "x"), judged=JUDGED)
