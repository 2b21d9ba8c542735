"""The lists of a search as a person wants them: cut at a score, near-duplicates folded, re-ranked, or as they
are. K shots of a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from lpd.search import HitList, SearchEngine, SearchResult
from lpd.services.live_reranking import LiveReranking, rerank_hits
from lpd.services.representations import Representation, feature_representation, space_representation
from lpd.services.shaping import Shaping, shape_list
from lpd.workspace import Workspace

__all__ = [
    "ALL_SPACES",
    "LEAST_POOL",
    "Fold",
    "Rerank",
    "Shape",
    "ShownList",
    "shaped_lists",
    "unshaped_lists",
]

ALL_SPACES = "spaces"
"""Shots are compared by all spaces of the model; another representation is the name of a space or feature."""

LEAST_POOL = 100
"""So many shots are put into a new order at least."""


class Fold(NamedTuple):
    """Near-duplicates are folded: what shots are compared by, and the cosine from which they are alike."""

    by: str
    threshold: float

    @property
    def text(self) -> str:
        """As one word: `spaces@0.95`."""
        return f"{self.by}@{self.threshold:g}"


class Rerank(NamedTuple):
    """How lists are re-ranked: `mmr` or `xquad`, its lambda, and what MMR compares shots by."""

    method: str
    trade_off: float
    by: str = ALL_SPACES

    @property
    def text(self) -> str:
        """As one word: `mmr@0.5`."""
        compared = f"@{self.by}" if self.method == "mmr" and self.by != ALL_SPACES else ""
        return f"{self.method}@{self.trade_off:g}{compared}"


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
