import csv
import io

import pytest

from app.components import Column, TopicRow
from app.measured_topics import MeasuredTopics, as_csv, ordered, topic_rows
from app.state import Selection
from lpd.editions import Edition
from lpd.evaluation import RunEvaluation
from lpd.trec import Qrels, Topic

SELECTION = Selection("demo", "c", "tv", None, "q", "lpd", 20)


@pytest.fixture
def table() -> MeasuredTopics:
    topics = (Topic("1", "a dog"), Topic("2", "=cmd|' /c calc'!A1"), Topic("3", "not judged"))
    qrels = Qrels([("1", "0", "s1", 1), ("2", "0", "s1", 0), ("9", "0", "s1", 1)])
    one = RunEvaluation(
        "a", {"1": {"infAP": 0.1}, "2": {"infAP": 0.5}, "9": {"infAP": 0.2}}, {"infAP": 0.8 / 3}, [], ["w"]
    )
    other = RunEvaluation(
        "b", {"1": {"infAP": 0.9}}, {"infAP": 0.9}, ["2", "9"], ["w", "2 topics are missing"]
    )
    columns = (Column("a", "", ""), Column("b", "", ""))
    return MeasuredTopics(
        Edition("tv", "c", None, topics, ("q",), "q"), qrels, columns, (one, other), "infAP"
    )


def test_judged_topics_are_rows_and_the_others_are_named(table):
    rows = topic_rows(table, SELECTION)
    assert [(row.topic_id, row.values) for row in rows] == [
        ("1", (0.1, 0.9)),
        ("2", (0.5, None)),
        ("9", (0.2, None)),
    ]
    assert rows[0].href.startswith("./?workspace=demo&collection=c")
    assert rows[0].href.endswith("q=a+dog")
    assert (rows[2].text, rows[2].href) == ("(not among the edition's topics)", None)
    assert (table.judged_words, table.unjudged) == ("2 of 3 topics", ["3"])


def test_a_warning_of_several_columns_is_said_once(table):
    assert table.warnings() == ["a, b: w", "b: 2 topics are missing"]


def test_orders():
    rows = [TopicRow("1", "", (0.5, 0.6)), TopicRow("2", "", (0.1, 0.9)), TopicRow("3", "", (0.2, None))]
    assert [row.topic_id for row in ordered(rows, "by number")] == ["1", "2", "3"]
    assert [row.topic_id for row in ordered(rows, "by spread")] == ["2", "1", "3"]
    assert [row.topic_id for row in ordered(rows, "by difficulty")] == ["3", "2", "1"]
    with pytest.raises(KeyError):
        ordered(rows, "by magic")


def test_csv_is_exact_says_where_it_comes_from_and_starts_no_formula(table):
    text = as_csv(table, topic_rows(table, SELECTION), {"model": "lpd, digest abc"})
    lines = text.splitlines()
    assert lines[0] == "# model: lpd, digest abc"
    rows = list(csv.reader(io.StringIO("\n".join(lines[1:]))))
    assert rows[0] == ["topic_id", "text", "a", "b"]
    assert rows[1] == ["1", "a dog", "0.1", "0.9"]
    assert rows[2] == ["2", "'=cmd|' /c calc'!A1", "0.5", ""]
    assert rows[-1] == ["mean", "", repr(0.8 / 3), "0.9"]
