"""Resampled judgements of one topic: how far infAP is off on samples of the sizes that were judged.

Many times over, the pool is filled in as it may be (lpd.judging.possible_pools), and judged again: in each
stratum as many shots as were judged are drawn, without replacement. infAP on such a sample, less AP of that
pool, is an error which the judging makes. Drawing without replacement is the finite-population correction: a
stratum that is judged wholly adds no error. Weights on the judged shots alone (as in Rao and Wu's rescaled
bootstrap) would miss two things that these errors have: how precision scatters above a relevant shot where
only one or two shots above it are judged, and the relevant shots of strata in which none was found.

Taken for granted: within a stratum the judged shots are a simple random sample of it, and judges do not err.
Not seen: relevant shots outside of the pool. Where relevance does not fall smoothly with the best rank (a run
finds what all others miss), the errors are those of a smoother pool, and may be too small for that run; what
two runs differ by is then uncertain rather more than less, since possible pools take shots of one best rank
as alike. With a dozen judged shots of a topic the regression is a guess, and a 95 % interval holds the truth
in about nine of ten cases; where a third of the first ranks is judged and no more, in about 93 %.

Source: S. T. Gross, "Median estimation in sample surveys", ASA 1980, and J. G. Booth, R. W. Butler, P. Hall,
"Bootstrap methods for finite populations", JASA 1994 (samples drawn from a completed population); P. L.
Conti, D. Marella, F. Mecatti, F. Andreis, "A unified principled framework for resampling based on
pseudo-populations", Bernoulli 2020 (a population predicted from what is known of all its units); infAP as
lpd.evaluation.inferred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np

from lpd.evaluation.inferred import EPSILON_JUDGED, EPSILON_RELEVANT, infer_rankings
from lpd.judging.possible_pools import fill_pools
from lpd.trec.judged_topic import JudgedTopic
from lpd.trec.runs import MAX_DEPTH

__all__ = ["TopicResamples", "possible_pools", "ranked_rows", "resample_topic"]


@dataclass(frozen=True, eq=False)
class TopicResamples:
    """What the judgements of one topic say of R rankings, and how far that may be off.

    Args:
        estimates: (R,) float64, infAP.
        errors: (R, B) float64, infAP on a repeated sample less AP of the pool it was drawn from; 0 where all
            of the pool is judged.
    """

    estimates: np.ndarray
    errors: np.ndarray


def resample_topic(
    rankings: Sequence[Sequence[str]], judged: JudgedTopic, *, replicates: int, seed: Sequence[int]
) -> TopicResamples:
    """Returns infAP of the rankings of one topic, with the errors that resampled judgements make.

    Args:
        rankings: R lists of shots, best first, each shot once; those behind rank 1000 are not looked at.
        judged: the judgements of the topic, -1 for shots of the pool that are not judged; one at least is.
        replicates: B, how many resamples.
        seed: what the draws depend on, besides the judgements and the best ranks.

    Source: as the module.
    """
    inferred = infer_rankings(rankings, judged) if rankings else []
    estimates = np.array([one.measures["infAP"] for one in inferred])
    if (judged.relevance >= 0).all() or not rankings:
        return TopicResamples(estimates, np.zeros((len(rankings), replicates)))
    rows = [ranked_rows(ranking, judged) for ranking in rankings]
    rng = np.random.default_rng(list(seed))
    relevant = fill_pools(rows, judged, pools=replicates, rng=rng)
    sampled = _samples(judged, replicates=replicates, rng=rng)
    errors = [
        _sampled_inf_ap(row, judged, relevant=relevant, sampled=sampled) - average_precision(row, relevant)
        for row in rows
    ]
    return TopicResamples(estimates, np.array(errors))


def possible_pools(
    rankings: Sequence[Sequence[str]], judged: JudgedTopic, *, pools: int, seed: Sequence[int]
) -> np.ndarray:
    """Returns (B, N) bool, the relevant shots of possible pools, of which `resample_topic` draws samples.

    Args:
        rankings, judged, seed: as in `resample_topic`.
        pools: B, how many.
    """
    rows = [ranked_rows(ranking, judged) for ranking in rankings]
    return fill_pools(rows, judged, pools=pools, rng=np.random.default_rng(list(seed)))


def ranked_rows(ranking: Sequence[str], judged: JudgedTopic) -> np.ndarray:
    """Returns (K,) int64, the pool's row of the shot at each rank up to 1000, -1 where it is not in the pool.

    Args:
        ranking: shots, best first.
        judged: the pool.
    """
    shots = ranking[:MAX_DEPTH]
    found = map(judged.positions.get, shots, repeat(-1))
    return np.fromiter(found, dtype=np.int64, count=len(shots))


def average_precision(rows: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Returns (B,) AP in pools that are judged wholly; of more than 1000 relevant shots 1000 count.

    Args:
        rows: (K,) a ranking, as `ranked_rows` returns it.
        relevant: (B, N) bool.
    """
    ranks = np.flatnonzero(rows >= 0)
    hits = relevant[:, rows[ranks]]
    sums = (hits * np.cumsum(hits, axis=1, dtype=np.int16)) @ (1 / (ranks + 1))
    averages: np.ndarray = sums / np.clip(relevant.sum(axis=1), 1, MAX_DEPTH)
    return averages


def _samples(judged: JudgedTopic, *, replicates: int, rng: np.random.Generator) -> np.ndarray:
    """Returns (B, N) bool, samples of the strata of the sizes that were judged."""
    sampled = np.zeros((replicates, len(judged.shot_ids)), dtype=bool)
    for code, count in enumerate(judged.stratum_counts[1].tolist()):
        rows = np.flatnonzero(judged.stratum_codes == code)
        chosen = np.tile(np.arange(len(rows)) < count, (replicates, 1))
        sampled[:, rows] = chosen if count in (0, len(rows)) else rng.permuted(chosen, axis=1)
    return sampled


def _sampled_inf_ap(
    rows: np.ndarray, judged: JudgedTopic, *, relevant: np.ndarray, sampled: np.ndarray
) -> np.ndarray:
    """Returns (B,) infAP of one ranking on samples (B, N) of pools with some relevant (B, N) shots."""
    size, count, _ = judged.stratum_counts
    raised = np.divide(size, count, out=np.zeros_like(size), where=count > 0)  # (C,) rows per judged row
    found = relevant & sampled
    total = found @ raised[judged.stratum_codes]
    ranks = np.flatnonzero(rows >= 0)
    codes = judged.stratum_codes[rows[ranks]]
    draw, hit = np.nonzero(found[:, rows[ranks]])
    before = np.zeros(len(draw))
    for code in np.unique(codes).tolist():
        own = rows[ranks[codes == code]]
        pooled = np.concatenate([[0], np.cumsum(codes == code)])[hit]  # shots of the stratum above each hit
        above = _counts_before(sampled[:, own])[draw, pooled]
        hits_above = _counts_before(found[:, own])[draw, pooled]
        before += pooled * (hits_above + EPSILON_RELEVANT) / (above + EPSILON_JUDGED)
    precision = (1 + before) / (ranks[hit] + 1)
    sums = np.bincount(draw, weights=raised[codes[hit]] * precision, minlength=len(found))
    values = np.divide(sums, total, out=np.zeros(len(found)), where=total > 0)
    return np.where(total > MAX_DEPTH, values * total / MAX_DEPTH, values)


def _counts_before(held: np.ndarray) -> np.ndarray:
    """Returns (B, K + 1) int16, how often (B, K) `held` holds in the first k columns."""
    counts = np.zeros((len(held), held.shape[1] + 1), dtype=np.int16)
    np.cumsum(held, axis=1, dtype=np.int16, out=counts[:, 1:])
    return counts
