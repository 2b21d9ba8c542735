"""Lists of a Milvus index: those of the exact index and of the plain search, on every kind of Milvus."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.search.milvus import filters, index, lists
from tests.lpd.search.milvus.samples import Sample, assert_same
from tests.reference.search import plain_lists


def chosen(*rows: int, shots: int = 400) -> np.ndarray:
    allowed = np.zeros(shots, dtype=bool)
    allowed[list(rows)] = True
    return allowed


SETS = {
    "all": np.ones(400, dtype=bool),
    "one": chosen(17),
    "few": chosen(3, 90, 91, 92, 399),
    "half": np.random.default_rng(5).random(400) < 0.5,
    "most": ~chosen(0, 200, 399),
    "one-video": np.arange(400) // 40 == 7,
    "none": chosen(),
}


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (0.5, 2.0, 1.0), (1.0, 0.0, 3.0)], ids=str)
@pytest.mark.parametrize("depth", [1, 20, 1000])
def test_equals_the_plain_search(sample: Sample, weights: tuple[float, ...], depth: int) -> None:
    blocks = sample.index.search(sample.queries, depth, weights=np.array(weights))
    expected = plain_lists(sample.queries, sample.vectors, sample.ids, depth, weights=list(weights))
    for block, mine in zip(blocks, expected, strict=True):
        assert [[sample.ids[row] for row in hits.rows] for hits in (block.fused, *block.spaces)] == mine


@pytest.mark.parametrize("stretch", [False, True], ids=["plain", "stretch"])
@pytest.mark.parametrize("name", SETS)
def test_filters(sample: Sample, name: str, stretch: bool) -> None:
    asked = {"allowed": SETS[name], "stretch": stretch}
    blocks = sample.index.search(sample.queries, 20, **asked)
    expected = sample.exact.search(sample.queries, 20, **asked)
    assert_same(blocks, expected)
    if stretch:
        mine, theirs = np.array([b.ranges for b in blocks]), np.array([b.ranges for b in expected])
        np.testing.assert_allclose(mine, theirs, atol=2e-6)


@pytest.mark.parametrize("wanted", [(), (1,), (2, 0)], ids=str)
@pytest.mark.parametrize("stretch", [False, True], ids=["plain", "stretch"])
def test_only_the_wanted_lists_are_made(sample: Sample, wanted: tuple[int, ...], stretch: bool) -> None:
    asked = {"weights": np.array([0.0, 1.0, 2.0]), "wanted": wanted, "stretch": stretch}
    blocks = sample.index.search(sample.queries, 10, **asked)
    assert_same(blocks, sample.exact.search(sample.queries, 10, **asked))
    assert [bool(hits.rows.size) for hits in blocks[0].spaces] == [space in wanted for space in range(3)]


def test_ranges_are_not_there_unless_they_were_needed(sample: Sample) -> None:
    assert np.isnan(sample.index.search(sample.queries, 5)[0].ranges).all()


@pytest.mark.parametrize("depth", [1, 7, 50, 399])
def test_ties_are_listed_by_id_descending_also_at_the_cut(ties: Sample, depth: int) -> None:
    """A query has some ten different scores among 400 shots: ties run far beyond what is fetched first."""
    asked = {"weights": np.array([1.0, 2.0, 1.0])}
    expected = ties.exact.search(ties.queries, depth, **asked)
    following = ties.exact.search(ties.queries, 400, **asked)
    tied = [
        (whole.scores == part.scores[-1]).sum()
        for part, whole in zip(
            [hits for block in expected for hits in block.spaces],
            [hits for block in following for hits in block.spaces],
            strict=True,
        )
    ]
    assert max(tied) > lists.FETCHED_MORE
    assert_same(ties.index.search(ties.queries, depth, **asked), expected)


@pytest.mark.parametrize("name", ["half", "most"])
def test_ties_among_the_shots_allowed(ties: Sample, name: str) -> None:
    asked = {"weights": np.array([1.0, 2.0, 1.0]), "allowed": SETS[name]}
    assert_same(ties.index.search(ties.queries, 30, **asked), ties.exact.search(ties.queries, 30, **asked))


@pytest.mark.parametrize("depth", [3, 60])
def test_a_set_too_costly_for_one_expression(
    ties: Sample, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A longer list of all shots is tried first; where it does not do, several expressions share the rows."""
    monkeypatch.setattr(filters, "COSTLIEST", 20)
    monkeypatch.setattr(lists, "COSTLIEST", 20)
    allowed = np.random.default_rng(3).random(400) < 0.3
    assert len(filters.row_filters(allowed)) > 4
    asked = {"weights": np.array([1.0, 2.0, 1.0]), "allowed": allowed}
    assert_same(
        ties.index.search(ties.queries, depth, **asked), ties.exact.search(ties.queries, depth, **asked)
    )


def test_more_queries_than_fit_into_one_message(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_HITS_AT_ONCE", 200)
    assert sample.index._queries_at_once(1 + 3, 5 + lists.FETCHED_MORE) == 1
    queries = [np.concatenate([query, -query]) for query in sample.queries]
    assert_same(sample.index.search(queries, 5), sample.exact.search(queries, 5))


def test_no_query_and_no_depth(sample: Sample) -> None:
    assert sample.index.search([query[:0] for query in sample.queries], 5) == []
    assert sample.index.search(sample.queries, 0)[0].fused.rows.size == 0


def test_a_list_longer_than_milvus_gives_is_refused(sample: Sample) -> None:
    assert len(sample.index.search(sample.queries, lists.DEEPEST, wanted=())[0].fused.rows) == 400
    with pytest.raises(LpdError, match="at most 16384; found 16385"):
        sample.index.search(sample.queries, lists.DEEPEST + 1)


def test_similarities_of_single_shots(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_ROWS_AT_ONCE", 40)
    rows = np.r_[[399, 0, 17, 17], np.arange(100, 200)]
    found = sample.index.similarities(sample.queries, rows)
    assert (found.shape, found.dtype) == ((3, 3, 104), np.float32)
    np.testing.assert_allclose(found, sample.exact.similarities(sample.queries, rows), atol=2e-6)
    assert sample.index.similarities(sample.queries, np.array([], dtype=np.int64)).shape == (3, 3, 0)


def test_vectors_of_single_shots(sample: Sample) -> None:
    rows = np.array([399, 0, 17, 17])
    for found, expected in zip(sample.index.vectors(rows), sample.exact.vectors(rows), strict=True):
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)


def test_a_shot_finds_itself(sample: Sample) -> None:
    unit = [vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in sample.vectors]
    assert sample.index.search(sample.index.vectors(np.array([123])), 400)[0].fused.rows.size == 400
    scores = sample.index.similarities([vectors[[123]] for vectors in unit], np.array([123]))
    np.testing.assert_allclose(scores[:, 0, 0], [np.linalg.norm(v[123]) for v in sample.vectors], rtol=1e-6)


def test_threads_get_what_one_gets(sample: Sample) -> None:
    alone = sample.index.search(sample.queries, 50)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: sample.index.search(sample.queries, 50), range(8)))
    for answer in answers:
        assert_same(answer, alone)


def test_what_it_says_of_itself(sample: Sample) -> None:
    mine = sample.index
    assert (mine.kind, mine.exact, mine.recall, mine.shots) == ("milvus", True, None, 400)
    assert mine.shot_ids == tuple(sample.ids)
    assert mine.widths == tuple(vectors.shape[1] for vectors in sample.vectors)


def test_a_collection_that_is_not_loaded_is_loaded_by_whoever_needs_it(sample: Sample) -> None:
    client, name = sample.index.collection.server.client, sample.index.collection.name
    reported: list[tuple[str, int, int]] = []
    client.release_collection(name)
    assert not sample.index.warm
    sample.index.warm_up(lambda *report: reported.append(report))
    assert sample.index.warm
    assert (reported[0], reported[-1]) == (("loading in Milvus", 0, 100), ("loading in Milvus", 100, 100))
    client.release_collection(name)
    assert_same(sample.index.search(sample.queries, 5), sample.exact.search(sample.queries, 5))
    assert sample.index.warm
