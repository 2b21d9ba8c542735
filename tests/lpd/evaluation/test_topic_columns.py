"""A list as a column: the oracle of the inferred family, recall, complete judgements, judged shares."""

import json
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import (
    INFERRED_PER_TOPIC,
    evaluate_run,
    judged_completely,
    judged_share,
    measure_label,
    measured_column,
)
from lpd.trec import Qrels, Run, make_run, read_qrels, read_run_rows
from tests.reference.evaluation import inferred_measures

QRELS = Qrels(
    [
        ("1", "a", "1", 1),
        ("1", "b", "1", 0),
        ("1", "c", "2", 1),
        ("1", "d", "2", -1),
        ("1", "e", "2", 0),
        ("2", "a", "1", 1),
    ]
)
COMPLETE = Qrels([row for row in QRELS.rows() if row.relevance >= 0])


def run_of(tag: str = "mine", **topics: str) -> Run:
    """A run of topics `t1`, `t2` ...; its shots are letters, best first."""
    return make_run(
        tag, {one[1:]: (list(shots), -np.arange(len(shots), dtype=float)) for one, shots in topics.items()}
    )


@pytest.mark.parametrize("name", ["noisy", "nothing_found", "perfect", "short12", "tied_shuffled"])
def test_every_inferred_measure_of_the_oracle(copied_oracles: Path, name: str) -> None:
    folder = copied_oracles / "eval_synthetic"
    expected = json.loads((folder / "expected.json").read_text())[name]["full_precision"]
    rows = read_run_rows(folder / f"{name}.run.gz")
    column = measured_column(make_run(rows.tag, rows.topics), read_qrels(folder / "qrels.txt"))
    assert set(column.topics) == set(expected) - {"all"}
    for topic_id, values in column.topics.items():
        found = expected[topic_id]
        recall = found["inum_rel_ret"] / found["inum_rel"] if found["inum_rel"] else 0.0
        wanted = {one: found[one] for one in INFERRED_PER_TOPIC if one != "recall"} | {"recall": recall}
        assert dict(values) == pytest.approx(wanted, rel=0, abs=1e-9)


def test_recall_is_returned_over_all_estimated_relevant() -> None:
    column = measured_column(run_of(t1="adx"), QRELS)
    rows = [(row.shot_id, row.stratum, row.relevance) for row in QRELS.rows() if row.topic_id == "1"]
    slow = inferred_measures(list("adx"), rows)
    # stratum 1: a counts 1; stratum 2 of three rows, two judged, one relevant: 1.5; d counts a third
    assert slow["inum_rel"] == 2.5
    assert column.topics["1"]["recall"] == pytest.approx(slow["inum_rel_ret"] / 2.5, abs=1e-12)
    assert column.topics["1"]["recall"] == pytest.approx((1 + 1 / 3) / 2.5, abs=1e-4)


def test_recall_is_zero_without_relevant_shots() -> None:
    qrels = Qrels([("1", "a", "1", 0), ("1", "b", "1", 0)])
    assert measured_column(run_of(t1="ab"), qrels).topics["1"]["recall"] == 0.0


def test_sampled_judgements_allow_no_average_precision() -> None:
    column = measured_column(run_of(t1="abc", t2="a"), QRELS)
    assert not judged_completely(QRELS)
    assert not column.complete
    assert column.measures == tuple(INFERRED_PER_TOPIC)


def test_complete_judgements_allow_both_families() -> None:
    column = measured_column(run_of(t1="bacx", t2="xa"), COMPLETE)
    assert judged_completely(COMPLETE)
    assert column.complete
    assert column.topics["1"]["AP"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert column.topics["1"]["R@10"] == 1.0
    assert column.topics["2"]["RR"] == 0.5
    assert {"infAP", "recall", "R@1000", "P@10", "nDCG@100"} <= set(column.measures)


@pytest.mark.parametrize("qrels", [QRELS, COMPLETE], ids=["sampled", "complete"])
def test_missing_topics_are_named_and_left_out(qrels: Qrels) -> None:
    column = measured_column(run_of(t1="abc"), qrels)
    assert column.missing == ("2",)
    assert list(column.topics) == list(column.judged) == ["1"]
    assert "left out of the means" in column.warnings[0]


@pytest.mark.parametrize("qrels", [QRELS, COMPLETE], ids=["sampled", "complete"])
def test_missing_topics_are_zero_where_asked_for(qrels: Qrels) -> None:
    column = measured_column(run_of(t1="abc"), qrels, missing="zero")
    assert (column.missing, column.missing_as) == (("2",), "zero")
    assert set(column.topics["2"].values()) == {0.0}
    assert column.topics["2"].keys() == column.topics["1"].keys()
    assert list(column.judged) == ["1"], "a list that is not there has no judged shots to share"
    assert "count as zero" in column.warnings[0]


def test_the_share_of_judged_shots() -> None:
    judged = QRELS.topic("1")
    assert judged_share(list("adxb"), judged, 1) == 1.0
    assert judged_share(list("adxb"), judged, 2) == 0.5
    assert judged_share(list("adxb"), judged, 4) == 0.5
    assert judged_share(list("adxb"), judged, 100) == 0.5
    assert judged_share(list("xy"), judged, 2) == 0.0
    assert judged_share([], judged, 2) == 0.0
    with pytest.raises(LpdError, match="cut-off below 1"):
        judged_share(["a"], judged, 0)


def test_the_share_at_100_is_that_of_the_evaluation() -> None:
    run = run_of(t1="adxbce", t2="xa")
    column = measured_column(run, QRELS)
    expected = {one: values["judged100"] for one, values in evaluate_run(run, QRELS).topics.items()}
    assert column.judged == pytest.approx(expected)
    assert measured_column(run, QRELS, judged_at=2).judged == {"1": 0.5, "2": 0.5}


def test_names() -> None:
    assert measured_column(run_of(t1="a"), QRELS).name == "mine"
    assert measured_column(run_of(t1="a"), QRELS, name="text:bow").name == "text:bow"
    assert (measure_label("iP10"), measure_label("R@10")) == ("iP@10", "R@10")


def test_a_run_of_other_topics_is_refused() -> None:
    with pytest.raises(MismatchError, match="no topic in common"):
        measured_column(run_of(t9="a"), QRELS)
