"""Queries in two steps: first one thing, then another, soon after it in the same video.

A pair of shots (a, b) scores (A(a) + B(b)) / 2, A and B being the scores of a list for the first and for the
second step; a shot a scores as its best pair, and b is its partner. Not every pair is scored: each step's
list is cut at a depth, and a pair with neither shot in its list scores at most (A's last + B's last) / 2. All
other pairs that could be among the best are scored, so what lies above that bound is in its place, as surely
as the steps' lists lack no shot.

Sizes: N shots, S spaces, K depth asked for.

Source of the bound: Fagin, Lotem and Naor, Optimal aggregation algorithms for middleware, J. of Computer and
System Sciences 66 (2003), the threshold algorithm.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpd.search.filters import Scope
from lpd.search.result import FUSED, Exactness, SearchResult
from lpd.search.shot_pairs import PairList, StepList, best_pairs

if TYPE_CHECKING:
    from lpd.search.engine import SearchEngine

__all__ = ["Deepening", "Step", "TwoStepResult", "search_two_steps"]


class Deepening(NamedTuple):
    """How deep the lists of the two steps are made.

    Args:
        first: depth that is tried first.
        factor: by which it grows while some place of the lists is not sure.
        most: where it stops growing. What is asked for is reached in any case.
    """

    first: int = 1000
    factor: int = 4
    most: int = 4000


DEEPENING = Deepening()


class Step(NamedTuple):
    """One step: what it is called by, its S query vectors (D_s,), and what it searches."""

    label: str
    vectors: Sequence[np.ndarray]
    scope: Scope


@dataclass(frozen=True)
class TwoStepResult:
    """What a query in two steps brought.

    Args:
        result: its lists hold the shots that begin a pair, with the scores of the pairs; its vectors are
            those of the first step, so `SearchEngine.similarities` tells of that one alone.
        pairs: name of each list -> the partners of its shots, what each step scored, and how many of its
            first places are sure: behind them, pairs that were not scored might stand between those shown.
        depth: how deep the steps' lists were made.
        untimed: shots the first step may return that begin no pair because their times are not known.
    """

    result: SearchResult
    pairs: dict[str, PairList]
    depth: int
    untimed: int


def search_two_steps(
    engine: "SearchEngine",
    steps: tuple[Step, Step],
    *,
    within_s: float,
    label: str,
    deepening: Deepening = DEEPENING,
) -> TwoStepResult:
    """Returns the shots that answer the first step and are followed by one that answers the second.

    b may follow a if both are of one video, b begins after a begins (`a.start < b.start`) and at most
    `within_s` after a ends (`b.start <= a.end + within_s`); so two that overlap may follow each other. Shots
    without a beginning or an end are in no pair. Of equal scores the id decides, descending; of equal
    partners the one that begins first is told. The lists are shorter than asked for where fewer pairs are
    found.

    Args:
        engine: to search with.
        steps: the first and the second, with the same spaces and shares; the depth is the first one's.
        within_s: seconds, not negative.
        label: stands as the query in the result.
        deepening: of the steps' lists.

    Raises:
        LpdError: if no shot of the collection has times.
    """
    wanted = steps[0].scope.depth
    depth, most = max(deepening.first, wanted), max(deepening.most, wanted)
    search = _Search(engine, steps, (_StepScores(engine), _StepScores(engine)), within_s)
    timings: dict[str, float] = {"encode": 0.0}
    while True:
        found = [_searched(engine, step, depth) for step in steps]
        started = time.perf_counter()
        pairs = search.pairs(found)
        spent = {"pairs": 1000 * (time.perf_counter() - started)}
        for one in (found[0].timings_ms, found[1].timings_ms, spent):
            timings |= {name: timings.get(name, 0.0) + took for name, took in one.items()}
        if depth >= most or all(one.exact for one in pairs.values()):
            break
        depth = min(depth * deepening.factor, most)
    exact = all(one.exact for one in pairs.values()) and all(one.exactness.exact for one in found)
    result = replace(
        found[0],
        query=label,
        lists={name: one.hits for name, one in pairs.items()},
        exactness=found[0].exactness if exact else _inexact(found[0].exactness),
        timings_ms=timings,
    )
    return TwoStepResult(result, pairs, depth, _untimed(engine, steps[0].scope))


def _searched(engine: "SearchEngine", step: Step, depth: int) -> SearchResult:
    return engine.search_vectors(step.label, step.vectors, scope=replace(step.scope, depth=depth))


def _inexact(exactness: Exactness) -> Exactness:
    """Returns that of lists whose recall nobody measured: that of an index is of single queries."""
    return replace(exactness, exact=False, recall=None, queries=None)


def _untimed(engine: "SearchEngine", scope: Scope) -> int:
    unknown = engine.timeline.places < 0
    return int((unknown if scope.allowed is None else unknown & scope.allowed).sum())


class _StepScores:
    """Scores of single shots for one step, in all lists: each shot is asked for once."""

    def __init__(self, engine: "SearchEngine") -> None:
        self._engine = engine
        self._columns = np.full(engine.index.shots, -1, dtype=np.int64)
        self._scores = np.empty((1 + len(engine.spaces), 0), dtype=np.float32)

    def of_list(self, name: str, result: SearchResult) -> Callable[[np.ndarray], np.ndarray]:
        """Returns what gives the scores of rows in one list of a step's result."""
        return partial(self._of_rows, 0 if name == FUSED else 1 + self._engine.spaces.index(name), result)

    def _of_rows(self, number: int, result: SearchResult, rows: np.ndarray) -> np.ndarray:
        new = np.unique(rows[self._columns[rows] < 0])
        if len(new):
            self._columns[new] = np.arange(len(new)) + self._scores.shape[1]
            self._scores = np.concatenate([self._scores, self._engine.similarities(result, new)], axis=1)
        return np.asarray(self._scores[number, self._columns[rows]])


class _Search(NamedTuple):
    """A search under way: what stays the same while its lists become deeper."""

    engine: "SearchEngine"
    steps: tuple[Step, Step]
    scores: tuple[_StepScores, _StepScores]
    within_s: float

    def pairs(self, found: Sequence[SearchResult]) -> dict[str, PairList]:
        """Returns the best pairs of every list of the two steps' results."""
        return {
            name: best_pairs(
                self.engine.timeline,
                (self._list(name, 0, found[0]), self._list(name, 1, found[1])),
                within_s=self.within_s,
                depth=self.steps[0].scope.depth,
                shot_ids=self.engine.shot_ids,
            )
            for name in found[0].lists
        }

    def _list(self, name: str, step: int, found: SearchResult) -> StepList:
        return StepList(
            found.lists[name],
            complete=len(found.lists[name].rows) >= found.shots_searched,
            allowed=self.steps[step].scope.allowed,
            scores_of=self.scores[step].of_list(name, found),
        )
