"""MMR and xQuAD: the oracle, the slow versions, ties, degenerate pools, the way from a list to a list."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.evaluation import gains_of
from lpd.rerank import (
    apply_order,
    cosine_similarity,
    make_pool,
    mmr,
    relevance_to_aspects,
    reranked_scores,
    xquad,
)
from lpd.trec import RankedList, make_run, rank_shots, read_run, write_run
from tests.reference import retrieval as slow

TRADE_OFFS = (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)


@pytest.fixture(scope="module")
def oracle(copied_oracles: Path) -> dict[str, Any]:
    return dict(json.loads((copied_oracles / "utilities.json").read_text()))


@pytest.mark.parametrize("trade_off", TRADE_OFFS)
def test_mmr_picks_the_order_of_the_oracle(oracle: dict[str, Any], trade_off: float) -> None:
    case = oracle["mmr"]
    order = mmr(np.array(case["relevance"]), np.array(case["item_similarity"]), trade_off=trade_off)
    assert order.tolist() == case["orders"][str(trade_off)]


@pytest.mark.parametrize("number", range(10))
def test_xquad_picks_the_order_of_the_oracle(oracle: dict[str, Any], number: int) -> None:
    case = oracle["xquad"]["cases"][number]
    order = xquad(
        np.array(oracle["xquad"]["relevance"]),
        np.array(oracle["xquad"]["aspect_relevance"]),
        trade_off=case["lambda_"],
        aspect_weights=case["aspect_weights"],
    )
    assert order.tolist() == case["order"]


def test_equal_weights_are_the_default(oracle: dict[str, Any]) -> None:
    relevance, aspects = (np.array(oracle["xquad"][key]) for key in ("relevance", "aspect_relevance"))
    plain = xquad(relevance, aspects, trade_off=0.7)
    assert plain.tolist() == xquad(relevance, aspects, trade_off=0.7, aspect_weights=[2, 2, 2, 2]).tolist()


@pytest.mark.parametrize("size", [1, 2, 7, 40])
@pytest.mark.parametrize("trade_off", TRADE_OFFS)
def test_both_equal_the_slow_versions(size: int, trade_off: float) -> None:
    random = np.random.default_rng(size)
    relevance = np.sort(random.random(size))[::-1]
    similarity = cosine_similarity(random.normal(size=(size, 3)))
    depth = max(1, size - 2)
    order = mmr(relevance, similarity, trade_off=trade_off, depth=depth)
    assert order.tolist() == slow.mmr(relevance.tolist(), similarity.tolist(), trade_off, depth)
    aspects, weights = random.random((3, size)), [0.5, 0.3, 0.2]
    order = xquad(relevance, aspects, trade_off=trade_off, aspect_weights=weights, depth=depth)
    assert order.tolist() == slow.xquad(relevance.tolist(), aspects.tolist(), weights, trade_off, depth)


def test_a_copy_waits_until_the_others_are_picked() -> None:
    similarity = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert mmr(np.array([1.0, 0.9, 0.5]), similarity, trade_off=0.5).tolist() == [0, 2, 1]
    aspects = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert xquad(np.array([1.0, 0.9, 0.5]), aspects, trade_off=0.5).tolist() == [0, 2, 1]


@pytest.mark.parametrize("trade_off", [0.0, 0.5, 1.0])
def test_equal_shots_keep_their_order(trade_off: float) -> None:
    shots = 37
    assert mmr(np.ones(shots), np.ones((shots, shots)), trade_off=trade_off).tolist() == list(range(shots))
    aspects = np.full((9, shots), 1 / 3)
    assert xquad(np.ones(shots), aspects, trade_off=trade_off).tolist() == list(range(shots))


def test_relevance_alone_keeps_the_original_order() -> None:
    random = np.random.default_rng(0)
    relevance = np.sort(random.random(30))[::-1]
    assert mmr(relevance, random.random((30, 30)), trade_off=1.0).tolist() == list(range(30))
    assert xquad(relevance, random.random((4, 30)), trade_off=0.0).tolist() == list(range(30))


def test_an_empty_pool_gives_no_picks() -> None:
    assert mmr(np.zeros(0), np.zeros((0, 0)), trade_off=0.5).tolist() == []
    assert xquad(np.zeros(0), np.zeros((2, 0)), trade_off=0.5).tolist() == []


def test_the_input_is_not_changed() -> None:
    relevance, similarity = np.array([1.0, 0.5]), np.eye(2)
    mmr(relevance, similarity, trade_off=1.0)
    xquad(relevance, similarity, trade_off=0.0)
    assert relevance.tolist() == [1.0, 0.5]
    assert similarity.tolist() == np.eye(2).tolist()


def test_cosine_of_every_two_vectors() -> None:
    vectors = np.array([[3.0, 4.0], [0.0, 2.0], [0.0, 0.0]], dtype=np.float32)
    expected = [[1.0, 0.8, 0.0], [0.8, 1.0, 0.0], [0.0, 0.0, 0.0]]
    np.testing.assert_allclose(cosine_similarity(vectors), expected, atol=1e-15)


def test_aspects_are_stretched_one_by_one() -> None:
    aspects = relevance_to_aspects(np.array([[1, 3, 2], [7, 7, 7]], dtype=np.float32))
    assert aspects.tolist() == [[0.0, 1.0, 0.5], [0.0, 0.0, 0.0]]


def test_from_a_list_to_a_list() -> None:
    ranked = RankedList(["e", "d", "c", "b", "a"], np.array([9.0, 7.0, 5.0, 4.0, 1.0]))
    pool = make_pool(ranked, 3)
    assert pool.shot_ids == ["e", "d", "c"]
    assert pool.relevance.tolist() == [1.0, 0.5, 0.0]
    assert pool.behind == ["b", "a"]
    changed = apply_order(pool, np.array([2, 0]))
    assert changed.shot_ids == ["c", "e", "d", "b", "a"], "picks, the rest of the pool, what is behind it"
    assert changed.scores.tolist() == [5.0, 4.0, 3.0, 2.0, 1.0]
    assert apply_order(pool, np.array([2, 0]), depth=4).shot_ids == ["c", "e", "d", "b"]
    assert apply_order(pool, np.array([2, 0]), depth=4).scores.tolist() == [4.0, 3.0, 2.0, 1.0]


def test_a_list_of_equal_scores_has_no_relevance() -> None:
    assert make_pool(RankedList(["b", "a"], np.array([3.0, 3.0]))).relevance.tolist() == [0.0, 0.0]


def test_evaluators_keep_the_order(tmp_path: Path) -> None:
    """The scores fall strictly, also after a file and in single precision."""
    shots = [f"s{number:04d}" for number in np.random.default_rng(1).permutation(1000)]
    scores = reranked_scores(shots)
    assert (np.diff(scores.astype(np.float32)) < 0).all()
    assert rank_shots(shots, scores).shot_ids == shots
    write_run(tmp_path / "x.run.gz", make_run("x", {"t": (shots, scores)}))
    assert read_run(tmp_path / "x.run.gz").topics["t"].shot_ids == shots
    assert gains_of(shots, {shots[3]: 1}).tolist().index(1) == 3


@pytest.mark.parametrize("trade_off", [-0.1, 1.1, float("nan")])
def test_trade_offs_outside_are_refused(trade_off: float) -> None:
    with pytest.raises(LpdError, match=r"trade-off outside of 0\.\.1"):
        mmr(np.ones(2), np.eye(2), trade_off=trade_off)
    with pytest.raises(LpdError, match=r"trade-off outside of 0\.\.1"):
        xquad(np.ones(2), np.eye(2), trade_off=trade_off)


def test_what_cannot_be_reranked_is_said() -> None:
    with pytest.raises(LpdError, match="depth below 1"):
        mmr(np.ones(2), np.eye(2), trade_off=0.5, depth=0)
    with pytest.raises(LpdError, match="pool below 1"):
        make_pool(RankedList(["a"], np.ones(1)), 0)
    with pytest.raises(
        MismatchError, match=r"similarities do not fit the pool; expected \(2, 2\); found \(3, 3\)"
    ):
        mmr(np.ones(2), np.eye(3), trade_off=0.5)
    with pytest.raises(MismatchError, match="aspects do not fit the pool"):
        xquad(np.ones(2), np.ones((2, 3)), trade_off=0.5)
    with pytest.raises(MismatchError, match="aspects do not fit the pool"):
        xquad(np.ones(2), np.ones((0, 2)), trade_off=0.5)
    with pytest.raises(FormatError, match="not finite"):
        mmr(np.ones(2), np.full((2, 2), np.nan), trade_off=0.5)
    with pytest.raises(FormatError, match=r"outside of 0\.\.1"):
        xquad(np.ones(2), np.full((1, 2), 1.5), trade_off=0.5)
    with pytest.raises(LpdError, match="weights cannot be used; expected 2 numbers"):
        xquad(np.ones(2), np.eye(2), trade_off=0.5, aspect_weights=[1, 2, 3])
