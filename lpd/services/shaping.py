"""The lists of a live search as they are shown: cut at a similarity, near-duplicates folded, re-ranked.

Letters: K shots of a list, R of them that stay.
"""

from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError
from lpd.search import HitList, SearchEngine, SearchResult
from lpd.search.folding import FoldedList, alike_leaders, fold, leaders_of_leaders, same_leaders
from lpd.services.live_reranking import LiveReranking, rerank_hits, without_zero
from lpd.services.representations import Representation

__all__ = ["ShapedList", "Shaping", "shape_list", "shape_lists"]

_NO_RERANKING = LiveReranking()


@dataclass(frozen=True)
class Shaping:
    """What is done to each list, in this order; nothing by default.

    Args:
        minimum: shots with a lower score are left out: a similarity in the list of a space, the fused score
            in the fused one.
        fold_from: near-duplicates from this cosine on are folded into the best of them; None folds none.
        best_per_video: shots of one video are folded into the best of them.
        reranking: how the shots that stay are put into a new order.
    """

    minimum: float | None = None
    fold_from: float | None = None
    best_per_video: bool = False
    reranking: LiveReranking = _NO_RERANKING


@dataclass(frozen=True)
class ShapedList:
    """A list as it is shown.

    Args:
        hits: the R shots that stay, in their order, with the scores they had; these need not fall where the
            list is re-ranked.
        places: (R,) int64, their positions in the list as it was searched.
        members: R lists, the shots folded into each, best first; without the shot itself.
        below: how many shots were left out for their score.
        labels: what was done, one sentence each; empty where nothing was.
    """

    hits: HitList
    places: np.ndarray
    members: tuple[HitList, ...]
    below: int
    labels: tuple[str, ...]

    @property
    def folded(self) -> int:
        """How many shots are folded into others."""
        return sum(len(one.rows) for one in self.members)


def shape_lists(
    engine: SearchEngine,
    result: SearchResult,
    *,
    shaping: Shaping,
    representation: Representation | None = None,
) -> dict[str, ShapedList]:
    """Returns name -> list as it is shown, of every list of a result; see `shape_list`."""
    return {
        name: shape_list(engine, result, hits, shaping=shaping, representation=representation)
        for name, hits in result.lists.items()
    }


def shape_list(
    engine: SearchEngine,
    result: SearchResult,
    hits: HitList,
    *,
    shaping: Shaping,
    representation: Representation | None = None,
) -> ShapedList:
    """Returns a list as it is shown.

    Args:
        engine: that made the result.
        result: of a query.
        hits: one of its lists.
        shaping: what is done.
        representation: what shots are compared by, for near-duplicates and MMR.

    Raises:
        LpdError: for impossible numbers or an unknown method, or if a representation is needed and missing.
        NotFoundError: if the representation lacks shots.
    """
    kept, labels = _at_least(hits, shaping.minimum), []
    if shaping.minimum is not None:
        labels.append(f"scores from {without_zero(shaping.minimum)}")
    left = HitList(hits.rows[kept], hits.scores[kept])
    folded, folds = _folded(engine, left, shaping, representation)
    reranked = rerank_hits(
        engine, result, folded.hits, request=shaping.reranking, representation=representation
    )
    return ShapedList(
        reranked.hits,
        kept[folded.places[reranked.places]],
        tuple(folded.members[place] for place in reranked.places.tolist()),
        len(hits.rows) - len(kept),
        (*labels, *folds, *([reranked.label] if reranked.label else [])),
    )


def _at_least(hits: HitList, minimum: float | None) -> np.ndarray:
    """Returns the positions of the shots with at least a score."""
    if minimum is None:
        return np.arange(len(hits.rows))
    if not np.isfinite(minimum):
        raise LpdError("impossible lowest score", expected="a number", found=minimum)
    return np.flatnonzero(hits.scores >= minimum)


def _folded(
    engine: SearchEngine, hits: HitList, shaping: Shaping, representation: Representation | None
) -> tuple[FoldedList, list[str]]:
    """Returns a list with near-duplicates folded, then the shots of a video, and what was done in words."""
    leaders, labels = np.arange(len(hits.rows)), []
    if shaping.fold_from is not None:
        if representation is None:
            raise LpdError("near-duplicates are found by comparing shots", expected="a representation")
        leaders = alike_leaders(representation.vectors(hits.rows), threshold=shaping.fold_from)
        cosine = f"cosine from {without_zero(shaping.fold_from)}"
        labels.append(f"near-duplicates folded, {cosine}, over {representation.name}: post-processing")
    if shaping.best_per_video:
        stay = hits.rows[np.flatnonzero(leaders == np.arange(len(leaders)))]
        videos = engine.collection.shots["video_id"].to_numpy()[stay]
        leaders = leaders_of_leaders(leaders, same_leaders(videos.tolist()))
        labels.append("best of each video: post-processing")
    return fold(hits, leaders), labels
