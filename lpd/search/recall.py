"""Measured recall: how much of the exact lists an approximate index returns.

Sizes: S spaces, L = S + 1 lists (the fused one first), Q queries, D_s width of a space, K depth.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from lpd.errors import FormatError
from lpd.progress import Progress, no_progress
from lpd.search.exact_scan import ExactAnswer, ExactAnswers, exact_answers
from lpd.search.index import SpaceIndex, fusion_shares
from lpd.search.quantised_files import QuantisedArrays
from lpd.search.result import FUSED

__all__ = ["MeasurableIndex", "Recall", "list_recall", "measure_recall", "recorded_recall", "score_rounding"]

_HALF_ROUNDING = 2.0**-11
_QUERIES_AT_ONCE = 16


class MeasurableIndex(SpaceIndex, Protocol):
    """An index that keeps what its exact lists can be made from."""

    @property
    def arrays(self) -> QuantisedArrays:
        """Its codes and half floats."""
        ...


@dataclass(frozen=True)
class Recall:
    """Recall of each list over some queries.

    Args:
        depth: K of the lists.
        queries: number of queries Q.
        source: what they were: `topics`, `captions`, `topics and captions` or `shots`.
        mean: list name -> mean over the queries.
        worst: list name -> the lowest of them.
    """

    depth: int
    queries: int
    source: str
    mean: dict[str, float]
    worst: dict[str, float]

    @property
    def lowest(self) -> float:
        """The lowest mean over the lists: what an index calls its recall."""
        return min(self.mean.values())

    @property
    def settings(self) -> dict[str, Any]:
        """The facts as plain JSON values."""
        return asdict(self)


def recorded_recall(settings: Mapping[str, Any], *, where: object) -> Recall | None:
    """Returns the recall in the settings of an index's manifest, None where it was not measured.

    Raises:
        FormatError: if it is not the settings of a `Recall`.
    """
    facts = settings.get("recall")
    if facts is None:
        return None
    try:
        lists = {
            name: {str(key): float(value) for key, value in facts[name].items()} for name in ("mean", "worst")
        }
        if not lists["mean"] or set(lists["mean"]) != set(lists["worst"]):
            raise ValueError("lists")
        return Recall(int(facts["depth"]), int(facts["queries"]), str(facts["source"]), **lists)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"damaged recall ({error!r})", where=where, next_step="lpd index") from error


def measure_recall(
    index: MeasurableIndex,
    queries: Sequence[np.ndarray],
    depth: int = 1000,
    *,
    weights: np.ndarray | None = None,
    stretch: bool = False,
    source: str = "topics",
    progress: Progress = no_progress,
) -> Recall:
    """Returns how much of the exact lists an index returns; see `list_recall` for what is a miss.

    The exact lists are those of a scan of the index's half floats in float32, one pass for all queries.

    Args:
        index: to be measured.
        queries: S arrays (Q, D_s) float32, Q at least 1.
        depth: K.
        weights: (S,) shares of the spaces in the fused score; None is the mean.
        stretch: as the model fuses; see `SpaceIndex.search`.
        source: where the queries come from.
        progress: called with the queries asked, then with the rows scanned for the exact lists.
    """
    count, shares = len(queries[0]), fusion_shares(weights, len(index.spaces))
    lists: list[list[np.ndarray]] = []
    for start in range(0, count, _QUERIES_AT_ONCE):
        progress("asking sample queries", start, count)
        some = [space[start : start + _QUERIES_AT_ONCE] for space in queries]
        for block in index.search(some, depth, weights=weights, stretch=stretch):
            lists.append([hits.rows for hits in (block.fused, *block.spaces)])
    progress("asking sample queries", count, count)
    answers = exact_answers(
        index.arrays, queries, depth, shares=shares, asked=lists, stretch=stretch, progress=progress
    )
    recalls = dict(zip((FUSED, *index.spaces), _recalls(index.arrays, queries, lists, answers), strict=True))
    return Recall(
        depth,
        count,
        source,
        mean={name: float(values.mean()) for name, values in recalls.items()},
        worst={name: float(values.min()) for name, values in recalls.items()},
    )


def _recalls(
    arrays: QuantisedArrays,
    queries: Sequence[np.ndarray],
    lists: Sequence[Sequence[np.ndarray]],
    answers: ExactAnswers,
) -> np.ndarray:
    """Returns (L, Q) recalls of the rows returned."""
    recalls = np.empty((len(queries) + 1, len(lists)))
    for number, (found, exact) in enumerate(zip(lists, answers.lists, strict=True)):
        query = [space[number] for space in queries]
        for place, (rows, answer) in enumerate(zip(found, exact, strict=True)):
            counts = answers.counts[number] if place == 0 else np.arange(len(query)) == place - 1
            recalls[place, number] = _recall_of_list(arrays, query, counts, rows, answer)
    return recalls


def _recall_of_list(
    arrays: QuantisedArrays,
    query: Sequence[np.ndarray],
    counts: np.ndarray,
    rows: np.ndarray,
    answer: ExactAnswer,
) -> float:
    if not len(rows):
        return list_recall(rows, answer, 0.0)
    return list_recall(rows, answer, score_rounding(arrays, query, counts, rows[np.argmin(answer.asked)]))


def list_recall(rows: np.ndarray, answer: ExactAnswer, rounding: float) -> float:
    """Returns the share of the exact list that was not missed.

    A shot of the exact list is missed if it was not returned although its exact score is higher, by more than
    `rounding`, than the lowest exact score among those returned; in a list shorter than the exact one,
    whatever its score.

    Args:
        rows: as returned.
        answer: the exact one, with the exact scores of `rows`.
        rounding: a difference of scores that is none.
    """
    wanted = len(answer.best.rows)
    if not wanted:
        return 1.0
    least = answer.asked.min() + rounding if len(rows) >= wanted else -np.inf
    missed = ~np.isin(answer.best.rows, rows) & (answer.best.scores > least)
    return 1.0 - float(missed.sum()) / wanted


def score_rounding(
    arrays: QuantisedArrays, query: Sequence[np.ndarray], counts: np.ndarray, row: int
) -> float:
    """Returns by how much storing a shot as half floats changes its score: what a difference must exceed.

    A stored number x is off by at most 2^-11 |x|, and a score is a sum of products g x over the components'
    numbers; taken as independent, these errors add up to 2^-11 sqrt(sum (g x)^2). For vectors of length one
    spread over 512 dimensions that is 2e-5; the bound without independence would be 5e-4, as wide as many
    places of a ranked list.

    Args:
        arrays: of the index.
        query: S arrays (D_s,).
        counts: (S,), what one unit of each space's score counts; one 1 for a space's own list.
        row: of the shot.
    """
    components = np.split(
        np.asarray(arrays.rows[row], dtype=np.float64), np.cumsum(arrays.component_widths)[:-1]
    )
    factors = [np.zeros(len(component)) for component in components]
    mixture = 0
    for count, vector, source in zip(counts, query, arrays.sources, strict=True):
        if source is not None:
            factors[source] += float(count) * vector
            continue
        assert arrays.mixing is not None
        for factor, share in zip(factors, arrays.mixing[row, mixture], strict=True):
            factor += float(count) * float(share) * vector
        mixture += 1
    squares = sum(
        float(((factor * component) ** 2).sum())
        for factor, component in zip(factors, components, strict=True)
    )
    return _HALF_ROUNDING * math.sqrt(squares)
