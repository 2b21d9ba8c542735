"""Places by UMAP: among the fitted shots against a plain version; fitting itself, which is slow."""

import builtins
from typing import Any

import numpy as np
import pytest

from lpd.errors import LpdError, MissingExtraError
from lpd.maps import Anchors, fit_umap
from tests.reference.maps import place_among


@pytest.fixture
def anchors() -> Anchors:
    rng = np.random.default_rng(0)
    places = rng.standard_normal((30, 2)).astype(np.float32)
    return Anchors(rng.standard_normal((30, 4)).astype(np.float32), places)


def test_a_shot_stands_among_the_five_nearest(anchors: Anchors) -> None:
    shots = np.random.default_rng(1).standard_normal((11, 4)).astype(np.float32)
    plain = [place_among(one.tolist(), anchors.coordinates, anchors.points, count=5) for one in shots]
    np.testing.assert_allclose(anchors.places(shots), plain, rtol=1e-4)
    np.testing.assert_array_equal(anchors.places(shots[3:4]), anchors.places(shots)[3:4])


def test_a_fitted_shot_stands_where_it_was_put(anchors: Anchors) -> None:
    np.testing.assert_allclose(anchors.places(anchors.coordinates), anchors.points, atol=1e-4)


def test_a_query_stands_among_the_five_most_similar(anchors: Anchors) -> None:
    query = np.random.default_rng(2).standard_normal((1, 4))
    similar = sorted(range(30), key=lambda row: -float(anchors.coordinates[row] @ query[0]))[:5]
    expected = anchors.points[similar].mean(axis=0)
    np.testing.assert_allclose(anchors.places_of_queries(query)[0], expected, rtol=1e-5)


def test_few_anchors_are_enough() -> None:
    few = Anchors(np.eye(2, dtype=np.float32), np.array([[0, 0], [1, 1]], dtype=np.float32))
    np.testing.assert_allclose(few.places(np.zeros((1, 2))), [[0.5, 0.5]])


def test_too_few_shots_are_refused() -> None:
    with pytest.raises(LpdError, match="at least 5; found 4"):
        fit_umap(np.zeros((4, 2), dtype=np.float32), seed=0)


def test_without_the_package_the_sentence_carries_the_pip_line(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "umap":
            raise ModuleNotFoundError("No module named 'umap'", name="umap")
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"without umap.*pip install 'lpd-explorer\[umap\]'"):
        fit_umap(np.zeros((9, 2), dtype=np.float32), seed=0)


@pytest.mark.slow
def test_umap_keeps_groups_apart_and_a_seed_gives_one_result() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 40)
    vectors = (8 * np.eye(3, 5)[labels] + rng.standard_normal((120, 5))).astype(np.float32)
    once, again = fit_umap(vectors, seed=1), fit_umap(vectors, seed=1)
    assert once.tobytes() == again.tobytes()
    assert once.tobytes() != fit_umap(vectors, seed=2).tobytes()
    distances = np.linalg.norm(once[:, None] - once[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (labels[distances.argmin(axis=1)] == labels).mean() > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("vectors", [np.zeros((9, 1)), np.eye(6), np.arange(40.0).reshape(-1, 1)], ids=len)
def test_umap_of_degenerate_shots_is_finite(vectors: np.ndarray) -> None:
    found = fit_umap(vectors.astype(np.float32), seed=0)
    assert found.shape == (len(vectors), 2)
    assert np.isfinite(found).all()
