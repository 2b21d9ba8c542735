"""Groups of shots that lie together: k-means over their coordinates along the principal axes.

Sizes: N shots, n of them in a block, M in the sample, P axes, K clusters.
"""

import numpy as np

from lpd.errors import LpdError

__all__ = ["CLUSTERS", "MOST_CLUSTERS", "cluster_centres", "nearest_centres"]

CLUSTERS = 12
"""So many where nobody says."""
MOST_CLUSTERS = 1000
"""More are refused."""

_ITERATIONS = 25
_FEWEST_EACH = 1


def cluster_centres(coordinates: np.ndarray, clusters: int, *, seed: int) -> np.ndarray:
    """Returns (K, P) float32, centres of clusters, the one with most of the sample first.

    Runs in one thread, so that one seed gives one result.

    Args:
        coordinates: (M, P) float32, a sample of the shots.
        clusters: K, as many as asked for, or M where there are fewer shots.
        seed: of the first centres.

    Raises:
        LpdError: if the number of clusters is impossible.

    Source: k-means as in faiss (Douze et al., The Faiss library, arXiv 2401.08281, 2024).
    """
    if not 1 <= clusters <= MOST_CLUSTERS:
        raise LpdError(
            "impossible number of clusters",
            expected=f"a whole number from 1 to {MOST_CLUSTERS}",
            found=clusters,
        )
    sample = np.ascontiguousarray(coordinates, dtype=np.float32)
    wanted = min(clusters, len(sample))
    if wanted == 0 or sample.shape[1] == 0:
        return np.zeros((min(wanted, 1), sample.shape[1]), dtype=np.float32)
    if wanted == 1:
        return np.asarray(sample.mean(axis=0, keepdims=True, dtype=np.float64), dtype=np.float32)
    centres = _trained(sample, wanted, seed=seed)
    sizes = np.bincount(nearest_centres(sample, centres), minlength=wanted)
    return np.ascontiguousarray(centres[np.argsort(-sizes, kind="stable")])


def _trained(sample: np.ndarray, clusters: int, *, seed: int) -> np.ndarray:
    import faiss

    settings = faiss.ClusteringParameters()
    settings.niter, settings.seed = _ITERATIONS, seed % (1 << 31)  # which moves centres that lost all shots
    settings.min_points_per_centroid = _FEWEST_EACH  # else it writes a warning on stdout
    settings.max_points_per_centroid = len(sample)  # the sample was drawn already
    training = faiss.Clustering(sample.shape[1], clusters, settings)
    faiss.copy_array_to_vector(_beginning(sample, clusters, seed=seed).ravel(), training.centroids)
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        training.train(sample, faiss.IndexFlatL2(sample.shape[1]))
    finally:
        faiss.omp_set_num_threads(threads)
    centres = faiss.vector_to_array(training.centroids).reshape(clusters, -1)
    return np.array(centres, dtype=np.float32)


def _beginning(sample: np.ndarray, clusters: int, *, seed: int) -> np.ndarray:
    """Returns (K, P) float32, shots to begin from: each drawn by its squared distance from those before.

    Source: Arthur and Vassilvitskii, k-means++ (SODA 2007).
    """
    rng = np.random.default_rng(seed)
    chosen = [int(rng.integers(len(sample)))]
    squared = np.full(len(sample), np.inf)
    for _ in range(clusters - 1):
        away = sample - sample[chosen[-1]]
        squared = np.minimum(squared, np.einsum("md,md->m", away, away, dtype=np.float64))
        total = squared.sum()
        shares = squared / total if total > 0 else None  # all equal: any shot will do
        chosen.append(int(rng.choice(len(sample), p=shares)))
    return np.ascontiguousarray(sample[chosen])


def nearest_centres(coordinates: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Returns (n,) uint16, the number of the nearest centre of each shot; the first of equally near ones.

    Args:
        coordinates: (n, P).
        centres: (K, P), K at least 1.
    """
    plain = np.asarray(coordinates, dtype=np.float64)
    fixed = np.asarray(centres, dtype=np.float64)
    distances = (fixed**2).sum(axis=1) - 2 * plain @ fixed.T  # less |x|^2, which is the same for all
    return distances.argmin(axis=1).astype(np.uint16)
