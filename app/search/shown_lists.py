"""The lists of a search as they are shown: cut at a score, near-duplicates folded, re-ranked, or as they are.

K shots of a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.search.request import ALL_SPACES, Fold, Rerank, SearchRequest
from lpd.search import HitList, SearchEngine, SearchResult
from lpd.services.live_reranking import LiveReranking, rerank_hits
from lpd.services.representations import Representation, feature_representation, space_representation
from lpd.services.shaping import Shaping, shape_list
from lpd.workspace import Workspace

__all__ = ["Shape", "ShownList", "shape_of", "shaped_lists", "unshaped_lists"]

LEAST_DEPTH = 300
"""So many shots of a list are compared with each other at least; all thousand of ten lists take seconds."""

LEAST_POOL = 100
"""So many shots are put into a new order at least."""


class Shape(NamedTuple):
    """What is done to every list after the search, in this order; nothing by default.

    Args:
        minimum: shots with a lower score are left out.
        fold: near-duplicates are folded.
        best_per_video: the shots of a video are folded into the best of them.
        rerank: those that stay are put into a new order.
        depth: so many shots of a list are taken; None takes all.
        pool: so many of them are re-ranked.
    """

    minimum: float | None = None
    fold: Fold | None = None
    best_per_video: bool = False
    rerank: Rerank | None = None
    depth: int | None = None
    pool: int = LEAST_POOL


def shape_of(request: SearchRequest, k: int) -> Shape | None:
    """Returns what a request does to its lists, of which k shots are shown; None for nothing."""
    if not request.shapes:
        return None
    return Shape(
        request.minimum,
        request.fold,
        request.best_per_video,
        request.rerank,
        max(LEAST_DEPTH, 3 * k) if request.fold or request.rerank else None,
        max(LEAST_POOL, k),
    )


@dataclass(frozen=True)
class ShownList:
    """A list as it is shown.

    Args:
        hits: its shots in their order, with the scores they had; these need not fall where it is re-ranked.
        members: row of a shot -> the shots folded into it; only of those that have some.
        below: how many shots were left out for their score.
        labels: what was done, one sentence each.
    """

    hits: HitList
    members: Mapping[int, HitList] = field(default_factory=dict)
    below: int = 0
    labels: tuple[str, ...] = ()

    @property
    def folded(self) -> int:
        """How many shots are folded into others."""
        return sum(len(one.rows) for one in self.members.values())


def unshaped_lists(result: SearchResult) -> dict[str, ShownList]:
    """Returns name -> list as it was searched."""
    return {name: ShownList(hits) for name, hits in result.lists.items()}


def shaped_lists(
    workspace: Workspace, engine: SearchEngine, result: SearchResult, *, shape: Shape
) -> dict[str, ShownList]:
    """Returns name -> list as a shape makes it.

    Args:
        workspace: of the features that shots may be compared by.
        engine: that made the result.
        result: of a query.
        shape: what is done.

    Raises:
        LpdError: for impossible numbers.
        NotFoundError: if there is no such representation, or it lacks shots.
    """
    made = _Shaping(engine, result, shape, *_representations(workspace, engine, shape))
    return {name: made.of(hits) for name, hits in result.lists.items()}


def _representations(
    workspace: Workspace, engine: SearchEngine, shape: Shape
) -> tuple[Representation | None, Representation | None]:
    """What shots are compared by for folding, and for MMR."""
    fold_by = None if shape.fold is None else _compared_by(workspace, engine, shape.fold.by)
    if shape.rerank is None or shape.rerank.method != "mmr":
        return fold_by, None
    return fold_by, _compared_by(workspace, engine, shape.rerank.by)


def _compared_by(workspace: Workspace, engine: SearchEngine, name: str) -> Representation:
    if name == ALL_SPACES:
        return space_representation(engine)
    if name in engine.spaces:
        return space_representation(engine, [name])
    return feature_representation(workspace, engine.collection, name)


class _Shaping(NamedTuple):
    """A shaping under way, the same for every list of a result."""

    engine: SearchEngine
    result: SearchResult
    shape: Shape
    fold_by: Representation | None
    rerank_by: Representation | None

    def of(self, whole: HitList) -> ShownList:
        """Returns one list as it is shown."""
        shape = self.shape
        hits = HitList(*(column[: shape.depth] for column in whole))
        folding = Shaping(shape.minimum, shape.fold and shape.fold.threshold, shape.best_per_video)
        made = shape_list(self.engine, self.result, hits, shaping=folding, representation=self.fold_by)
        members = {
            row: folded
            for row, folded in zip(made.hits.rows.tolist(), made.members, strict=True)
            if len(folded.rows)
        }
        shown, labels = self._reranked(made.hits, made.labels)
        if len(hits.rows) < len(whole.rows):
            labels = (*labels, f"of the first {len(hits.rows):,} found")
        return ShownList(shown, members, made.below, labels)

    def _reranked(self, hits: HitList, labels: tuple[str, ...]) -> tuple[HitList, tuple[str, ...]]:
        rerank = self.shape.rerank
        if rerank is None:
            return hits, labels
        request = LiveReranking(rerank.method, rerank.trade_off, self.shape.pool)
        made = rerank_hits(self.engine, self.result, hits, request=request, representation=self.rerank_by)
        return made.hits, (*labels, made.label)
