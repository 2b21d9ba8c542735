"""Orders, groups, best columns and intervals of a table of topics; the table of the slides among them."""

import json
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.evaluation import (
    BEST,
    ORDERS,
    TopicTable,
    add_best,
    bootstrap_mean,
    column_intervals,
    topic_groups,
    topic_order,
)
from lpd.published import published_table
from tests.lpd.evaluation.table_cases import table_of

NAN = float("nan")
RUNS = ("Run 1", "Run 2", "Run 3", "Run 4")

ROWS = {
    "1662": [0.5, 0.1, 0.3],
    "1661": [0.2, 0.2, 0.8],
    "x": [0.1, 0.3, 0.2],
    "700": [NAN, NAN, NAN],
    "99": [0.0, NAN, 0.1],
}


@pytest.fixture
def table() -> TopicTable:
    return table_of(ROWS, ["base", "two", "three"])


@pytest.fixture(scope="module")
def slides() -> TopicTable:
    published = published_table("sea-slide14")
    rows = {one: [published.value(one, run) or 0.0 for run in RUNS] for one in published.labels}
    return table_of(rows, RUNS)


def ids(table: TopicTable, by: str, **choices: str) -> list[str]:
    return [table.topic_ids[row] for row in topic_order(table, by, **choices)]


def test_orders_by_hand(table: TopicTable) -> None:
    assert ids(table, "id") == ["99", "700", "1661", "1662", "x"]
    assert ids(table, "spread") == ["1661", "1662", "x", "99", "700"]
    assert ids(table, "difficulty") == ["99", "x", "1662", "1661", "700"]
    assert ids(table, "difference", baseline="base", column="three") == ["1661", "x", "99", "1662", "700"]
    assert ids(table, "difference", baseline="base", column="two") == ["x", "1661", "1662", "700", "99"]
    assert ids(table, "difference", baseline="base") == ["1661", "1662", "x", "99", "700"]


@pytest.mark.parametrize("by", ORDERS)
def test_every_order_has_every_row_once(slides: TopicTable, by: str) -> None:
    order = topic_order(slides, by, baseline="Run 4")
    assert sorted(order.tolist()) == list(range(20))


def test_the_slides_topic_with_the_largest_spread(slides: TopicTable) -> None:
    assert ids(slides, "spread")[0] == "644"
    assert ids(slides, "difficulty")[0] == "655"
    assert ids(slides, "difference", baseline="Run 4", column="Run 3")[0] == "644"


def test_unknown_orders_are_said(table: TopicTable) -> None:
    with pytest.raises(LpdError, match=r"unknown order of topics; expected one of id, spread.*'name'"):
        topic_order(table, "name")
    with pytest.raises(LpdError, match=r"no baseline to order by; expected one of base, two, three"):
        topic_order(table, "difference")
    with pytest.raises(NotFoundError, match="no such column"):
        topic_order(table, "difference", baseline="four")


def test_the_groups_of_the_slides(slides: TopicTable, oracles: Path) -> None:
    oracle = json.loads((oracles / "utilities.json").read_text())["tv20_slides"]
    found = topic_groups(slides)
    assert found.groups == oracle["groups_lo0.1_hi0.3"]
    assert found.incomplete == ()
    assert found.words == "hard: all 4 columns below 0.1; easy: all at 0.3 or above; else not easy"
    assert slides.means.tolist() == pytest.approx(oracle["means"], abs=1e-12)


def test_the_topics_that_the_slides_name_are_in_their_groups(slides: TopicTable) -> None:
    published = published_table("sea-slide14")
    groups = topic_groups(slides).groups
    named = {one: published.text(one, "named_group").replace(" ", "-") for one in published.labels}
    assert sum(map(bool, named.values())) == 7
    for topic_id, group in named.items():
        assert not group or topic_id in groups[group]


def test_thresholds_and_columns_decide(slides: TopicTable) -> None:
    easier = topic_groups(slides, low=0.05, high=0.2).groups
    assert easier["hard"] == []
    assert len(easier["easy"]) == 8
    one_run = topic_groups(slides, ["Run 3"]).groups
    assert "644" in one_run["easy"]
    with pytest.raises(LpdError, match="thresholds in the wrong order"):
        topic_groups(slides, low=0.5, high=0.2)
    with pytest.raises(LpdError, match="no columns to judge"):
        topic_groups(slides, [])


def test_topics_that_a_column_lacks_are_in_no_group(table: TopicTable) -> None:
    found = topic_groups(table)
    assert found.incomplete == ("700", "99")
    assert found.groups == {"easy": [], "not-easy": ["1662", "1661", "x"], "hard": []}
    assert topic_groups(table, ["base", "three"]).incomplete == ("700",)


def test_the_best_of_some_columns(table: TopicTable) -> None:
    best = add_best(table, ["two", "three"])
    assert best.columns == ("base", "two", "three", BEST)
    assert best.of(BEST) == pytest.approx([0.3, 0.8, 0.3, NAN, 0.1], nan_ok=True)
    assert best.taken_from[BEST] == ("three", "three", "two", None, "three")
    assert best.missing[BEST] == ("700",)
    assert best.means[-1] == pytest.approx(1.5 / 4)
    assert best.judged.shape == best.values.shape
    assert table.columns == ("base", "two", "three"), "the table itself stays"


def test_of_equal_columns_the_first_is_best() -> None:
    best = add_best(table_of({"1": [0.5, 0.5]}, ["a", "b"]), ["b", "a"], name="best of two")
    assert best.taken_from["best of two"] == ("b",)


def test_no_column_beats_the_best(slides: TopicTable) -> None:
    best = add_best(slides, RUNS)
    assert np.array_equal(best.of(BEST), slides.values.max(axis=1))
    assert best.taken_from[BEST][slides.topic_ids.index("644")] == "Run 3"


def test_impossible_best_columns_are_said(table: TopicTable) -> None:
    with pytest.raises(LpdError, match="no columns to choose"):
        add_best(table, [])
    with pytest.raises(MismatchError, match="has this column already"):
        add_best(table, ["two"], name="base")
    with pytest.raises(NotFoundError, match="no such column"):
        add_best(table, ["four"])


def test_intervals_count_the_topics_that_are_there(table: TopicTable, slides: TopicTable) -> None:
    found = column_intervals(table, resamples=500, seed=2)
    assert found["two"] == bootstrap_mean([0.1, 0.2, 0.3], resamples=500, seed=2)
    assert found["base"] is not None
    assert found["base"].values == 4
    for column, interval in column_intervals(slides).items():
        assert interval is not None
        assert interval.low < slides.means[slides.position(column)] < interval.high


def test_one_topic_has_no_interval() -> None:
    assert column_intervals(table_of({"1": [0.5]}, ["a"])) == {"a": None}
