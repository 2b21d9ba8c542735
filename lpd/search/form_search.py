"""Searching with a query in all its parts: what each part does to the query vectors, and so to the scores.

In every space a query is one vector, and the score of a shot its inner product with the shot's video end v:
the cosine of unit vectors, or the dot product where the space says so. From the vectors w of the wordings,
the end e of the shot searched with, the ends r and n of the shots marked relevant and not relevant, and the
vectors o of what is to be avoided, in this order:

    p = mean of w + e                                       wordings, a shot, or their sum
    f = alpha p + beta mean of r - gamma mean of n          feedback, only where shots are marked;
                                                            of unit length where the space's score is a cosine
    q = f - strength * sum of o                             without

Inner products are linear, so q(v) is the mean of the wordings' scores plus the shot's, less strength times
what is to be avoided: the lists come from these scores of ALL shots, in one scan, and so does the fused one,
which is linear in the spaces' scores. A model that stretches the scores of each space to [0, 1] before it
fuses them (DualTask) stretches those of q, once: its fused score is its own fusion of the scores of q, not
the mean of what each wording would have got. Vectors are not scaled to unit length but where it is said; so
where wordings agree, a space weighs more.

Sizes: S spaces of width D_s, W wordings, R rows.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError
from lpd.search.engine import DEPTH, SearchEngine
from lpd.search.query_forms import QueryForm, RocchioWeights
from lpd.search.result import SearchResult
from lpd.search.two_steps import Step, TwoStepResult, search_two_steps

__all__ = ["FormResult", "WordingScores", "rocchio", "search_form", "wording_scores"]


class _Vectors(NamedTuple):
    """What a query is made of, one array per space.

    Args:
        query: (D_s,), the first step or the only one.
        wordings: (W, D_s).
        then: (D_s,), the second step; empty where there is none.
    """

    query: list[np.ndarray]
    wordings: list[np.ndarray]
    then: list[np.ndarray]


@dataclass(frozen=True)
class FormResult:
    """What a query brought.

    Args:
        form: the query.
        result: its lists, with the query's label; those of a query in two steps hold the first shots.
        wordings: S arrays (W, D_s), the vectors of its wordings.
        steps: the second shots and what is sure of a query in two steps; None for others.
    """

    form: QueryForm
    result: SearchResult
    wordings: tuple[np.ndarray, ...]
    steps: TwoStepResult | None


class WordingScores(NamedTuple):
    """How well each wording finds each of R shots.

    Args:
        similarities: (W, R) float32, fused scores.
        best: (R,) int64, the wording with the highest, the first of equal ones.
    """

    similarities: np.ndarray
    best: np.ndarray


def search_form(
    engine: SearchEngine,
    form: QueryForm,
    *,
    depth: int = DEPTH,
    subset: str | None = None,
    video: str | None = None,
    allowed: np.ndarray | None = None,
    weights: Sequence[float] | None = None,
    spaces: Sequence[str] | None = None,
) -> FormResult:
    """Returns what a query brings; see the module for what its parts do.

    A shot that is searched with is not returned; marked ones are. In two steps, `subset` and `video` hold for
    both shots of a pair and `allowed` for the first alone, since only that one is listed.

    Args:
        engine: to search with.
        form: the query.
        depth, subset, video, allowed, weights, spaces: see `SearchEngine`.

    Raises:
        LpdError: if weights are impossible, an encoder of the model is absent, or a query in two steps meets
            a collection without times.
        NotFoundError: if there is no such subset, video or space, or a shot of the query is unknown.
    """
    row = None if form.shot is None else engine.collection.row(form.shot)
    scope = engine.scope(
        depth, subset=subset, video=video, allowed=allowed, without=row, weights=weights, spaces=spaces
    )
    started = time.perf_counter()
    vectors = _form_vectors(engine, form)
    encode_s = time.perf_counter() - started
    if form.then is None:
        steps = None
        result = engine.search_vectors(form.label, vectors.query, scope=scope, encode_s=encode_s)
    else:
        second = engine.scope(depth, subset=subset, video=video, weights=weights, spaces=spaces)
        both = (Step(form.label, vectors.query, scope), Step(form.then, vectors.then, second))
        steps = search_two_steps(engine, both, within_s=form.within_s, label=form.label)
        result = replace(steps.result, timings_ms=steps.result.timings_ms | {"encode": 1000 * encode_s})
    result = replace(result, unknown_words=_unknown_words(engine, form.texts))
    return FormResult(form, result, tuple(vectors.wordings), steps and replace(steps, result=result))


def rocchio(
    query: np.ndarray,
    relevant: np.ndarray,
    not_relevant: np.ndarray,
    *,
    weights: RocchioWeights,
    unit: bool,
) -> np.ndarray:
    """Returns (D,) float32, `alpha q + beta mean(relevant) - gamma mean(not relevant)`.

    The mean of no vectors is zero. Negative entries stay, unlike with counts of words. What sums up to zero
    stays zero, also where unit length is asked for.

    Args:
        query: (D,).
        relevant, not_relevant: (n, D) each, n may be 0.
        weights: alpha, beta and gamma.
        unit: whether the sum is scaled to unit length.

    Source: Rocchio, Relevance feedback in information retrieval, in Salton (ed.), The SMART retrieval system,
    1971; Manning, Raghavan and Schuetze, Introduction to Information Retrieval, eq. 9.3.
    """
    moved = weights.alpha * query
    for share, marked in ((weights.beta, relevant), (-weights.gamma, not_relevant)):
        if len(marked):
            moved = moved + share * marked.mean(axis=0)
    length = np.linalg.norm(moved) if unit else 0.0
    return np.asarray(moved / length if length > 0 else moved, dtype=np.float32)


def _form_vectors(engine: SearchEngine, form: QueryForm) -> _Vectors:
    """Returns the vectors of a query; all its texts are encoded in one pass."""
    worded, avoided = len(form.wordings), len(form.wordings) + len(form.without)
    texts = engine.encode(form.texts) if form.texts else [np.empty((0, w)) for w in engine.index.widths]
    shots = [*(() if form.shot is None else (form.shot,)), *form.relevant, *form.not_relevant]
    rows = engine.collection.rows(shots)
    ends = engine.index.vectors(rows) if len(rows) else [np.empty((0, w)) for w in engine.index.widths]
    first, last = len(rows) - len(form.relevant) - len(form.not_relevant), len(rows) - len(form.not_relevant)
    query = []
    for space, text, end in zip(engine.card.spaces, texts, ends, strict=True):
        vector = end[:first].sum(axis=0)
        if worded:
            vector = vector + text[:worded].mean(axis=0)
        if form.is_feedback:
            unit = space.similarity == "cosine"
            vector = rocchio(vector, end[first:last], end[last:], weights=form.rocchio, unit=unit)
        vector = vector - form.strength * text[worded:avoided].sum(axis=0)
        query.append(vector.astype(np.float32))
    return _Vectors(query, [text[:worded] for text in texts], [text[-1] for text in texts if form.then])


def _unknown_words(engine: SearchEngine, texts: Sequence[str]) -> dict[str, list[str]]:
    """Returns text feature -> the words of any of the texts that its encoder does not know, each once."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for name, words in engine.encoder.unknown_words(text).items():
            found[name] = list(dict.fromkeys([*found.get(name, []), *words]))
    return found


def wording_scores(
    engine: SearchEngine, found: FormResult, rows: Sequence[int] | np.ndarray
) -> WordingScores:
    """Returns which wording of a query finds each of some shots, and how well every wording does.

    The fused scores are made with the shares of the search and, where the model stretches scores, from the
    ranges of its lists. So the mean over the wordings is the fused score of a query that has no other parts.

    Args:
        engine: that searched.
        found: the result.
        rows: (R,) of the collection.

    Raises:
        LpdError: if the query has no wordings.
    """
    if not found.form.wordings:
        raise LpdError("this query has no wordings", expected="a query by texts", found=found.form.label)
    alone = [
        engine.similarities(replace(found.result, vectors=tuple(one[number] for one in found.wordings)), rows)
        for number in range(len(found.form.wordings))
    ]
    similarities = np.stack([scores[0] for scores in alone])
    return WordingScores(similarities, similarities.argmax(axis=0))
