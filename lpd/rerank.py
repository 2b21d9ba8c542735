"""Re-ranking for diversity after the search: MMR and xQuAD over the best shots of one topic.

Letters: P shots of the pool, A aspects, D dimensions. Both pick shots one by one; the pool is given in its
original order, and equal values go to the better original rank.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.fusion import min_max, weight_shares
from lpd.trec.runs import MAX_DEPTH, RankedList

__all__ = [
    "Pool",
    "apply_order",
    "cosine_similarity",
    "make_pool",
    "mmr",
    "relevance_to_aspects",
    "reranked_scores",
    "xquad",
]


class Pool(NamedTuple):
    """The best shots of a list, which are put into a new order, and those behind them, which stay.

    Args:
        shot_ids: P shots, best first.
        relevance: (P,) float64, their scores after min-max within the pool; all 0 where they are equal.
        behind: the shots that follow, in their order.
    """

    shot_ids: list[str]
    relevance: np.ndarray
    behind: list[str]


def make_pool(ranked: RankedList, size: int = MAX_DEPTH) -> Pool:
    """Returns the first `size` shots of a ranked list as a pool.

    Raises:
        LpdError: for a size below 1.
    """
    _check_from_one(size, "pool")
    return Pool(ranked.shot_ids[:size], min_max(ranked.scores[:size]), ranked.shot_ids[size:])


def apply_order(pool: Pool, order: np.ndarray, *, depth: int = MAX_DEPTH) -> RankedList:
    """Returns the picked shots, then the pool's other shots, then those behind it, with falling scores.

    Args:
        pool: the shots in their original order.
        order: (picks,) positions in the pool, each at most once.
        depth: how many shots are kept.
    """
    picked = set(order.tolist())
    rest = [shot_id for row, shot_id in enumerate(pool.shot_ids) if row not in picked]
    shot_ids = ([pool.shot_ids[row] for row in order.tolist()] + rest + pool.behind)[:depth]
    return RankedList(shot_ids, reranked_scores(shot_ids))


def reranked_scores(order: Sequence[object] | np.ndarray) -> np.ndarray:
    """Returns (len(order),) float64 scores n, n - 1, ... 1 for things that are in their final order.

    Evaluators sort by score and ignore the rank column: strictly falling whole numbers keep the order, also
    in single precision.
    """
    return np.arange(len(order), 0, -1, dtype=np.float64)


def mmr(
    relevance: np.ndarray, item_similarity: np.ndarray, *, trade_off: float, depth: int | None = None
) -> np.ndarray:
    """Returns the positions that maximal marginal relevance picks, in order.

    Each pick is the argmax of trade_off * relevance - (1 - trade_off) * (the highest similarity to a shot
    picked before); for the first pick that similarity is 0. So 1 keeps the order of relevance, 0 looks at
    similarity alone.

    Args:
        relevance: (P,) in original order, in [0, 1] as `make_pool` gives it.
        item_similarity: (P, P) between the shots.
        trade_off: from 0 to 1.
        depth: how many to pick; None picks all.

    Returns:
        (min(depth, P),) int64.

    Raises:
        LpdError: for a trade-off outside of 0..1 or a depth below 1.
        MismatchError: if the shapes do not fit.
        FormatError: if a value is not finite.

    Source: J. Carbonell, J. Goldstein, "The use of MMR, diversity-based reranking for reordering documents
    and producing summaries", SIGIR 1998.
    """
    size = len(relevance)
    _check(relevance, trade_off, depth)
    if item_similarity.shape != (size, size):
        raise MismatchError(
            "similarities do not fit the pool", expected=(size, size), found=item_similarity.shape
        )
    _check_finite(item_similarity)
    open_relevance = trade_off * np.asarray(relevance, dtype=np.float64)
    redundancy = np.zeros(size)
    order: list[int] = []
    for _ in range(size if depth is None else min(depth, size)):
        pick = int(np.argmax(open_relevance - (1 - trade_off) * redundancy))
        to_pick = item_similarity[pick]
        redundancy = np.maximum(redundancy, to_pick) if order else to_pick.astype(np.float64)
        open_relevance[pick] = -np.inf
        order.append(pick)
    return np.array(order, dtype=np.int64)


def xquad(
    relevance: np.ndarray,
    aspect_relevance: np.ndarray,
    *,
    trade_off: float,
    aspect_weights: Sequence[float] | None = None,
    depth: int | None = None,
) -> np.ndarray:
    """Returns the positions that xQuAD picks, in order.

    Each pick is the argmax of (1 - trade_off) * relevance + trade_off * (sum over aspects of weight * the
    shot's relevance to the aspect * the product over the shots picked before of 1 - theirs). So 0 keeps the
    order of relevance, 1 looks at the aspects alone: the trade-off runs the other way than in `mmr`.

    Args:
        relevance: (P,) in original order.
        aspect_relevance: (A, P) in [0, 1], as `relevance_to_aspects` gives it.
        trade_off: from 0 to 1.
        aspect_weights: (A,) not negative, made to add up to 1; None weighs all alike.
        depth: how many to pick; None picks all.

    Returns:
        (min(depth, P),) int64.

    Raises:
        LpdError: for a trade-off outside of 0..1, a depth below 1 or weights that cannot be used.
        MismatchError: if the shapes do not fit.
        FormatError: if a value is not finite or an aspect's relevance is outside of [0, 1].

    Source: R. L. T. Santos, C. Macdonald, I. Ounis, "Exploiting query reformulations for web search result
    diversification", WWW 2010.
    """
    size = len(relevance)
    _check(relevance, trade_off, depth)
    aspects = np.asarray(aspect_relevance, dtype=np.float64)
    if aspects.ndim != 2 or aspects.shape[1] != size or not len(aspects):
        raise MismatchError("aspects do not fit the pool", expected=f"(aspects, {size})", found=aspects.shape)
    _check_finite(aspects)
    if size and (aspects.min() < 0 or aspects.max() > 1):
        raise FormatError("relevance to an aspect is outside of 0..1", found=(aspects.min(), aspects.max()))
    open_relevance = (1 - trade_off) * np.asarray(relevance, dtype=np.float64)
    uncovered = weight_shares(aspect_weights, len(aspects))
    order: list[int] = []
    for _ in range(size if depth is None else min(depth, size)):
        # summed row by row, so that shots with equal values get equal sums, whatever their position
        gain = (uncovered[:, None] * aspects).sum(axis=0)
        pick = int(np.argmax(open_relevance + trade_off * gain))
        uncovered = uncovered * (1 - aspects[:, pick])
        open_relevance[pick] = -np.inf
        order.append(pick)
    return np.array(order, dtype=np.int64)


def relevance_to_aspects(scores: np.ndarray) -> np.ndarray:
    """Returns (A, P) float64 in [0, 1]: each aspect's scores of the pool after min-max.

    Args:
        scores: (A, P), one row per aspect, such as a common space.
    """
    return np.clip(min_max(np.asarray(scores, dtype=np.float64)), 0.0, 1.0)


def cosine_similarity(vectors: np.ndarray) -> np.ndarray:
    """Returns (P, P) float64, the cosine of every two of P vectors; 0 with a vector of zeros.

    Args:
        vectors: (P, D).
    """
    rows = np.asarray(vectors, dtype=np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = np.divide(rows, length, out=np.zeros_like(rows), where=length > 0)
    return unit @ unit.T


def _check(relevance: np.ndarray, trade_off: float, depth: int | None) -> None:
    if not 0 <= trade_off <= 1:
        raise LpdError("trade-off outside of 0..1", expected="a number from 0 to 1", found=trade_off)
    if depth is not None:
        _check_from_one(depth, "depth")
    _check_finite(relevance)


def _check_from_one(number: int, what: str) -> None:
    if number < 1:
        raise LpdError(f"{what} below 1", expected="a whole number from 1", found=number)


def _check_finite(values: np.ndarray) -> None:
    if not np.isfinite(values).all():
        raise FormatError("values are not finite", expected="numbers")
