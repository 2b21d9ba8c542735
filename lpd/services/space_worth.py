"""A model's lists over an edition with every space and without each: what the worth of a space is told by.

`lpd.services.richness.lists_richness` counts. S spaces, T topics.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.rerank import reranked_scores
from lpd.search import Exactness, HitList, SearchEngine, SearchResult
from lpd.search.filters import Scope
from lpd.search.result import FUSED
from lpd.services.editions import space_run_tag
from lpd.services.live_reranking import LiveReranking, rerank_hits
from lpd.services.representations import Representation, space_representation
from lpd.trec import MAX_DEPTH, Run, make_run

__all__ = ["SpaceLists", "left_out_runs", "rerank_space_lists", "search_space_lists"]

_LEAVING = "leaving spaces out"
_CACHED = "quantised"
"""Kind of an index that keeps the scores of a single query for other weights of its spaces."""


@dataclass(frozen=True)
class SpaceLists:
    """The lists of a model over an edition.

    Args:
        results: T, in the order of the topics: the fused list and one per space.
        without: space -> T fused lists in which it has no share, the others keeping theirs; lacks a space
            without which none would have a share.
        label: what was done to the fused lists after the search, empty if nothing was; the scores of
            re-ranked lists are those of `lpd.rerank.reranked_scores`.
    """

    results: tuple[SearchResult, ...]
    without: dict[str, tuple[HitList, ...]]
    label: str = ""

    @property
    def exactness(self) -> Exactness:
        """What the lists call themselves; all topics search the same shots."""
        return self.results[0].exactness


def search_space_lists(
    engine: SearchEngine, edition: Edition, *, depth: int = MAX_DEPTH, progress: Progress = no_progress
) -> SpaceLists:
    """Returns the lists of every space, the fused ones, and the fused ones without each space.

    Every fused list is chosen from the scores of all shots. What that costs depends on the index:

    - One that keeps the scores of single queries (8-bit codes) is asked topic by topic: T scans in all, and
      T S fused lists from kept scores, which read no codes. Measured at 336,000 shots and nine spaces, in
      scans of one query: a kept fused list costs 0.1, a pass over 30 topics 12. So 30 topics cost
      30 + 30 * 9 * 0.1 = 57, all topics at once (S + 1 passes) would cost 120; below about 100,000 shots the
      latter is faster by a second or two.
    - Any other is asked for all topics at once, S + 1 times; in S of them the fused list alone is made, and
      the space left out is not read.

    Args:
        engine: the model over the edition's collection.
        edition: its topics and subset are searched.
        depth: length of each list.
        progress: called for every topic, or for every space that is left out; it may raise to stop.

    Raises:
        LpdError: if the edition has no topics, or a topic cannot be encoded.
    """
    if not edition.topics:
        raise LpdError("this edition has no topics", where=edition.name)
    scope = engine.scope(depth, subset=edition.subset)
    left = _left_out(engine.spaces, scope.shares)
    texts = [topic.text for topic in edition.topics]
    if engine.index.kind == _CACHED:
        return _topic_by_topic(engine, texts, scope, left, progress)
    results = tuple(engine.search_many(texts, depth=depth, subset=edition.subset))
    without = {}
    progress(_LEAVING, 0, len(left))
    for number, (space, shares) in enumerate(left.items(), start=1):
        without[space] = _fused_only(engine, results, replace(scope, shares=shares))
        progress(_LEAVING, number, len(left))
    return SpaceLists(results, without)


def _left_out(spaces: Sequence[str], shares: np.ndarray) -> dict[str, np.ndarray]:
    """Returns space -> (S,) shares of the others; without a space whose absence leaves none."""
    left = {}
    for number, space in enumerate(spaces):
        others = np.where(np.arange(len(shares)) == number, 0, shares)
        if others.any():
            left[space] = others / others.sum()
    return left


def _topic_by_topic(
    engine: SearchEngine,
    texts: Sequence[str],
    scope: Scope,
    left: dict[str, np.ndarray],
    progress: Progress,
) -> SpaceLists:
    vectors = engine.encode(texts)
    results: list[SearchResult] = []
    without: dict[str, list[HitList]] = {space: [] for space in left}
    progress(_LEAVING, 0, len(texts))
    for number, text in enumerate(texts):
        results.append(engine.search_vectors(text, [space[number] for space in vectors], scope=scope))
        for space, shares in left.items():
            without[space] += _fused_only(engine, results[-1:], replace(scope, shares=shares))
        progress(_LEAVING, number + 1, len(texts))
    return SpaceLists(tuple(results), {space: tuple(hits) for space, hits in without.items()})


def _fused_only(engine: SearchEngine, results: Sequence[SearchResult], scope: Scope) -> tuple[HitList, ...]:
    """Returns the fused lists of the queries of some results with other shares, and makes no other list."""
    vectors = [np.stack(of_space) for of_space in zip(*(result.vectors for result in results), strict=True)]
    blocks = engine.index.search(
        vectors,
        scope.depth,
        weights=scope.shares,
        allowed=scope.allowed,
        stretch=engine.card.fusion.kind == "minmax",
        wanted=(),
    )
    return tuple(block.fused for block in blocks)


def left_out_runs(engine: SearchEngine, edition: Edition, lists: SpaceLists) -> dict[str, Run]:
    """Returns space -> run of the fused lists without it."""
    ids = engine.shot_ids
    runs = {}
    for space, per_topic in lists.without.items():
        scored = {
            topic.topic_id: ([ids[row] for row in hits.rows.tolist()], hits.scores)
            for topic, hits in zip(edition.topics, per_topic, strict=True)
        }
        runs[space] = make_run(space_run_tag(engine.card.name, f"without-{space}"), scored)
    return runs


def rerank_space_lists(
    engine: SearchEngine,
    lists: SpaceLists,
    *,
    request: LiveReranking,
    representation: Representation | None = None,
    progress: Progress = no_progress,
) -> SpaceLists:
    """Returns the same with every fused list re-ranked, also those without a space; the spaces' own stay.

    A list without a space is re-ranked without it: it is no aspect of xQuAD, and has no part in the model's
    vectors that MMR compares shots by.

    Args:
        engine: that made the lists.
        lists: as searched, not re-ranked yet.
        request: method, trade-off, and how many of the best shots are put into a new order.
        representation: what MMR compares shots by; None takes the vectors of the model's spaces.
        progress: called for every topic; it may raise to stop.

    Raises:
        LpdError: if the lists are re-ranked already; else as `lpd.services.live_reranking.rerank_hits`.
        NotFoundError: if the representation lacks shots.
    """
    if lists.label:
        raise LpdError("these lists are re-ranked already", expected="lists as searched", found=lists.label)
    if request.method == "none":
        return lists
    seen_by = {
        space: representation or space_representation(engine, [one for one in engine.spaces if one != space])
        for space in (None, *lists.without)
    }
    stage, topics = "re-ranking topics", len(lists.results)
    progress(stage, 0, topics)
    results: list[SearchResult] = []
    without: dict[str, list[HitList]] = {space: [] for space in lists.without}
    label = ""
    for number, result in enumerate(lists.results):
        fused = rerank_hits(
            engine, result, result.lists[FUSED], request=request, representation=seen_by[None]
        )
        label = fused.label
        results.append(replace(result, lists=result.lists | {FUSED: _falling(fused.hits)}))
        for space, hits in lists.without.items():
            others = replace(result, lists={name: one for name, one in result.lists.items() if name != space})
            left = rerank_hits(engine, others, hits[number], request=request, representation=seen_by[space])
            without[space].append(_falling(left.hits))
        progress(stage, number + 1, topics)
    return SpaceLists(tuple(results), {space: tuple(hits) for space, hits in without.items()}, label)


def _falling(hits: HitList) -> HitList:
    """Returns a list in its final order with scores that keep it in this order."""
    return HitList(hits.rows, reranked_scores(hits.rows).astype(np.float32))
