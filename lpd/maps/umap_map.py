"""UMAP of a sample of shots, and the place of every other one among the nearest of the sample.

Sizes: N shots, n of them in a block, M in the sample, P axes.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MissingExtraError, pip_line

__all__ = ["FEWEST_SHOTS", "FITTED_AT_MOST", "Anchors", "fit_umap"]

FITTED_AT_MOST = 20_000
"""UMAP itself is fitted to so many shots at most."""
FEWEST_SHOTS = 5
"""Fewer shots have no map by UMAP."""
_NEIGHBOURS, _MIN_DIST = 15, 0.1
_PLACED_BY = 5
_NOTHING_LESS, _NOISE = 1e-12, 1e-3


@dataclass(frozen=True)
class Anchors:
    """The shots that UMAP was fitted to.

    Every other shot, and every query, stands among the nearest of them instead of being transformed: that
    depends on nothing but the shot itself (UMAP's own transform moves all that it is given together), takes
    minutes instead of hours for a million shots, and needs no pickled object in a file.

    Args:
        coordinates: (M, P) float32, along the principal axes.
        points: (M, 2) float32, their places on the map.
    """

    coordinates: np.ndarray
    points: np.ndarray

    def places(self, coordinates: np.ndarray) -> np.ndarray:
        """Returns (n, 2) float32: the mean place of the five nearest anchors, weighted by one over the
        squared distance.

        Args:
            coordinates: (n, P), along the same axes.
        """
        import faiss

        index = faiss.IndexFlatL2(self.coordinates.shape[1])
        index.add(np.ascontiguousarray(self.coordinates, dtype=np.float32))
        asked = np.ascontiguousarray(coordinates, dtype=np.float32)
        squared, rows = index.search(asked, min(_PLACED_BY, len(self.coordinates)))
        return self._mean_place(1.0 / np.maximum(squared.astype(np.float64), _NOTHING_LESS), rows)

    def places_of_queries(self, along: np.ndarray) -> np.ndarray:
        """Returns (n, 2) float32: the mean place of the five anchors that are most similar to each query.

        Queries lie apart from the shots, so they are compared as in a search, by inner product.

        Args:
            along: (n, P), inner products of the queries with the axes, not from the mean on.
        """
        similar = np.asarray(along, dtype=np.float64) @ self.coordinates.T.astype(np.float64)
        rows = np.argsort(-similar, axis=1, kind="stable")[:, :_PLACED_BY]
        return self._mean_place(np.ones(rows.shape), rows)

    def _mean_place(self, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
        shares = weights / weights.sum(axis=1, keepdims=True)
        return np.einsum("nk,nkd->nd", shares, self.points[rows].astype(np.float64)).astype(np.float32)


def fit_umap(coordinates: np.ndarray, *, seed: int) -> np.ndarray:
    """Returns (M, 2) float32, the places of shots by UMAP with 15 neighbours, in one thread: one seed gives
    one result on one machine.

    It begins from the first two principal axes, so that the whole lies as in the map by PCA.

    Args:
        coordinates: (M, P) float32, along the principal axes.
        seed: of its sampling.

    Raises:
        MissingExtraError: if umap-learn is not installed.
        LpdError: if there are fewer than five shots.

    Source: McInnes, Healy, Melville, UMAP (arXiv 1802.03426, 2018).
    """
    if len(coordinates) < FEWEST_SHOTS:
        raise LpdError(
            "too few shots for UMAP",
            expected=f"at least {FEWEST_SHOTS}",
            found=len(coordinates),
            next_step="take the method pca",
        )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it tells on import that TensorFlow, which nothing here needs, is absent
        try:
            from umap import UMAP
        except ImportError as error:
            told = f"UMAP cannot be computed without {error.name}"
            raise MissingExtraError(told, next_step=pip_line("umap")) from error
        mapper = UMAP(
            n_neighbors=min(_NEIGHBOURS, len(coordinates) - 1),
            min_dist=_MIN_DIST,
            init=_beginning(coordinates, seed),
            random_state=seed % (1 << 31),
            n_jobs=1,
        )
        found = mapper.fit_transform(np.ascontiguousarray(coordinates, dtype=np.float32))
    return np.asarray(found, dtype=np.float32)


def _beginning(coordinates: np.ndarray, seed: int) -> np.ndarray:
    """Returns (M, 2) float32, the first two axes at the scale that UMAP's own beginnings have, and a little
    noise, so that no two shots begin at one place and no axis is constant.
    """
    plane = np.random.default_rng(seed).normal(0.0, _NOISE, (len(coordinates), 2))
    count = min(2, coordinates.shape[1])
    largest = float(np.abs(coordinates[:, :count]).max())
    if largest > 0:
        plane[:, :count] += coordinates[:, :count] * (10.0 / largest)
    return plane.astype(np.float32)
