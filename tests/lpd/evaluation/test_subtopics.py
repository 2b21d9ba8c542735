"""alpha-nDCG and subtopic recall: hand-computed cases, the slow version, degenerate lists."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import (
    alpha_ndcg_at,
    group_subtopics,
    mean_measures,
    measure_subtopics,
    subtopic_recall_at,
)
from lpd.trec import make_run
from tests.reference import retrieval as slow

SUBTOPICS = {"a": {"x", "y"}, "b": {"x"}, "c": {"z"}}


def test_alpha_ndcg_by_hand() -> None:
    # ideal: a (2), c (1), b (1/2); found: b (1), nothing, a (1/2 + 1)
    ideal = 2 + 1 / math.log2(3) + 0.5 / 2
    found = 1 + 1.5 / 2
    ranking = ["b", "other", "a", "c"]
    assert alpha_ndcg_at(ranking, 3, subtopics=SUBTOPICS) == pytest.approx(found / ideal, abs=1e-15)
    # at 1: b gains 1 of the 2 that a gains
    assert alpha_ndcg_at(ranking, 1, subtopics=SUBTOPICS) == 0.5
    # alpha 0 is the gain of graded nDCG, alpha 1 counts a subtopic once
    assert alpha_ndcg_at(["b", "a"], 2, subtopics=SUBTOPICS, alpha=0) == pytest.approx(
        (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    )
    assert alpha_ndcg_at(["a", "b", "c"], 3, subtopics=SUBTOPICS, alpha=1) == pytest.approx(
        (2 + 1 / 2) / (2 + 1 / math.log2(3))
    )


def test_subtopic_recall_by_hand() -> None:
    ranking = ["b", "other", "a", "c"]
    recalls = [subtopic_recall_at(ranking, k, subtopics=SUBTOPICS) for k in (1, 2, 3, 4, 20)]
    assert recalls == [1 / 3, 1 / 3, 2 / 3, 1.0, 1.0]


def test_the_ideal_list_is_worth_1() -> None:
    assert alpha_ndcg_at(["a", "c", "b"], 20, subtopics=SUBTOPICS) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("subtopics", [{}, {"a": set()}], ids=["none", "empty set"])
def test_no_subtopics_and_nothing_returned_are_zero(subtopics: dict[str, set[str]]) -> None:
    assert alpha_ndcg_at(["a"], 5, subtopics=subtopics) == 0
    assert subtopic_recall_at(["a"], 5, subtopics=subtopics) == 0
    assert alpha_ndcg_at([], 5, subtopics=SUBTOPICS) == 0
    assert subtopic_recall_at([], 5, subtopics=SUBTOPICS) == 0


SHOTS = [f"s{number}" for number in range(10)]
tables = st.dictionaries(st.sampled_from(SHOTS), st.sets(st.sampled_from("vwxyz"), min_size=1), min_size=1)


@given(
    st.permutations([*SHOTS, "t0", "t1"]), tables, st.integers(1, 14), st.sampled_from([0.0, 0.3, 0.5, 1.0])
)
def test_equals_the_slow_version(
    ranking: list[str], subtopics: dict[str, set[str]], k: int, alpha: float
) -> None:
    expected = slow.alpha_ndcg(ranking, k, subtopics, alpha)
    assert alpha_ndcg_at(ranking, k, subtopics=subtopics, alpha=alpha) == pytest.approx(expected, abs=1e-12)


def test_one_subtopic_and_alpha_0_is_ndcg() -> None:
    from lpd.evaluation import gains_of, ndcg_at

    random = np.random.default_rng(0)
    ranking = [f"s{number}" for number in random.permutation(30)]
    relevant = {f"s{number}": 1 for number in range(0, 40, 3)}
    subtopics = {shot: {"x"} for shot in relevant}
    expected = ndcg_at(gains_of(ranking, relevant), 10, ideal=np.ones(len(relevant)))
    assert alpha_ndcg_at(ranking, 10, subtopics=subtopics, alpha=0) == pytest.approx(expected, abs=1e-12)


def test_rows_are_grouped() -> None:
    rows = [("t", "x", "a"), ("t", "y", "a"), ("u", "x", "a"), ("t", "x", "b"), ("t", "x", "b")]
    assert group_subtopics(rows) == {"t": {"a": {"x", "y"}, "b": {"x"}}, "u": {"a": {"x"}}}


def test_every_topic_with_subtopics_counts() -> None:
    run = make_run("r", {"t": (["b", "a"], np.array([2.0, 1.0])), "unknown": (["a"], np.ones(1))})
    measured = measure_subtopics(run, {"t": SUBTOPICS, "absent": SUBTOPICS}, k=1)
    assert measured == {
        "t": {"alpha-nDCG@1": 0.5, "S-recall@1": 1 / 3},
        "absent": {"alpha-nDCG@1": 0.0, "S-recall@1": 0.0},
    }
    assert mean_measures(measured) == {"alpha-nDCG@1": 0.25, "S-recall@1": 1 / 6}


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(LpdError, match="cut-off below 1"):
        alpha_ndcg_at(["a"], 0, subtopics=SUBTOPICS)
    with pytest.raises(LpdError, match="cut-off below 1"):
        subtopic_recall_at(["a"], 0, subtopics=SUBTOPICS)
    with pytest.raises(LpdError, match=r"alpha outside of 0\.\.1"):
        alpha_ndcg_at(["a"], 5, subtopics=SUBTOPICS, alpha=1.5)
    with pytest.raises(MismatchError, match=r"no topic in common.*'t'.*'u'"):
        measure_subtopics(make_run("r", {"u": (["a"], np.ones(1))}), {"t": SUBTOPICS})
