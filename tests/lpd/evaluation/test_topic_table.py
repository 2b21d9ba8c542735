"""The table of topics: cells, means over what is there, what is missing and said, what does not fit."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from lpd.editions import Edition
from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.evaluation import evaluate_run, inferred_relevant, measured_column, topic_table
from lpd.trec import Qrels, make_run, match_topic_numbers, read_qrels, read_run_rows, read_topics
from tests.lpd.evaluation.table_cases import column_of, edition_of, qrels_of, table_of

NAN = float("nan")

ROWS = {"661": [0.5, 0.1, 0.3], "662": [NAN, 0.2, 0.4], "663": [0.1, NAN, 0.2]}


def test_cells_means_and_deviations() -> None:
    table = table_of(ROWS, ["one", "two", "three"])
    assert np.array_equal(table.values, list(ROWS.values()), equal_nan=True)
    assert table.means.tolist() == pytest.approx([0.3, 0.15, 0.3])
    assert table.counted.tolist() == [2, 2, 3]
    assert table.row_means.tolist() == pytest.approx([0.3, 0.3, 0.15])
    deviations = [[0.2, -0.2, 0.0], [NAN, -0.1, 0.1], [-0.05, NAN, 0.05]]
    assert table.deviations == pytest.approx(np.array(deviations), nan_ok=True)
    assert table.of("two").tolist()[:2] == [0.1, 0.2]


def test_missing_topics_are_named_and_count_nowhere() -> None:
    table = table_of(ROWS, ["one", "two", "three"])
    assert table.missing == {"one": ("662",), "two": ("663",)}
    assert [table.counted_words(one) for one in table.columns] == [
        "2 of 3 topics",
        "2 of 3 topics",
        "3 of 3 topics",
    ]


def test_topics_without_judgements_are_named() -> None:
    table = table_of(ROWS, ["one", "two", "three"], extra=["664", "665"])
    assert table.unjudged == ("664", "665")
    assert table.counted_words() == "3 of 5 topics"
    assert table.counted_words("one") == "2 of 5 topics"
    assert table.topic_ids == ("661", "662", "663")


def test_judged_topics_that_the_edition_does_not_list_come_last() -> None:
    judged = qrels_of("669", "662", "661")
    column = column_of("one", {"669": 0.9, "661": 0.1, "662": 0.2})
    table = topic_table(edition_of("661", "662"), [column], qrels=judged)
    assert table.topic_ids == ("661", "662", "669")
    assert table.texts == ("text of 661", "text of 662", None)
    assert table.of("one").tolist() == [0.1, 0.2, 0.9]
    assert table.counted_words() == "3 of 3 topics"


def test_relevant_shots_are_estimated() -> None:
    table = table_of(ROWS, ["one", "two", "three"])
    # four rows in the pool, three judged, two relevant
    assert table.relevant.tolist() == pytest.approx([8 / 3] * 3)
    assert not table.complete
    judged = Qrels([row for row in qrels_of("661").rows() if row.relevance >= 0])
    counted = topic_table(edition_of("661"), [column_of("one", {"661": 0.1})], qrels=judged)
    assert (counted.complete, counted.relevant.tolist()) == (True, [2.0])


def test_a_table_from_runs_has_the_means_of_the_evaluation() -> None:
    qrels = qrels_of("661", "662", "663")
    ranking = ["a", "x", "b", "d", "c"]
    run = make_run(
        "mine", {one: (ranking[: 3 + n], -np.arange(3.0 + n)) for n, one in enumerate(["661", "663"])}
    )
    column = measured_column(run, qrels, judged_at=3)
    expected = evaluate_run(run, qrels)
    for measure, of_mean in [("infAP", "infAP"), ("infNDCG", "infNDCG"), ("iP100", "iP100")]:
        table = topic_table(edition_of("661", "662", "663"), [column], qrels=qrels, measure=measure)
        assert table.means.tolist() == pytest.approx([expected.mean[of_mean]], abs=1e-15)
        assert table.measure == measure
    assert table.judged[:, 0] == pytest.approx([2 / 3, NAN, 2 / 3], nan_ok=True)
    assert table.judged_at == 3
    assert table.relevant[0] == inferred_relevant(qrels.topic("661"))
    assert table.qrels_digest == qrels.digest
    assert (table.edition, table.collection) == ("tv99", "here")
    assert "left out of the means" in table.warnings["mine"][0]


@pytest.fixture(scope="module")
def tv21(shared_data: Path) -> tuple[Edition, Qrels]:
    qrels = read_qrels(shared_data / "trecvid" / "avs.qrels.main.tv21")
    topics = match_topic_numbers(read_topics(shared_data / "trecvid" / "tv21.avs.txt"), qrels.topic_ids)
    return Edition("tv21", "v3c1", None, tuple(topics), ("main",), "main"), qrels


def test_the_real_topics_and_judgements_of_tv21(oracles: Path, tv21: tuple[Edition, Qrels]) -> None:
    edition, qrels = tv21
    folder = oracles / "eval_tv21"
    names = ["good", "medium", "random", "short_missing_topic"]
    expected = json.loads((folder / "expected.json").read_text())
    rows = {name: read_run_rows(folder / f"{name}.run.gz") for name in names}
    columns = [measured_column(make_run(name, one.topics), qrels) for name, one in rows.items()]
    for measure in ("infAP", "infNDCG", "iP10", "iP1000"):
        table = topic_table(edition, columns, qrels=qrels, measure=measure)
        means = [expected[name]["full_precision"]["all"][measure] for name in names]
        assert table.means.tolist() == pytest.approx(means, rel=0, abs=1e-9)
    evaluated = [len(expected[name]["full_precision"]) - 1 for name in names]  # `all` is one
    assert table.counted.tolist() == evaluated
    assert table.counted_words("short_missing_topic") == "19 of 20 topics"
    assert len(table.missing["short_missing_topic"]) == 1
    assert table.texts[0] == "a hang glider floating in the sky on a sunny day"
    of_topics = expected["good"]["full_precision"]
    relevant = dict(zip(table.topic_ids, table.relevant.tolist(), strict=True))
    for topic_id in set(of_topics) - {"all"}:
        assert relevant[topic_id] == pytest.approx(of_topics[topic_id]["inum_rel"], rel=0, abs=1e-9)


def test_missing_topics_are_zero_where_asked_for() -> None:
    qrels = qrels_of("661", "662")
    run = make_run("mine", {"661": (["a", "b"], np.array([2.0, 1.0]))})
    column = measured_column(run, qrels, missing="zero")
    table = topic_table(edition_of("661", "662"), [column], qrels=qrels)
    assert table.of("mine")[1] == 0.0
    assert table.means[0] == table.of("mine")[0] / 2
    assert (table.missing, table.missing_as) == ({"mine": ("662",)}, "zero")


def test_a_column_without_topics_has_no_mean() -> None:
    table = table_of({"661": [0.5, NAN]}, ["one", "none"])
    assert table.means == pytest.approx([0.5, NAN], nan_ok=True)
    assert table.counted.tolist() == [1, 0]


def test_what_does_not_fit_is_said() -> None:
    edition, qrels = edition_of("661"), qrels_of("661")
    one = column_of("one", {"661": 0.5})
    with pytest.raises(LpdError, match="without columns"):
        topic_table(edition, [], qrels=qrels)
    with pytest.raises(MismatchError, match=r"columns share a name.*'one'"):
        topic_table(edition, [one, one], qrels=qrels)
    with pytest.raises(NotFoundError, match=r"not measured by AP.*complete.*expected one of infAP, iP10"):
        topic_table(edition, [one], qrels=qrels, measure="AP")
    other = dataclasses.replace(one, name="other", missing_as="zero")
    with pytest.raises(MismatchError, match=r"different ways.*found skip and 100, zero and 100"):
        topic_table(edition, [one, other], qrels=qrels)
    deeper = dataclasses.replace(one, name="deeper", judged_at=10)
    with pytest.raises(MismatchError, match=r"different ways.*skip and 10, skip and 100"):
        topic_table(edition, [one, deeper], qrels=qrels)
    with pytest.raises(NotFoundError, match=r"tv99: the table has no such column; expected one of one"):
        topic_table(edition, [one], qrels=qrels).of("two")
