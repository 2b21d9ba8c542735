"""The columns shown, and those that are tested."""

import numpy as np
import pytest

from app.topics.tables import chosen_table, compared_columns, difficulty_words, grouped, picked
from lpd.errors import NotFoundError
from lpd.evaluation import BEST
from tests.app.topics.shown_topics import ROWS, shown_of
from tests.lpd.evaluation.table_cases import table_of

TABLE = table_of(ROWS, ["fused", "a", "b"])


def test_columns_in_the_order_asked_for():
    table = picked(TABLE, ["b", "fused"])
    assert table.columns == ("b", "fused")
    assert np.array_equal(table.values, TABLE.values[:, [2, 0]], equal_nan=True)
    assert table.missing == {"fused": ("662",)}
    assert table.means.tolist() == pytest.approx([TABLE.means[2], TABLE.means[0]])
    with pytest.raises(NotFoundError):
        picked(TABLE, ["gone"])


def test_the_best_space_is_that_of_all_spaces():
    table = chosen_table(TABLE, ["a", BEST, "not made yet"], spaces=["a", "b"])
    assert table.columns == ("a", BEST)
    assert table.of(BEST).tolist() == pytest.approx([0.3, 0.4, 0.02, 0.6])
    assert table.taken_from[BEST] == ("b", "b", "a", "b")


def test_the_best_space_is_not_tested():
    assert compared_columns(["fused", "a", BEST], "fused") == ["a"]


def test_the_rule_of_the_classes_in_words():
    groups = grouped(TABLE, ["a"], low=0.1, high=0.3, judges="a")
    assert groups.words == "hard: a below .1; easy: a at .3 or above; not easy: the rest"
    assert groups.groups == {"easy": ["664"], "not-easy": ["661", "662"], "hard": ["663"]}
    assert difficulty_words("all 2 runs", low=0, high=1).startswith(
        "hard: all 2 runs below 0; easy: all 2 runs at 1"
    )


def test_groups_and_partners_of_a_table():
    shown = shown_of()
    assert [shown.group_of(one) for one in ("661", "662", "663", "664")] == ["not easy", "", "hard", "easy"]
    assert shown.against("two") is None
    assert shown.against("one").topics == 3
    assert shown.against("one").left_out == ("662",)
    assert shown_of(baseline=None).against("one") is None
    assert (shown.label("one"), shown.label("gone")) == ("ONE", "gone")
    assert shown.judged_words == "4 of 5 topics"
