"""The best pairs of shots that follow each other, from one list of each of two steps.

Sizes: N shots, K depth asked for, P shots that may begin a pair.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.search.index import HitList
from lpd.search.ranges import best_in_ranges, places_in_ranges
from lpd.search.timeline import Timeline
from lpd.search.topk import order_of_ids, top_k

__all__ = ["PairList", "StepList", "best_pairs"]

AT_ONCE = 256
"""Shots whose pairs are scored before it is asked again whether more of them can matter."""


class PairList(NamedTuple):
    """The best pairs of one list.

    Args:
        hits: the shots that begin a pair, and the scores of the pairs.
        partners: (K,) int64, rows of the shots that follow them.
        first_scores, second_scores: (K,) float32, what each step's list gives the two shots of a pair.
        sure: how many of the first places are surely those of a search that scores every pair.
        exact: whether all are, and the list is as long as that search would make it.
    """

    hits: HitList
    partners: np.ndarray
    first_scores: np.ndarray
    second_scores: np.ndarray
    sure: int
    exact: bool


@dataclass(frozen=True)
class StepList:
    """One list of one step.

    Args:
        hits: the best shots, as deep as the list was made.
        complete: whether they are all shots that the step may return.
        allowed: (N,) bool, those it may return; None for all.
        scores_of: rows of any shots -> their scores in this list.
    """

    hits: HitList
    complete: bool
    allowed: np.ndarray | None
    scores_of: Callable[[np.ndarray], np.ndarray]

    @property
    def cut(self) -> float:
        """The most that a shot which is not in the list can score."""
        return -np.inf if self.complete else float(self.hits.scores[-1])

    def places(self, timeline: Timeline) -> tuple[np.ndarray, np.ndarray]:
        """Returns the places of its shots that have times, rising, and their scores."""
        places = timeline.places[self.hits.rows]
        order = np.argsort(places, kind="stable")
        order = order[places[order] >= 0]
        return places[order], self.hits.scores[order]

    def only_allowed(self, timeline: Timeline, places: np.ndarray) -> np.ndarray:
        """Returns those of the places whose shots it may return."""
        return places if self.allowed is None else places[self.allowed[timeline.rows[places]]]


@dataclass(frozen=True)
class _Pairs:
    """What is known of the best pair that each of P shots begins; NaN is a score nobody asked for yet.

    Args:
        places: (P,) of the shots; firsts, stops: (P,) of the shots that may follow them.
        first_scores: (P,) float32, of the shots.
        second_scores: (P,) float32, of their best partners; partners: (P,) their places, -1 for none yet.
    """

    places: np.ndarray
    firsts: np.ndarray
    stops: np.ndarray
    first_scores: np.ndarray
    second_scores: np.ndarray
    partners: np.ndarray

    def scores(self) -> np.ndarray:
        """Returns (P,) float32, (A(a) + B(b)) / 2; -inf where it is not known or there is no pair."""
        return self.most(-np.inf, -np.inf)

    def most(self, first_cut: float, second_cut: float) -> np.ndarray:
        """Returns (P,) float32, the most that each pair can score."""
        first = np.where(np.isnan(self.first_scores), first_cut, self.first_scores)
        second = np.where(np.isnan(self.second_scores), second_cut, self.second_scores)
        return ((first + second) / 2).astype(np.float32)


def best_pairs(
    timeline: Timeline,
    steps: tuple[StepList, StepList],
    *,
    within_s: float,
    depth: int,
    shot_ids: Sequence[str],
) -> PairList:
    """Returns the K shots that begin the best pairs, each with its best partner; see `lpd.search.two_steps`.

    Pairs with a shot in either step's list are all considered. One that lacks a score is scored as long as
    its bound, with the list's last score in place of the missing one, reaches the K best known so far.

    Args:
        timeline: of the collection.
        steps: the lists of the first and of the second step.
        within_s: how long after the end of a shot its partner may begin.
        depth: K, at least 1.
        shot_ids: of the collection; equal scores are ordered by id, descending.
    """
    pairs = _candidates(timeline, steps, within_s)
    most = pairs.most(steps[0].cut, steps[1].cut)
    scores = pairs.scores()
    waiting = np.flatnonzero(np.isneginf(scores) & ~np.isneginf(most))
    waiting = waiting[np.argsort(-most[waiting], kind="stable")]
    while len(waiting):
        some = waiting[:AT_ONCE]
        some = some[most[some] >= _least_of_best(scores, depth)]
        if not len(some):
            break
        waiting = waiting[len(some) :]
        _score(pairs, some, timeline, steps)
        scores = pairs.scores()
    cut = (steps[0].cut + steps[1].cut) / 2
    return _listed(pairs, timeline, cut=cut, depth=depth, shot_ids=shot_ids)


def _candidates(timeline: Timeline, steps: tuple[StepList, StepList], within_s: float) -> _Pairs:
    """Returns the shots that are in the first step's list or precede one of the second's, with the scores
    that the lists tell.
    """
    first, second = steps
    listed, listed_scores = first.places(timeline)
    partners, partner_scores = second.places(timeline)
    before = places_in_ranges(*timeline.preceding(partners, within_s=within_s))
    places = np.union1d(listed, first.only_allowed(timeline, before))
    firsts, stops = timeline.following(places, within_s=within_s)
    own = np.full(len(places), np.nan, dtype=np.float32)
    own[np.searchsorted(places, listed)] = listed_scores
    best, score = _best_partners(partners, partner_scores, firsts, stops)
    useful = (best >= 0) | (~np.isnan(own) & (stops > firsts))
    return _Pairs(*(one[useful] for one in (places, firsts, stops, own, score, best)))


def _best_partners(
    places: np.ndarray, scores: np.ndarray, firsts: np.ndarray, stops: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the place of the best of some shots in each range, -1 for none, and its score, NaN for none."""
    best = best_in_ranges(scores, np.searchsorted(places, firsts), np.searchsorted(places, stops))
    found = best >= 0
    partners = np.full(len(best), -1, dtype=np.int64)
    partners[found] = places[best[found]]
    partner_scores = np.full(len(best), np.nan, dtype=np.float32)
    partner_scores[found] = scores[best[found]]
    return partners, partner_scores


def _score(pairs: _Pairs, some: np.ndarray, timeline: Timeline, steps: tuple[StepList, StepList]) -> None:
    """Fills in what some of the pairs lack; a shot that no allowed one follows stays without a partner."""
    first, second = steps
    unscored = some[np.isnan(pairs.first_scores[some])]
    if len(unscored):
        pairs.first_scores[unscored] = first.scores_of(timeline.rows[pairs.places[unscored]])
    alone = some[pairs.partners[some] < 0]
    firsts, stops = pairs.firsts[alone], pairs.stops[alone]
    between = second.only_allowed(timeline, places_in_ranges(firsts, stops))
    if len(between):
        scores = second.scores_of(timeline.rows[between])
        pairs.partners[alone], pairs.second_scores[alone] = _best_partners(between, scores, firsts, stops)


def _least_of_best(scores: np.ndarray, depth: int) -> float:
    """Returns the score of the K-th best pair known, -inf where fewer are known."""
    if len(scores) < depth:
        return -np.inf
    return float(np.partition(scores, len(scores) - depth)[len(scores) - depth])


def _listed(
    pairs: _Pairs, timeline: Timeline, *, cut: float, depth: int, shot_ids: Sequence[str]
) -> PairList:
    scores = pairs.scores()
    good = np.flatnonzero((scores >= _least_of_best(scores, depth)) & ~np.isneginf(scores))
    rows = timeline.rows[pairs.places[good]]
    best = top_k(scores[good], depth, order_of_ids([shot_ids[row] for row in rows.tolist()]))
    chosen = good[best]
    sure = int((scores[chosen] > cut).sum())
    return PairList(
        HitList(rows[best], scores[chosen]),
        timeline.rows[pairs.partners[chosen]],
        pairs.first_scores[chosen],
        pairs.second_scores[chosen],
        sure=sure,
        exact=sure == len(chosen) and (sure == depth or bool(np.isneginf(cut))),
    )
