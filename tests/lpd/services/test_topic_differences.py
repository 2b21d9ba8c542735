"""Where two systems differ: by hand, and on a real small workspace against the single lists."""

from pathlib import Path

import numpy as np
import pytest

from lpd.diversity import iou_at
from lpd.errors import LpdError, MismatchError
from lpd.evaluation import evaluate_run
from lpd.rank_overlap import rank_biased_overlap
from lpd.services.topic_differences import MeasuredRun, order_differences, topic_differences
from lpd.trec import Qrels, Run, RunRows, ScoredRows, make_run
from lpd.workspace import open_workspace
from tests.reference import rank_overlap as slow


def run_of(tag: str, **rankings: str) -> Run:
    return make_run(
        tag, {topic: (list(one), np.arange(len(one), 0, -1.0)) for topic, one in rankings.items()}
    )


def measured(run: Run | RunRows, qrels: Qrels) -> MeasuredRun:
    return MeasuredRun(run, evaluate_run(run, qrels))


@pytest.fixture
def qrels() -> Qrels:
    return Qrels([(topic, shot, "1", int(shot == "a")) for topic in ("t", "u") for shot in "abc"])


def test_two_systems_by_hand(qrels: Qrels) -> None:
    """infAP is 1, 1/2, 1/3 for the one relevant shot in first, second, third place."""
    first = measured(run_of("one", t="abc", u="bca", v="xyz", w="a"), qrels)
    second = measured(run_of("two", v="xyz", u="bac", t="abd", z="a"), qrels)
    found = topic_differences(first, second, k=2, p=0.5)
    assert [one.topic_id for one in found.topics] == ["t", "u", "v"]
    assert (found.only_first, found.only_second) == (("w",), ("z",))
    t, u, v = found.topics
    assert (t.first, t.second, t.difference) == (1, 1, 0)
    assert u.difference == pytest.approx(1 / 3 - 1 / 2, abs=1e-4)  # infAP adds a little to every count
    assert (v.first, v.second, v.difference) == (None, None, None)
    assert [one.iou for one in found.topics] == [1, 1 / 3, 1]
    assert found.mean_iou == pytest.approx(7 / 9)
    assert t.rank_distance == pytest.approx(1 - slow.extrapolated("abc", "abd", 0.5))
    assert found.mean_rbo == pytest.approx(np.mean([one.rbo.extrapolated for one in found.topics]))
    assert v.rbo.extrapolated == pytest.approx(1)
    assert [one.topic_id for one in order_differences(found.topics, "measure")] == ["u", "t", "v"]
    assert [one.topic_id for one in order_differences(found.topics, "rbo")] == ["u", "t", "v"]
    swapped = topic_differences(second, first, k=2, p=0.5)
    assert {one.topic_id: one.difference for one in swapped.topics} == {
        "v": None,
        "u": -u.difference if u.difference is not None else None,
        "t": 0,
    }


def test_orders_differ_where_lists_do_and_measures_do_not(qrels: Qrels) -> None:
    first = measured(run_of("one", t="axyz", u="abc"), qrels)
    second = measured(run_of("two", t="apqr", u="bac"), qrels)
    topics = topic_differences(first, second).topics
    assert [one.topic_id for one in order_differences(topics, "measure")] == ["u", "t"]
    assert [one.topic_id for one in order_differences(topics, "rbo")] == ["t", "u"]


def test_without_judgements_lists_are_compared_alone() -> None:
    found = topic_differences(MeasuredRun(run_of("one", t="ab")), MeasuredRun(run_of("two", t="ba")))
    assert (found.topics[0].difference, found.topics[0].iou) == (None, 1)


def test_rows_of_a_file_count_as_they_are_evaluated(qrels: Qrels) -> None:
    """Of a repeated shot the last score counts."""
    rows = RunRows("rows", {"t": ScoredRows(["c", "a", "b", "c"], np.array([9.0, 3.0, 2.0, 1.0]))})
    found = topic_differences(measured(rows, qrels), measured(run_of("two", t="abc"), qrels))
    assert found.topics[0].rbo.extrapolated == pytest.approx(1)
    assert found.topics[0].difference == 0


def test_two_models_on_real_topics(demo_workspace: Path) -> None:
    workspace = open_workspace(demo_workspace)
    qrels = workspace.qrels("avs-inland", "pooled")
    one, other = (workspace.run("avs-inland", tag) for tag in ("lpd", "laff"))
    found = topic_differences(measured(one, qrels), measured(other, qrels), k=20)
    assert [topic.topic_id for topic in found.topics] == list(one.topics)
    for topic in found.topics:
        lists = [run.topics[topic.topic_id].shot_ids for run in (one, other)]
        assert topic.iou == iou_at(*lists, 20)
        assert topic.rbo == rank_biased_overlap(*lists)
        assert topic.first == evaluate_run(one, qrels).topics[topic.topic_id]["infAP"]
    sizes = [abs(topic.difference or 0) for topic in order_differences(found.topics, "measure")]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) > 1
    distances = [topic.rank_distance for topic in order_differences(found.topics, "rbo")]
    assert distances == sorted(distances, reverse=True)


def test_what_cannot_be_compared_is_said(qrels: Qrels) -> None:
    one, other = measured(run_of("one", t="ab"), qrels), measured(run_of("two", u="ab"), qrels)
    with pytest.raises(MismatchError, match=r"no topic in common.*'t' of one.*'u' of two"):
        topic_differences(one, other)
    with pytest.raises(LpdError, match="unknown measure"):
        topic_differences(one, one, measure="P@10")
    with pytest.raises(LpdError, match="cut-off below 1"):
        topic_differences(one, one, k=0)
    with pytest.raises(LpdError, match="unknown order of topics"):
        order_differences(topic_differences(one, one).topics, "name")
