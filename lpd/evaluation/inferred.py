"""infAP and its family: what sampled, stratified judgements let one infer about a ranking.

Source: E. Yilmaz, E. Kanoulas, J. Aslam, "A simple and efficient sampling method for estimating AP and NDCG",
SIGIR 2008; in detail the script sample_eval.pl of TRECVID. Letters: K ranks, C strata.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.trec.qrels import JudgedTopic
from lpd.trec.runs import MAX_DEPTH

__all__ = ["INFERRED_MEASURES", "RECALL_LEVELS", "InferredTopic", "infer_topic", "inferred_relevant"]

INFERRED_MEASURES = (
    "infAP",
    "infNDCG",
    "iP10",
    "iP100",
    "iP1000",
    "inum_rel",
    "inum_rel_ret",
    "num_ret",
    "judged100",
)
RECALL_LEVELS = tuple(f"iprec@rec{level / 10:.2f}" for level in range(11))

EPSILON_RELEVANT = 0.00001
EPSILON_JUDGED = 0.00003
JUDGED_CUTOFF = 100


@dataclass(frozen=True)
class InferredTopic:
    """The measures of one topic.

    Args:
        measures: each of `INFERRED_MEASURES`; num_ret counts the evaluated shots.
        interpolated: (11,) precision interpolated at the recall levels 0, .1, ... 1.
        outside100: how many of the best 100 shots are not in the qrels at all.
        top100: how many shots there are among the best 100.
    """

    measures: dict[str, float]
    interpolated: np.ndarray
    outside100: int
    top100: int


@dataclass(frozen=True)
class _Pool:
    """Per stratum, (C,) float64: rows, judged rows, relevant rows."""

    size: np.ndarray
    judged: np.ndarray
    relevant: np.ndarray

    def estimate(self, counts: np.ndarray) -> np.ndarray:
        """Returns (C,) rows among all for `counts` among the judged ones; 0 where nothing was judged."""
        seen = self.judged > 0
        # multiplied first, so that whole numbers stay whole
        return np.divide(counts * self.size, self.judged, out=np.zeros_like(self.size), where=seen)


@dataclass(frozen=True)
class _Walk:
    """A ranking laid over the pool.

    Args:
        stratum: (K,) int64, -1 for a shot outside the qrels.
        relevance: (K,) int64, -1 for a shot outside the qrels or not judged.
        pooled, judged, relevant: (K, C) float64, counts per stratum up to and including each rank.
    """

    stratum: np.ndarray
    relevance: np.ndarray
    pooled: np.ndarray
    judged: np.ndarray
    relevant: np.ndarray


def infer_topic(ranking: Sequence[str], judged: JudgedTopic) -> InferredTopic:
    """Returns the inferred measures of one topic's ranking.

    infAP and infNDCG may exceed 1. iP@k divides by k also where fewer shots were returned. A topic without
    relevant shots has infAP 0. A pooled shot of a stratum of which only unjudged shots were met counts as a
    third of a relevant one (the ratio of the two smoothing constants).

    Args:
        ranking: shots, best first, each once; those behind rank 1000 are not looked at.
        judged: the judgements of the topic.

    Source: sample_eval.pl.
    """
    pool = _pool(judged)
    walk = _walk(ranking[:MAX_DEPTH], judged)
    estimates = _estimated_relevant(walk)  # (K,)
    depth = len(walk.stratum)
    last = float(estimates[-1]) if depth else 0.0
    total = float(pool.estimate(pool.relevant).sum())
    top = walk.relevance[:JUDGED_CUTOFF]
    measures = {
        "infAP": _inf_ap(walk, pool, estimates, total),
        "infNDCG": _inf_ndcg(walk, judged, pool),
        **{f"iP{k}": (float(estimates[k - 1]) if k <= depth else last) / k for k in (10, 100, 1000)},
        "inum_rel": total,
        "inum_rel_ret": last,
        "num_ret": float(depth),
        "judged100": float((top >= 0).mean()) if len(top) else 0.0,
    }
    return InferredTopic(
        measures={name: measures[name] for name in INFERRED_MEASURES},
        interpolated=_interpolated(estimates, total),
        outside100=int((walk.stratum[:JUDGED_CUTOFF] < 0).sum()),
        top100=len(top),
    )


def inferred_relevant(judged: JudgedTopic) -> float:
    """Returns the inferred number of relevant shots: per stratum, relevant rows times rows per judged row."""
    pool = _pool(judged)
    return float(pool.estimate(pool.relevant).sum())


def _pool(judged: JudgedTopic) -> _Pool:
    codes, strata = judged.stratum_codes, len(judged.stratum_names)
    return _Pool(
        size=np.bincount(codes, minlength=strata).astype(np.float64),
        judged=np.bincount(codes[judged.relevance >= 0], minlength=strata).astype(np.float64),
        relevant=np.bincount(codes[judged.relevance > 0], minlength=strata).astype(np.float64),
    )


def _walk(ranking: Sequence[str], judged: JudgedTopic) -> _Walk:
    positions = judged.positions
    rows = np.array([positions.get(shot_id, -1) for shot_id in ranking], dtype=np.int64)
    inside = rows >= 0
    stratum = np.where(inside, judged.stratum_codes[rows], -1)
    relevance = np.where(inside, judged.relevance[rows], -1)
    member = stratum[:, None] == np.arange(len(judged.stratum_names))  # (K, C)
    return _Walk(
        stratum=stratum,
        relevance=relevance,
        pooled=np.cumsum(member, axis=0, dtype=np.float64),
        judged=np.cumsum(member & (relevance >= 0)[:, None], axis=0, dtype=np.float64),
        relevant=np.cumsum(member & (relevance > 0)[:, None], axis=0, dtype=np.float64),
    )


def _estimated_relevant(walk: _Walk) -> np.ndarray:
    """Returns (K,) the estimated relevant shots up to each rank: pooled shots times relevant share."""
    share = (walk.relevant + EPSILON_RELEVANT) / (walk.judged + EPSILON_JUDGED)
    return (walk.pooled * share).sum(axis=1)


def _inf_ap(walk: _Walk, pool: _Pool, estimates: np.ndarray, total: float) -> float:
    if total == 0:
        return 0.0
    hits = np.flatnonzero(walk.relevance > 0)
    before = np.concatenate([[0.0], estimates])[hits]  # estimated relevant above each relevant shot
    precision = (1 + before) / (hits + 1)
    sums = _sum_per_stratum(precision, walk.stratum[hits], pool)
    mean = np.divide(sums, pool.relevant, out=np.zeros_like(sums), where=pool.relevant > 0)
    value = float((pool.estimate(pool.relevant) / total * mean).sum())
    return value * total / MAX_DEPTH if total > MAX_DEPTH else value


def _sum_per_stratum(values: np.ndarray, strata: np.ndarray, pool: _Pool) -> np.ndarray:
    sums = np.zeros_like(pool.size)
    np.add.at(sums, strata, values)
    return sums


def _inf_ndcg(walk: _Walk, judged: JudgedTopic, pool: _Pool) -> float:
    ideal = _ideal_gain(judged, pool)
    if ideal == 0 or not len(walk.stratum):
        return 0.0
    hits = np.flatnonzero(walk.relevance > 0)
    gains = walk.relevance[hits] / np.log2(hits + 2)
    gain = _sum_per_stratum(gains, walk.stratum[hits], pool)
    seen = walk.judged[-1]
    mean = np.divide(gain, seen, out=np.zeros_like(gain), where=seen > 0)
    return float((walk.pooled[-1] * mean).sum() / ideal)


def _ideal_gain(judged: JudgedTopic, pool: _Pool) -> float:
    """Returns the discounted gain of the estimated relevant shots, highest grades first.

    Grades come in descending order of their digits, as strings; a grade's ranks begin behind the (possibly
    fractional) number of shots of the grades before it, and end at rank 1000.
    """
    grades = sorted(np.unique(judged.relevance[judged.relevance > 0]).tolist(), key=str, reverse=True)
    start, ideal = 0.0, 0.0
    for grade in grades:
        counts = np.bincount(judged.stratum_codes[judged.relevance == grade], minlength=len(pool.size))
        number = float(pool.estimate(counts).sum())
        ranks = start + np.arange(1, math.floor(number) + 2)
        ranks = ranks[ranks <= start + number]
        last = int(np.searchsorted(ranks, MAX_DEPTH)) + 1  # the first rank that reaches 1000 still counts
        ideal += float((grade / np.log2(ranks[:last] + 1)).sum())
        start += number
    return ideal


def _interpolated(estimates: np.ndarray, total: float) -> np.ndarray:
    """Returns (11,) the interpolated precision at each tenth of the inferred relevant shots.

    The ranking is walked from its end with the best precision so far. The first rank whose estimate lies
    below the level still counts for it, and at each rank at most one level is left behind. Levels that the
    whole ranking does not reach are 0.
    """
    booked = np.zeros(11)
    if not len(estimates):
        return booked
    precision = estimates / np.arange(1, len(estimates) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]  # the best precision from each rank to the end
    thresholds = [level / 10 * total for level in range(11)]
    level = sum(threshold <= estimates[-1] for threshold in thresholds) - 1
    for row in range(len(estimates) - 1, -1, -1):
        if level < 0:
            break
        if thresholds[level] > estimates[row]:
            booked[level] = best[row]
            level -= 1
    booked[: level + 1] = best[0]
    return booked
