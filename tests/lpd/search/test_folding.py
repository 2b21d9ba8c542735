import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.search import HitList
from lpd.search.folding import alike_leaders, fold, leaders_of_leaders, same_leaders


def slow_leaders(vectors: np.ndarray, threshold: float) -> list[int]:
    """One shot after another against each that stays, first to last, in double precision."""
    leaders: list[int] = []
    for shot, vector in enumerate(vectors.astype(np.float64)):
        leader = shot
        for stays in [one for one in range(shot) if leaders[one] == one]:
            lengths = np.linalg.norm(vector) * np.linalg.norm(vectors[stays].astype(np.float64))
            if lengths and vector @ vectors[stays] / lengths >= threshold:
                leader = stays
                break
        leaders.append(leader)
    return leaders


def groups(shots: int, width: int, *, seed: int) -> np.ndarray:
    """Vectors of several lengths around a few centres: many near-duplicates, at all distances."""
    draw = np.random.default_rng(seed)
    centres = draw.standard_normal((max(1, shots // 4), width))
    near = centres[draw.integers(len(centres), size=shots)] + 0.4 * draw.standard_normal((shots, width))
    return (near * draw.uniform(0.1, 9, size=(shots, 1))).astype(np.float32)


@pytest.mark.parametrize("threshold", [0.3, 0.8, 0.95])
@pytest.mark.parametrize("shots", [1, 2, 7, 128, 129, 400])
def test_leaders_are_those_of_the_slow_version(shots: int, threshold: float) -> None:
    vectors = groups(shots, 12, seed=shots)
    found = alike_leaders(vectors, threshold=threshold)
    assert found.tolist() == slow_leaders(vectors, threshold)
    assert found.dtype == np.int64
    if shots >= 128:
        assert 1 < len(set(found.tolist())) < shots


def test_no_chain_of_small_steps_joins_shots() -> None:
    """Three unit vectors 20 degrees apart: each is alike to its neighbour, the first not to the last."""
    angles = np.radians([0, 20, 40])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert alike_leaders(vectors, threshold=np.cos(np.radians(25))).tolist() == [0, 0, 2]
    assert alike_leaders(vectors[[1, 0, 2]], threshold=np.cos(np.radians(25))).tolist() == [0, 0, 0]
    assert alike_leaders(vectors, threshold=np.cos(np.radians(15))).tolist() == [0, 1, 2]


def test_a_shot_joins_the_first_that_is_alike_enough_not_the_most_alike() -> None:
    angles = np.radians([0, 30, 20])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    assert alike_leaders(vectors, threshold=np.cos(np.radians(25))).tolist() == [0, 1, 0]


def test_copies_are_alike_at_1_and_zeros_to_nothing() -> None:
    draw = np.random.default_rng(3)
    copies = np.repeat(draw.standard_normal((50, 33)).astype(np.float32), 3, axis=0)
    copies *= draw.uniform(0.5, 2, size=(150, 1)).astype(np.float32)
    assert alike_leaders(copies, threshold=1.0).tolist() == [3 * (place // 3) for place in range(150)]
    zeros = np.zeros((4, 5), dtype=np.float32)
    assert alike_leaders(zeros, threshold=0.1).tolist() == [0, 1, 2, 3]
    assert alike_leaders(np.empty((0, 5)), threshold=0.5).tolist() == []


@pytest.mark.parametrize("threshold", [0, -0.5, 1.01, float("nan")])
def test_impossible_thresholds(threshold: float) -> None:
    with pytest.raises(LpdError) as caught:
        alike_leaders(np.eye(2), threshold=threshold)
    sentence = "impossible threshold of likeness; expected a cosine above 0, at most 1; found "
    assert str(caught.value) == f"{sentence}{threshold}"


def test_vectors_that_are_no_numbers() -> None:
    with pytest.raises(FormatError, match="vectors are not finite; expected numbers"):
        alike_leaders(np.array([[1.0, np.nan]]), threshold=0.5)


def test_the_first_shot_of_a_label_leads() -> None:
    assert same_leaders(["v", "w", "v", "x", "w", "v"]).tolist() == [0, 1, 0, 3, 1, 0]
    assert same_leaders([]).tolist() == []


def test_a_folded_list_has_every_shot_once() -> None:
    hits = HitList(np.array([40, 7, 9, 12, 3]), np.array([0.9, 0.8, 0.7, 0.6, 0.5], dtype=np.float32))
    found = fold(hits, np.array([0, 1, 0, 1, 0]))
    assert found.hits.rows.tolist() == [40, 7]
    assert found.hits.scores.tolist() == hits.scores[:2].tolist()
    assert found.places.tolist() == [0, 1]
    assert [one.rows.tolist() for one in found.members] == [[9, 3], [12]]
    assert [one.scores.tolist() for one in found.members] == [
        hits.scores[[2, 4]].tolist(),
        hits.scores[[3]].tolist(),
    ]
    assert found.folded == 3


def test_shots_that_all_stay_and_no_shots() -> None:
    hits = HitList(np.array([4, 2]), np.array([0.5, 0.4], dtype=np.float32))
    found = fold(hits, np.array([0, 1]))
    assert found.hits.rows.tolist() == [4, 2]
    assert [len(one.rows) for one in found.members] == [0, 0]
    empty = fold(HitList(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)), np.arange(0))
    assert (len(empty.hits.rows), empty.members, empty.folded) == (0, (), 0)
    with pytest.raises(MismatchError, match="leaders do not fit the list"):
        fold(hits, np.array([0]))


def test_folding_twice_is_folding_by_the_leaders_of_leaders() -> None:
    draw = np.random.default_rng(5)
    hits = HitList(draw.permutation(60), np.sort(draw.random(60))[::-1].astype(np.float32))
    first = same_leaders(draw.integers(25, size=60).tolist())
    once = fold(hits, first)
    after = same_leaders(draw.integers(8, size=len(once.hits.rows)).tolist())
    twice = fold(once.hits, after)
    found = fold(hits, leaders_of_leaders(first, after))
    assert found.hits.rows.tolist() == twice.hits.rows.tolist()
    assert len(found.hits.rows) < len(once.hits.rows)
    stands_for = {row: set(one.rows.tolist()) for row, one in zip(once.hits.rows, once.members, strict=True)}
    for row, again, members in zip(found.hits.rows, twice.members, found.members, strict=True):
        expected = stands_for[row] | set(again.rows.tolist())
        expected |= {one for other in again.rows.tolist() for one in stands_for[other]}
        assert set(members.rows.tolist()) == expected
        assert (np.diff(members.scores) <= 0).all()
