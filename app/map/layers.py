"""What the browser fetches of a map: coordinates and classes of all shots as plain bytes, each once.

Sizes: N shots.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

__all__ = ["LayerStore", "Plane", "layer_name", "plane_of"]

Key = tuple[object, ...]


def layer_name(key: Key) -> str:
    """Returns how a layer is asked for: letters and digits that say nothing of what it is made from."""
    return sha256(repr(key).encode("utf-8", "replace")).hexdigest()[:40]


class LayerStore:
    """Layers that browsers may fetch, by name; any thread may ask.

    What was not asked for longest goes first; the page that needs it puts it there again in its next run.

    Args:
        most_bytes: that all of them together may take; the one asked for last stays, however large.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, key: Key, make: Callable[[], np.ndarray]) -> str:
        """Returns the name of a layer, which is made where it is not held.

        Args:
            key: all that it is made from, as plain values.
            make: returns an array; its bytes are the layer.
        """
        name = layer_name(key)
        if self.get(name) is None:
            data = np.ascontiguousarray(make()).tobytes()
            with self._lock:
                self._held[name] = data
                while len(self._held) > 1 and sum(map(len, self._held.values())) > self.most_bytes:
                    self._held.popitem(last=False)
        return name

    def get(self, name: str) -> bytes | None:
        """Returns the bytes of a layer, None where it is not held."""
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
            return self._held.get(name)


@dataclass(frozen=True, eq=False)
class Plane:
    """The points of a map as the browser has them: the larger side of their box is -1..1.

    Args:
        places: (N, 2) float32.
        middle: (2,) float64, of the box, in the map's own numbers.
        half: half of its larger side.
    """

    places: np.ndarray
    middle: np.ndarray
    half: float

    def at(self, point: tuple[float, float]) -> tuple[float, float]:
        """Returns where a point in the map's own numbers lies here."""
        x, y = ((np.asarray(point, np.float64) - self.middle) / self.half).tolist()
        return x, y


def plane_of(points: np.ndarray) -> Plane:
    """Returns the plane of a map, with equal lengths in both directions.

    Args:
        points: (N, 2) float32, finite.
    """
    if not len(points):
        return Plane(np.zeros((0, 2), np.float32), np.zeros(2), 1.0)
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    middle, half = (low + high) / 2, float((high - low).max()) / 2
    half = half if half > 0 else 1.0
    places = ((points - middle) / half).astype(np.float32)
    return Plane(np.ascontiguousarray(places), middle, half)
