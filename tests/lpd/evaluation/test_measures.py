"""Measures on complete judgements: hand-computed cases, the slow AP, ir_measures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import (
    ap,
    gains_of,
    mean_measures,
    measure_run,
    ndcg_at,
    precision_at,
    recall_at,
    reciprocal_rank,
)
from lpd.trec import Qrels, Run, make_run
from tests.reference.evaluation import average_precision

GAINS = np.array([0, 2, 0, 1])


def test_measures_by_hand() -> None:
    assert ap(GAINS, 4) == (1 / 2 + 2 / 4) / 4
    assert precision_at(GAINS, 2) == 0.5
    assert precision_at(GAINS, 10) == 0.2
    assert recall_at(GAINS, 3, relevant=4) == 0.25
    assert reciprocal_rank(GAINS) == 0.5
    dcg, best = 2 / math.log2(3) + 1 / math.log2(5), 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(GAINS, 10, ideal=np.array([1, 0, 1, 2, -1])) == pytest.approx(dcg / best, abs=1e-15)
    assert ndcg_at(GAINS, 2, ideal=np.array([1, 0, 1, 2, -1])) == pytest.approx(
        2 / math.log2(3) / (2 + 1 / math.log2(3)), abs=1e-15
    )


def test_nothing_relevant_and_nothing_returned_are_zero() -> None:
    for gains, relevant in ((np.zeros(0, np.int64), 3), (np.zeros(5, np.int64), 0)):
        assert ap(gains, relevant) == 0
        assert precision_at(gains, 5) == 0
        assert recall_at(gains, 5, relevant=relevant) == 0
        assert ndcg_at(gains, 5, ideal=np.array([1] * relevant, dtype=np.int64)) == 0
        assert reciprocal_rank(gains) == 0


def test_unjudged_shots_count_as_not_relevant_or_are_left_out() -> None:
    judgements = {"a": 1, "b": -1, "c": 0, "d": 2}
    ranking = ["x", "b", "d", "c", "a"]
    assert gains_of(ranking, judgements).tolist() == [0, 0, 2, 0, 1]
    assert gains_of(ranking, judgements, judged_only=True).tolist() == [2, 0, 1]


@given(
    st.permutations([f"s{number}" for number in range(12)]),
    st.sets(st.sampled_from([f"s{n}" for n in range(15)])),
)
def test_ap_equals_the_slow_version(ranking: list[str], relevant: set[str]) -> None:
    gains = gains_of(ranking, dict.fromkeys(relevant, 1))
    assert ap(gains, len(relevant)) == pytest.approx(average_precision(ranking, relevant), abs=1e-12)


def random_run_and_qrels(seed: int) -> tuple[Run, Qrels]:
    """Topics t0 to t5; t4 is not in the run, t5 has no relevant shot; some shots are not judged."""
    random = np.random.default_rng(seed)
    shots = np.array([f"s{number}" for number in range(60)])
    rows, scored = [], {}
    for number in range(6):
        topic_id = f"t{number}"
        judged = random.choice(shots, 40, replace=False)
        grades = np.zeros(40, int) if number == 5 else random.choice([0, 0, 1, 2], 40)
        rows += [(topic_id, str(shot), "1", int(grade)) for shot, grade in zip(judged, grades, strict=True)]
        if number != 4:
            found = [str(shot) for shot in random.permutation(shots)[:30]]
            scored[topic_id] = (found, random.permutation(30).astype(float))
    return make_run("mine", scored), Qrels(rows)


@pytest.mark.parametrize("judged_only", [False, True])
def test_all_topics_equal_ir_measures(judged_only: bool) -> None:
    import ir_measures
    from ir_measures import AP, RR, P, R, nDCG

    run, qrels = random_run_and_qrels(7)
    measured = measure_run(run, qrels, cutoffs=(5, 20), judged_only=judged_only)
    theirs = {"AP": AP, "RR": RR, "nDCG": nDCG}
    theirs |= {f"{name}@{k}": one @ k for name, one in (("P", P), ("R", R), ("nDCG", nDCG)) for k in (5, 20)}
    if judged_only:
        theirs = {
            "AP": AP(judged_only=True),
            "P@5": P(judged_only=True) @ 5,
            "nDCG@20": nDCG(judged_only=True) @ 20,
        }
    judgements = [ir_measures.Qrel(row.topic_id, row.shot_id, row.relevance) for row in qrels.rows()]
    rows = [
        ir_measures.ScoredDoc(topic_id, shot_id, score)
        for topic_id, ranked in run.topics.items()
        for shot_id, score in zip(ranked.shot_ids, ranked.scores.tolist(), strict=True)
    ]
    names = {measure: name for name, measure in theirs.items()}
    compared = 0
    for one in ir_measures.iter_calc(list(names), judgements, rows):
        assert measured[one.query_id][names[one.measure]] == pytest.approx(one.value, abs=1e-6), one
        compared += 1
    assert compared == 6 * len(theirs)
    assert set(measured) == set(qrels.topic_ids)


def test_missing_topics_are_zero_and_stay_in_the_means() -> None:
    run, qrels = random_run_and_qrels(3)
    measured = measure_run(run, qrels)
    assert set(measured["t4"].values()) == {0.0}
    means = mean_measures(measured)
    assert means["AP"] == pytest.approx(sum(values["AP"] for values in measured.values()) / 6, abs=1e-15)
    assert set(means) == {"AP", "RR", "nDCG", "P@10", "R@10", "nDCG@10", "P@100", "R@100", "nDCG@100"}


def test_what_cannot_be_measured_is_said() -> None:
    run, qrels = random_run_and_qrels(3)
    with pytest.raises(LpdError, match="cut-off below 1"):
        measure_run(run, qrels, cutoffs=(0,))
    with pytest.raises(MismatchError, match="no topic in common"):
        measure_run(make_run("x", {"9": (["a"], np.zeros(1))}), qrels)
    with pytest.raises(LpdError, match="no topics to average over"):
        mean_measures({})
