"""The search engine: text in, one ranked list per common space and the fused one out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.errors import LpdError, MismatchError, StaleError
from lpd.search.exact import open_exact_index
from lpd.search.index import HitList, ListBlock, SpaceIndex, fusion_shares, stretched
from lpd.search.queries import QueryEncoder, open_query_encoder
from lpd.storage import digest_bytes

if TYPE_CHECKING:
    from lpd.workspace import Workspace

__all__ = ["FUSED", "SearchEngine", "SearchResult", "open_engine"]

FUSED = "fused"
DEPTH = 1000


@dataclass(frozen=True)
class SearchResult:
    """Everything one query brought.

    Args:
        query: the text.
        lists: `fused` first, then one list per space in the model's order.
        vectors: S query vectors (D_s,), for follow-up questions about single shots.
        shares: (S,) the spaces' shares in the fused score.
        shots_searched: number of shots that could have been returned.
        exact: whether the lists are exact; else `recall` holds their measured recall.
        timings_ms: `encode` (text to query vectors) and `search` (vectors to lists).
        unknown_words: text feature -> words of the query that its encoder does not know.
        ranges: (S, 2) lowest and highest score of each space among the shots searched.
    """

    query: str
    lists: dict[str, HitList]
    vectors: tuple[np.ndarray, ...]
    shares: np.ndarray
    shots_searched: int
    exact: bool
    recall: float | None
    timings_ms: dict[str, float]
    unknown_words: dict[str, list[str]]
    ranges: np.ndarray | None = None


class SearchEngine:
    """One model over one collection. Read-only once opened, so threads may share it."""

    def __init__(
        self, card: ModelCard, collection: Collection, index: SpaceIndex, encoder: QueryEncoder
    ) -> None:
        self.card = card
        self.collection = collection
        self.index = index
        self.encoder = encoder

    @property
    def spaces(self) -> list[str]:
        """Names of the common spaces, in the model's order."""
        return list(self.index.spaces)

    @property
    def shot_ids(self) -> list[str]:
        """Ids of the collection's shots; rows in hit lists count in this order."""
        return self.collection.shot_ids

    def search(
        self,
        query: str,
        *,
        depth: int = DEPTH,
        subset: str | None = None,
        weights: Sequence[float] | None = None,
    ) -> SearchResult:
        """Returns the ranked lists of one free-text query.

        Args:
            query: the text.
            depth: length of each list.
            subset: search this subset of the collection only.
            weights: shares of the spaces in the fused score; None takes the model's own (equal ones for
                most).

        Raises:
            LpdError: if the query is empty or an encoder that the model needs is absent.
        """
        return self.search_many([query], depth=depth, subset=subset, weights=weights)[0]

    def search_many(
        self,
        queries: Sequence[str],
        *,
        depth: int = DEPTH,
        subset: str | None = None,
        weights: Sequence[float] | None = None,
    ) -> list[SearchResult]:
        """Returns the ranked lists of several queries, encoded and searched in one pass; see `search`."""
        if not queries:
            return []
        blank = [number for number, query in enumerate(queries) if not query.strip()]
        if blank:
            raise LpdError(
                "the query is empty",
                expected="at least one word",
                next_step="type what the shots should show",
            )
        started = time.perf_counter()
        vectors = self.encoder.vectors(queries)
        encoded = time.perf_counter()
        shares = self._shares(weights)
        blocks = self.index.search(
            vectors, depth, weights=shares, allowed=self._allowed(subset), stretch=self._stretches
        )
        timings = {
            "encode": 1000 * (encoded - started) / len(queries),
            "search": 1000 * (time.perf_counter() - encoded) / len(queries),
        }
        searched = self.index.shots if subset is None else len(self.collection.subset_rows(subset))
        return [
            self._result(query, number, vectors, shares, block, searched, timings)
            for number, (query, block) in enumerate(zip(queries, blocks, strict=True))
        ]

    @property
    def _stretches(self) -> bool:
        """Whether the model fuses scores stretched to [0, 1] per space."""
        return self.card.fusion.kind == "minmax"

    def _shares(self, weights: Sequence[float] | None) -> np.ndarray:
        chosen = weights if weights is not None else self.card.fusion.weights or None
        try:
            return fusion_shares(None if chosen is None else np.asarray(chosen), len(self.index.spaces))
        except ValueError as error:
            raise LpdError(f"these space weights cannot be used: {error}") from error

    def _allowed(self, subset: str | None) -> np.ndarray | None:
        if subset is None:
            return None
        allowed = np.zeros(self.index.shots, dtype=bool)
        allowed[self.collection.subset_rows(subset)] = True
        return allowed

    def _result(
        self,
        query: str,
        number: int,
        vectors: Sequence[np.ndarray],
        shares: np.ndarray,
        block: ListBlock,
        searched: int,
        timings: dict[str, float],
    ) -> SearchResult:
        return SearchResult(
            query=query,
            lists={FUSED: block.fused, **dict(zip(self.index.spaces, block.spaces, strict=True))},
            vectors=tuple(space[number] for space in vectors),
            shares=shares,
            shots_searched=searched,
            exact=self.index.exact,
            recall=self.index.recall,
            timings_ms=timings,
            unknown_words=self.encoder.unknown_words(query),
            ranges=block.ranges,
        )

    def similarities(self, result: SearchResult, rows: Sequence[int] | np.ndarray) -> np.ndarray:
        """Returns the (S+1, R) float32 scores of the given shots for a query: fused first, then each
        space.
        """
        wanted = np.asarray(rows, dtype=np.int64)
        per_space = self.index.similarities([vector[None] for vector in result.vectors], wanted)[:, 0]
        added = per_space
        if self._stretches and result.ranges is not None:
            added = stretched(per_space, *result.ranges.T[:, :, None])
        return np.concatenate([(result.shares @ added)[None], per_space]).astype(np.float32)

    def fusion_weights(self, row: int) -> dict[str, dict[str, float]]:
        """Returns the attention weights of one shot's fused ends: space -> video feature -> share of 1."""
        return self.encoder.video_attention(self.shot_ids[row])


def open_engine(workspace: "Workspace", *, model: str, collection: str) -> SearchEngine:
    """Returns the engine of a model over a collection, ready to be queried.

    Raises:
        NotFoundError: if there is no such model, collection or index.
        StaleError: if the index was made from another model or another collection.
        LpdError: if the model is a re-ranker.
    """
    card = workspace.model_card(model)
    check_bi_encoder(card)
    opened = workspace.collection(collection)
    folder = workspace.index_folder(model, collection)
    command = f"lpd index --model {model} --collection {collection}"
    if not folder.is_dir():
        raise StaleError("this model has no index of this collection", where=folder, next_step=command)
    index, manifest = open_exact_index(folder)
    sources = {"model": card.digest, "collection": ids_digest(opened.shot_ids)}
    changed = manifest.changed(sources)
    if changed:
        raise StaleError(
            f"the index was made from another {' and another '.join(changed)}",
            where=folder,
            expected=", ".join(sources[name] for name in changed),
            found=", ".join(manifest.made_from.get(name, "nothing") for name in changed),
            next_step=command,
        )
    _check_spaces(card, index, folder)
    return SearchEngine(card, opened, index, open_query_encoder(workspace, card, collection))


def check_bi_encoder(card: ModelCard) -> None:
    """Raises LpdError for a model that scores pairs of a text and a shot and hence has no index."""
    if not card.bi_encoder:
        raise LpdError(
            f"{card.name} ({card.system}) scores pairs of a text and a shot, so it cannot be indexed",
            next_step=f"let it re-rank a run: lpd rerank RUN --method model --model {card.name}",
        )


def ids_digest(shot_ids: Sequence[str]) -> str:
    """Returns the digest of an ordered list of ids."""
    return digest_bytes("\n".join(shot_ids).encode())


def _check_spaces(card: ModelCard, index: SpaceIndex, folder: Path) -> None:
    expected = [(space.name, space.width) for space in card.spaces]
    found = list(zip(index.spaces, index.widths, strict=True))
    if expected != found:
        raise MismatchError(
            "index of another model", where=folder, expected=expected, found=found, next_step="lpd index"
        )
