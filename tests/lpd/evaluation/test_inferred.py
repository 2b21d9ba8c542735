"""infAP and its family: hand-computed cases, and the slow version on random topics."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lpd.evaluation import INFERRED_MEASURES, infer_topic, inferred_relevant
from lpd.trec import JudgedTopic, Qrels
from tests.reference.evaluation import inferred_measures

Rows = list[tuple[str, str, int]]


def judged_topic(rows: Rows) -> JudgedTopic:
    return Qrels(("1", shot, stratum, grade) for shot, stratum, grade in rows).topic("1")


def assert_as_the_slow_version(ranking: list[str], rows: Rows) -> None:
    fast, slow = infer_topic(ranking, judged_topic(rows)).measures, inferred_measures(ranking, rows)
    for name, value in slow.items():
        assert fast[name] == pytest.approx(value, rel=1e-11, abs=1e-12), name


def test_complete_judgements_of_one_stratum_by_hand() -> None:
    topic = judged_topic([("a", "1", 1), ("b", "1", 0), ("c", "1", 1), ("d", "1", 1)])
    measures = infer_topic(["a", "b", "c"], topic).measures
    share = (1 + 0.00001) / (2 + 0.00003)  # of the two shots above c, one is relevant
    assert measures["infAP"] == pytest.approx((1 + (1 + 2 * share) / 3) / 3, abs=1e-12)
    gain, ideal = 1 + 1 / math.log2(4), 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert measures["infNDCG"] == pytest.approx(gain / ideal, abs=1e-12)
    estimate = 3 * (2 + 0.00001) / (3 + 0.00003)
    assert measures["iP10"] == pytest.approx(estimate / 10, abs=1e-15)
    assert measures["inum_rel"] == 3
    assert measures["num_ret"] == 3
    assert measures["judged100"] == 1
    assert list(measures) == list(INFERRED_MEASURES)


def test_a_sampled_stratum_weighs_its_judged_shots() -> None:
    rows = [("a", "1", 1), ("b", "2", 1), ("c", "2", 0), ("d", "2", -1), ("e", "2", -1)]
    assert inferred_relevant(judged_topic(rows)) == 1 + 1 * 4 / 2
    assert_as_the_slow_version(["b", "d", "x", "a", "c", "e"], rows)


def test_what_is_judged_and_what_lies_outside() -> None:
    topic = judged_topic([("a", "1", 1), ("b", "1", -1)])
    inferred = infer_topic(["a", "b", "x", "y"], topic)
    assert inferred.measures["judged100"] == 0.25
    assert (inferred.outside100, inferred.top100) == (2, 4)


@pytest.mark.parametrize(
    ("ranking", "rows"),
    [
        ([], [("a", "1", 1)]),
        (["x", "y"], [("a", "1", 1)]),
        (["a"], [("a", "1", 0)]),
        (["a"], [("a", "1", -1)]),
        (["a", "b"], [("a", "1", -1), ("b", "2", 1)]),
        (["b", "a"], [("a", "1", 1), ("a", "1", 1), ("b", "1", 0)]),
        (["a", "b", "c"], [("a", "1", 10), ("b", "1", 2), ("c", "1", 1), ("d", "1", -1)]),
    ],
    ids=[
        "empty",
        "nothing found",
        "none relevant",
        "none judged",
        "unjudged stratum",
        "repeated row",
        "grades",
    ],
)
def test_degenerate_topics(ranking: list[str], rows: Rows) -> None:
    assert_as_the_slow_version(ranking, rows)


@pytest.mark.parametrize("relevant", [999, 1000, 1001, 1500])
def test_more_than_a_thousand_relevant_shots(relevant: int) -> None:
    rows = [(f"s{number}", "1", 1) for number in range(relevant)] + [("n", "1", 2), ("u", "1", -1)]
    assert_as_the_slow_version(["n", "u", *(f"s{number}" for number in range(1200))], rows)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_random_topics_equal_the_slow_version(data: st.DataObject) -> None:
    shots = [f"s{number}" for number in range(data.draw(st.integers(1, 30)))]
    seed = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    pooled = seed.permutation(shots)[: seed.integers(1, len(shots) + 1)]
    strata = data.draw(st.sampled_from([["1"], ["1", "2"], ["10", "2", "a"]]))
    grades = data.draw(st.sampled_from([[0, 1], [-1, 0, 1], [-1, 0, 1, 2], [-1]]))
    rows = [(str(shot), str(seed.choice(strata)), int(seed.choice(grades))) for shot in pooled]
    ranking = [str(shot) for shot in seed.permutation(shots)[: seed.integers(0, len(shots) + 1)]]
    assert_as_the_slow_version(ranking, rows)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_complete_judgements_bring_infap_close_to_ap(relevant: list[bool]) -> None:
    rows = [(f"s{number}", "1", int(one)) for number, one in enumerate(relevant)]
    hits = np.flatnonzero(relevant) + 1
    ap = float((np.arange(1, len(hits) + 1) / hits).sum() / len(hits)) if len(hits) else 0.0
    measures = infer_topic([shot for shot, _, _ in rows], judged_topic(rows)).measures
    assert measures["infAP"] == pytest.approx(ap, abs=1e-4)
