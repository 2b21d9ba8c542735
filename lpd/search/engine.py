"""The search engine: a text or a shot in, one ranked list per common space and the fused one out."""

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.search.filters import Scope, ShotFilters, choose_spaces
from lpd.search.index import SpaceIndex, stretched
from lpd.search.queries import QuerySide
from lpd.search.result import FUSED, Exactness, SearchResult
from lpd.search.timeline import Timeline, make_timeline

__all__ = ["DEPTH", "SearchEngine"]

DEPTH = 1000
"""Length of the lists where nobody says."""


class SearchEngine:
    """One model over one collection. Read-only once opened, so threads may share it.

    `exactness` says whether its lists are exact (a result's may be where the others are not);
    `recall_queries` over how many queries their recall was measured.

    All searches take the same choices:
        depth: length of each list.
        subset, video: name of a subset of the collection, id of a video; only its shots are returned.
        allowed: (N,) bool over the rows of the collection; only these shots are returned. All filters given
            must hold, and they act inside the search: a list is `depth` long where so many shots fulfil them.
        weights: shares of all S spaces in the fused score, in the model's order; None takes the model's own.
        spaces: names of those whose lists are made; others have no share in the fused score. None takes all.
    """

    def __init__(
        self,
        card: ModelCard,
        collection: Collection,
        index: SpaceIndex,
        encoder: QuerySide,
        *,
        recall_queries: int | None = None,
    ) -> None:
        self.card = card
        self.collection = collection
        self.index = index
        self.encoder = encoder
        self.exactness = Exactness(index.kind, index.exact, index.recall, recall_queries)
        self._filters = ShotFilters(collection)

    @property
    def spaces(self) -> list[str]:
        """Names of the common spaces, in the model's order."""
        return list(self.index.spaces)

    @property
    def shot_ids(self) -> list[str]:
        """Ids of the collection's shots; rows in hit lists count in this order."""
        return self.collection.shot_ids

    @property
    def warm(self) -> bool:
        """Whether a query finds in memory what it needs."""
        return self.index.warm

    def warm_up(self, progress: Progress = no_progress) -> None:
        """Reads what a query needs into memory and checks it; a query before that waits for it."""
        self.index.warm_up(progress)

    def search(
        self,
        query: str,
        *,
        depth: int = DEPTH,
        subset: str | None = None,
        video: str | None = None,
        allowed: np.ndarray | None = None,
        weights: Sequence[float] | None = None,
        spaces: Sequence[str] | None = None,
    ) -> SearchResult:
        """Returns the ranked lists of one free-text query.

        Args:
            query: the text.
            depth, subset, video, allowed, weights, spaces: see the class.

        Raises:
            LpdError: if the query is empty, weights are impossible, or an encoder of the model is absent.
            NotFoundError: if there is no such subset, video or space.
        """
        scope = self.scope(depth, subset=subset, video=video, allowed=allowed, weights=weights, spaces=spaces)
        return self._search_texts([query], scope)[0]

    def search_many(
        self,
        queries: Sequence[str],
        *,
        depth: int = DEPTH,
        subset: str | None = None,
        video: str | None = None,
        allowed: np.ndarray | None = None,
        weights: Sequence[float] | None = None,
        spaces: Sequence[str] | None = None,
    ) -> list[SearchResult]:
        """Returns the ranked lists of several queries, encoded and searched in one pass; see `search`."""
        scope = self.scope(depth, subset=subset, video=video, allowed=allowed, weights=weights, spaces=spaces)
        return self._search_texts(queries, scope)

    def search_shot(
        self,
        shot_id: str,
        *,
        itself: bool = False,
        depth: int = DEPTH,
        subset: str | None = None,
        video: str | None = None,
        allowed: np.ndarray | None = None,
        weights: Sequence[float] | None = None,
        spaces: Sequence[str] | None = None,
    ) -> SearchResult:
        """Returns the ranked lists of a query by a shot: its own video ends are the query vectors.

        Args:
            shot_id: of the collection.
            itself: whether the shot may be returned; it would be first in most lists.
            depth, subset, video, allowed, weights, spaces: see the class.

        Raises:
            NotFoundError: if there is no such shot, subset, video or space.
        """
        row = self.collection.row(shot_id)
        scope = self.scope(
            depth,
            subset=subset,
            video=video,
            allowed=allowed,
            without=None if itself else row,
            weights=weights,
            spaces=spaces,
        )
        started = time.perf_counter()
        vectors = self.index.vectors(np.array([row], dtype=np.int64))
        return self._lists([shot_id], vectors, scope, encode_s=time.perf_counter() - started)[0]

    def search_vectors(
        self, label: str, vectors: Sequence[np.ndarray], *, scope: Scope, encode_s: float = 0.0
    ) -> SearchResult:
        """Returns the ranked lists of a query by its vectors.

        Args:
            label: stands as the query in the result.
            vectors: S arrays (D_s,) float32 of any length: scores are inner products with them.
            scope: what is covered.
            encode_s: what making the vectors took.
        """
        return self._lists([label], [vector[None] for vector in vectors], scope, encode_s=encode_s)[0]

    def scope(
        self,
        depth: int = DEPTH,
        *,
        subset: str | None = None,
        video: str | None = None,
        allowed: np.ndarray | None = None,
        without: int | None = None,
        weights: Sequence[float] | None = None,
        spaces: Sequence[str] | None = None,
    ) -> Scope:
        """Returns what a search with these choices covers; `without` is the row of a shot left out."""
        mask = self._filters.mask(subset=subset, video=video, allowed=allowed, without=without)
        own = self.card.fusion.weights or None
        chosen = choose_spaces(self.index.spaces, chosen=spaces, weights=own if weights is None else weights)
        return Scope(depth, mask, *chosen)

    def encode(self, texts: Sequence[str]) -> list[np.ndarray]:
        """Returns the query vectors of texts, S arrays (Q, D_s) float32; see `search` for what is refused."""
        if not all(text.strip() for text in texts):
            hint = "type what the shots should show"
            raise LpdError("the query is empty", expected="at least one word", next_step=hint)
        return self.encoder.vectors(texts)

    @cached_property
    def timeline(self) -> Timeline:
        """When the shots begin and end; LpdError if the collection does not know."""
        return make_timeline(self.collection)

    def _search_texts(self, queries: Sequence[str], scope: Scope) -> list[SearchResult]:
        if not queries:
            return []
        started = time.perf_counter()
        vectors = self.encode(queries)
        results = self._lists(queries, vectors, scope, encode_s=time.perf_counter() - started)
        return [replace(one, unknown_words=self.encoder.unknown_words(one.query)) for one in results]

    def _lists(
        self, queries: Sequence[str], vectors: Sequence[np.ndarray], scope: Scope, *, encode_s: float
    ) -> list[SearchResult]:
        """Returns the result of each query; times are shared equally among them."""
        started = time.perf_counter()
        blocks = self.index.search(
            vectors,
            scope.depth,
            weights=scope.shares,
            allowed=scope.allowed,
            stretch=self._stretches,
            wanted=scope.numbers,
        )
        search_s = time.perf_counter() - started
        timings = {"encode": 1000 * encode_s / len(queries), "search": 1000 * search_s / len(queries)}
        return [
            SearchResult(
                query=query,
                lists={FUSED: block.fused}
                | {self.index.spaces[one]: block.spaces[one] for one in scope.numbers},
                vectors=tuple(space[number] for space in vectors),
                shares=scope.shares,
                shots_searched=self.index.shots if scope.allowed is None else int(scope.allowed.sum()),
                exactness=self.exactness.of_lists(complete=block.complete),
                timings_ms=timings | dict(block.timings_ms),
                ranges=block.ranges,
            )
            for number, (query, block) in enumerate(zip(queries, blocks, strict=True))
        ]

    @property
    def _stretches(self) -> bool:
        """Whether the model fuses scores stretched to [0, 1] per space."""
        return self.card.fusion.kind == "minmax"

    def similarities(self, result: SearchResult, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Returns the (S+1, R) float32 scores of some shots for a query: fused first, then each space."""
        wanted = np.asarray(rows, dtype=np.int64)
        per_space = self.index.similarities([vector[None] for vector in result.vectors], wanted)[:, 0]
        added = per_space
        if self._stretches and result.ranges is not None:
            added = stretched(per_space, *result.ranges.T[:, :, None])
        return np.concatenate([(result.shares @ added)[None], per_space]).astype(np.float32)

    def fusion_weights(self, row: int) -> dict[str, dict[str, float]]:
        """Returns the attention weights of one shot's fused ends: space -> video feature -> share of 1."""
        return self.encoder.video_attention(self.shot_ids[row])
