"""The order of spaces in a heatmap that puts those with like lists side by side. S spaces."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpd.errors import LpdError, MismatchError

if TYPE_CHECKING:
    from scipy.cluster.hierarchy import ClusterNode

__all__ = ["cluster_order", "shared_cluster_order"]


def cluster_order(matrix: np.ndarray) -> list[int]:
    """Returns the spaces' numbers in an order that puts those with like lists side by side.

    Average linkage over the distance 1 - IoU; of the orders that draw its tree without crossings, one with
    the least sum of distances between neighbours, turned so that the lower of the two numbers at its ends
    comes first.

    Args:
        matrix: (S, S) IoU, symmetric, in [0, 1].

    Raises:
        MismatchError: if it is not square and symmetric.
        LpdError: if a number is not in [0, 1].

    Source: Z. Bar-Joseph, D. K. Gifford, T. S. Jaakkola, "Fast optimal leaf ordering for hierarchical
    clustering", Bioinformatics 17 (suppl. 1), 2001. The tree is scipy's, the order is not: what scipy calls
    optimal is often not the shortest (its issue 11227).
    """
    from scipy.cluster.hierarchy import linkage, to_tree  # slow to import, and only asked for on demand
    from scipy.spatial.distance import squareform

    values = np.asarray(matrix, dtype=np.float64)
    square = values.ndim == 2 and values.shape == values.T.shape
    if not square or not np.allclose(values, values.T, equal_nan=True):
        raise MismatchError("no matrix of overlaps", expected="(S, S), symmetric", found=values.shape)
    if not ((values >= 0) & (values <= 1)).all():
        raise LpdError("overlaps outside of 0..1", expected="intersection over union")
    if len(values) < 2:
        return list(range(len(values)))
    distances = 1 - (values + values.T) / 2
    tree = to_tree(linkage(squareform(distances, checks=False), method="average"))
    turned = [drawing for ends, drawing in _drawings(tree, distances).items() if ends[0] < ends[1]]
    return list(min(turned).order)


class _Drawing(NamedTuple):
    """An order of a tree's leaves, with the sum of the distances between neighbours."""

    length: float
    order: tuple[int, ...]


def _drawings(tree: "ClusterNode", distances: np.ndarray) -> dict[tuple[int, int], _Drawing]:
    """Returns (first leaf, last leaf) -> the shortest drawing of a tree with these ends, both ways round."""
    if tree.is_leaf():
        return {(tree.id, tree.id): _Drawing(0.0, (tree.id,))}
    right = _drawings(tree.right, distances)
    best: dict[tuple[int, int], _Drawing] = {}
    for (first, inner), one in _drawings(tree.left, distances).items():
        for (outer, last), other in right.items():
            length = one.length + float(distances[inner, outer]) + other.length
            if (first, last) not in best or length < best[first, last].length:
                best[first, last] = _Drawing(length, one.order + other.order)
                best[last, first] = _Drawing(length, best[first, last].order[::-1])
    return best


def shared_cluster_order(spaces: Sequence[Sequence[str]], matrices: Sequence[np.ndarray]) -> list[str]:
    """Returns the names of spaces in the `cluster_order` of the mean over models: one order for all of them.

    Args:
        spaces: of each model, the names of its spaces in the order of its matrix; the same names in each.
        matrices: of each model, (S, S) IoU.

    Raises:
        LpdError: if there is no model, or as `cluster_order`.
        MismatchError: if models have other spaces, or a matrix does not fit its names.
    """
    if not spaces:
        raise LpdError("no spaces to order", expected="the spaces of at least one model")
    names = list(spaces[0])
    aligned = []
    for own, matrix in zip(spaces, matrices, strict=True):
        if sorted(own) != sorted(names):
            raise MismatchError(
                "models of different spaces have no order in common",
                expected=", ".join(sorted(names)),
                found=", ".join(sorted(own)),
                next_step="order each model by itself",
            )
        if matrix.shape != (len(own), len(own)):
            raise MismatchError("a matrix does not fit its spaces", expected=len(own), found=matrix.shape)
        rows = [list(own).index(name) for name in names]
        aligned.append(matrix[np.ix_(rows, rows)])
    return [names[number] for number in cluster_order(np.mean(aligned, axis=0))]
