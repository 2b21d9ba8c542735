"""Shots with times to search in two steps, and the plain search that scores every pair."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from lpd.collection import Collection, make_collection

__all__ = ["best_partners", "followers", "timed_shots"]


def timed_shots(count: int, *, videos: int, seed: int = 0, untimed: int = 0) -> Collection:
    """Returns shots of shuffled videos: some overlap, some begin together, and some have no times."""
    draw = np.random.default_rng(seed)
    start = draw.integers(0, 4 * count // videos, count) / 2
    end = start + draw.integers(0, 9, count) / 2
    lost = draw.permutation(count)[:untimed]
    start[lost[::2]], end[lost[1::2]] = np.nan, np.nan
    table = {
        "shot_id": [f"shot{number}" for number in range(count)],
        "video_id": [f"video{number}" for number in draw.integers(0, videos, count)],
        "start_s": start,
        "end_s": end,
    }
    return make_collection("timed", pd.DataFrame(table))


def followers(collection: Collection, within_s: float) -> list[set[int]]:
    """Returns per shot the rows of those that follow it, told pair by pair."""
    shots = [tuple(one) for one in collection.shots[["video_id", "start_s", "end_s"]].to_numpy()]
    return [
        {
            other
            for other, (other_video, other_start, other_end) in enumerate(shots)
            if video == other_video
            and not any(np.isnan(time) for time in (start, end, other_start, other_end))
            and start < other_start <= end + within_s
        }
        for video, start, end in shots
    ]


def best_partners(
    collection: Collection,
    scores: Sequence[np.ndarray],
    *,
    following: Sequence[set[int]],
    allowed: Sequence[np.ndarray],
) -> Iterator[tuple[float, str, set[int], int]]:
    """Yields (score, id, all equally good partners, row) of every shot that begins a pair.

    Args:
        collection: of N shots.
        scores: (N,) of the first step, (N,) of the second.
        following: of `followers`.
        allowed: (N,) bool of either step.
    """
    for row, shot_id in enumerate(collection.shot_ids):
        others = [other for other in following[row] if allowed[1][other]]
        if allowed[0][row] and others:
            best = max(scores[1][other] for other in others)
            same = {other for other in others if scores[1][other] == best}
            yield float((scores[0][row] + best) / 2), shot_id, same, row
