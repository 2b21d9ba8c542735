"""The measured recall of an index: the exact lists, what counts as a miss, and what is written down."""

import json
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError
from lpd.search import exact_scan
from lpd.search.exact import ExactIndex
from lpd.search.exact_scan import ExactAnswer, exact_answers, space_vectors
from lpd.search.index import HitList, ListBlock, fusion_shares
from lpd.search.quantised import QuantisedIndex
from lpd.search.quantised_files import QuantisedArrays, open_quantised_arrays
from lpd.search.recall import Recall, list_recall, measure_recall, recorded_recall, score_rounding
from tests.lpd.search.quantised_cases import mixed_case, plain_case
from tests.lpd.search.test_quantised_writer import written

MAKE = pytest.mark.parametrize("make", [plain_case, mixed_case])


def opened(tmp_path: Path, case) -> QuantisedArrays:
    return open_quantised_arrays(written(case, tmp_path / "index", step=64))[0]


def queries_for(arrays: QuantisedArrays, count: int) -> list[np.ndarray]:
    draw = np.random.default_rng(7)
    vectors = [draw.standard_normal((count, width)).astype(np.float32) for width in arrays.widths]
    return [space / np.linalg.norm(space, axis=1, keepdims=True) for space in vectors]


def plain_scores(arrays: QuantisedArrays, queries, weights, *, stretch: bool) -> np.ndarray:
    """Returns (L, Q, N) scores in float64, one loop per space, query and shot; the fused ones first."""
    stored = [
        part.astype(np.float64) for part in np.split(arrays.rows, np.cumsum(arrays.component_widths)[:-1], 1)
    ]
    scores = np.zeros((len(queries) + 1, len(queries[0]), len(arrays.rows)))
    mixture = 0
    for space, source in enumerate(arrays.sources):
        for query, vector in enumerate(queries[space].astype(np.float64)):
            for row in range(len(arrays.rows)):
                if source is not None:
                    scores[space + 1, query, row] = vector @ stored[source][row]
                else:
                    shares = arrays.mixing[row, mixture].astype(np.float64)
                    scores[space + 1, query, row] = sum(
                        share * (vector @ part[row]) for share, part in zip(shares, stored, strict=True)
                    )
        mixture += source is None
    added = scores[1:]
    if stretch:
        low, high = added.min(axis=2, keepdims=True), added.max(axis=2, keepdims=True)
        added = (added - low) / (high - low)
    scores[0] = np.einsum("s,sqn->qn", np.asarray(weights) / np.sum(weights), added)
    return scores


class Measured:
    """An exact index over the stored half floats that leaves some shots of its lists out.

    Args:
        arrays: what it is measured against.
        lost: list number (0 is the fused one) -> places of its list that are left out.
    """

    def __init__(self, arrays: QuantisedArrays, lost: dict[int, list[int]] | None = None) -> None:
        self.arrays = arrays
        self.spaces = arrays.spaces
        self._lost = lost or {}
        self._exact = ExactIndex(
            arrays.spaces, tuple(space_vectors(arrays, slice(None))), tuple(arrays.shot_ids)
        )

    def search(self, queries, depth, **options) -> list[ListBlock]:
        blocks = self._exact.search(queries, depth + 10, **options)
        return [
            ListBlock(
                self._kept(0, block.fused, depth),
                tuple(self._kept(number, hits, depth) for number, hits in enumerate(block.spaces, start=1)),
                block.ranges,
            )
            for block in blocks
        ]

    def _kept(self, number: int, hits: HitList, depth: int) -> HitList:
        kept = np.delete(np.arange(len(hits.rows)), self._lost.get(number, []))[:depth]
        return HitList(hits.rows[kept], hits.scores[kept])


@MAKE
@pytest.mark.parametrize("stretch", [False, True], ids=["mean", "stretched"])
@pytest.mark.parametrize("block", [1 << 10, 1 << 26], ids=["many blocks", "one block"])
def test_the_exact_answer_is_that_of_a_plain_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make, stretch: bool, block: int
) -> None:
    monkeypatch.setattr(exact_scan, "_BLOCK_BYTES", block)
    arrays = opened(tmp_path, make(60))
    queries, weights = queries_for(arrays, 3), np.arange(1, len(arrays.spaces) + 1)
    asked = [[np.array([41, 0, 59])] * (len(arrays.spaces) + 1)] * 3
    found = exact_answers(
        arrays,
        queries,
        5,
        shares=fusion_shares(weights, len(arrays.spaces)),
        asked=asked,
        stretch=stretch,
    )
    expected = plain_scores(arrays, queries, weights, stretch=stretch)
    for query, lists in enumerate(found.lists):
        for number, answer in enumerate(lists):
            plain = expected[number, query]
            assert answer.best.rows.tolist() == np.argsort(-plain)[:5].tolist()
            # a stretched fused score is right but for one number per query
            shift = answer.best.scores[0] - plain.max() if number == 0 and stretch else 0.0
            np.testing.assert_allclose(answer.best.scores, np.sort(plain)[::-1][:5] + shift, atol=2e-6)
            np.testing.assert_allclose(answer.asked, plain[[41, 0, 59]] + shift, atol=2e-6)


@MAKE
def test_space_vectors_are_what_was_written(tmp_path: Path, make) -> None:
    case = make(20)
    arrays = opened(tmp_path, case)
    for found, whole in zip(space_vectors(arrays, np.array([3, 17])), case.vectors(), strict=True):
        np.testing.assert_allclose(found, whole[[3, 17]], atol=1e-3)


def test_deeper_than_the_collection(tmp_path: Path) -> None:
    arrays = opened(tmp_path, plain_case(6))
    measured = measure_recall(Measured(arrays), queries_for(arrays, 2), 50)
    assert measured.lowest == 1
    assert measured.depth == 50


@MAKE
@pytest.mark.parametrize("stretch", [False, True], ids=["mean", "stretched"])
def test_an_exact_index_has_recall_one(tmp_path: Path, make, stretch: bool) -> None:
    arrays = opened(tmp_path, make(300))
    weights = np.arange(1, len(arrays.spaces) + 1)
    index, queries = Measured(arrays), queries_for(arrays, 20)
    measured = measure_recall(index, queries, 20, weights=weights, stretch=stretch, source="shots")
    assert list(measured.mean) == ["fused", *arrays.spaces]
    assert set(measured.mean.values()) == set(measured.worst.values()) == {1.0}
    assert (measured.depth, measured.queries, measured.source) == (20, 20, "shots")


def test_misses_are_counted_in_their_list(tmp_path: Path) -> None:
    """Of 20, the fused list lacks the first two, the second space's list the third; all else is right."""
    arrays = opened(tmp_path, plain_case(300))
    measured = measure_recall(Measured(arrays, {0: [0, 1], 2: [2]}), queries_for(arrays, 18), 20)
    assert measured.mean == pytest.approx({"fused": 0.9, "space:0": 1, "space:1": 0.95, "space:2": 1})
    assert measured.worst == pytest.approx(measured.mean)
    assert measured.lowest == pytest.approx(0.9)


@pytest.mark.parametrize(
    "case", [plain_case(4000, (128,) * 3), mixed_case(4000, width=128)], ids=["plain", "mixed"]
)
def test_the_recall_of_codes(tmp_path: Path, case) -> None:
    """Lists far shorter than the collection, from vectors without any clusters."""
    index = QuantisedIndex(opened(tmp_path, case))
    calls: list[tuple[str, int, int]] = []
    measured = measure_recall(
        index, queries_for(index.arrays, 40), 100, progress=lambda *call: calls.append(call)
    )
    assert measured.lowest >= 0.9995
    assert min(measured.worst.values()) >= 0.99
    assert ("asking sample queries", 40, 40) in calls
    assert calls[-1] == ("measuring recall", 4000, 4000)


def answer(rows: list[int], scores: list[float], asked: list[float]) -> ExactAnswer:
    return ExactAnswer(HitList(np.array(rows), np.float32(scores)), np.float32(asked))


@pytest.mark.parametrize(
    ("rows", "asked", "recall"),
    [
        ([3, 1, 2], [0.9, 0.8, 0.7], 1),
        ([2, 3, 1], [0.7, 0.9, 0.8], 1),
        ([3, 1, 7], [0.9, 0.8, 0.6995], 1),  # within the rounding of the third best
        ([3, 1, 7], [0.9, 0.8, 0.6985], 2 / 3),
        ([3, 7, 8], [0.9, 0.6995, 0.6994], 2 / 3),  # no rounding makes up for the second best
        ([7, 8, 9], [0.1, 0.2, 0.3], 0),
        ([3, 1], [0.9, 0.8], 2 / 3),  # a list that is too short misses whatever is not there
        ([], [], 0),
    ],
    ids=str,
)
def test_what_is_a_miss(rows: list[int], asked: list[float], recall: float) -> None:
    exact = answer([3, 1, 2], [0.9, 0.8, 0.7], asked)
    assert list_recall(np.array(rows, dtype=np.int64), exact, 0.001) == pytest.approx(recall)


def test_nothing_to_find_is_no_miss() -> None:
    assert list_recall(np.array([], dtype=np.int64), answer([], [], []), 0.001) == 1


@MAKE
def test_the_rounding_is_that_of_half_floats(tmp_path: Path, make) -> None:
    """A number of mantissa m is off by at most 2^-11 / m of itself, evenly spread; over mantissas that occur
    as 1 / m the root mean square is 0.4246 times 2^-11, so a score keeps within the bound 98 times of 100.
    """
    case = make(400)
    arrays = opened(tmp_path, case)
    queries = queries_for(arrays, 1)
    vectors = case.vectors()
    for counts in ([1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0.2] * 5):
        weights = np.array(counts[: len(arrays.spaces)])
        stored = plain_scores(arrays, queries, np.ones(len(queries)), stretch=False)[1:, 0]
        before = np.stack([vectors[s] @ queries[s][0].astype(np.float64) for s in range(len(queries))])
        errors = np.abs(weights @ (stored - before))
        bounds = [score_rounding(arrays, [space[0] for space in queries], weights, row) for row in range(400)]
        assert 0.96 < (errors <= bounds).mean() < 0.999
        assert np.sqrt(np.mean((errors / bounds) ** 2)) == pytest.approx(0.4246, rel=0.12)


def test_the_rounding_by_hand(tmp_path: Path) -> None:
    """Of two unit vectors of 64 equal numbers: 2^-11 / sqrt(64)."""
    case = plain_case(1, (64, 64))
    for part in case.components:
        part[:] = 1 / 8
    arrays = opened(tmp_path, case)
    query = [np.full(64, 1 / 8)] * 2
    assert score_rounding(arrays, query, np.array([1, 0]), 0) == pytest.approx(2**-11 / 8)
    assert score_rounding(arrays, query, np.array([0.5, 0.5]), 0) == pytest.approx(2**-11 / 8 / np.sqrt(2))


def test_recall_is_written_down_and_read_again() -> None:
    measured = Recall(1000, 64, "topics", {"fused": 0.9998, "a": 0.9991}, {"fused": 0.99, "a": 0.98})
    settings = json.loads(json.dumps({"recall": measured.settings}))
    assert recorded_recall(settings, where="here") == measured
    assert measured.lowest == 0.9991
    assert recorded_recall({"recall": None}, where="here") is None
    assert recorded_recall({}, where="here") is None


@pytest.mark.parametrize(
    "damage", [{"mean": {}}, {"worst": {"fused": 1}}, {"depth": "deep"}, {"mean": 1}], ids=str
)
def test_a_damaged_recall_is_named(damage: dict) -> None:
    measured = Recall(1000, 64, "topics", {"fused": 0.9998, "a": 0.9991}, {"fused": 0.99, "a": 0.98})
    with pytest.raises(FormatError, match="here: damaged recall"):
        recorded_recall({"recall": measured.settings | damage}, where="here")
