"""When the shots of a collection begin and end, video by video: which shots follow which.

N shots, M of them with times, P places in the order.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lpd.collection import Collection
from lpd.errors import LpdError
from lpd.search.ranges import sorted_places

__all__ = ["Timeline", "make_timeline"]


@dataclass(frozen=True)
class Timeline:
    """The shots whose times are known, video by video, in the order in which they begin; a shot's place is
    its place in this order.

    Args:
        rows: (M,) int64, the collection's row of each; of two that begin together the lower row is first.
        starts, ends: (M,) float64, in seconds.
        latest_ends: (M,) float64, the latest end of the shots of its video up to a place.
        firsts, stops: (M,) int64, where its video begins and stops in the order.
        places: (N,) int64, the place of each row of the collection; -1 where its times are not known.
    """

    rows: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    latest_ends: np.ndarray
    firsts: np.ndarray
    stops: np.ndarray
    places: np.ndarray

    def following(self, places: np.ndarray, *, within_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Returns the ranges [first, stop) of places whose shots follow each of the given ones, (P,) each.

        b follows a if both are of one video, `a.start < b.start` and `b.start <= a.end + within_s`.
        """
        own, stops = self.starts[places], self.stops[places]
        first = sorted_places(self.starts, own, firsts=places, stops=stops, behind_equal=True)
        latest = self.ends[places] + within_s
        return first, sorted_places(self.starts, latest, firsts=first, stops=stops, behind_equal=True)

    def preceding(self, places: np.ndarray, *, within_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Returns the least ranges [first, stop) that hold every place which each of the given ones follows.

        A range may hold others: shots that are over too early, between longer ones that are not.
        """
        own, firsts = self.starts[places], self.firsts[places]
        stop = sorted_places(self.starts, own, firsts=firsts, stops=places, behind_equal=False)
        over = self.latest_ends + within_s
        return sorted_places(over, own, firsts=firsts, stops=stop, behind_equal=False), stop


def make_timeline(collection: Collection) -> Timeline:
    """Returns the timeline of a collection; shots without a beginning or an end are not in it.

    Raises:
        LpdError: if no shot has both.
    """
    shots = collection.shots
    start, end = shots["start_s"].to_numpy(np.float64), shots["end_s"].to_numpy(np.float64)
    timed = np.flatnonzero(~(np.isnan(start) | np.isnan(end)))
    if not len(timed):
        raise LpdError(
            f"collection {collection.name} does not know when its shots begin and end",
            expected="start_s and end_s of its shots",
            next_step="import its shots with times: lpd import shots",
        )
    videos = pd.factorize(shots["video_id"])[0][timed]
    order = np.lexsort((start[timed], videos))
    rows, videos = timed[order], videos[order]
    changes = np.flatnonzero(np.diff(videos)) + 1
    bounds = np.concatenate([[0], changes, [len(rows)]])
    counts = np.diff(bounds)
    places = np.full(len(collection), -1, dtype=np.int64)
    places[rows] = np.arange(len(rows))
    return Timeline(
        rows=rows,
        starts=start[rows],
        ends=end[rows],
        latest_ends=pd.Series(end[rows]).groupby(videos).cummax().to_numpy(),
        firsts=np.repeat(bounds[:-1], counts),
        stops=np.repeat(bounds[1:], counts),
        places=places,
    )
