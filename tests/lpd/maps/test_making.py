"""Maps of several spaces from blocks: against plain PCA, the fusion, samples, queries, memory."""

import tracemalloc

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.maps import FUSED, MapPart, MapSettings, Wanted, make_maps, making
from tests.lpd.maps.making_cases import InMemory, unit_vectors
from tests.reference.maps import principal_coordinates

SHARES = (0.5, 0.3, 0.2)
EACH = [Wanted(f"s{number}", (MapPart(number, 1.0),)) for number in range(3)]
FUSION = Wanted(FUSED, tuple(MapPart(number, share**0.5) for number, share in enumerate(SHARES)))
ALL = [FUSION, *EACH]


@pytest.fixture
def vectors() -> InMemory:
    return InMemory(tuple(unit_vectors(300, width, seed=width) for width in (6, 9, 20)))


def test_points_are_the_first_two_principal_coordinates(vectors: InMemory) -> None:
    for one, array in zip(make_maps(vectors, EACH, MapSettings()), vectors.arrays, strict=True):
        expected, variances, total = principal_coordinates(array, 2)
        np.testing.assert_allclose(one.points, expected, atol=1e-5)
        np.testing.assert_allclose(one.facts.explained, variances / total, rtol=1e-9)
        assert (one.facts.shots, one.facts.width) == array.shape
        assert one.facts.kept == pytest.approx(1.0)


def test_the_fusion_is_mapped_so_that_products_are_fused_scores(vectors: InMemory) -> None:
    fused = np.concatenate([np.sqrt(s) * a for s, a in zip(SHARES, vectors.arrays, strict=True)], axis=1)
    mean = sum(s * (a @ a.T).astype(np.float64) for s, a in zip(SHARES, vectors.arrays, strict=True))
    np.testing.assert_allclose(fused @ fused.T, mean, atol=1e-6)
    made = make_maps(vectors, ALL, MapSettings())[0]
    np.testing.assert_allclose(made.points, principal_coordinates(fused, 2)[0], atol=1e-5)


@pytest.mark.parametrize("step", [1, 37, 300])
def test_blocks_of_any_size_give_the_same_maps(vectors: InMemory, step: int) -> None:
    whole = make_maps(vectors, ALL, MapSettings(clusters=6))
    parts = make_maps(InMemory(vectors.arrays, step), ALL, MapSettings(clusters=6))
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(other.points, one.points, atol=1e-5)
        assert (other.clusters == one.clusters).mean() > 0.99  # a shot between two centres may go either way


def test_the_same_again_is_the_same(vectors: InMemory) -> None:
    first, again = (make_maps(vectors, ALL, MapSettings(seed=4)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.points.tobytes() == other.points.tobytes()
        assert one.clusters.tobytes() == other.clusters.tobytes()


def test_a_sample_stands_for_many_shots(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = InMemory((unit_vectors(300, 20, seed=1, noise=0.05),))
    [whole] = make_maps(vectors, EACH[:1], MapSettings(clusters=5))
    monkeypatch.setattr(making, "FITTED_AT_MOST", 100)
    rows = making.sample_rows(300, 1)
    assert len(set(rows.tolist())) == 100
    assert (np.diff(rows) > 0).all()
    assert rows.tolist() != making.sample_rows(300, 2).tolist()
    [sampled] = make_maps(vectors, EACH[:1], MapSettings(clusters=5))
    np.testing.assert_array_equal(sampled.points, whole.points)  # axes are of all shots
    pairs = set(zip(sampled.clusters.tolist(), whole.clusters.tolist(), strict=True))
    assert len(pairs) == 5  # the five groups, which lie apart


def test_a_query_lies_where_a_shot_of_its_vectors_would(vectors: InMemory) -> None:
    for one in make_maps(vectors, ALL, MapSettings()):
        found = one.place([array[7:9] for array in vectors.arrays])
        np.testing.assert_allclose(found, one.points[7:9], atol=1e-6)


def test_a_query_of_another_model_is_refused(vectors: InMemory) -> None:
    made = make_maps(vectors, EACH, MapSettings())[2]
    with pytest.raises(MismatchError, match="expected 20 numbers; found"):
        made.place([np.zeros((1, 6)), np.zeros((1, 9)), np.zeros((1, 21))])
    with pytest.raises(MismatchError, match="do not fit the map"):
        made.place([np.zeros((1, 6))])


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("shots", [1, 2, 3])
def test_few_shots_and_narrow_spaces_have_maps(shots: int, width: int) -> None:
    tiny = InMemory((unit_vectors(shots, width, seed=1),))
    [made] = make_maps(tiny, [Wanted("s", (MapPart(0, 1.0),))], MapSettings())
    assert made.points.shape == (shots, 2)
    assert np.isfinite(made.points).all()
    assert made.facts.clusters <= shots


def test_no_shots_and_damaged_vectors_are_refused(vectors: InMemory) -> None:
    with pytest.raises(LpdError, match="no shots to map"):
        make_maps(InMemory((np.zeros((0, 3)),)), EACH[:1], MapSettings())
    broken = vectors.arrays[0].copy()
    broken[3, 2] = np.nan
    with pytest.raises(FormatError, match="not finite"):
        make_maps(InMemory((broken,)), EACH[:1], MapSettings())
    with pytest.raises(LpdError, match="expected pca or umap; found 'tsne'"):
        MapSettings("tsne")


def test_progress_begins_and_ends_each_stage(vectors: InMemory) -> None:
    calls: list[tuple[str, int, int]] = []
    make_maps(vectors, EACH, MapSettings(), progress=lambda *call: calls.append(call))
    for stage in dict.fromkeys(call[0] for call in calls):
        counts = [call[1:] for call in calls if call[0] == stage]
        assert counts[0][0] == 0
        assert counts[-1][0] == counts[-1][1]


def test_memory_does_not_grow_with_the_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "FITTED_AT_MOST", 500)
    peaks, bytes_each = [], 64 * 4
    for shots in (2_000, 12_000):
        source = InMemory((unit_vectors(shots, 64, seed=0),), step=500)
        make_maps(source, EACH[:1], MapSettings(clusters=3))  # what is imported is there afterwards
        tracemalloc.start()
        make_maps(source, EACH[:1], MapSettings(clusters=3))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 10_000 * bytes_each / 4


@pytest.mark.slow
def test_umap_above_the_sample_places_the_others_among_it(
    vectors: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "FITTED_AT_MOST", 150)
    [made] = make_maps(vectors, EACH[2:], MapSettings("umap"))
    rows = making.sample_rows(300, 0)
    assert made.anchors is not None
    assert made.facts.fitted == 150
    np.testing.assert_array_equal(made.points[rows], made.anchors.points)
    left = np.setdiff1d(np.arange(300), rows)
    expected = made.anchors.places(made.axes.coordinates(vectors.arrays[2][left]))
    np.testing.assert_allclose(made.points[left], expected, atol=1e-4)
    assert made.place([array[:1] for array in vectors.arrays]).shape == (1, 2)
