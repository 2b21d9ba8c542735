"""A map: the shots of a collection in two dimensions, as one space of a model, or its fusion, has them.

Sizes: N shots, S spaces of widths D_s, D the width of what is mapped, P axes, M anchors, K clusters, Q
queries.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from lpd.errors import LpdError, MismatchError
from lpd.maps.pca import Axes
from lpd.maps.umap_map import Anchors

__all__ = ["FUSED", "METHODS", "MapFacts", "MapPart", "ShotMap", "joined"]

FUSED = "fused"
"""Stands for the fusion where a space is named."""

METHODS = ("pca", "umap")
"""How shots come onto a plane: by their principal axes, or by UMAP."""


class MapPart(NamedTuple):
    """A space whose vectors are part of what is mapped: its number, and what they are multiplied by."""

    number: int
    factor: float


@dataclass(frozen=True)
class MapFacts:
    """What a map shows and how it was made.

    Args:
        space: name of the space, or `FUSED`.
        parts: of what is mapped; one for a space. For the fusion each space times the root of its share, so
            that the inner product of two shots is the weighted mean of their similarities.
        method: one of METHODS.
        shots, width: N and D.
        explained: share of the variance along the first two principal axes, 0..1 each.
        kept: share along all P axes, which clusters and UMAP are computed from.
        fitted: number of shots that UMAP was fitted to; 0 for PCA.
        clusters: K.
        seed: of the sample, the clusters and UMAP.
    """

    space: str
    parts: tuple[MapPart, ...]
    method: str
    shots: int
    width: int
    explained: tuple[float, float]
    kept: float
    fitted: int
    clusters: int
    seed: int

    def document(self) -> dict[str, Any]:
        """Returns the same as plain JSON."""
        found = asdict(self)
        return found | {"parts": [list(part) for part in self.parts], "explained": list(self.explained)}


@dataclass(frozen=True, eq=False)
class ShotMap:
    """The shots of a collection on a plane.

    Args:
        facts: what it is.
        points: (N, 2) float32, in the order of the collection's shots.
        clusters: (N,) uint16, the cluster of each shot; 0 is the largest of the sample.
        centres: (K, P) float32, of the clusters, along the axes.
        axes: of what is mapped.
        anchors: of UMAP; None for PCA.
        digest: of the map's manifest; empty until it is stored.
    """

    facts: MapFacts
    points: np.ndarray
    clusters: np.ndarray
    centres: np.ndarray
    axes: Axes
    anchors: Anchors | None = None
    digest: str = ""

    def place(self, queries: Sequence[np.ndarray]) -> np.ndarray:
        """Returns (Q, 2) float32, where queries lie: on the plane itself for PCA, at the mean place of the
        five most similar fitted shots for UMAP.

        Args:
            queries: S arrays (Q, D_s), their vectors in every space of the model.

        Raises:
            MismatchError: if they are vectors of another model.
        """
        widths = [query.shape[-1] for query in queries]
        needed = max(part.number for part in self.facts.parts) + 1
        if needed > len(queries) or sum(widths[part.number] for part in self.facts.parts) != self.facts.width:
            raise MismatchError(
                "these vectors do not fit the map", expected=f"{self.facts.width} numbers", found=widths
            )
        vectors = joined(queries, self.facts.parts)
        if self.anchors is not None:
            return self.anchors.places_of_queries(vectors.astype(np.float64) @ self.axes.components.T)
        return on_plane(self.axes.coordinates(vectors, 2))


def joined(vectors: Sequence[np.ndarray], parts: Sequence[MapPart]) -> np.ndarray:
    """Returns (n, D) float32, the vectors of the parts side by side, each times its factor.

    Args:
        vectors: S arrays (n, D_s).
        parts: of them.

    Raises:
        LpdError: if there are no parts.
    """
    if not parts:
        raise LpdError("a map of no space", expected="at least one")
    found = [np.float32(part.factor) * np.asarray(vectors[part.number], np.float32) for part in parts]
    return found[0] if len(found) == 1 else np.concatenate(found, axis=1)


def on_plane(coordinates: np.ndarray) -> np.ndarray:
    """Returns (n, 2) float32: coordinates (n, 0..2), with zeros where vectors have less than two numbers."""
    plane = np.zeros((len(coordinates), 2), dtype=np.float32)
    plane[:, : coordinates.shape[1]] = coordinates
    return plane
