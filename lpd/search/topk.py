"""The k best of a score vector, with ties broken by a fixed order."""

from collections.abc import Sequence

import numpy as np

__all__ = ["order_of_ids", "top_k"]


def order_of_ids(shot_ids: Sequence[str]) -> np.ndarray:
    """Returns (N,) int64, the place of each shot among equal scores: by id descending.

    So does sample_eval.pl, hence a list and its run file agree.
    """
    order = np.empty(len(shot_ids), dtype=np.int64)
    order[sorted(range(len(shot_ids)), key=lambda row: shot_ids[row].encode(), reverse=True)] = np.arange(
        len(shot_ids)
    )
    return order


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
