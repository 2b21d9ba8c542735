"""Scores of the last queries, for new weights of the spaces: bounded in bytes over everybody who asks."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock

import numpy as np

from lpd.search.index import HitList

__all__ = ["ScoreCache", "Scores", "query_key"]


@dataclass(frozen=True)
class Scores:
    """The scores of one query, from 8-bit codes.

    Args:
        scores: (S, N) float32; only those of `spaces` are filled in.
        spaces: numbers of the spaces that were scored.
        lists: exact lists made of them so far: (list, depth, what was allowed) -> list.
        ranges: what was allowed -> (S, 2), lowest and highest score of each space. Dicts are safe to share
            between threads.
    """

    scores: np.ndarray
    spaces: frozenset[int]
    lists: dict[tuple[int, int, bytes], HitList] = field(default_factory=dict)
    ranges: dict[bytes, np.ndarray] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """Bytes of the scores and of what was made of them."""
        made = sum(one.rows.nbytes + one.scores.nbytes for one in list(self.lists.values()))
        return self.scores.nbytes + made + sum(one.nbytes for one in list(self.ranges.values()))


class ScoreCache:
    """The scores of the queries asked last.

    Args:
        most_bytes: that all scores and lists together may take.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[bytes, Scores] = OrderedDict()
        self._lock = Lock()

    @property
    def held_bytes(self) -> int:
        """Bytes of what is kept."""
        with self._lock:
            return sum(one.nbytes for one in self._kept.values())

    def get(self, key: bytes, spaces: frozenset[int]) -> Scores | None:
        """Returns the scores of a query if they are kept for all of the spaces asked for."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or not spaces <= found.spaces:
                return None
            self._kept.move_to_end(key)
            return found

    def put(self, key: bytes, scores: Scores) -> None:
        """Keeps scores; the longest unused ones make room."""
        with self._lock:
            self._kept[key] = scores
            self._kept.move_to_end(key)
        self.trim()

    def trim(self) -> None:
        """Gives up the longest unused scores while all take too much, as lists made since may do."""
        with self._lock:
            total = sum(one.nbytes for one in self._kept.values())
            while total > self.most_bytes:
                total -= self._kept.popitem(last=False)[1].nbytes


def query_key(vectors: Sequence[np.ndarray]) -> bytes:
    """Returns a digest of the vectors of one query."""
    digest = blake2b(digest_size=16)
    for vector in vectors:
        digest.update(np.ascontiguousarray(vector).tobytes())
    return digest.digest()
