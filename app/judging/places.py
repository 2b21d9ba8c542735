"""Where shots are in their videos, and which are beside them; made once per collection."""

import numpy as np

from app.words import seconds
from lpd.collection import Collection

__all__ = ["ShotPlaces"]

ON_EACH_SIDE = 2


class ShotPlaces:
    """The shots of every video in their order.

    Args:
        collection: whose shots; of those without times the order of the table counts.
    """

    def __init__(self, collection: Collection) -> None:
        shots = collection.shots
        videos, names = shots["video_id"].factorize()
        self._names = np.asarray(names, dtype=object)
        self._starts = shots["start_s"].to_numpy(dtype=float)
        self._ends = shots["end_s"].to_numpy(dtype=float)
        self._order = np.lexsort((self._starts, videos))
        self._video = videos
        self._first = np.searchsorted(videos[self._order], np.arange(len(names)))
        self._count = np.bincount(videos, minlength=len(names))
        self._position = np.empty(len(videos), dtype=np.int64)
        self._position[self._order] = np.arange(len(videos))

    def words(self, row: int) -> str:
        """Returns where a shot is: `shot 2 of 9 in 01001, 1.1 s to 2.1 s`."""
        video = int(self._video[row])
        number = int(self._position[row] - self._first[video]) + 1
        place = f"shot {number} of {int(self._count[video])} in {self._names[video]}"
        start, end = float(self._starts[row]), float(self._ends[row])
        return f"{place}, {seconds(start)} to {seconds(end)}" if start == start and end == end else place

    def label(self, row: int) -> str:
        """Returns the number of a shot in its video, and when it starts where that is known."""
        number = int(self._position[row] - self._first[int(self._video[row])]) + 1
        start = float(self._starts[row])
        return f"{number} · {seconds(start)}" if start == start else str(number)

    def beside(self, row: int) -> list[int]:
        """Returns the rows of the shots around a shot in its video, its own among them, in their order."""
        video = int(self._video[row])
        first, last = int(self._first[video]), int(self._first[video] + self._count[video])
        here = int(self._position[row])
        around = self._order[max(first, here - ON_EACH_SIDE) : min(last, here + ON_EACH_SIDE + 1)]
        return [int(one) for one in around]
