"""What judging one shot changes: the derivative of infAP by the weight of each shot of a pool."""

import numpy as np

__all__ = ["shot_influences"]


def shot_influences(rows: np.ndarray, relevant: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Returns (B, N) what each shot of a wholly judged pool adds to infAP of a ranking as its weight grows.

    A relevant shot adds its precision, and takes its share of AP away because it makes the relevant shots
    more. Each shot raises or lowers the precision at the relevant shots below it, as far as it differs from
    the share of relevant ones in its stratum above them. Only differences within a stratum matter.

    Args:
        rows: (K,) a ranking laid over the pool, as `ranked_rows` returns it.
        relevant: (B, N) bool, possible pools.
        codes: (N,) int64, the stratum of each shot.

    Source: C.-E. Särndal, B. Swensson, J. Wretman, "Model assisted survey sampling", 1992, chapter 5.
    """
    ranks = np.flatnonzero(rows >= 0)
    own = rows[ranks]
    hits = relevant[:, own]  # (B, K)
    upto = np.cumsum(hits, axis=1)
    total = np.maximum(relevant.sum(axis=1, keepdims=True), 1)
    precision = upto / (ranks + 1)
    average = (hits * precision).sum(axis=1, keepdims=True) / total
    influences = -average * relevant
    gains = hits * precision
    for code in np.unique(codes[own]).tolist():
        member = codes[own] == code
        inside = np.cumsum(member) - member  # shots of the stratum above each rank
        share = (np.cumsum(hits & member, axis=1) - (hits & member)) / np.maximum(inside, 1)
        weight = np.where(inside > 0, hits / (ranks + 1), 0.0)
        below = _sums_below(weight)
        below_share = _sums_below(weight * share)
        gains[:, member] += (hits * below - below_share)[:, member]
    influences[:, own] += gains
    return influences / total


def _sums_below(values: np.ndarray) -> np.ndarray:
    """Returns (B, K) the sums of (B, K) values at the ranks below each rank."""
    sums: np.ndarray = values.sum(axis=1, keepdims=True) - np.cumsum(values, axis=1)
    return sums
