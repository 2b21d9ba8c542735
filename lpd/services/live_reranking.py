"""Re-ranking one list of a live search for diversity, always labelled as post-processing.

The definitions are those of runs, see `lpd.rerank` and `lpd.services.reranking`. P shots of the pool.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError
from lpd.fusion import min_max
from lpd.rerank import cosine_similarity, mmr, relevance_to_aspects, xquad
from lpd.search import HitList, SearchEngine, SearchResult
from lpd.services.representations import Representation
from lpd.words import counted

__all__ = ["LIVE_METHODS", "LiveReranking", "RerankedList", "rerank_hits", "without_zero"]

LIVE_METHODS = {"none": "none", "mmr": "MMR", "xquad": "xQuAD"}
"""Name -> how it is printed."""


@dataclass(frozen=True)
class LiveReranking:
    """How a list is re-ranked.

    Args:
        method: one of `LIVE_METHODS`.
        trade_off: the method's lambda, see `lpd.rerank.mmr` and `lpd.rerank.xquad`: the order of relevance is
            at 1 for mmr and at 0 for xquad.
        depth: how many of the best shots are put into a new order; those behind keep theirs.
    """

    method: str = "none"
    trade_off: float = 0.5
    depth: int = 100


class RerankedList(NamedTuple):
    """A list in a new order.

    Args:
        hits: its shots with the scores they had, which hence need not fall any more; a run of it takes
            `lpd.rerank.reranked_scores`.
        places: (K,) int64, their positions in the list as it was.
        label: what was done, in words; empty where nothing was.
    """

    hits: HitList
    places: np.ndarray
    label: str


def rerank_hits(
    engine: SearchEngine,
    result: SearchResult,
    hits: HitList,
    *,
    request: LiveReranking,
    representation: Representation | None = None,
) -> RerankedList:
    """Returns a list with its best shots in the order of a method.

    MMR compares shots by a representation; the aspects of xQuAD are the spaces that have a list in the
    result, all of one weight.

    Args:
        engine: that made the result.
        result: of the query, for the aspects.
        hits: one of its lists, or what is left of one after folding or filters.
        request: what to do.
        representation: what MMR compares shots by; of no use to the others.

    Raises:
        LpdError: for an unknown method, a trade-off outside of 0..1, a depth below 1, or mmr without a
            representation.
        NotFoundError: if the representation lacks shots.
    """
    if request.method not in LIVE_METHODS:
        raise LpdError(
            "unknown re-ranking method", expected=", ".join(LIVE_METHODS), found=repr(request.method)
        )
    count = len(hits.rows)
    if request.method == "none":
        return RerankedList(hits, np.arange(count), "")
    if request.depth < 1:
        raise LpdError("depth below 1", expected="a whole number from 1", found=request.depth)
    pool = HitList(hits.rows[: request.depth], hits.scores[: request.depth])
    relevance = min_max(pool.scores.astype(np.float64))
    if request.method == "mmr":
        if representation is None:
            raise LpdError("mmr compares shots", expected="a representation to compare them by")
        similarity = cosine_similarity(representation.vectors(pool.rows))
        order, over = mmr(relevance, similarity, trade_off=request.trade_off), representation.name
    else:
        aspects = _aspects(engine, result, pool.rows)
        order = xquad(relevance, aspects, trade_off=request.trade_off)
        over = counted(len(aspects), "space")
    places = np.concatenate([order, np.arange(len(pool.rows), count)])
    reranked = HitList(hits.rows[places], hits.scores[places])
    return RerankedList(reranked, places, _label(request, over, behind=count - len(pool.rows)))


def _aspects(engine: SearchEngine, result: SearchResult, rows: np.ndarray) -> np.ndarray:
    """Returns (A, P), how relevant shots are to the spaces that have a list; see `relevance_to_aspects`."""
    listed = [number for number, space in enumerate(engine.spaces) if space in result.lists]
    return relevance_to_aspects(engine.similarities(result, rows)[1:][listed])


def _label(request: LiveReranking, over: str, *, behind: int) -> str:
    how = f"{LIVE_METHODS[request.method]}, lambda {without_zero(request.trade_off)}, over {over}"
    first = f" of the first {request.depth:,}" if behind else ""
    return f"{how}: post-processing{first}"


def without_zero(number: float) -> str:
    """Returns a number as figures of this field are printed: `.7`, `.95`, `1`, `0`, `-.2`."""
    text = f"{number:g}"
    if text.startswith(("0.", "-0.")):
        return text.replace("0.", ".", 1)
    return text
