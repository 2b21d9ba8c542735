"""Recipes of ranked lists: a search, and two systems compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "CompareAgain",
    "ListShape",
    "SearchAgain",
    "SystemAgain",
]


@dataclass(frozen=True)
class ListShape:
    """What is done to every list of a search afterwards, in this order.

    Args:
        minimum: shots with a lower score are left out.
        fold_by, fold_threshold: near-duplicates are folded: what shots are compared by (`spaces` for all of
            the model, the name of a space or of a feature), and the cosine from which they are alike.
        best_per_video: the shots of a video are folded into the best of them.
        rerank, trade_off, rerank_by: `mmr` or `xquad`, its lambda, and what MMR compares shots by.
        depth: so many shots of a list are taken; None takes all.
        pool: so many of them are re-ranked.
    """

    minimum: float | None = None
    fold_by: str | None = None
    fold_threshold: float | None = None
    best_per_video: bool = False
    rerank: str | None = None
    trade_off: float | None = None
    rerank_by: str = "spaces"
    depth: int | None = None
    pool: int = 100


@dataclass(frozen=True)
class SearchAgain:
    """The lists of a query. Makes `lists`: name -> [[shot, score], ...] of the first k.

    Args:
        model, collection: names in the workspace.
        form: the query in all its parts, as `lpd.search.QueryForm.to_json`.
        lists: names of the lists shown: `fused`, spaces.
        k: how many shots of each.
        depth: of the search.
        subset: only its shots.
        weights: of all spaces in the model's order; None for the model's own.
        spaces: those that are searched; None for all.
        videos, from_s, to_s, hidden: as `lpd.search.shot_masks.ShotChoice`; no videos are all.
        shape: what was done to the lists afterwards.
    """

    model: str
    collection: str
    form: Mapping[str, Any]
    lists: tuple[str, ...]
    k: int
    depth: int = 1000
    subset: str | None = None
    weights: tuple[float, ...] | None = None
    spaces: tuple[str, ...] | None = None
    videos: tuple[str, ...] = ()
    from_s: float | None = None
    to_s: float | None = None
    hidden: tuple[str, ...] = ()
    shape: ListShape | None = None


@dataclass(frozen=True)
class SystemAgain:
    """A ranked list: one of a model, or a run that the workspace keeps for the edition.

    Args:
        model: name, None for a run.
        list_name: `fused`, or a space.
        weights: of all spaces in the model's order; None for the model's own.
        run: tag, None for a model.
    """

    model: str | None = None
    list_name: str = "fused"
    weights: tuple[float, ...] | None = None
    run: str | None = None


@dataclass(frozen=True)
class CompareAgain:
    """Two lists of one query, and the topics on which two systems differ. Makes `lists`: A and B -> ids of
    the first k; `numbers`: `iou`, `rbo` (extrapolated), `kendall`, `spearman` of the two lists, and on a
    judged topic `inf_ap`: that of A and of B; `topics`: [[topic, measure of A, of B, RBO], ...].

    Args:
        first, second: A and B.
        collection: whose shots.
        k: the cut-off.
        p: of rank-biased overlap.
        query: the text; None where only the topics were shown.
        subset: that the query is searched in.
        edition: of the topics; of the topic, where the query is one.
        topic: its id.
        qrels: name of the edition's judgements; None without.
        depth: of the search.
        over_topics: whether the table over the topics was shown.
    """

    first: SystemAgain
    second: SystemAgain
    collection: str
    k: int
    p: float
    query: str | None = None
    subset: str | None = None
    edition: str | None = None
    topic: str | None = None
    qrels: str | None = None
    depth: int = 1000
    over_topics: bool = False
