"""What one query brought, and how its lists call themselves: exact, or approximate with a measured recall."""

import math
from dataclasses import dataclass, field

import numpy as np

from lpd.search.index import HitList

__all__ = ["FUSED", "Exactness", "SearchResult"]

FUSED = "fused"

_MADE_BY = {"quantised": "8-bit codes", "milvus": "Milvus"}
"""Kind of an index -> what a person should know of how it makes its lists; nothing of a plain exact one."""


@dataclass(frozen=True)
class Exactness:
    """Whether lists are exact.

    Args:
        kind: of the index.
        exact: whether the lists are those of a full scan in float32.
        recall: measured recall of lists that are not: the lowest mean over the lists; None if not measured.
        queries: over how many queries it was measured, None where that is not known.
    """

    kind: str
    exact: bool
    recall: float | None = None
    queries: int | None = None

    @property
    def words(self) -> str:
        """How the lists are called wherever they are shown: `exact`, `exact, Milvus` or
        `approximate (8-bit codes, recall .9998 over 64 queries)`.
        """
        made_by = _MADE_BY.get(self.kind)
        if self.exact:
            return ", ".join(["exact", *([made_by] if made_by else [])])
        return f"approximate ({', '.join([*([made_by] if made_by else []), self._measured])})"

    @property
    def _measured(self) -> str:
        """Four digits, rounded down: a recall below 1 never prints as 1."""
        if self.recall is None:
            return "recall not measured"
        digits = f"{math.floor(round(self.recall * 10_000, 6)) / 10_000:.4f}".removeprefix("0")
        return f"recall {digits}" + ("" if self.queries is None else f" over {self.queries} queries")


@dataclass(frozen=True)
class SearchResult:
    """Everything one query brought.

    Args:
        query: the text, or the id of the shot that was searched with.
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
