"""Simple systems whose runs fill the demo's judgement pool; none of them is compared with anything later."""

from collections.abc import Mapping, Sequence

import numpy as np

__all__ = ["ridge_ranking"]


def ridge_ranking(
    training: np.ndarray,
    words: np.ndarray,
    shots: np.ndarray,
    *,
    queries: Mapping[str, np.ndarray],
    shot_ids: Sequence[str],
    penalty: float = 100.0,
) -> dict[str, list[str]]:
    """Returns topic_id -> shot ids, best first, of ridge regression from video features to the words of
    captions.

    A shot's score for a topic is the cosine between its predicted words and the topic's.

    Args:
        training: (C, D) float, the video features of the shot of each training caption.
        words: (C, W) float, the words of each training caption.
        shots: (N, D) float, the video features of the shots to rank.
        queries: topic_id -> (W,) float, the words of its text.
        shot_ids: N ids.
        penalty: weight of the squared coefficients, with features of unit variance.

    Raises:
        LpdError: if the penalty is not above 0.
    """
    import torch

    from lpd.models.ridge import solve

    mean, deviation = training.mean(axis=0), training.std(axis=0) + 1e-6
    inputs = ((training - mean) / deviation).astype(np.float64)
    cross = inputs.T @ (words - words.mean(axis=0))
    weights = solve(torch.from_numpy(inputs.T @ inputs), torch.from_numpy(cross), penalty).numpy()
    predicted = ((shots - mean) / deviation) @ weights
    predicted /= np.linalg.norm(predicted, axis=1, keepdims=True) + 1e-12
    ranking: dict[str, list[str]] = {}
    for topic_id, query in queries.items():
        order = np.argsort(-(predicted @ query), kind="stable")
        ranking[topic_id] = [shot_ids[row] for row in order]
    return ranking
