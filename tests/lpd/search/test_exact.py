import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, StaleError
from lpd.search import ExactIndex, build_exact_index, exact, open_exact_index
from tests.reference.search import plain_lists


def unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    vectors = rng.standard_normal(shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def written(directory: Path, vectors: list[np.ndarray], ids: list[str], *, block: int = 3) -> ExactIndex:
    names = [f"space:{number}" for number in range(len(vectors))]
    build_exact_index(
        directory,
        spaces=names,
        widths=[v.shape[1] for v in vectors],
        shot_ids=ids,
        blocks=([v[i : i + block] for v in vectors] for i in range(0, len(ids), block)),
        made_from={"model": "m"},
    )
    return open_exact_index(directory)[0]


@pytest.mark.parametrize("shots", [1, 2, 7, 40])
@pytest.mark.parametrize("widths", [[4], [4, 6, 3]])
@pytest.mark.parametrize("k", [1, 5, 100])
def test_equals_the_plain_search(tmp_path: Path, shots: int, widths: list[int], k: int) -> None:
    rng = np.random.default_rng(shots)
    ids = [f"shot{number}" for number in range(shots)]
    vectors = [unit(rng, shots, width) for width in widths]
    queries = [unit(rng, 3, width) for width in widths]
    index = written(tmp_path / "index", vectors, ids)
    for weights in ([1.0] * len(widths), [0.5, *[2.0] * (len(widths) - 1)]):
        blocks = index.search(queries, k, weights=np.array(weights))
        expected = plain_lists(queries, vectors, ids, k, weights=weights)
        for block, lists in zip(blocks, expected, strict=True):
            assert [[ids[row] for row in hits.rows] for hits in (block.fused, *block.spaces)] == lists


def test_more_queries_than_fit_in_one_pass(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    vectors = [unit(rng, 20, 4)]
    queries = [unit(rng, 70, 4)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(20)])
    together = index.search(queries, 5)
    alone = [index.search([queries[0][n : n + 1]], 5)[0] for n in range(70)]
    assert [b.fused.rows.tolist() for b in together] == [b.fused.rows.tolist() for b in alone]


def test_duplicate_vectors_are_listed_by_id_descending(tmp_path: Path) -> None:
    vectors = [np.tile(np.float32([1, 0]), (4, 1))]
    index = written(tmp_path / "index", vectors, ["a2", "a10", "b", "a1"])
    rows = index.search([np.float32([[1, 0]])], 3)[0].fused.rows
    assert [index.shot_ids[row] for row in rows] == ["b", "a2", "a10"]


def test_only_allowed_shots_are_returned(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    vectors = [unit(rng, 9, 3)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(9)])
    allowed = np.arange(9) % 3 == 0
    block = index.search([unit(rng, 1, 3)], 9, allowed=allowed)[0]
    assert sorted(block.fused.rows.tolist()) == [0, 3, 6]
    assert sorted(block.spaces[0].rows.tolist()) == [0, 3, 6]
    assert index.search([unit(rng, 1, 3)], 9, allowed=np.zeros(9, dtype=bool))[0].fused.rows.size == 0


def test_fused_comes_from_all_scores_not_from_the_union_of_lists(tmp_path: Path) -> None:
    """Shot c is second in both spaces; the union of the two top 1 does not hold it, the fused top 1 is it."""
    vectors = [np.float32([[1.0, 0], [0.0, 0], [0.9, 0]]), np.float32([[0.0, 0], [1.0, 0], [0.9, 0]])]
    index = written(tmp_path / "index", vectors, ["a", "b", "c"])
    block = index.search([np.float32([[1, 0]]), np.float32([[1, 0]])], 1)[0]
    assert [index.shot_ids[hits.rows[0]] for hits in (block.fused, *block.spaces)] == ["c", "a", "b"]
    assert block.fused.scores[0] == pytest.approx(0.9)


def test_similarities_of_single_shots(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    vectors, queries = [unit(rng, 6, 3), unit(rng, 6, 5)], [unit(rng, 2, 3), unit(rng, 2, 5)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(6)])
    found = index.similarities(queries, np.array([4, 1]))
    assert found.shape == (2, 2, 2)
    assert found[1, 0, 1] == pytest.approx(float(queries[1][0] @ vectors[1][1]))


def test_vectors_of_single_shots(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    vectors = [unit(rng, 6, 3), unit(rng, 6, 5)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(6)])
    for found, expected in zip(index.vectors(np.array([4, 1])), vectors, strict=True):
        np.testing.assert_array_equal(found, expected[[4, 1]])
        assert (found.dtype, found.flags.writeable) == (np.float32, True), "a copy, not the mapped file"


def test_only_wanted_spaces_have_lists_and_all_weights_count(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    vectors, queries = [unit(rng, 30, 4) for _ in range(3)], [unit(rng, 2, 4) for _ in range(3)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(30)])
    weights = np.array([1.0, 0.0, 3.0])
    some = index.search(queries, 5, weights=weights, wanted=[2])
    for block, whole in zip(some, index.search(queries, 5, weights=weights), strict=True):
        np.testing.assert_array_equal(block.fused.rows, whole.fused.rows)
        np.testing.assert_array_equal(block.fused.scores, whole.fused.scores)
        assert [hits.rows.size for hits in block.spaces] == [0, 0, 5]
        np.testing.assert_array_equal(block.spaces[2].rows, whole.spaces[2].rows)
        np.testing.assert_array_equal(block.ranges[[0, 2]], whole.ranges[[0, 2]])
        assert block.ranges[1].tolist() == [0, 0], "a space of no use is not scanned"


@pytest.mark.parametrize("stretch", [False, True])
def test_leaving_a_space_out_equals_an_index_without_it(tmp_path: Path, stretch: bool) -> None:
    rng = np.random.default_rng(5)
    vectors, queries = [unit(rng, 30, 4) for _ in range(3)], [unit(rng, 2, 4) for _ in range(3)]
    ids = [str(n) for n in range(30)]
    whole, part = written(tmp_path / "a", vectors, ids), written(tmp_path / "b", vectors[::2], ids)
    found = whole.search(queries, 9, weights=np.array([2.0, 0.0, 1.0]), wanted=[0, 2], stretch=stretch)
    expected = part.search(queries[::2], 9, weights=np.array([2.0, 1.0]), stretch=stretch)
    for block, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(block.fused.rows, other.fused.rows)
        for hits, those in zip(block.spaces[::2], other.spaces, strict=True):
            np.testing.assert_array_equal(hits.rows, those.rows)


def test_warming_up_reads_everything_once_with_progress(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(exact, "_READ_BYTES", 100)
    vectors = [np.eye(9, 5, dtype=np.float32), np.eye(9, 3, dtype=np.float32)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(9)])
    assert (index.kind, index.exact, index.recall, index.warm) == ("exact", True, None, False)
    calls: list[tuple[str, int, int]] = []
    index.warm_up(lambda *call: calls.append(call))
    assert index.warm
    done = [call[1] for call in calls]
    assert done == [0, 100, 180, 280, 288]
    assert {call[::2] for call in calls} == {("reading the index", 288)}
    index.warm_up(lambda *call: calls.append(call))
    assert len(calls) == 5, "what is warm is not read again"


def test_a_query_over_all_spaces_warms_as_well(tmp_path: Path) -> None:
    queries = [np.eye(1, 2, dtype=np.float32)] * 2
    index = written(tmp_path / "index", [np.eye(2, dtype=np.float32)] * 2, ["a", "b"])
    index.search(queries, 1, weights=np.array([1.0, 0.0]), wanted=[0])
    assert not index.warm, "the second space was not read"
    index.search(queries, 1)
    assert index.warm
    assert ExactIndex(("s",), (np.eye(2, dtype=np.float32),), ("a", "b")).warm, "in memory from the start"


def test_the_second_to_warm_waits_for_the_first(tmp_path: Path) -> None:
    index = written(tmp_path / "index", [np.eye(2, dtype=np.float32)], ["a", "b"])
    entered, go_on = threading.Event(), threading.Event()
    calls: list[tuple[str, int, int]] = []

    def first(*call: object) -> None:
        entered.set()
        assert go_on.wait(30)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(index.warm_up, first)
        assert entered.wait(30)
        other = pool.submit(index.warm_up, lambda *call: calls.append(call))
        assert not other.done()
        go_on.set()
        one.result(30)
        other.result(30)
    assert calls == [], "the second found it warm"


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_threads_give_the_lists_of_one(tmp_path: Path, threads: int) -> None:
    rng = np.random.default_rng(6)
    vectors = [unit(rng, 500, 16) for _ in range(3)]
    index = written(tmp_path / "index", vectors, [str(n) for n in range(500)])
    queries = [[unit(rng, 1, 16) for _ in range(3)] for _ in range(48)]
    alone = [index.search(query, 50)[0] for query in queries]
    with ThreadPoolExecutor(threads) as pool:
        together = list(pool.map(lambda query: index.search(query, 50)[0], queries))
    for block, expected in zip(together, alone, strict=True):
        for hits, those in zip((block.fused, *block.spaces), (expected.fused, *expected.spaces), strict=True):
            np.testing.assert_array_equal(hits.rows, those.rows)
            np.testing.assert_array_equal(hits.scores, those.scores)


def test_empty_collection(tmp_path: Path) -> None:
    index = written(tmp_path / "index", [np.empty((0, 3), np.float32)], [])
    assert index.search([np.float32([[1, 0, 0]])], 5)[0].fused.rows.size == 0
    written(tmp_path / "other", [np.empty((0, 3), np.float32)], []).warm_up()


@pytest.mark.parametrize("rows", [2, 4])
def test_blocks_that_do_not_add_up_leave_nothing(tmp_path: Path, rows: int) -> None:
    with pytest.raises(MismatchError, match="rows"):
        build_exact_index(
            tmp_path / "index",
            spaces=["s"],
            widths=[2],
            shot_ids=["a", "b", "c"],
            blocks=iter([[np.zeros((rows, 2), np.float32)]]),
            made_from={},
        )
    assert list(tmp_path.iterdir()) == []


def truncated_array(folder: Path) -> None:
    path = folder / "space_00.npy"
    path.write_bytes(path.read_bytes()[:-8])


def other_shape(folder: Path) -> None:
    np.save(folder / "space_00.npy", np.zeros((5, 2), np.float32))


def lost_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def lost_id(folder: Path) -> None:
    (folder / "ids.txt").write_text("0\n1\n")


def damaged_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


@pytest.mark.parametrize(
    ("damage", "error", "sentence"),
    [
        (truncated_array, FormatError, "space_00.npy"),
        (other_shape, FormatError, "expected"),
        (lost_manifest, StaleError, "half-written"),
        (lost_id, FormatError, "expected 3; found 2"),
        (damaged_manifest, FormatError, "manifest.json:1"),
    ],
)
def test_damage_is_named(tmp_path: Path, damage, error: type[LpdError], sentence: str) -> None:
    written(tmp_path / "index", [np.eye(3, dtype=np.float32)], ["0", "1", "2"])
    damage(tmp_path / "index")
    with pytest.raises(error, match=sentence):
        open_exact_index(tmp_path / "index")


def test_absent_index(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        open_exact_index(tmp_path / "nothing")
