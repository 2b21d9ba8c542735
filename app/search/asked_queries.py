"""The queries that were asked lately, newest first; shared between sessions."""

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from app.parameters import Value

__all__ = ["MOST", "AskedQueries", "AskedQuery"]

MOST = 50


class AskedQuery(NamedTuple):
    """A query in words, and the parameters that lead back to it."""

    label: str
    parameters: tuple[tuple[str, Value], ...]


class AskedQueries:
    """The last queries, each once; any thread may ask it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: dict[str, AskedQuery] = {}

    def note(self, label: str, parameters: Mapping[str, Value]) -> None:
        """Puts a query in front; what was asked with the same words before makes room for it."""
        with self._lock:
            self._asked.pop(label, None)
            self._asked[label] = AskedQuery(label, tuple(parameters.items()))
            while len(self._asked) > MOST:
                del self._asked[next(iter(self._asked))]

    def newest(self) -> list[AskedQuery]:
        """Returns them, newest first."""
        with self._lock:
            return list(reversed(self._asked.values()))
