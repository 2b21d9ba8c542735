"""The order of spaces: by hand, against every drawing of a plainly made tree, and over several models."""

import itertools

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError
from lpd.space_order import cluster_order, shared_cluster_order

Tree = int | tuple["Tree", "Tree"]


def plain_tree(distances: np.ndarray) -> Tree:
    """Average linkage: the two clusters with the least mean distance between members are joined."""
    clusters: list[tuple[Tree, list[int]]] = [(number, [number]) for number in range(len(distances))]
    while len(clusters) > 1:
        one, other = min(
            itertools.combinations(clusters, 2),
            key=lambda pair: np.mean([[distances[a, b] for b in pair[1][1]] for a in pair[0][1]]),
        )
        clusters = [each for each in clusters if each is not one and each is not other]
        clusters.append(((one[0], other[0]), one[1] + other[1]))
    return clusters[0][0]


def drawings(tree: Tree) -> list[list[int]]:
    """Every order of the leaves without crossings."""
    if isinstance(tree, int):
        return [[tree]]
    left, right = (drawings(side) for side in tree)
    return [a + b for one, two in ((left, right), (right, left)) for a in one for b in two]


def path_length(order: list[int], distances: np.ndarray) -> float:
    return float(sum(distances[a, b] for a, b in itertools.pairwise(order)))


def random_overlaps(spaces: int, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).uniform(0, 1, (spaces, spaces))
    matrix = np.triu(values, 1)
    return matrix + matrix.T + np.eye(spaces)


@pytest.mark.parametrize("spaces", [2, 3, 5, 7])
@pytest.mark.parametrize("seed", range(3))
def test_the_shortest_drawing_of_the_tree(spaces: int, seed: int) -> None:
    matrix = random_overlaps(spaces, seed)
    orders = drawings(plain_tree(1 - matrix))
    order = cluster_order(matrix)
    assert order in orders
    assert path_length(order, 1 - matrix) == pytest.approx(
        min(path_length(one, 1 - matrix) for one in orders)
    )
    assert order[0] < order[-1]


def test_like_spaces_stand_side_by_side() -> None:
    """0 is like 2, 1 like 3, and 2 a little like 1."""
    matrix = np.eye(4)
    for one, other, iou in ((0, 2, 0.8), (1, 3, 0.7), (1, 2, 0.3), (0, 3, 0.1)):
        matrix[one, other] = matrix[other, one] = iou
    assert cluster_order(matrix) == [0, 2, 1, 3]
    assert cluster_order(np.eye(1)) == [0]
    assert cluster_order(np.zeros((0, 0))) == []


def test_one_order_for_several_models() -> None:
    """The mean decides, and rows are found by name."""
    strong, weak = random_overlaps(4, 1), random_overlaps(4, 2)
    names, turned = ["a", "b", "c", "d"], ["d", "b", "a", "c"]
    rows = [names.index(name) for name in turned]
    order = shared_cluster_order([names, turned], [strong, weak[np.ix_(rows, rows)]])
    assert order == [names[number] for number in cluster_order((strong + weak) / 2)]
    assert shared_cluster_order([turned], [strong[np.ix_(rows, rows)]]) in (
        [names[number] for number in cluster_order(strong)],
        [names[number] for number in cluster_order(strong)][::-1],
    )


def test_what_cannot_be_ordered_is_said() -> None:
    for bad in (np.ones((2, 3)), np.ones(4), np.array([[1, 0.2], [0.4, 1]])):
        with pytest.raises(MismatchError, match="no matrix of overlaps"):
            cluster_order(bad)
    for value in (1.5, -0.1, np.nan):
        with pytest.raises(LpdError, match="overlaps outside"):
            cluster_order(np.array([[1, value], [value, 1]]))
    with pytest.raises(LpdError, match="no spaces to order"):
        shared_cluster_order([], [])
    with pytest.raises(MismatchError, match=r"models of different spaces.*a, b.*a, c"):
        shared_cluster_order([["a", "b"], ["c", "a"]], [np.eye(2), np.eye(2)])
    with pytest.raises(MismatchError, match="does not fit its spaces"):
        shared_cluster_order([["a", "b"]], [np.eye(3)])
