"""infAP and its family: what sampled, stratified judgements let one infer about a ranking.

Source: E. Yilmaz, E. Kanoulas, J. Aslam, "A simple and efficient sampling method for estimating AP and NDCG",
SIGIR 2008; in detail the script sample_eval.pl of TRECVID. Letters: R rankings, K ranks, C strata.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.runs import MAX_DEPTH

__all__ = [
    "INFERRED_MEASURES",
    "RECALL_LEVELS",
    "InferredTopic",
    "infer_rankings",
    "infer_rows",
    "infer_topic",
    "inferred_relevant",
]

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
"""Names of what sample_eval.pl prints of a topic, in its order."""

RECALL_LEVELS = tuple(f"iprec@rec{level / 10:.2f}" for level in range(11))
"""Names of the interpolated precisions at the recall levels 0, 0.1, ..., 1."""

EPSILON_RELEVANT = 0.00001
EPSILON_JUDGED = 0.00003
JUDGED_CUTOFF = 100
CELLS = 1 << 21
"""Ranks times strata that are walked at once."""


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
    """Rankings laid over the pool; the shorter ones end in ranks outside of it.

    Args:
        depths: (R,) int64, the length of each ranking.
        stratum: (R, K) int64, -1 for a shot outside the qrels.
        relevance: (R, K) int64, -1 for a shot outside the qrels or not judged.
        pooled, judged, relevant: (C, R, K) float64, counts per stratum up to and including each rank.
    """

    depths: np.ndarray
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
    return infer_rankings([ranking], judged)[0]


def infer_rankings(rankings: Sequence[Sequence[str]], judged: JudgedTopic) -> list[InferredTopic]:
    """Returns the inferred measures of several rankings of one topic: of each what `infer_topic` says, in
    less time.

    Args:
        rankings: R lists of shots.
        judged: the judgements of the topic.
    """
    return infer_rows(judged.rows_of([ranking[:MAX_DEPTH] for ranking in rankings]), judged)


def infer_rows(rankings: Sequence[np.ndarray], judged: JudgedTopic) -> list[InferredTopic]:
    """Returns the same of rankings whose shots were looked up.

    Args:
        rankings: R arrays (K,) int64 of the rows of the pool, -1 for a shot outside of it, best first.
        judged: the judgements of the topic.
    """
    at_once = max(1, CELLS // (MAX_DEPTH * len(judged.stratum_names)))
    blocks = [rankings[start : start + at_once] for start in range(0, len(rankings), at_once)]
    return [one for block in blocks for one in _infer_block(block, judged)]


def _infer_block(rankings: Sequence[np.ndarray], judged: JudgedTopic) -> list[InferredTopic]:
    pool = _pool(judged)
    walk = _walk([ranking[:MAX_DEPTH] for ranking in rankings], judged)
    estimates = _estimated_relevant(walk)  # (R, K)
    total = float(pool.estimate(pool.relevant).sum())
    top = walk.relevance[:, :JUDGED_CUTOFF]
    lengths = np.minimum(walk.depths, JUDGED_CUTOFF)
    columns = {
        "infAP": _inf_ap(walk, pool, estimates, total),
        "infNDCG": _inf_ndcg(walk, judged, pool),
        **{f"iP{k}": estimates[:, min(k, estimates.shape[1]) - 1] / k for k in (10, 100, 1000)},
        "inum_rel": np.full(len(rankings), total),
        "inum_rel_ret": estimates[:, -1],
        "num_ret": walk.depths.astype(np.float64),
        "judged100": (top >= 0).sum(axis=1) / np.maximum(lengths, 1),
    }
    rows = zip(*(columns[name].tolist() for name in INFERRED_MEASURES), strict=True)
    interpolated = _interpolated(estimates, total)
    outside = lengths - (walk.stratum[:, :JUDGED_CUTOFF] >= 0).sum(axis=1)
    return [
        InferredTopic(
            measures=dict(zip(INFERRED_MEASURES, values, strict=True)),
            interpolated=interpolated[row],
            outside100=int(outside[row]),
            top100=int(lengths[row]),
        )
        for row, values in enumerate(rows)
    ]


def inferred_relevant(judged: JudgedTopic) -> float:
    """Returns the inferred number of relevant shots: per stratum, relevant rows times rows per judged row."""
    pool = _pool(judged)
    return float(pool.estimate(pool.relevant).sum())


def _pool(judged: JudgedTopic) -> _Pool:
    size, seen, relevant = judged.stratum_counts
    return _Pool(size=size, judged=seen, relevant=relevant)


def _walk(rankings: Sequence[np.ndarray], judged: JudgedTopic) -> _Walk:
    depths = np.array([len(ranking) for ranking in rankings], dtype=np.int64)
    rows = np.full((len(rankings), max(1, int(depths.max()))), -1, dtype=np.int64)  # (R, K)
    for row, ranking in enumerate(rankings):
        rows[row, : len(ranking)] = ranking
    inside = rows >= 0
    stratum = np.where(inside, judged.stratum_codes[rows], -1)
    relevance = np.where(inside, judged.relevance[rows], -1)
    member = stratum == np.arange(len(judged.stratum_names))[:, None, None]  # (C, R, K)
    return _Walk(
        depths=depths,
        stratum=stratum,
        relevance=relevance,
        pooled=_counted(member),
        judged=_counted(member & (relevance >= 0)),
        relevant=_counted(member & (relevance > 0)),
    )


def _counted(member: np.ndarray) -> np.ndarray:
    """Returns (C, R, K) float64, how often `member` holds up to and including each rank."""
    # int16 holds MAX_DEPTH, and is summed in a quarter of the time
    return np.cumsum(member.view(np.int8), axis=2, dtype=np.int16).astype(np.float64)


def _estimated_relevant(walk: _Walk) -> np.ndarray:
    """Returns (R, K) the estimated relevant shots up to each rank: pooled shots times relevant share."""
    share = (walk.relevant + EPSILON_RELEVANT) / (walk.judged + EPSILON_JUDGED)
    return (walk.pooled * share).sum(axis=0)


def _inf_ap(walk: _Walk, pool: _Pool, estimates: np.ndarray, total: float) -> np.ndarray:
    """Returns (R,) infAP."""
    if total == 0:
        return np.zeros(len(estimates))
    run, rank = np.nonzero(walk.relevance > 0)  # ranks from 0
    before = np.where(rank > 0, estimates[run, rank - 1], 0.0)  # estimated relevant above each relevant shot
    sums = _sum_per_stratum((1 + before) / (rank + 1), walk, hits=(run, rank))
    mean = np.divide(sums, pool.relevant, out=np.zeros_like(sums), where=pool.relevant > 0)
    values = (pool.estimate(pool.relevant) / total * mean).sum(axis=1)
    return values * total / MAX_DEPTH if total > MAX_DEPTH else values


def _sum_per_stratum(values: np.ndarray, walk: _Walk, *, hits: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Returns (R, C) sums of the values at some (run, rank)."""
    strata, runs, _ = walk.pooled.shape
    cells = np.bincount(hits[0] * strata + walk.stratum[hits], weights=values, minlength=runs * strata)
    return cells.astype(np.float64).reshape(runs, strata)  # of no hits, bincount makes whole numbers


def _inf_ndcg(walk: _Walk, judged: JudgedTopic, pool: _Pool) -> np.ndarray:
    """Returns (R,) infNDCG."""
    ideal = _ideal_gain(judged, pool)
    if ideal == 0:
        return np.zeros(len(walk.depths))
    run, rank = np.nonzero(walk.relevance > 0)
    gains = walk.relevance[run, rank] / np.log2(rank + 2)
    gain = _sum_per_stratum(gains, walk, hits=(run, rank))
    seen = walk.judged[:, :, -1].T
    mean = np.divide(gain, seen, out=np.zeros_like(gain), where=seen > 0)
    return (walk.pooled[:, :, -1].T * mean).sum(axis=1) / ideal


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
    """Returns (R, 11) the interpolated precision at each tenth of the inferred relevant shots.

    A ranking is walked from its end with the best precision so far. The first rank whose estimate lies below
    the level still counts for it, and at each rank at most one level is left behind. Levels that the whole
    ranking does not reach are 0. Behind the end of a shorter ranking the estimate stays as it is, which
    changes neither.

    Args:
        estimates: (R, K) estimated relevant shots up to each rank.
        total: the inferred number of relevant shots.
    """
    precision = estimates / np.arange(1, estimates.shape[1] + 1)
    best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]  # from each rank to the end
    lowest = np.minimum.accumulate(estimates[:, ::-1], axis=1)[:, ::-1]  # from each rank to the end
    thresholds = np.array([level / 10 * total for level in range(11)])
    booked = np.zeros((len(estimates), 11))
    for row, levels in enumerate((thresholds <= estimates[:, -1:]).sum(axis=1).tolist()):
        lasts = np.searchsorted(lowest[row], thresholds[:levels]) - 1  # the last rank below each level
        if (lasts[1:] <= lasts[:-1])[lasts[:-1] >= 0].any():
            lasts = _one_level_a_rank(lasts, estimates[row], thresholds)
        booked[row, :levels] = best[row, np.maximum(lasts, 0)]
    return booked


def _one_level_a_rank(lasts: np.ndarray, estimates: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Returns the rank that each level is booked at, from the highest level down; -1 at the first rank."""
    booked = np.full(len(lasts), -1)
    row = len(estimates)
    for level in range(len(lasts) - 1, -1, -1):
        row_below = int(lasts[level])
        if row_below >= row:
            below = np.flatnonzero(estimates[:row] < thresholds[level])
            row_below = int(below[-1]) if len(below) else -1
        if row_below < 0:
            break
        row = booked[level] = row_below
    return booked
