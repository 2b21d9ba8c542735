"""What one query brought, and how its lists call themselves: exact, or approximate with a measured recall."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from lpd.search.index import HitList
from lpd.words import counted

__all__ = ["FUSED", "Exactness", "SearchResult"]

FUSED = "fused"

_MADE_BY = {"quantised": "8-bit codes", "milvus": "Milvus"}
"""Kind of an index -> what a person should know of how it makes lists that are not exact."""

_EXACT = {"quantised": "exact (half precision)", "milvus": "exact, Milvus"}
"""Kind of an index -> how its exact lists are called, where that is more than `exact`."""


@dataclass(frozen=True)
class Exactness:
    """Whether lists are exact.

    Args:
        kind: of the index.
        exact: whether every shot allowed was scored directly, so that the lists lack none: in float32, those
            of a quantised index in half precision.
        recall: measured recall of lists that are not: the lowest mean over the lists; None if not measured.
        queries: over how many queries it was measured, None where that is not known.
    """

    kind: str
    exact: bool
    recall: float | None = None
    queries: int | None = None

    @property
    def words(self) -> str:
        """How the lists are called wherever they are shown: `exact`, `exact, Milvus`,
        `exact (half precision)` or `approximate (8-bit codes, recall .9998 over 64 queries)`.
        """
        if self.exact:
            return _EXACT.get(self.kind, "exact")
        made_by = _MADE_BY.get(self.kind)
        return f"approximate ({', '.join([*([made_by] if made_by else []), self._measured])})"

    def of_lists(self, *, complete: bool) -> "Exactness":
        """Returns that of one query's lists: exact where they are complete, else that of the index."""
        return replace(self, exact=True, recall=None, queries=None) if complete else self

    @property
    def _measured(self) -> str:
        """Four digits, rounded down: a recall below 1 never prints as 1."""
        if self.recall is None:
            return "recall not measured"
        digits = f"{math.floor(round(self.recall * 10_000, 6)) / 10_000:.4f}".removeprefix("0")
        over = "" if self.queries is None else f" over {counted(self.queries, 'query')}"
        return f"recall {digits}{over}"


@dataclass(frozen=True)
class SearchResult:
    """Everything one query brought.

    Args:
        query: the text, the id of the shot that was searched with, or what a query of several parts says.
        lists: `fused` first, then one list per space asked for, in the model's order.
        vectors: S query vectors (D_s,), for follow-up questions about single shots.
        shares: (S,) the spaces' shares in the fused score; 0 for a space that was left out.
        shots_searched: number of shots that could have been returned.
        exactness: whether the lists are exact.
        timings_ms: `encode` (text to query vectors), `search` (vectors to lists) and, where the index tells
            them, the steps of the search.
        unknown_words: text feature -> words of the query that its encoder does not know.
        ranges: (S, 2) lowest and highest score of each space among the shots searched.
    """

    query: str
    lists: dict[str, HitList]
    vectors: tuple[np.ndarray, ...]
    shares: np.ndarray
    shots_searched: int
    exactness: Exactness
    timings_ms: dict[str, float]
    unknown_words: dict[str, list[str]] = field(default_factory=dict)
    ranges: np.ndarray | None = None
