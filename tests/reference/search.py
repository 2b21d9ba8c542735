"""Slow, plain search: one loop per shot and space."""

import numpy as np


def plain_lists(
    queries: list[np.ndarray], vectors: list[np.ndarray], shot_ids: list[str], k: int, *, weights: list[float]
) -> list[list[list[str]]]:
    """Returns per query the fused list and then each space's list, as shot ids; ties by id, descending."""
    answers = []
    for number in range(len(queries[0])):
        spaces = [
            {shot: float(np.dot(q[number], v[row])) for row, shot in enumerate(shot_ids)}
            for q, v in zip(queries, vectors, strict=True)
        ]
        total = sum(weights)
        fused = {
            shot: sum(w * space[shot] for w, space in zip(weights, spaces, strict=True)) / total
            for shot in shot_ids
        }
        lists = []
        for scores in [fused, *spaces]:
            by_id = sorted(shot_ids, reverse=True)
            lists.append(sorted(by_id, key=lambda shot: -scores[shot])[:k])
        answers.append(lists)
    return answers
