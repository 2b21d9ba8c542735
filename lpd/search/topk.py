"""The k best of a score vector, with ties broken by a fixed order."""

import numpy as np

__all__ = ["top_k"]


def top_k(scores: np.ndarray, k: int, tie_order: np.ndarray) -> np.ndarray:
    """Returns the positions of the k highest scores, best first.

    Equal scores are ordered by `tie_order`, also at the cut, so the list of depth k is a prefix of any longer
    one.

    Args:
        scores: (N,) floats; entries of -inf are never returned.
        k: length wanted; fewer come back where fewer scores are finite.
        tie_order: (N,) distinct integers; lower comes first among equal scores.
    """
    k = min(k, scores.size)
    if k <= 0:
        return np.empty(0, dtype=np.int64)
    threshold = np.partition(scores, scores.size - k)[scores.size - k]
    above = np.flatnonzero(scores > threshold)
    if np.isneginf(threshold):
        chosen = above
    else:
        tied = np.flatnonzero(scores == threshold)
        tied = tied[np.argsort(tie_order[tied], kind="stable")][: k - above.size]
        chosen = np.concatenate([above, tied])
    return chosen[np.lexsort((tie_order[chosen], -scores[chosen]))].astype(np.int64)
