"""Runs re-ranked after the search: the best shots of every topic in a new order, one function per method."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.progress import Progress, no_progress
from lpd.rerank import (
    Pool,
    apply_order,
    cosine_similarity,
    make_pool,
    mmr,
    relevance_to_aspects,
    xquad,
)
from lpd.search import SearchEngine, SearchResult, open_engine
from lpd.services.editions import topic_texts
from lpd.services.fusing import check_new_tag
from lpd.services.learned_reranking import model_order
from lpd.services.representations import joined_ends
from lpd.storage import writer_lock
from lpd.trec import MAX_DEPTH, Run, make_run, write_run
from lpd.workspace import Workspace

__all__ = [
    "RERANK_METHODS",
    "RerankRequest",
    "rerank_run",
    "space_aspects",
    "space_vectors",
    "write_reranked_run",
]

TopicOrder = Callable[[str, Pool], np.ndarray]
"""Topic id, its pool -> (picks,) positions in the pool, in their new order."""


@dataclass(frozen=True)
class RerankRequest:
    """How a run is to be re-ranked.

    Args:
        method: one of `RERANK_METHODS`.
        model: whose spaces are the aspects (xquad), whose vectors tell how alike shots are (mmr), or whose
            scores order them (model).
        video_feature: of the collection, in place of a model's vectors (mmr only).
        trade_off: see `lpd.rerank.mmr` and `lpd.rerank.xquad`.
        pool: how many shots of each topic are put into a new order; those behind keep theirs.
        depth: how many shots of each topic are kept.
        tag: of the result; None is the run's tag with the method and the trade-off, or the model.
    """

    method: str
    model: str | None = None
    video_feature: str | None = None
    trade_off: float = 0.5
    pool: int = MAX_DEPTH
    depth: int = MAX_DEPTH
    tag: str | None = None


def rerank_run(
    workspace: Workspace,
    run: Run,
    *,
    edition: Edition,
    request: RerankRequest,
    progress: Progress = no_progress,
) -> Run:
    """Returns a run with the same shots of every topic in the order of a method, scores strictly falling.

    Raises:
        LpdError: for an unknown method, options that it does not take or lacks, or impossible numbers.
        NotFoundError: if the run has shots that the edition's collection does not have.
        MismatchError: if the run has topics that the edition does not have and the method needs their text.
    """
    if request.method not in RERANK_METHODS:
        raise LpdError(
            "unknown re-ranking method", expected=", ".join(RERANK_METHODS), found=repr(request.method)
        )
    order_of = RERANK_METHODS[request.method](workspace, run, edition, request)
    topics = {}
    for number, (topic_id, ranked) in enumerate(run.topics.items()):
        progress("re-ranking topics", number, len(run.topics))
        pool = make_pool(ranked, request.pool)
        topics[topic_id] = apply_order(pool, order_of(topic_id, pool), depth=request.depth)
    progress("re-ranking topics", len(run.topics), len(run.topics))
    return make_run(_tag(run, request), topics)


def _tag(run: Run, request: RerankRequest) -> str:
    how = str(request.model) if request.method == "model" else f"{request.method}{request.trade_off:g}"
    return request.tag or f"{run.tag}.{how}"


def write_reranked_run(
    workspace: Workspace,
    run: Run,
    *,
    edition: str,
    request: RerankRequest,
    progress: Progress = no_progress,
) -> str:
    """Writes the re-ranked run beside the edition's other runs and returns its tag; see `rerank_run`.

    A run of this tag is replaced, but not the one that is re-ranked.
    """
    opened = workspace.edition(edition)
    tag = _tag(run, request)
    path = workspace.run_path(opened.name, tag)
    check_new_tag(tag, [run])
    made = rerank_run(workspace, run, edition=opened, request=request, progress=progress)
    with writer_lock(workspace.path):
        write_run(path, made, depth=request.depth)
    return tag


def _prepare_mmr(workspace: Workspace, run: Run, edition: Edition, request: RerankRequest) -> TopicOrder:
    vectors = _vector_source(workspace, edition, request)

    def order(_: str, pool: Pool) -> np.ndarray:
        similarity = cosine_similarity(vectors(pool.shot_ids))
        return mmr(pool.relevance, similarity, trade_off=request.trade_off, depth=request.depth)

    return order


def _prepare_xquad(workspace: Workspace, run: Run, edition: Edition, request: RerankRequest) -> TopicOrder:
    if request.model is None or request.video_feature is not None:
        raise LpdError(
            "xquad takes the spaces of a model as aspects", expected="--model and no --video-feature"
        )
    text_of = topic_texts(run, edition)
    engine = open_engine(workspace, model=request.model, collection=edition.collection)
    # only the query vectors are of use here
    result_of = dict(zip(text_of, engine.search_many(list(text_of.values()), depth=1), strict=True))

    def order(topic_id: str, pool: Pool) -> np.ndarray:
        aspects = space_aspects(engine, result_of[topic_id], pool.shot_ids)
        return xquad(pool.relevance, aspects, trade_off=request.trade_off, depth=request.depth)

    return order


def _prepare_model(workspace: Workspace, run: Run, edition: Edition, request: RerankRequest) -> TopicOrder:
    if request.model is None or request.video_feature is not None:
        raise LpdError("a model re-ranks by its own scores", expected="--model and no --video-feature")
    return model_order(workspace, run, edition, request.model)


RERANK_METHODS: dict[str, Callable[[Workspace, Run, Edition, RerankRequest], TopicOrder]] = {
    "mmr": _prepare_mmr,
    "model": _prepare_model,
    "xquad": _prepare_xquad,
}
"""Name -> what checks the request, opens what the method needs and returns how it orders a topic's pool."""


def _vector_source(
    workspace: Workspace, edition: Edition, request: RerankRequest
) -> Callable[[Sequence[str]], np.ndarray]:
    if (request.model is None) == (request.video_feature is None):
        raise LpdError(
            "mmr compares the shots' vectors", expected="either --model or --video-feature, not both"
        )
    if request.video_feature is not None:
        return workspace.features(edition.collection, request.video_feature).rows
    engine = open_engine(workspace, model=str(request.model), collection=edition.collection)
    return lambda shot_ids: space_vectors(engine, shot_ids)


def space_vectors(engine: SearchEngine, shot_ids: Sequence[str]) -> np.ndarray:
    """Returns (P, sum of the D_s) float32: the video ends of some shots in all S spaces, side by side.

    Each end has unit length and is divided by the root of S, so the cosine of two rows is the mean over the
    spaces of the cosines of the shots' ends.

    Raises:
        NotFoundError: naming the shots that the collection does not have.
    """
    return joined_ends(engine.index.vectors(engine.collection.rows(shot_ids)))


def space_aspects(engine: SearchEngine, result: SearchResult, shot_ids: Sequence[str]) -> np.ndarray:
    """Returns (S, P) float64 in [0, 1]: how relevant shots are to each space, after min-max over these shots.

    Args:
        engine: the model whose spaces are the aspects.
        result: of the topic's text.
        shot_ids: P shots of the collection.

    Raises:
        NotFoundError: naming the shots that the collection does not have.
    """
    rows = engine.collection.rows(shot_ids)
    return relevance_to_aspects(engine.similarities(result, rows)[1:])
