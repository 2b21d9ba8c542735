from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, StaleError
from lpd.search import ExactIndex, build_exact_index, open_exact_index
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


def test_empty_collection(tmp_path: Path) -> None:
    index = written(tmp_path / "index", [np.empty((0, 3), np.float32)], [])
    assert index.search([np.float32([[1, 0, 0]])], 5)[0].fused.rows.size == 0


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
