"""Clusters: groups that are plain to see are found, seeds decide, few and equal shots."""

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.maps import cluster_centres, nearest_centres


def groups(sizes: list[int], *, width: int = 6, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Shots in groups far apart, and the group of each."""
    rng = np.random.default_rng(seed)
    middles = 10 * rng.standard_normal((len(sizes), width))
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return (middles[labels] + 0.1 * rng.standard_normal((len(labels), width))).astype(np.float32), labels


def test_groups_that_lie_apart_are_the_clusters_largest_first() -> None:
    vectors, labels = groups([40, 200, 90])
    found = nearest_centres(vectors, cluster_centres(vectors, 3, seed=1))
    assert [set(labels[found == number]) for number in range(3)] == [{1}, {2}, {0}]
    assert np.bincount(found).tolist() == [200, 90, 40]


def test_one_seed_gives_one_result_and_another_another() -> None:
    vectors = np.random.default_rng(5).standard_normal((3000, 8)).astype(np.float32)
    once, again, other = (cluster_centres(vectors, 20, seed=seed) for seed in (3, 3, 4))
    assert once.tobytes() == again.tobytes()
    assert once.tobytes() != other.tobytes()


def test_the_nearest_centre_is_that_of_the_plain_distance() -> None:
    rng = np.random.default_rng(0)
    vectors, centres = rng.standard_normal((50, 4)), rng.standard_normal((7, 4))
    plain = [min(range(7), key=lambda one: float(((row - centres[one]) ** 2).sum())) for row in vectors]
    assert nearest_centres(vectors, centres).tolist() == plain


@pytest.mark.parametrize(("shots", "asked", "made"), [(1, 12, 1), (2, 12, 2), (5, 1, 1), (30, 30, 30)])
def test_there_are_no_more_clusters_than_shots(shots: int, asked: int, made: int) -> None:
    vectors = np.random.default_rng(1).standard_normal((shots, 3)).astype(np.float32)
    centres = cluster_centres(vectors, asked, seed=0)
    assert centres.shape == (made, 3)
    assert np.isfinite(centres).all()


def test_equal_shots_are_in_one_cluster() -> None:
    vectors = np.ones((20, 3), dtype=np.float32)
    centres = cluster_centres(vectors, 4, seed=0)
    assert np.isfinite(centres).all()
    assert len(set(nearest_centres(vectors, centres).tolist())) == 1


@pytest.mark.parametrize("clusters", [0, -1, 1001])
def test_impossible_numbers_are_refused(clusters: int) -> None:
    with pytest.raises(LpdError, match=f"from 1 to 1000; found {clusters}"):
        cluster_centres(np.zeros((3, 2), dtype=np.float32), clusters, seed=0)
