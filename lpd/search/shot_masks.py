"""Filters of a live search that act inside it: which shots may be returned, as a mask for the engine.

N shots of the collection.
"""

from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lpd.errors import LpdError
from lpd.search.filters import ShotFilters
from lpd.trec import JudgedTopic

__all__ = ["ShotChoice", "ShotMasks", "judged_shots"]


@dataclass(frozen=True)
class ShotChoice:
    """Which shots a person wants to see; a shot must fulfil all of it.

    Args:
        videos: ids of videos; only their shots. None for all.
        from_s: seconds into its video from which a shot may begin, None for any.
        to_s: seconds into its video up to which a shot may begin, None for any.
        hidden: ids of shots that are not returned, such as those judged or seen. An id that the collection
            does not have hides nothing.
    """

    videos: Sequence[str] | None = None
    from_s: float | None = None
    to_s: float | None = None
    hidden: AbstractCollection[str] = ()


@dataclass(frozen=True)
class ShotMasks:
    """Makes masks of choices over one collection; what is slow to find is found once and kept.

    Args:
        filters: of the collection.
    """

    filters: ShotFilters

    def mask(self, choice: ShotChoice) -> np.ndarray | None:
        """Returns (N,) bool, the shots that fulfil a choice, for `allowed` of the engine; None where nothing
        is asked.

        Raises:
            NotFoundError: if there is no such video.
            LpdError: if no video is chosen, the span of time is impossible, or the collection knows no times.
        """
        given = []
        if choice.videos is not None:
            given.append(self._of_videos(choice.videos))
        if choice.from_s is not None or choice.to_s is not None:
            given.append(self._of_span(choice.from_s, choice.to_s))
        if choice.hidden:
            given.append(self._without(choice.hidden))
        return np.logical_and.reduce(given) if given else None

    @property
    def untimed(self) -> int:
        """How many shots have no start time; no span of time returns them."""
        return int(np.isnan(self._starts).sum())

    @cached_property
    def _starts(self) -> np.ndarray:
        """(N,) float64 seconds, NaN where unknown."""
        return self.filters.collection.shots["start_s"].to_numpy(dtype=np.float64)

    def _of_videos(self, videos: Sequence[str]) -> np.ndarray:
        if not videos:
            raise LpdError("no video is chosen", expected="at least one, or no filter by video")
        mask = np.zeros(len(self.filters.collection), dtype=bool)
        for video in videos:
            mask[self.filters.video_rows(video)] = True
        return mask

    def _of_span(self, from_s: float | None, to_s: float | None) -> np.ndarray:
        low, high = -np.inf if from_s is None else from_s, np.inf if to_s is None else to_s
        if not low <= high:
            raise LpdError(
                "impossible span of time", expected="seconds, the first not above the last", found=(low, high)
            )
        if len(self._starts) and self.untimed == len(self._starts):
            raise LpdError(
                "shots cannot be filtered by time",
                where=self.filters.collection.name,
                expected="start_s in the shot table",
                found="none",
                next_step="lpd import shots with a table that has start_s and end_s",
            )
        return (self._starts >= low) & (self._starts <= high)  # NaN is neither

    def _without(self, hidden: AbstractCollection[str]) -> np.ndarray:
        mask = np.ones(len(self.filters.collection), dtype=bool)
        mask[self.filters.collection.known_rows(hidden)] = False
        return mask


def judged_shots(judged: JudgedTopic) -> frozenset[str]:
    """Returns the shots of a topic that were judged, relevant or not; those only pooled are left out."""
    pairs = zip(judged.shot_ids, judged.relevance.tolist(), strict=True)
    return frozenset(shot_id for shot_id, relevance in pairs if relevance >= 0)
