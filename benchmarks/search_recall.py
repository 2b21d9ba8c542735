"""How right the lists of an index are: every list held against all exact scores, in float32 from the half
floats on disk, in one pass over them that is not the library's own.

Sizes: N shots, S spaces, L = S + 1 lists (the fused one first), Q queries, K depth.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from benchmarks.search_plain import space_vectors
from lpd.search.exact_scan import ExactAnswer
from lpd.search.index import HitList, ListBlock
from lpd.search.quantised_files import QuantisedArrays
from lpd.search.recall import list_recall, score_rounding

TOP = 20
_AT_ONCE = 16384


class ExactLists(NamedTuple):
    """What a full float32 scan gives: rows (L, Q, K) and scores (L, Q, K), best first."""

    rows: np.ndarray
    scores: np.ndarray


class ListRecalls(NamedTuple):
    """Shares of the right shots found, (L, Q) each.

    Args:
        whole: of the K best; what half floats round away is no miss, see `lpd.search.recall.list_recall`.
        top: likewise of the 20 best.
        strict: of the K best, nothing forgiven.
    """

    whole: np.ndarray
    top: np.ndarray
    strict: np.ndarray


def exact_lists(arrays: QuantisedArrays, queries: Sequence[np.ndarray], depth: int) -> ExactLists:
    """Returns the exact lists of all queries; memory holds one block of vectors and its scores.

    Args:
        arrays: the index, of which the half floats are read.
        queries: S arrays (Q, D) float32.
        depth: K.
    """
    shots, count = len(arrays.rows), len(queries[0])
    ends = [torch.from_numpy(space) for space in queries]
    best = torch.full((len(ends) + 1, count, 0), -torch.inf)
    rows = torch.zeros((len(ends) + 1, count, 0), dtype=torch.int64)
    for start in range(0, shots, _AT_ONCE):
        stop = min(start + _AT_ONCE, shots)
        vectors = [torch.from_numpy(space) for space in space_vectors(arrays, slice(start, stop))]
        scores = torch.stack([one @ space.T for one, space in zip(ends, vectors, strict=True)])
        scores = torch.cat([scores.mean(dim=0, keepdim=True), scores])  # (L, Q, n)
        better = int((scores > best[:, :, -1:]).sum(dim=2).max()) if start >= depth else depth
        found, places = scores.topk(min(better, depth, stop - start), dim=2)
        best, kept = torch.cat([best, found], dim=2).topk(min(depth, stop), dim=2)
        rows = torch.cat([rows, places + start], dim=2).gather(2, kept)
    return ExactLists(rows.numpy(), best.numpy())


def found_rows(blocks: Sequence[ListBlock]) -> list[list[np.ndarray]]:
    """Returns per query the rows of its lists, the fused one first."""
    return [[block.fused.rows, *(hits.rows for hits in block.spaces)] for block in blocks]


def list_recalls(
    arrays: QuantisedArrays,
    queries: Sequence[np.ndarray],
    found: Sequence[Sequence[np.ndarray]],
    exact: ExactLists,
) -> ListRecalls:
    """Returns how much of the exact lists was found.

    Args:
        arrays: the index.
        queries: S arrays (Q, D).
        found: per query L arrays of rows, best first.
        exact: of the same queries, as deep as the lists.
    """
    recalls = ListRecalls(*(np.empty(exact.rows.shape[:2]) for _ in range(3)))
    spaces = len(queries)
    for query, lists in enumerate(found):
        mine = [space[query] for space in queries]
        for number, rows in enumerate(lists):
            counts = np.full(spaces, 1 / spaces) if number == 0 else np.arange(spaces) == number - 1
            right, scores = exact.rows[number, query], exact.scores[number, query]
            asked = _asked_scores(arrays, mine, rows, number=number, right=right, scores=scores)
            for share, depth in ((recalls.whole, len(right)), (recalls.top, TOP)):
                answer = ExactAnswer(HitList(right[:depth], scores[:depth]), asked[:depth])
                lowest = rows[:depth][np.argmin(asked[:depth])]
                rounding = score_rounding(arrays, mine, counts, int(lowest))
                share[number, query] = list_recall(rows[:depth], answer, rounding)
            recalls.strict[number, query] = len(np.intersect1d(rows, right)) / len(right)
    return recalls


def _asked_scores(
    arrays: QuantisedArrays,
    query: Sequence[np.ndarray],
    rows: np.ndarray,
    *,
    number: int,
    right: np.ndarray,
    scores: np.ndarray,
) -> np.ndarray:
    """Returns the exact scores of the rows of a list, those of the exact list being known."""
    known = dict(zip(right.tolist(), scores.tolist(), strict=True))
    strangers = np.array([row for row in rows.tolist() if row not in known], dtype=np.int64)
    known |= dict(
        zip(strangers.tolist(), _exact_scores(arrays, query, strangers, number).tolist(), strict=True)
    )
    return np.array([known[row] for row in rows.tolist()], dtype=np.float32)


def _exact_scores(
    arrays: QuantisedArrays, query: Sequence[np.ndarray], rows: np.ndarray, number: int
) -> np.ndarray:
    """Returns the exact scores (R,) of some shots in list `number` of one query."""
    if not len(rows):
        return np.zeros(0, dtype=np.float32)
    scores = [vectors @ one for one, vectors in zip(query, space_vectors(arrays, rows), strict=True)]
    return np.asarray(np.mean(scores, axis=0) if number == 0 else scores[number - 1])


def space_correlations(
    arrays: QuantisedArrays, queries: Sequence[np.ndarray], *, shots: int = 5000, count: int = 20
) -> np.ndarray:
    """Returns the rank correlation of every pair of spaces, of some shots' scores, the mean over queries."""
    every = len(arrays.rows)
    rows = np.sort(np.random.default_rng(0).choice(every, min(shots, every), replace=False))
    vectors = space_vectors(arrays, rows)
    scores = np.stack([one[:count] @ space.T for one, space in zip(queries, vectors, strict=True)])
    ranks = scores.argsort(axis=2).argsort(axis=2)
    means = np.mean([np.corrcoef(ranks[:, query]) for query in range(ranks.shape[1])], axis=0)
    return np.asarray(means[np.triu_indices(len(vectors), 1)])
