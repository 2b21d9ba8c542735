"""What shots are compared by: video ends of a model's spaces, or a video feature, a few rows at a time.

Letters: R shots, S spaces, D_s the width of space s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.collection import Collection
from lpd.search import SearchEngine
from lpd.search.filters import choose_spaces
from lpd.search.folding import unit_rows
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["Representation", "feature_representation", "joined_ends", "space_representation"]


@dataclass(frozen=True)
class Representation:
    """Vectors of shots, read for the rows asked for and no others.

    Args:
        name: as lists made with it say: `space video:colour of lpd`, `9 spaces of lpd`,
            `video feature colour`.
        vectors: rows of the collection -> (R, D) float32.
    """

    name: str
    vectors: Callable[[np.ndarray], np.ndarray]


def space_representation(engine: SearchEngine, spaces: Sequence[str] | None = None) -> Representation:
    """Returns the video ends of some spaces of a model, side by side; see `joined_ends`.

    Args:
        engine: the model over the collection.
        spaces: their names, None for all.

    Raises:
        NotFoundError: naming the spaces that the model does not have.
        LpdError: if no space is chosen.
    """
    numbers, _ = choose_spaces(engine.spaces, chosen=spaces)
    first = engine.spaces[numbers[0]]
    what = f"space {first}" if len(numbers) == 1 else counted(len(numbers), "space")

    def vectors(rows: np.ndarray) -> np.ndarray:
        ends = engine.index.vectors(rows)
        return joined_ends([ends[number] for number in numbers])

    return Representation(f"{what} of {engine.card.name}", vectors)


def joined_ends(ends: Sequence[np.ndarray]) -> np.ndarray:
    """Returns (R, sum of the D_s) float32: the vectors of R shots in S spaces, side by side.

    Each is made to have unit length and divided by the root of S, so the cosine of two rows is the mean over
    the spaces of the cosines of the shots' vectors.

    Args:
        ends: S arrays (R, D_s).
    """
    return np.concatenate([unit_rows(end) for end in ends], axis=1) / np.float32(np.sqrt(len(ends)))


def feature_representation(workspace: Workspace, collection: Collection, feature: str) -> Representation:
    """Returns a video feature of a collection; a shot without a row is named when it is asked for.

    Raises:
        NotFoundError: if the collection has no such feature.
    """
    matrix = workspace.features(collection.name, feature)
    ids = collection.shot_ids
    in_order = matrix.ids == ids  # then no table of a million ids is made

    def vectors(rows: np.ndarray) -> np.ndarray:
        if in_order:
            return np.asarray(matrix.matrix[rows], dtype=np.float32)
        return matrix.rows([ids[row] for row in rows.tolist()])

    return Representation(f"video feature {feature}", vectors)
