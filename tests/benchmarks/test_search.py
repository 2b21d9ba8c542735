"""The search benchmark's own parts are right, the index's recall holds in both settings, and it runs."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.search_build import build_index, product_seconds
from benchmarks.search_data import BLOCK, SETTINGS, SHOTS_PER_VIDEO, World, shot_ids, write_features
from benchmarks.search_faiss import FaissUnion, best_of_union
from benchmarks.search_floor import PROBES, Floor
from benchmarks.search_measures import many_threads, same_lists
from benchmarks.search_plain import PlainSearch, open_plain, space_vectors, write_plain
from benchmarks.search_recall import exact_lists, found_rows, list_recalls, space_correlations
from lpd.search.index import HitList
from lpd.search.quantised import QuantisedIndex
from lpd.search.quantised_files import QuantisedArrays, open_quantised_arrays
from lpd.search.recall import measure_recall
from tests.reference.search import plain_lists

ROOT = Path(__file__).resolve().parents[2]
DEPTH = 200


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def unit(rng: np.random.Generator, *shape: int) -> np.ndarray:
    vectors = rng.standard_normal(shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def made_arrays(shots: int, *, mixtures: int = 1, width: int = 16, seed: int = 0) -> QuantisedArrays:
    """An index of two components, which are the last two spaces, and mixtures of them; codes are left out."""
    rng = np.random.default_rng(seed)
    rows = np.concatenate([unit(rng, shots, width) for _ in range(2)], axis=1).astype(np.float16)
    return QuantisedArrays(
        spaces=tuple(f"space {number}" for number in range(mixtures + 2)),
        widths=(width,) * (mixtures + 2),
        component_widths=(width, width),
        sources=(*[None] * mixtures, 0, 1),
        codes=(),
        scales=np.ones((shots, 2), dtype=np.float32),
        mixing=rng.random((shots, mixtures, 2), dtype=np.float32) if mixtures else None,
        rows=rows,
        shot_ids=[f"shot{number:04d}" for number in range(shots)],
    )


@pytest.fixture(scope="module", params=["factored", "plain"])
def built(request, tmp_path_factory) -> tuple[World, QuantisedArrays]:
    """A world and the index of its first shots."""
    world, folder = World(SETTINGS[request.param]), tmp_path_factory.mktemp(request.param)
    write_features(world, folder / "features", BLOCK + 500, threads=1)
    build_index(world, folder / "features", folder / "index", BLOCK + 500)
    return world, open_quantised_arrays(folder / "index")[0]


@pytest.mark.parametrize("spaces", [1, 3])
@pytest.mark.parametrize("depth", [7, 100])
def test_the_plain_way_gives_the_reference_lists(spaces, depth):
    rng = np.random.default_rng(spaces)
    vectors, queries = [unit(rng, 40, 16) for _ in range(spaces)], [unit(rng, 2, 16) for _ in range(spaces)]
    ids = [f"shot{number:02d}" for number in range(40)]
    expected = plain_lists(queries, vectors, ids, depth, weights=[1.0] * spaces)
    plain = PlainSearch(vectors)
    for number in range(2):
        lists = plain.search([space[number] for space in queries], depth)
        assert [[ids[row] for row in rows] for rows, _ in lists] == expected[number]
        rows, scores = lists[-1]
        np.testing.assert_allclose(scores, vectors[-1][rows] @ queries[-1][number], atol=1e-6)


def test_the_plain_way_reads_what_the_index_keeps(tmp_path):
    arrays = made_arrays(30, mixtures=2)
    write_plain(arrays, tmp_path, shots=20)
    plain = open_plain(tmp_path, shots=15)
    assert [vectors.shape for vectors in plain.vectors] == [(15, 16)] * 4
    halves = arrays.rows.astype(np.float32)
    for row in range(15):
        expected = sum(
            arrays.mixing[row, 1, component] * halves[row, 16 * component : 16 * component + 16]
            for component in range(2)
        )
        np.testing.assert_allclose(plain.vectors[1][row], expected, atol=1e-6)
        np.testing.assert_array_equal(plain.vectors[3][row], halves[row, 16:])


@pytest.mark.parametrize("mixtures", [0, 2])
def test_exact_lists_are_the_reference_lists(mixtures, monkeypatch):
    monkeypatch.setattr("benchmarks.search_recall._AT_ONCE", 13)
    arrays, rng = made_arrays(60, mixtures=mixtures), np.random.default_rng(1)
    queries = [unit(rng, 3, 16) for _ in arrays.spaces]
    vectors = space_vectors(arrays, slice(None))
    expected = plain_lists(queries, vectors, list(arrays.shot_ids), 20, weights=[1.0] * len(vectors))
    exact = exact_lists(arrays, queries, 20)
    for query in range(3):
        found = [[arrays.shot_ids[row] for row in rows] for rows in exact.rows[:, query]]
        assert found == expected[query]


def test_a_shot_that_is_left_out_is_a_miss_in_its_list_alone():
    arrays, rng = made_arrays(400), np.random.default_rng(2)
    queries = [unit(rng, 2, 16) for _ in arrays.spaces]
    exact = exact_lists(arrays, queries, 50)
    found = [[rows.copy() for rows in exact.rows[:, query]] for query in range(2)]
    assert all((recalls == 1).all() for recalls in list_recalls(arrays, queries, found, exact))
    found[1][2][10] = exact_lists(arrays, queries, 400).rows[
        2, 1, -1
    ]  # the worst shot in the place of a good one
    recalls = list_recalls(arrays, queries, found, exact)
    for share, expected in ((recalls.whole, 49 / 50), (recalls.top, 19 / 20), (recalls.strict, 49 / 50)):
        assert share[2, 1] == pytest.approx(expected)
        assert np.delete(share, 5).tolist() == [1.0] * 7


def test_a_world_is_the_same_each_time_and_its_videos_hang_together():
    world = World(SETTINGS["factored"])
    one, other = (World(SETTINGS["factored"]).features(1)["blip"] for _ in range(2))
    assert torch.equal(one, other)
    assert not torch.equal(one, world.features(0)["blip"])
    assert one.var().item() == pytest.approx(1.0, abs=0.05)
    rows = torch.nn.functional.normalize(one[: 2 * SHOTS_PER_VIDEO], dim=1)
    alike = rows @ rows.T
    same = alike[:SHOTS_PER_VIDEO, :SHOTS_PER_VIDEO].fill_diagonal_(0).mean()
    assert same > 0.2 > 0.1 > alike[:SHOTS_PER_VIDEO, SHOTS_PER_VIDEO:].mean()
    assert shot_ids(SHOTS_PER_VIDEO + 1)[-2:] == ["shot00000_100", "shot00001_1"]


def test_queries_are_unit_vectors_and_near_their_topics():
    queries = World(SETTINGS["factored"]).queries(5, seed=1)
    assert [space.shape for space in queries] == [(5, 512)] * 9
    np.testing.assert_allclose(np.linalg.norm(queries[0], axis=1), 1, atol=1e-5)
    assert not np.allclose(queries[0], World(SETTINGS["factored"]).queries(5, seed=2)[0])


def test_the_index_keeps_the_model_s_ends(built):
    world, arrays = built
    features = {name: rows[:50].half().float() for name, rows in world.features(0).items()}
    with torch.inference_mode():
        ends = world.model.embed_video(features, unit=True)
    for end, vectors in zip(ends, space_vectors(arrays, np.arange(50)), strict=True):
        np.testing.assert_allclose(vectors, end.numpy(), atol=1e-3)
    assert len(arrays.codes) == (6 if world.setting is SETTINGS["factored"] else 9)
    assert product_seconds(world, 10) > 0


def test_recall_of_every_list_in_both_settings(built):
    world, arrays = built
    index = QuantisedIndex(arrays, threads=2)
    queries = world.queries(12, seed=3)
    exact = exact_lists(arrays, queries, DEPTH)
    recalls = list_recalls(arrays, queries, found_rows(index.search(queries, DEPTH)), exact)
    assert recalls.whole.mean(axis=1).min() >= (0.9995 if arrays.mixing is not None else 0.999)
    assert recalls.whole.min() >= 0.99
    assert recalls.top.mean(axis=1).min() >= 0.999
    own = measure_recall(index, queries, DEPTH)
    assert list(own.mean.values()) == pytest.approx(recalls.whole.mean(axis=1).tolist(), abs=1e-9)


def test_spaces_of_the_hard_setting_are_weakly_correlated(built):
    world, arrays = built
    correlations = space_correlations(arrays, world.queries(10, seed=4), shots=2000)
    assert len(correlations) == 9 * 8 / 2
    assert 0.0 < correlations.mean() < 0.35


def test_many_threads_find_what_one_finds(built):
    world, arrays = built
    queries = world.queries(6, seed=5)
    rates, same = many_threads(lambda: QuantisedIndex(arrays, cache_bytes=0), queries, count=6, rounds=1)
    assert same
    assert all(len(rate) == 1 and rate[0] > 0 for rate in rates.values())
    one, other = QuantisedIndex(arrays).search([space[:2] for space in queries], DEPTH)
    assert same_lists(one, one)
    assert not same_lists(one, other)
    assert not same_lists(one, one._replace(fused=HitList(one.fused.rows, one.fused.scores + 1)))


def test_faiss_unions_miss_what_all_scores_find(built):
    world, arrays = built
    queries = world.queries(4, seed=6)
    exact = exact_lists(arrays, queries, DEPTH)
    union = FaissUnion(arrays, threads=1)
    for number in range(4):
        flat = [space[number] for space in queries]
        lists = union.search(flat, DEPTH)
        shares = [
            len(np.intersect1d(*pair)) / DEPTH for pair in zip(lists, exact.rows[:, number], strict=True)
        ]
        assert min(shares[1:]) > 0.95
        looked_up = best_of_union(arrays, flat, lists[1:], DEPTH)
        assert len(np.intersect1d(looked_up, exact.rows[0, number])) / DEPTH >= shares[0]
    union.close()


@pytest.mark.parametrize("threads", [1, 3])
def test_every_probe_reads_every_byte(threads):
    arrays = [np.full((5, 64), number, dtype=np.uint8) for number in (1, 2)]
    floor = Floor(arrays, threads=threads)
    assert floor.bytes == 2 * 5 * 64
    assert sum(words.nbytes for share in floor._shares for words in share) == floor.bytes
    assert all(floor.read(probe) > 0 for probe in PROBES)
    floor.close()


@pytest.mark.slow
def test_the_benchmark_runs(tmp_path):
    few = ["--shots", "3000", "--queries", "32", "--calibration", "3", "--turns", "2", "--threads", "2"]
    target = tmp_path / "figures.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.search",
            *few,
            "--folder",
            str(tmp_path / "made"),
            "--json",
            str(target),
        ],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures = json.loads(target.read_text())
    assert {"cores", "flags", "versions", "date"} <= set(figures["machine"])
    for setting in SETTINGS:
        found = figures[setting]
        assert found["recall"]["lists"]["fused"]["mean"] >= 0.999
        assert found["floor"]["fastest"] in PROBES
        assert found["threads"]["same"]
        measured = {"build", "single_ms", "plain", "together_ms", "weights", "memory_gib", "faiss"}
        assert measured <= set(found)
    assert "| one query, ten lists of 1000 |" in done.stdout
    assert not list((tmp_path / "made").iterdir())
