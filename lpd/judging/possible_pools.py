"""Pools as they may be: what is judged stays, what is not judged is filled in, many times over.

The chance that a shot of a topic is relevant falls with its best rank in the rankings at hand: a logistic
regression on the logarithm of that rank and on the rank itself (a power of the rank that is cut off
exponentially), with a term of its own for pooled shots that no ranking has. It is fitted to the judged shots
of the topic alone, under Jeffreys' prior, which has no constant to choose and keeps the chances above 0 where
no relevant shot was found yet. Each pool is filled in with coefficients of its own, drawn from their
posterior (taken as normal), so that a regression on few judgements is not taken for the truth. How much of a
stratum was judged does not enter: strata are cut by best rank, and given the rank the sampling says nothing
more of a shot.

Source: D. Firth, "Bias reduction of maximum likelihood estimates", Biometrika 1993 (Jeffreys' prior);
D. B. Rubin, "Multiple imputation for nonresponse in surveys", 1987 (filling in with drawn coefficients);
B. Carterette, "Robust test collections for retrieval evaluation", SIGIR 2007 (relevance as a logistic
function of what the rankings say).
"""

from collections.abc import Sequence

import numpy as np

from lpd.trec.judged_topic import JudgedTopic

__all__ = ["fill_pools", "fit_relevance", "rank_columns"]

MOST_STEPS = 100
LONGEST_STEP = 2.0
SMALLEST_STEP = 1e-8
STEEPEST = 30.0
"""Log odds beyond this are not told apart."""


def fill_pools(
    rows: Sequence[np.ndarray], judged: JudgedTopic, *, pools: int, rng: np.random.Generator
) -> np.ndarray:
    """Returns (B, N) bool, which shots are relevant in each possible pool; judged ones are as judged.

    Args:
        rows: R rankings laid over the pool: each (K,) int64, the row of the shot at each rank, -1 where the
            pool does not have it.
        judged: the N rows of the pool, at least one of them judged.
        pools: B, how many.
        rng: for the draws.

    Source: as the module.
    """
    seen = judged.relevance >= 0
    columns = rank_columns(rows, size=len(seen))
    columns = columns[:, _told_apart(columns[seen])]
    found, covariance = fit_relevance(columns[seen], judged.relevance[seen] > 0)
    scattered = rng.standard_normal((pools, len(found))) @ np.linalg.cholesky(covariance).T
    chances = _chances(columns[~seen] @ (found + scattered).T).T  # (B, not judged)
    relevant = np.tile(judged.relevance > 0, (pools, 1))
    relevant[:, ~seen] = rng.random(chances.shape) < chances
    return relevant


def rank_columns(rows: Sequence[np.ndarray], *, size: int) -> np.ndarray:
    """Returns (N, 4) what relevance is regressed on: 1, the logarithm of the best rank, the best rank, and 1
    for shots that no ranking has, whose two columns before are 0. The two are centred and scaled.

    Args:
        rows: as in `fill_pools`.
        size: N, rows of the pool.
    """
    best = np.full(size, np.iinfo(np.int64).max)
    for ranked in rows:
        inside = np.flatnonzero(ranked >= 0)
        np.minimum.at(best, ranked[inside], inside + 1)
    having = best < np.iinfo(np.int64).max
    ranks = best[having].astype(np.float64)
    columns = np.zeros((size, 4))
    columns[:, 0] = 1
    columns[having, 1] = _scaled(np.log(ranks))
    columns[having, 2] = _scaled(ranks)
    columns[:, 3] = ~having
    return columns


def _scaled(values: np.ndarray) -> np.ndarray:
    """Returns the values less their mean, over their standard deviation; the fit does not depend on that."""
    spread = float(values.std()) if len(values) else 0.0
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)


def fit_relevance(columns: np.ndarray, relevant: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns (P,) the coefficients of a logistic regression under Jeffreys' prior, the most likely ones, and
    (P, P) their covariance: the inverse of the information.

    Args:
        columns: (S, P) of full rank.
        relevant: (S,) bool.

    Source: D. Firth, Biometrika 1993; G. Heinze, M. Schemper, "A solution to the problem of separation in
    logistic regression", Statistics in Medicine 2002.
    """
    found = np.zeros(columns.shape[1])
    height = _height(found, columns, relevant)
    for _ in range(MOST_STEPS):
        chances = _chances(columns @ found)
        weights = chances * (1 - chances)
        covariance = np.linalg.inv((columns.T * weights) @ columns)
        leverage = ((columns @ covariance) * columns).sum(axis=1) * weights
        step = covariance @ (columns.T @ (relevant - chances + leverage * (0.5 - chances)))
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), SMALLEST_STEP))
        while (higher := _height(found + step, columns, relevant)) < height and np.abs(
            step
        ).max() > SMALLEST_STEP:
            step = step / 2
        found, height = found + step, higher
        if np.abs(step).max() <= SMALLEST_STEP:
            break
    return found, covariance


def _height(found: np.ndarray, columns: np.ndarray, relevant: np.ndarray) -> float:
    """Returns the logarithm of the likelihood times Jeffreys' prior."""
    odds = np.clip(columns @ found, -STEEPEST, STEEPEST)
    chances = 1 / (1 + np.exp(-odds))
    _, prior = np.linalg.slogdet((columns.T * (chances * (1 - chances))) @ columns)
    return float((odds * relevant - np.logaddexp(0, odds)).sum() + prior / 2)


def _chances(odds: np.ndarray) -> np.ndarray:
    chances: np.ndarray = 1 / (1 + np.exp(-np.clip(odds, -STEEPEST, STEEPEST)))
    return chances


def _told_apart(columns: np.ndarray) -> list[int]:
    """Returns the columns that the judged shots can tell apart, earlier ones first; two shots only two."""
    kept: list[int] = []
    for column in range(columns.shape[1]):
        if np.linalg.matrix_rank(columns[:, [*kept, column]]) == len(kept) + 1:
            kept.append(column)
    return kept
