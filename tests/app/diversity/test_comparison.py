"""What is compared: topics or a query with their judgements, rows and their order, means over seeds."""

import numpy as np
import pytest

from app.charts import SpaceName
from app.diversity.comparison import (
    EXTRA_LISTS,
    ModelOverlap,
    extra_label,
    over_query,
    over_topics,
    overlap_of_lists,
    row_orders,
)
from lpd.diversity import OverlapCurve
from lpd.editions import Edition
from lpd.services.live_reranking import LiveReranking
from lpd.services.model_lists import named_reranking
from lpd.trec import Qrels, Topic, make_run

TOPICS = (Topic("1", "a dog"), Topic("2", "a cat  at night"))
EDITION = Edition("dev", "inland", "v1", TOPICS, ("full",), "full")
QRELS = Qrels([("2", "s1", "1", 1)])


def run(**topics: str):
    """A run whose shots are the letters of a word: `run(t="abc")`."""
    scored = {name: (list(shots), -np.arange(len(shots), dtype=float)) for name, shots in topics.items()}
    return make_run("r", scored)


def test_an_edition_is_judged_where_one_of_its_topics_is():
    assert over_topics(EDITION, qrels_name="full", qrels=QRELS).qrels is QRELS
    assert over_topics(EDITION, qrels_name="full", qrels=QRELS).words == "mean over 2 topics of dev"
    other = Qrels([("9", "s1", "1", 1)])
    assert over_topics(EDITION, qrels_name="full", qrels=other).qrels is None


@pytest.mark.parametrize(
    ("query", "subset", "judged", "words"),
    [
        ("a cat at night ", "v1", True, "topic 2 of dev"),
        ("a cat at night", None, False, "topic 2 of dev"),
        ("a dog", "v1", False, "topic 1 of dev"),
        ("a bird", "v1", False, "one query"),
    ],
)
def test_a_query_is_judged_where_it_is_a_judged_topic_of_the_shots_searched(query, subset, judged, words):
    over = over_query(query, EDITION, searched=("inland", subset), qrels_name="full", qrels=QRELS)
    assert (over.qrels is not None) == judged
    assert over.words == words
    assert (over.edition.collection, over.edition.subset, over.whole) == ("inland", subset, False)
    assert len(over.topic_ids) == 1


def test_a_query_needs_no_edition():
    over = over_query("x", None, searched=("inland", None))
    assert (over.qrels, over.edition.topics[0].text) == (None, "x")


def test_iou_is_averaged_over_topics():
    runs = {"one": run(t="ab", u="ab"), "two": run(t="ac", u="ab")}
    curve = overlap_of_lists(runs, ["one", "two"], topic_ids=["t", "u"], cutoffs=[1, 2])
    np.testing.assert_allclose(curve.matrices[0], [[1, 1], [1, 1]])
    np.testing.assert_allclose(curve.matrices[1], [[1, 2 / 3], [2 / 3, 1]])


def test_the_lists_beside_the_spaces_have_a_name_and_what_makes_them():
    assert EXTRA_LISTS[:2] == ("fused", "mmr@.1")
    assert len(EXTRA_LISTS) == 19
    assert [extra_label(name) for name in ("fused", "mmr@.5", "xquad@.9")] == ["fused", "MMR .5", "xQuAD .9"]
    assert named_reranking("xquad@.9") == LiveReranking("xquad", 0.9)


def rows(*names: str) -> tuple[SpaceName, ...]:
    return tuple(SpaceName(name, name, "fused" if name == "fused" else "text") for name in names)


def overlap(name: str, names: tuple[SpaceName, ...], *matrices: np.ndarray) -> ModelOverlap:
    spaces = sum(row.end != "fused" for row in names)
    curves = {seed: OverlapCurve((20,), matrix[None]) for seed, matrix in enumerate(matrices)}
    return ModelOverlap(name, names, spaces, curves, "here")


def matrix(*upper: float) -> np.ndarray:
    """A symmetric matrix with ones on the diagonal, from its upper triangle row by row."""
    size = int((1 + (1 + 8 * len(upper)) ** 0.5) / 2)
    made = np.eye(size)
    made[np.triu_indices(size, 1)] = upper
    return np.maximum(made, made.T)


def test_seeds_have_a_mean_and_a_spread_of_their_spaces_alone():
    names = rows("a", "b", "fused")
    one = overlap("rep-x", names, matrix(0.2, 0.9, 0.9), matrix(0.4, 0.9, 0.9))
    assert one.mean(20).mean == pytest.approx(0.3)
    assert one.mean(20).spread == pytest.approx(np.std([0.2, 0.4], ddof=1))
    np.testing.assert_allclose(one.matrix(20), matrix(0.3, 0.9, 0.9))
    np.testing.assert_allclose(one.spread(20)[0], [0, np.std([0.2, 0.4], ddof=1), 0], atol=1e-12)


def test_one_model_has_no_spread_and_one_space_no_mean():
    one = overlap("x", rows("a", "b"), matrix(0.2))
    assert one.spread(20) is None
    assert (one.mean(20).mean, one.mean(20).spread) == (pytest.approx(0.2), None)
    assert overlap("y", rows("a", "fused"), matrix(0.9)).mean(20) is None


def test_clustered_models_of_the_same_spaces_share_an_order_and_lists_beside_them_stay_behind():
    first = overlap("one", rows("a", "b", "c", "fused"), matrix(0.1, 0.8, 0.5, 0.1, 0.5, 0.5))
    second = overlap("two", rows("c", "b", "a"), matrix(0.1, 0.8, 0.1))
    orders = row_orders([first, second], 20, order="cluster")
    named = {one.name: [one.rows[at].name for at in orders[one.name]] for one in (first, second)}
    assert named["one"][-1] == "fused"
    assert named["one"][:3] == named["two"]
    assert abs(named["two"].index("a") - named["two"].index("c")) == 1
    assert row_orders([first, second], 20, order="model") == {"one": [0, 1, 2, 3], "two": [0, 1, 2]}


def test_clustered_models_of_other_spaces_have_an_order_each():
    first = overlap("one", rows("a", "b", "c"), matrix(0.1, 0.8, 0.1))
    second = overlap("two", rows("a", "d"), matrix(0.3))
    orders = row_orders([first, second], 20, order="cluster")
    assert sorted(orders["one"]) == [0, 1, 2]
    assert abs(orders["one"].index(0) - orders["one"].index(2)) == 1
    assert orders["two"] == [0, 1]
