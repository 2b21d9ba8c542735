"""The ranked lists of query vectors from a Milvus collection, with ties and filters as the exact index has
them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lpd.search.index import HitList
from lpd.search.milvus.filters import COSTLIEST, filter_cost, row_filters

__all__ = ["DEEPEST", "FETCHED_MORE", "Fetch", "best_lists"]

DEEPEST = 16384
"""The longest list that Milvus gives."""

FETCHED_MORE = 32
"""Hits fetched beyond the depth, so that shots which tie at the cut are all there."""

Fetch = Callable[[np.ndarray, int, str], list[HitList]]
"""Called with (V, D) vectors, the length of the lists and a filter expression, empty for none."""


class _Ranking(NamedTuple):
    """A list, and whether no shot that was not fetched belongs into it."""

    hits: HitList
    settled: bool


def best_lists(
    fetch: Fetch, vectors: np.ndarray, *, depth: int, allowed: np.ndarray | None, shot_ids: Sequence[str]
) -> list[HitList]:
    """Returns the best shots of each vector, equal scores by shot id descending.

    So at the cut too, as long as no more than 16,384 shots score at least as high as the last one listed;
    beyond that Milvus does not say which others tie with it, and those listed are of its choice.

    Args:
        fetch: asks Milvus.
        vectors: (V, D) float32.
        depth: length of the lists, at most 16,384.
        allowed: (N,) bool, at least one true; None for all.
        shot_ids: N ids.
    """
    found: dict[int, HitList] = {}
    pending = list(range(len(vectors)))
    for limit, filters in _attempts(depth, allowed):
        parts = [fetch(vectors[pending], limit, one) for one in filters]
        unsettled = []
        for place, number in enumerate(pending):
            mine = [part[place] for part in parts]
            ranking = _ranked(mine, depth, limit=limit, allowed=allowed, shot_ids=shot_ids)
            found[number] = ranking.hits
            if not ranking.settled:
                unsettled.append(number)
        pending = unsettled
        if not pending:
            break
    return [found[number] for number in range(len(vectors))]


def _attempts(depth: int, allowed: np.ndarray | None) -> Iterator[tuple[int, list[str]]]:
    """Yields what to fetch until every list is settled: its length, and filters that share the shots out.

    Where a set of rows takes more than one expression, as half of a large collection by lot does, a longer
    list of all shots is tried first: the best of its allowed ones are the best allowed ones.
    """
    near = min(depth + FETCHED_MORE, DEEPEST)
    if allowed is not None and filter_cost(allowed) > COSTLIEST:
        longer = int(1.5 * near / allowed.mean())
        if longer <= DEEPEST:
            yield longer, [""]
    filters = [""] if allowed is None or allowed.all() else row_filters(allowed)
    yield near, filters
    if near < DEEPEST:
        yield DEEPEST, filters


def _ranked(
    parts: Sequence[HitList], depth: int, *, limit: int, allowed: np.ndarray | None, shot_ids: Sequence[str]
) -> _Ranking:
    rows = np.concatenate([part.rows for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    # What was not fetched scores no higher than the last of a list that came back as long as asked for.
    unseen = max((float(part.scores.min()) for part in parts if len(part.rows) == limit), default=-np.inf)
    if allowed is not None:
        rows, scores = rows[allowed[rows]], scores[allowed[rows]]
    hits = ranked(HitList(rows, scores), shot_ids)
    settled = unseen == -np.inf or (len(rows) >= depth and float(hits.scores[depth - 1]) > unseen)
    return _Ranking(HitList(hits.rows[:depth], hits.scores[:depth]), settled)


def ranked(hits: HitList, shot_ids: Sequence[str]) -> HitList:
    """Returns hits in order: score descending, equal scores by shot id descending."""
    order = np.argsort(-hits.scores, kind="stable")
    scores = hits.scores[order]
    if (scores[1:] == scores[:-1]).any():
        by_id = sorted(hits.rows.tolist(), key=lambda row: shot_ids[row].encode(), reverse=True)
        place = {row: number for number, row in enumerate(by_id)}
        order = np.lexsort((np.array([place[row] for row in hits.rows.tolist()]), -hits.scores))
    return HitList(hits.rows[order], hits.scores[order])
