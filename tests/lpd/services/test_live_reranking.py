"""One list of a live query re-ranked, on a real small workspace, by the slow versions of the methods."""

from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.search import HitList, SearchEngine, SearchResult, open_engine
from lpd.services.live_reranking import LiveReranking, rerank_hits, without_zero
from lpd.services.representations import Representation, feature_representation, space_representation
from lpd.workspace import Workspace, open_workspace
from tests.reference import retrieval as slow


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


@pytest.fixture(scope="module")
def result(engine: SearchEngine) -> SearchResult:
    return engine.search("two dogs running", depth=40)


@pytest.fixture(scope="module")
def colour(workspace: Workspace, engine: SearchEngine) -> Representation:
    return feature_representation(workspace, engine.collection, "colour")


def stretched(values: list[float]) -> list[float]:
    return [(value - min(values)) / (max(values) - min(values)) for value in values]


def cosines(vectors: np.ndarray) -> list[list[float]]:
    lengths = [np.linalg.norm(one) for one in vectors.astype(np.float64)]
    return [
        [
            float(one.astype(np.float64) @ two) / (first * second)
            for two, second in zip(vectors, lengths, strict=True)
        ]
        for one, first in zip(vectors, lengths, strict=True)
    ]


@pytest.mark.parametrize("name", ["fused", "video:colour"])
@pytest.mark.parametrize("trade_off", [0.3, 0.7])
def test_mmr_over_a_representation(
    engine: SearchEngine, result: SearchResult, colour: Representation, name: str, trade_off: float
) -> None:
    hits = result.lists[name]
    request = LiveReranking("mmr", trade_off, depth=15)
    found = rerank_hits(engine, result, hits, request=request, representation=colour)
    relevance = stretched(hits.scores[:15].astype(float).tolist())
    order = slow.mmr(relevance, cosines(colour.vectors(hits.rows[:15])), trade_off, 15)
    assert found.places.tolist() == [*order, *range(15, 40)] != list(range(40))
    assert found.hits.rows.tolist() == [hits.rows[place] for place in found.places]
    assert found.hits.scores.tolist() == [hits.scores[place] for place in found.places]


@pytest.mark.parametrize("spaces", [None, ["text:bow", "video:shape", "video:layout"]], ids=["all", "some"])
def test_xquad_over_the_spaces_that_have_a_list(engine: SearchEngine, spaces: list[str] | None) -> None:
    result = engine.search("two dogs running", depth=40, spaces=spaces)
    hits = result.lists["fused"]
    found = rerank_hits(engine, result, hits, request=LiveReranking("xquad", 0.6, depth=20))
    scores = engine.similarities(result, hits.rows[:20])[1:].astype(float)
    chosen = engine.spaces if spaces is None else spaces
    aspects = [stretched(scores[engine.spaces.index(space)].tolist()) for space in chosen]
    relevance = stretched(hits.scores[:20].astype(float).tolist())
    order = slow.xquad(relevance, aspects, [1 / len(aspects)] * len(aspects), 0.6, 20)
    assert found.places.tolist() == [*order, *range(20, 40)] != list(range(40))


def test_labels_say_what_was_done(engine: SearchEngine, result: SearchResult, colour: Representation) -> None:
    def label(request: LiveReranking, representation: Representation = colour) -> str:
        hits = result.lists["fused"]
        return rerank_hits(engine, result, hits, request=request, representation=representation).label

    assert label(LiveReranking()) == ""
    assert label(LiveReranking("mmr", 0.7)) == "MMR, lambda .7, over video feature colour: post-processing"
    spaces = space_representation(engine)
    assert label(LiveReranking("mmr", 0.7, depth=40), spaces) == (
        "MMR, lambda .7, over 9 spaces of lpd: post-processing"
    )
    assert label(LiveReranking("mmr", 1, depth=10)) == (
        "MMR, lambda 1, over video feature colour: post-processing of the first 10"
    )
    assert label(LiveReranking("xquad", 0.25)) == "xQuAD, lambda .25, over 9 spaces: post-processing"


@pytest.mark.parametrize(
    "request_",
    [LiveReranking(), LiveReranking("mmr", 1.0), LiveReranking("xquad", 0.0)],
    ids=lambda one: one.method,
)
def test_relevance_alone_keeps_the_order(
    engine: SearchEngine, result: SearchResult, colour: Representation, request_: LiveReranking
) -> None:
    hits = result.lists["fused"]
    found = rerank_hits(engine, result, hits, request=request_, representation=colour)
    assert found.places.tolist() == list(range(40))
    assert found.hits.rows.tolist() == hits.rows.tolist()


@pytest.mark.parametrize("method", ["none", "mmr", "xquad"])
@pytest.mark.parametrize("count", [0, 1])
def test_short_lists(
    engine: SearchEngine, result: SearchResult, colour: Representation, method: str, count: int
) -> None:
    hits = HitList(*(part[:count] for part in result.lists["fused"]))
    found = rerank_hits(engine, result, hits, request=LiveReranking(method), representation=colour)
    assert found.hits.rows.tolist() == hits.rows.tolist()
    assert found.places.tolist() == list(range(count))


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (LiveReranking("best"), "unknown re-ranking method; expected none, mmr, xquad; found 'best'"),
        (LiveReranking("mmr"), "mmr compares shots; expected a representation to compare them by"),
        (LiveReranking("xquad", 1.5), "trade-off outside of 0..1; expected a number from 0 to 1; found 1.5"),
        (LiveReranking("xquad", depth=0), "depth below 1; expected a whole number from 1; found 0"),
    ],
    ids=["method", "representation", "trade-off", "depth"],
)
def test_what_cannot_be_done(
    engine: SearchEngine, result: SearchResult, request_: LiveReranking, sentence: str
) -> None:
    with pytest.raises(LpdError) as caught:
        rerank_hits(engine, result, result.lists["fused"], request=request_)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("number", "text"), [(0.7, ".7"), (0.05, ".05"), (1.0, "1"), (0.0, "0"), (-0.2, "-.2"), (10.5, "10.5")]
)
def test_numbers_as_printed(number: float, text: str) -> None:
    assert without_zero(number) == text
