"""Columns chosen of a table of topics."""

import numpy as np
import pytest

from lpd.editions import Edition
from lpd.errors import NotFoundError
from lpd.evaluation import BEST, measured_column, topic_table
from lpd.evaluation.chosen_columns import chosen_table, compared_columns, picked
from lpd.trec import Qrels, Topic, make_run


@pytest.fixture
def table():
    edition = Edition("dev", "c", None, (Topic("1", "a dog"), Topic("2", "a cat")), ("full",), "full")
    qrels = Qrels([("1", "a", "1", 1), ("1", "b", "1", 0), ("2", "b", "1", 1), ("2", "a", "1", 0)])
    columns = [
        measured_column(make_run(name, {one: (list(name), [2.0, 1.0]) for one in "12"}), qrels, name=name)
        for name in ("ab", "ba")
    ]
    return topic_table(edition, columns, qrels=qrels, measure="infAP")


def test_columns_in_the_order_asked_for(table) -> None:
    chosen = picked(table, ["ba", "ab"])
    assert chosen.columns == ("ba", "ab")
    np.testing.assert_array_equal(chosen.values, table.values[:, ::-1])
    with pytest.raises(NotFoundError):
        picked(table, ["cd"])


def test_the_best_space_is_that_of_all_spaces(table) -> None:
    chosen = chosen_table(table, ["ab", BEST, "not made yet"], spaces=["ab", "ba"])
    assert chosen.columns == ("ab", BEST)
    np.testing.assert_array_equal(chosen.of(BEST), table.values.max(axis=1))


def test_the_best_space_is_not_tested() -> None:
    assert compared_columns(["fused", "ab", BEST], "fused") == ["ab"]
