"""The quantised index against a plain search over the same vectors."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lpd.errors import FormatError
from lpd.search import quantised
from lpd.search.code_scanner import ROWS_PER_TASK
from lpd.search.index import ListBlock
from lpd.search.kernels import encode_rows
from lpd.search.quantised import QuantisedIndex, candidates_of
from lpd.search.quantised_files import QuantisedArrays
from lpd.search.quantised_layout import padded
from tests.lpd.search.quantised_cases import Case, mixed_case, plain_case

SHOTS = ROWS_PER_TASK + 700  # more than one task, and a last block that is not whole
CASES = {"plain": plain_case, "mixed": mixed_case}


def in_memory(case: Case) -> QuantisedArrays:
    codes, scales = [], np.zeros((case.layout.shots, len(case.components)), dtype=np.float32)
    for number, vectors in enumerate(case.components):
        code = np.zeros((len(vectors), padded(vectors.shape[1])), dtype=np.uint8)
        scale = np.zeros(len(vectors), dtype=np.float32)
        encode_rows(vectors, code, scale)
        codes.append(code)
        scales[:, number] = scale
    layout = case.layout
    return QuantisedArrays(
        layout.spaces,
        layout.widths,
        layout.component_widths,
        layout.sources,
        tuple(codes),
        scales,
        case.mixing,
        np.concatenate(case.components, axis=1).astype(np.float16),
        case.shot_ids,
    )


def queries_of(case: Case, count: int, *, seed: int = 5) -> list[np.ndarray]:
    """Returns directions near some shots, S arrays (Q, D_s) of unit length."""
    draw = np.random.default_rng(seed)
    shots = draw.integers(0, case.layout.shots, count)
    near = [v[shots] + 0.1 * draw.standard_normal((count, v.shape[1])) for v in case.vectors()]
    return [(v / np.linalg.norm(v, axis=1, keepdims=True)).astype(np.float32) for v in near]


def one_of(queries: list[np.ndarray], number: int) -> list[np.ndarray]:
    return [vectors[number : number + 1] for vectors in queries]


def exact_scores(case: Case, queries: list[np.ndarray], number: int) -> np.ndarray:
    """Returns (S, N) similarities in float64."""
    return np.stack([v @ q[number].astype(np.float64) for v, q in zip(case.vectors(), queries, strict=True)])


def recall(rows: np.ndarray, scores: np.ndarray, depth: int) -> float:
    """Shots of the exact list that are missing count, but for those that half floats cannot tell apart."""
    lowest = np.sort(scores)[-depth:].min()
    assert len(rows) == min(depth, np.isfinite(scores).sum())
    return float((scores[rows] >= lowest - 2e-3).mean())


def lists_of(block: ListBlock) -> list[np.ndarray]:
    return [block.fused.rows, *(hits.rows for hits in block.spaces)]


@pytest.fixture(scope="module", params=sorted(CASES))
def case(request):
    return CASES[request.param](SHOTS)


@pytest.fixture(scope="module")
def index(case):
    return QuantisedIndex(in_memory(case))


@pytest.mark.parametrize("depth", [1, 50, 1000])
def test_finds_what_a_full_scan_finds(case, index, depth):
    queries = queries_of(case, 6)
    weights = np.arange(1.0, len(case.layout.spaces) + 1)
    together = index.search(queries, depth, weights=weights)
    for number, block in enumerate(together):
        spaces = exact_scores(case, queries, number)
        every = np.concatenate([(weights / weights.sum() @ spaces)[None], spaces])
        alone = index.search(one_of(queries, number), depth, weights=weights)[0]
        for rows, hits, scores in zip(lists_of(alone), [alone.fused, *alone.spaces], every, strict=True):
            assert recall(rows, scores, depth) >= 0.999
            np.testing.assert_allclose(hits.scores, scores[rows], atol=2e-3)
            assert (np.diff(hits.scores) <= 0).all()
        assert [rows.tolist() for rows in lists_of(block)] == [rows.tolist() for rows in lists_of(alone)]


def test_other_weights_give_what_a_new_index_gives(case, index):
    queries = queries_of(case, 1, seed=11)
    first = index.search(queries, 100)[0]
    weights = np.linspace(0.0, 1.0, len(case.layout.spaces))
    again = index.search(queries, 100, weights=weights)[0]
    fresh = QuantisedIndex(in_memory(case), cache_bytes=0).search(queries, 100, weights=weights)[0]
    assert [rows.tolist() for rows in lists_of(again)] == [rows.tolist() for rows in lists_of(fresh)]
    assert again.spaces == first.spaces
    assert again.fused.rows.tolist() != first.fused.rows.tolist()
    assert not QuantisedIndex(in_memory(case), cache_bytes=0).cache.held_bytes
    assert index.cache.held_bytes <= index.cache.most_bytes


@pytest.mark.parametrize("few", [0, 10**9], ids=["scanned", "scored"])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.9])
def test_only_what_is_allowed_is_listed(case, index, few, share, monkeypatch):
    monkeypatch.setattr(quantised, "_FEW_SHOTS", few)
    queries = queries_of(case, 2, seed=3)
    allowed = np.random.default_rng(0).random(SHOTS) < share
    blocks = [
        *index.search(queries, 60, allowed=allowed),
        *index.search(one_of(queries, 0), 60, allowed=allowed),
    ]
    for number, block in zip([0, 1, 0], blocks, strict=True):
        spaces = exact_scores(case, queries, number)
        every = np.where(allowed, np.concatenate([spaces.mean(axis=0)[None], spaces]), -np.inf)
        for rows, scores in zip(lists_of(block), every, strict=True):
            assert allowed[rows].all()
            assert recall(rows, scores, 60) >= 0.98 if len(rows) else not allowed.any()


def test_some_spaces_alone(case, index):
    queries = queries_of(case, 1, seed=4)
    last = len(case.layout.spaces) - 1
    weights = np.eye(last + 1)[last]
    block = index.search(queries, 30, weights=weights, wanted=[last])[0]
    whole = index.search(queries, 30)[0]
    assert block.spaces[last].rows.tolist() == whole.spaces[last].rows.tolist()
    assert block.fused.rows.tolist() == whole.spaces[last].rows.tolist()
    assert [len(hits.rows) for hits in block.spaces] == [0] * last + [30]


@pytest.mark.parametrize("cache_bytes", [0, 1 << 20], ids=["no cache", "cache"])
def test_stretched_scores_are_fused(case, cache_bytes):
    index = QuantisedIndex(in_memory(case), cache_bytes=cache_bytes)
    queries = queries_of(case, 2, seed=6)
    for number, block in enumerate(index.search(queries, 50, stretch=True)):
        spaces = exact_scores(case, queries, number)
        low, high = spaces.min(axis=1, keepdims=True), spaces.max(axis=1, keepdims=True)
        fused = ((spaces - low) / (high - low)).mean(axis=0)
        assert recall(block.fused.rows, fused, 50) >= 0.98
        np.testing.assert_allclose(block.ranges, np.concatenate([low, high], axis=1), atol=1e-2)
        np.testing.assert_allclose(block.fused.scores, fused[block.fused.rows], atol=2e-2)


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_many_at_once_find_what_one_finds(case, index, threads):
    queries = queries_of(case, 8, seed=7)
    alone = [lists_of(QuantisedIndex(in_memory(case)).search(one_of(queries, n), 40)[0]) for n in range(8)]
    with ThreadPoolExecutor(threads) as pool:
        asked = [*range(8)] * 4
        found = list(pool.map(lambda n: lists_of(index.search(one_of(queries, n), 40)[0]), asked))
    for number, lists in zip(asked, found, strict=True):
        assert [rows.tolist() for rows in lists] == [rows.tolist() for rows in alone[number]]


def test_one_thread_finds_what_several_find(case, index):
    queries = queries_of(case, 1, seed=8)
    alone = QuantisedIndex(in_memory(case), threads=1).search(queries, 40)[0]
    assert [r.tolist() for r in lists_of(alone)] == [
        r.tolist() for r in lists_of(index.search(queries, 40)[0])
    ]


def test_similarities_and_vectors_of_shots(case, index):
    queries, rows = queries_of(case, 3), np.array([0, SHOTS - 1, 17])
    found = index.similarities(queries, rows)
    for number in range(3):
        np.testing.assert_allclose(found[:, number], exact_scores(case, queries, number)[:, rows], atol=2e-3)
    for vectors, expected in zip(index.vectors(rows), case.vectors(), strict=True):
        np.testing.assert_allclose(vectors, expected[rows], atol=1e-3)


@pytest.mark.parametrize("shots", [1, 2, 129])
@pytest.mark.parametrize("name", sorted(CASES))
def test_small_collections_and_queries_without_known_words(name, shots):
    case = CASES[name](shots)
    index = QuantisedIndex(in_memory(case))
    nothing = [np.zeros((1, width), dtype=np.float32) for width in case.layout.widths]
    block = index.search(nothing, 1000)[0]
    for rows in lists_of(block):  # all equal: ids descending, as everywhere
        names = [case.shot_ids[row] for row in rows]
        assert names == sorted(case.shot_ids, reverse=True)
    assert (block.fused.scores == 0).all()


def test_equal_shots_are_listed_by_id_descending():
    case = plain_case(40, (8,))
    case.components[0][:] = case.components[0][0]
    block = QuantisedIndex(in_memory(case)).search([case.components[0][:1]], 40)[0]
    assert [case.shot_ids[row] for row in block.fused.rows] == sorted(case.shot_ids, reverse=True)


def test_a_query_waits_for_the_codes_and_is_refused_when_they_are_damaged():
    asked = []

    def load(progress):
        asked.append(progress)
        raise FormatError("the checksum differs")

    index = QuantisedIndex(in_memory(plain_case(10, (8,))), load=load)
    assert not index.warm
    for _ in range(2):
        with pytest.raises(FormatError, match="checksum"):
            index.search([np.zeros((1, 8), dtype=np.float32)], 5)
    assert len(asked) == 2
    assert not index.warm


def test_candidates_beyond_the_depth():
    assert candidates_of(1000) == 1300
    assert candidates_of(20) == 84
