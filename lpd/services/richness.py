"""What the variety of a model's spaces is worth on judged topics, beyond how little their lists overlap.

Letters: S spaces, T topics, K the cut-off.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from lpd.diversity import mean_off_diagonal
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.evaluation import evaluate_run, mean_measures, measure_subtopics
from lpd.features import FeatureMatrix
from lpd.progress import Progress, no_progress
from lpd.rerank import Pool, apply_order, cosine_similarity, make_pool, mmr, xquad
from lpd.search import SearchEngine
from lpd.services.editions import edition_runs, evaluate_edition, result_runs
from lpd.services.found_alone import found_by_one
from lpd.services.reranking import space_aspects, space_vectors
from lpd.services.space_worth import SpaceLists, left_out_runs, search_space_lists
from lpd.trec import MAX_DEPTH, Qrels, RankedList, Run, make_run

__all__ = [
    "TRADE_OFFS",
    "Richness",
    "TradeOffPoint",
    "list_diversity",
    "lists_richness",
    "model_richness",
    "trade_off_curve",
]

Subtopics = Mapping[str, Mapping[str, AbstractSet[str]]]
"""Topic -> shot -> its subtopics."""

SHOWN = 20
"""The cut-off of the LPD paper's IoU: about what a person looks at."""

TRADE_OFFS = tuple(step / 10 for step in range(11))
"""Shares of relevance against diversity that are compared: 1 is the list as it was."""


@dataclass(frozen=True)
class Richness:
    """What each space of a model brings on an edition.

    Args:
        k: the cut-off of `found_by_one`.
        inf_ap: `fused` and space -> mean infAP.
        found_by_one: space -> relevant shots that only its top k has among the spaces, summed over topics.
        without: space -> mean infAP of the fused list when this space has no share in it and the others keep
            theirs; lacks a space without which none would have a share, such as an only one.
        subtopic_recall: `fused` and space -> mean share of a topic's subtopics in the top 20; None where the
            subtopics are not known.
        alpha_ndcg: likewise the mean alpha-nDCG@20.
    """

    k: int
    inf_ap: dict[str, float]
    found_by_one: dict[str, int]
    without: dict[str, float]
    subtopic_recall: dict[str, float] | None
    alpha_ndcg: dict[str, float] | None


def model_richness(
    engine: SearchEngine,
    edition: Edition,
    *,
    qrels: Qrels,
    k: int = 100,
    subtopics: Subtopics | None = None,
    progress: Progress = no_progress,
) -> Richness:
    """Returns what each space of a model brings on an edition.

    Args:
        engine: the model over the edition's collection.
        edition: its topics and subset are searched.
        qrels: judgements of the edition.
        k: the cut-off of the shots that only one space finds.
        subtopics: where they are known; topics of other editions are left out.
        progress: see `lpd.services.space_worth.search_space_lists`, which also says what it costs.

    Raises:
        LpdError: for k below 1, or if a topic cannot be encoded.
        MismatchError: if qrels or subtopics have no topic of the edition.
    """
    lists = search_space_lists(engine, edition, progress=progress)
    return lists_richness(engine, edition, lists, qrels=qrels, k=k, subtopics=subtopics)


def lists_richness(
    engine: SearchEngine,
    edition: Edition,
    lists: SpaceLists,
    *,
    qrels: Qrels,
    k: int = 100,
    subtopics: Subtopics | None = None,
) -> Richness:
    """Returns what each space of a model brings, from lists at hand; see `model_richness`.

    Of re-ranked lists `fused` and `without` are the re-ranked ones.
    """
    runs = result_runs(engine, edition, lists.results)
    inf_ap = {name: one.mean["infAP"] for name, one in evaluate_edition(runs, qrels).items()}
    spaces = {name: runs[name] for name in engine.spaces}
    without = left_out_runs(engine, edition, lists)
    covered = {} if subtopics is None else {n: _coverage(run, edition, subtopics) for n, run in runs.items()}
    return Richness(
        k=k,
        inf_ap=inf_ap,
        found_by_one=found_by_one(spaces, qrels, k=k),
        without={space: _inf_ap(run, qrels) for space, run in without.items()},
        subtopic_recall={name: one[f"S-recall@{SHOWN}"] for name, one in covered.items()} or None,
        alpha_ndcg={name: one[f"alpha-nDCG@{SHOWN}"] for name, one in covered.items()} or None,
    )


def _inf_ap(run: Run, qrels: Qrels) -> float:
    return evaluate_run(run, qrels).mean["infAP"]


def _coverage(run: Run, edition: Edition, subtopics: Subtopics) -> dict[str, float]:
    known = {one.topic_id: subtopics[one.topic_id] for one in edition.topics if one.topic_id in subtopics}
    return mean_measures(measure_subtopics(run, known, k=SHOWN))


@dataclass(frozen=True)
class TradeOffPoint:
    """What a re-ranked fused list is at one trade-off, averaged over the topics.

    Args:
        trade_off: as `lpd.rerank.mmr` and `lpd.rerank.xquad` take it: the fused order itself is at 1 for mmr
            and at 0 for xquad.
        inf_ap: mean infAP.
        diversity: mean of `list_diversity` of the top 20.
        subtopic_recall: mean share of a topic's subtopics in the top 20; None where they are not known.
    """

    trade_off: float
    inf_ap: float
    diversity: float
    subtopic_recall: float | None


def trade_off_curve(
    engine: SearchEngine,
    edition: Edition,
    *,
    qrels: Qrels,
    method: str,
    representation: FeatureMatrix,
    subtopics: Subtopics | None = None,
    trade_offs: Sequence[float] = TRADE_OFFS,
    pool: int = MAX_DEPTH,
    progress: Progress = no_progress,
) -> list[TradeOffPoint]:
    """Returns relevance against diversity of a model's fused list, re-ranked with every trade-off.

    MMR compares shots by the model's own vectors, xQuAD's aspects are the model's spaces; diversity is
    measured in a representation that neither is tuned to.

    Args:
        engine: the model over the edition's collection.
        edition: its topics and subset are searched.
        qrels: judgements of the edition.
        method: `mmr` or `xquad`.
        representation: one row per shot of the collection.
        subtopics: where they are known.
        trade_offs: each from 0 to 1.
        pool: how many shots of each topic are re-ranked.
        progress: called for every topic.

    Raises:
        LpdError: for another method or impossible numbers.
        NotFoundError: if the representation lacks shots.
    """
    if method not in ("mmr", "xquad"):
        raise LpdError("no curve of this method", expected="mmr or xquad", found=repr(method))
    fused = edition_runs(engine, edition)["fused"]
    scored: dict[float, dict[str, RankedList]] = {trade_off: {} for trade_off in trade_offs}
    for number, topic in enumerate(edition.topics):
        progress("re-ranking topics", number, len(edition.topics))
        best = make_pool(fused.topics[topic.topic_id], pool)
        for trade_off, order in _orders(engine, topic.text, best, method=method, trade_offs=trade_offs):
            scored[trade_off][topic.topic_id] = apply_order(best, order)
    progress("re-ranking topics", len(edition.topics), len(edition.topics))
    points = []
    for trade_off in trade_offs:
        run = make_run(f"{fused.tag}.{method}{trade_off:g}", scored[trade_off])
        tops = [ranked.shot_ids[:SHOWN] for ranked in run.topics.values()]
        diversity = float(np.mean([list_diversity(representation.rows(top)) for top in tops]))
        covered = None if subtopics is None else _coverage(run, edition, subtopics)[f"S-recall@{SHOWN}"]
        points.append(TradeOffPoint(trade_off, _inf_ap(run, qrels), diversity, covered))
    return points


def _orders(
    engine: SearchEngine, text: str, pool: Pool, *, method: str, trade_offs: Sequence[float]
) -> list[tuple[float, np.ndarray]]:
    """Returns trade-off and order of one topic's pool; what does not depend on the trade-off is made once."""
    if method == "mmr":
        similarity = cosine_similarity(space_vectors(engine, pool.shot_ids))
        return [(one, mmr(pool.relevance, similarity, trade_off=one)) for one in trade_offs]
    aspects = space_aspects(engine, engine.search(text, depth=1), pool.shot_ids)
    return [(one, xquad(pool.relevance, aspects, trade_off=one)) for one in trade_offs]


def list_diversity(vectors: np.ndarray) -> float:
    """Returns 1 less the mean cosine of every two of some shots: 0 for copies, 1 for unrelated ones.

    Args:
        vectors: (K, D), one row per shot; a row of zeros has cosine 0 with every other.

    Raises:
        LpdError: if there are fewer than two shots.
    """
    if len(vectors) < 2:
        raise LpdError("no two shots to compare", expected="at least 2 shots", found=len(vectors))
    return 1.0 - mean_off_diagonal(cosine_similarity(vectors))
