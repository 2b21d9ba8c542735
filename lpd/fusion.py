"""Late average fusion: one run from several, by the mean of their scores per topic."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.trec.runs import MAX_DEPTH, Run, make_run, rank_shots

__all__ = ["NORMALISATIONS", "average_scores", "late_average", "min_max", "weight_shares"]


def min_max(scores: np.ndarray) -> np.ndarray:
    """Returns scores moved and stretched to 0 (the lowest) to 1 (the highest); all 0 where all are equal.

    Args:
        scores: (..., N) finite; each row of the last axis is treated alone.
    """
    if not scores.shape[-1]:
        return np.zeros(scores.shape)
    lowest = scores.min(axis=-1, keepdims=True)
    width = scores.max(axis=-1, keepdims=True) - lowest
    return np.divide(scores - lowest, width, out=np.zeros(scores.shape), where=width > 0)


def _z_score(scores: np.ndarray) -> np.ndarray:
    """Returns scores less their mean, over their population deviation; all 0 where all are equal."""
    if scores.min() == scores.max():
        return np.zeros_like(scores)
    return (scores - scores.mean()) / scores.std()


def _rank_score(scores: np.ndarray) -> np.ndarray:
    """Returns (N - rank + 1) / N: 1 for the first of N, 1 / N for the last; equal scores share their mean
    rank.
    """
    _, where, counts = np.unique(scores, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts  # how many shots have a lower score
    return (below + (counts + 1) / 2)[where] / len(scores)


NORMALISATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "none": lambda scores: scores,
    "minmax": min_max,
    "zscore": _z_score,
    "rank": _rank_score,
}
"""Name -> what it makes of the scores of one list, (N,) -> (N,)."""


def average_scores(
    lists: Sequence[Mapping[str, float]],
    *,
    normalisation: str = "none",
    weights: Sequence[float] | None = None,
) -> dict[str, float]:
    """Returns shot -> weighted mean of its normalised scores, over all shots of any list of one topic.

    A shot that a list does not have counts there as 0 after min-max, otherwise as that list's lowest
    (normalised) score.

    Args:
        lists: shot -> score, one per run, none of them empty.
        normalisation: of each list by itself. `none`; `minmax` to 0..1; `zscore` (population deviation);
            `rank`: (N - rank + 1) / N in a list of N shots, equal scores sharing their mean rank. A list of
            equal scores is 0 everywhere after `minmax` and `zscore`.
        weights: one per list, not negative; their sum has no influence. None weighs all alike.

    Raises:
        LpdError: for an unknown normalisation, no list, an empty one, or weights that cannot be used.
        FormatError: if a score is not finite.

    Source: late average fusion of the SEA runs at TRECVID 2020 (slides), there without normalisation.
    """
    normalise = _normalisation(normalisation)
    shares = weight_shares(weights, len(lists))
    empty = [number for number, one in enumerate(lists, start=1) if not one]
    if empty:
        raise LpdError("lists without shots cannot be averaged", found=f"list {name_some(map(str, empty))}")
    position = {shot: row for row, shot in enumerate(dict.fromkeys(shot for one in lists for shot in one))}
    total = np.zeros(len(position))
    for share, one in zip(shares.tolist(), lists, strict=True):
        scores = np.array(list(one.values()), dtype=np.float64)
        if not np.isfinite(scores).all():
            bad = [shot for shot, score in one.items() if not np.isfinite(score)]
            raise FormatError("scores are not finite", expected="numbers", found=name_some(bad))
        scores = normalise(scores)
        column = np.full(len(position), 0.0 if normalisation == "minmax" else scores.min())
        column[[position[shot] for shot in one]] = scores
        total += share * column
    return dict(zip(position, total.tolist(), strict=True))


def late_average(
    runs: Sequence[Run],
    *,
    tag: str,
    normalisation: str = "none",
    weights: Sequence[float] | None = None,
    depth: int = MAX_DEPTH,
) -> Run:
    """Returns the run whose scores are the weighted mean of the runs' scores, topic by topic.

    Raw scores (`none`) are comparable between runs of one architecture only; see `average_scores` for the
    normalisations and for shots that a run does not have.

    Args:
        runs: all of the same topics; the result has them in the order of the first.
        tag: of the result.
        normalisation: one of `NORMALISATIONS`, per run and topic.
        weights: one per run; None weighs all alike.
        depth: how many shots of each topic are kept.

    Raises:
        LpdError: for no run, an unknown normalisation, weights that cannot be used or a depth below 1.
        MismatchError: if a run lacks topics that another has, naming the runs and the topics.
        FormatError: if the tag is not one word.
    """
    _normalisation(normalisation)
    weight_shares(weights, len(runs))
    if depth < 1:
        raise LpdError("depth below 1", expected="a whole number from 1", found=depth)
    _check_topics(runs)
    fused = {}
    for topic_id in runs[0].topics:
        ranked = [run.topics[topic_id] for run in runs]
        lists = [dict(zip(one.shot_ids, one.scores.tolist(), strict=True)) for one in ranked]
        scores = average_scores(lists, normalisation=normalisation, weights=weights)
        best = rank_shots(list(scores), np.array(list(scores.values())))
        fused[topic_id] = (best.shot_ids[:depth], best.scores[:depth])
    return make_run(tag, fused)


def _normalisation(name: str) -> Callable[[np.ndarray], np.ndarray]:
    if name not in NORMALISATIONS:
        raise LpdError("unknown normalisation", expected=", ".join(NORMALISATIONS), found=repr(name))
    return NORMALISATIONS[name]


def weight_shares(weights: Sequence[float] | None, count: int) -> np.ndarray:
    """Returns (count,) float64, weights made to add up to 1; None gives equal shares.

    Raises:
        LpdError: if there is nothing to weigh, or weights are negative, not finite, all zero or not `count`.
    """
    if not count:
        raise LpdError("nothing to weigh", expected="at least one list, run or aspect")
    if weights is None:
        return np.full(count, 1 / count)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (count,) or not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise LpdError(
            "these weights cannot be used",
            expected=f"{count} numbers, none negative and not all zero",
            found=list(weights),
        )
    return given / given.sum()


def _check_topics(runs: Sequence[Run]) -> None:
    wanted = list(dict.fromkeys(topic_id for run in runs for topic_id in run.topics))
    lacking = []
    for number, run in enumerate(runs, start=1):
        has = {topic_id for topic_id, ranked in run.topics.items() if ranked.shot_ids}
        missing = [topic_id for topic_id in wanted if topic_id not in has]
        if missing:
            lacking.append(f"run {number} ({run.tag}) lacks {name_some(missing)}")
    if lacking:
        raise MismatchError(
            "runs of different topics cannot be fused",
            expected=f"the same {len(wanted)} topics in every run",
            found="; ".join(lacking),
            next_step="make or import these runs again with all topics",
        )
