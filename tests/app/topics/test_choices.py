"""Choices of the page: orders of rows, measures, what a click on a head asks for."""

from dataclasses import replace

import numpy as np
import pytest

from app.topics.choices import (
    THRESHOLDS,
    TIES,
    column_order,
    fact_values,
    facts_shown,
    measure_options,
    next_order,
    order_options,
    order_words,
    sorted_rows,
    sorting_of,
)
from lpd.errors import LpdError, NotFoundError
from lpd.evaluation import measured_column
from lpd.evaluation.difficulty import EASY_FROM, HARD_BELOW
from lpd.trec import Qrels, make_run
from tests.app.topics.shown_topics import ROWS
from tests.lpd.evaluation.table_cases import table_of

TABLE = table_of(ROWS, ["one", "two", "three"])


@pytest.mark.parametrize(
    ("order", "topics"),
    [
        ("id", ["661", "662", "663", "664"]),
        ("spread", ["661", "664", "662", "663"]),
        ("difficulty", ["663", "661", "662", "664"]),
        ("difference", ["661", "664", "662", "663"]),
        ("best:one", ["664", "661", "663", "662"]),
        ("worst:one", ["663", "661", "664", "662"]),
        ("best:three", ["664", "662", "661", "663"]),
    ],
)
def test_rows_in_every_order(order, topics):
    rows = sorted_rows(TABLE, order, baseline="two")
    assert [TABLE.topic_ids[row] for row in rows] == topics


def test_facts_are_orders_too():
    assert order_words("best:relevant shots") == "sorted by relevant shots, most first"
    assert order_options(["one"], baseline=None, present="worst:judged share")[-1] == "worst:judged share"
    assert sorted_rows(TABLE, "best:judged share") == [0, 1, 2, 3]
    more = replace(TABLE, relevant=np.array([3.0, 9.0, 1.0, 4.0]))
    assert sorted_rows(more, "best:relevant shots") == [1, 3, 0, 2]
    assert fact_values(TABLE, "judged share").tolist() == [0.5] * 4


def test_facts_stand_where_there_is_room_or_as_the_address_says():
    assert facts_shown(None, 6)
    assert not facts_shown(None, 7)
    assert facts_shown("shown", 20)
    assert not facts_shown("hidden", 1)


def test_difficulty_is_that_of_the_columns_that_judge():
    rows = sorted_rows(TABLE, "difficulty", judging=["three"])
    assert [TABLE.topic_ids[row] for row in rows] == ["663", "661", "662", "664"]
    assert sorted_rows(TABLE, "difficulty", judging=["one"])[-1] == 1  # a topic that it lacks comes last


def test_unknown_orders_and_columns_are_told():
    with pytest.raises(LpdError, match="unknown order"):
        sorted_rows(TABLE, "magic")
    with pytest.raises(LpdError, match="no baseline"):
        sorted_rows(TABLE, "difference")
    with pytest.raises(NotFoundError, match="no such column"):
        sorted_rows(TABLE, "best:four")


def test_a_head_turns_the_order_around():
    first = next_order("spread", "one")
    assert first == column_order("one") == "best:one"
    second = next_order(first, "one")
    assert second == "worst:one"
    assert next_order(second, "one") == first
    assert next_order(first, "two") == "best:two"


def test_heads_that_show_an_order():
    assert sorting_of("best:one") == ("one", True)
    assert sorting_of("worst:text:bow") == ("text:bow", False)
    assert sorting_of("id") == ("topic", False)
    assert sorting_of("difficulty") == ("class", False)
    assert sorting_of("spread") == ("", False)


def test_the_order_of_a_column_is_offered_while_it_is_chosen():
    assert order_options(["one"], baseline=None, present=None) == ["id", "spread", "difficulty"]
    assert order_options(["one"], baseline="one", present="spread")[-1] == "difference"
    assert order_options(["one"], baseline=None, present="worst:one")[-1] == "worst:one"
    assert "best:gone" not in order_options(["one"], baseline=None, present="best:gone")
    words = {order_words(one) for one in ("id", "spread", "difficulty", "difference", "best:a", "worst:a")}
    assert len(words) == 6
    assert order_words("worst:text:bow") == "sorted by text:bow, worst first"


@pytest.mark.parametrize("complete", [False, True])
def test_measures_are_those_of_a_column(complete):
    qrels = Qrels([("1", "a", "1", 1), ("1", "b", "1", 0 if complete else -1)])
    column = measured_column(make_run("r", {"1": (["a", "b"], [2.0, 1.0])}), qrels)
    assert sorted(measure_options(complete)) == sorted(column.measures)


def test_usual_thresholds_are_steps():
    assert {str(HARD_BELOW), str(EASY_FROM)} <= set(THRESHOLDS)
    assert [float(one) for one in TIES] == sorted({float(one) for one in TIES})
