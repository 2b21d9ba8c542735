"""Re-ranked runs on a real small workspace: every order by the slow versions, and what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.search import SearchEngine, open_engine
from lpd.services.reranking import (
    RERANK_METHODS,
    RerankRequest,
    rerank_run,
    space_aspects,
    space_vectors,
    write_reranked_run,
)
from lpd.trec import RankedList, Run
from lpd.workspace import Workspace, open_workspace
from tests.lpd.search.quantised_copies import quantise_index
from tests.reference import retrieval as slow


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def edition(workspace: Workspace) -> Edition:
    return workspace.edition("avs-inland")


@pytest.fixture(scope="module")
def run(workspace: Workspace) -> Run:
    return workspace.run("avs-inland", "laff")


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


def all_ends(engine: SearchEngine) -> tuple[np.ndarray, ...]:
    """The video ends of every shot, one array per space."""
    return engine.index.vectors(np.arange(engine.index.shots))


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def stretched(values: list[float]) -> list[float]:
    return [(value - min(values)) / (max(values) - min(values)) for value in values]


def reordered(ranked: RankedList, order: list[int], pool: int) -> list[str]:
    rest = [row for row in range(pool) if row not in order]
    return [ranked.shot_ids[row] for row in [*order, *rest, *range(pool, len(ranked.shot_ids))]]


def test_vectors_of_all_spaces_have_the_mean_cosine(engine: SearchEngine) -> None:
    rows = [3, 11, 40]
    found = space_vectors(engine, [engine.shot_ids[row] for row in rows])
    assert found.shape == (3, sum(engine.index.widths))
    for first in range(3):
        for second in range(3):
            cosines = [cosine(space[rows[first]], space[rows[second]]) for space in all_ends(engine)]
            assert found[first] @ found[second] == pytest.approx(np.mean(cosines), abs=1e-5)


def test_any_kind_of_index_gives_its_vectors(
    workspace: Workspace, engine: SearchEngine, tmp_path: Path
) -> None:
    copy = tmp_path / "w"
    shutil.copytree(workspace.path, copy, ignore=shutil.ignore_patterns("media", "previews"))
    quantise_index(copy / "indexes" / "lpd@inland")
    codes = open_engine(open_workspace(copy), model="lpd", collection="inland")
    assert codes.index.kind == "quantised"
    shot_ids = [engine.shot_ids[row] for row in (3, 11, 40)]
    np.testing.assert_allclose(space_vectors(codes, shot_ids), space_vectors(engine, shot_ids), atol=2**-11)


def test_aspects_are_the_similarities_stretched_over_the_pool(engine: SearchEngine) -> None:
    result = engine.search("a dog")
    shot_ids = [engine.shot_ids[row] for row in (5, 2, 60, 9)]
    found = space_aspects(engine, result, shot_ids)
    for aspect, vectors, query in zip(found, all_ends(engine), result.vectors, strict=True):
        expected = stretched([float(vectors[row] @ query) for row in (5, 2, 60, 9)])
        np.testing.assert_allclose(aspect, expected, atol=1e-4)


@pytest.mark.parametrize("trade_off", [0.2, 0.6])
def test_mmr_by_a_video_feature(workspace: Workspace, run: Run, edition: Edition, trade_off: float) -> None:
    request = RerankRequest("mmr", video_feature="colour", trade_off=trade_off, pool=12)
    made = rerank_run(workspace, run, edition=edition, request=request)
    assert made.tag == f"laff.mmr{trade_off}"
    changed = 0
    for topic_id, ranked in run.topics.items():
        vectors = workspace.features("inland", "colour").rows(ranked.shot_ids[:12]).astype(np.float64)
        similarity = [[cosine(first, second) for second in vectors] for first in vectors]
        order = slow.mmr(stretched(ranked.scores[:12].tolist()), similarity, trade_off, 12)
        assert made.topics[topic_id].shot_ids == reordered(ranked, order, 12)
        assert (np.diff(made.topics[topic_id].scores) < 0).all()
        changed += order != list(range(12))
    assert changed


def test_mmr_by_the_spaces_of_a_model(
    workspace: Workspace, run: Run, edition: Edition, engine: SearchEngine
) -> None:
    request = RerankRequest("mmr", model="lpd", trade_off=0.5, pool=15, depth=10, tag="varied")
    made = rerank_run(workspace, run, edition=edition, request=request)
    assert made.tag == "varied"
    for topic_id, ranked in run.topics.items():
        rows = engine.collection.rows(ranked.shot_ids[:15])
        similarity = [
            [np.mean([cosine(space[one], space[two]) for space in all_ends(engine)]) for two in rows]
            for one in rows
        ]
        order = slow.mmr(stretched(ranked.scores[:15].tolist()), similarity, 0.5, 10)
        assert made.topics[topic_id].shot_ids == reordered(ranked, order, 15)[:10]


@pytest.mark.parametrize("trade_off", [0.5, 1.0])
def test_xquad_with_the_spaces_of_a_model(
    workspace: Workspace, run: Run, edition: Edition, engine: SearchEngine, trade_off: float
) -> None:
    request = RerankRequest("xquad", model="lpd", trade_off=trade_off, pool=15)
    made = rerank_run(workspace, run, edition=edition, request=request)
    for topic in edition.topics:
        ranked = run.topics[topic.topic_id]
        scores = engine.similarities(engine.search(topic.text), engine.collection.rows(ranked.shot_ids[:15]))
        aspects = [stretched(space) for space in scores[1:].astype(np.float64).tolist()]
        weights = [1 / len(aspects)] * len(aspects)
        order = slow.xquad(stretched(ranked.scores[:15].tolist()), aspects, weights, trade_off, 15)
        assert made.topics[topic.topic_id].shot_ids == reordered(ranked, order, 15)


@pytest.mark.parametrize(("method", "trade_off"), [("mmr", 1.0), ("xquad", 0.0)])
def test_relevance_alone_gives_the_run_again(
    workspace: Workspace, run: Run, edition: Edition, method: str, trade_off: float
) -> None:
    seen: list[tuple[str, int, int]] = []
    made = rerank_run(
        workspace,
        run,
        edition=edition,
        request=RerankRequest(method, model="lpd", trade_off=trade_off),
        progress=lambda *told: seen.append(told),
    )
    assert {one: ranked.shot_ids for one, ranked in made.topics.items()} == {
        one: ranked.shot_ids for one, ranked in run.topics.items()
    }
    assert seen[0] == ("re-ranking topics", 0, 6)
    assert seen[-1] == ("re-ranking topics", 6, 6)


def test_the_new_run_is_kept_beside_the_old(demo_workspace: Path, tmp_path: Path, run: Run) -> None:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media"))
    copy = open_workspace(tmp_path / "w")
    before = copy.run_path("avs-inland", "laff").read_bytes()
    request = RerankRequest("mmr", video_feature="shape", depth=30)
    tag = write_reranked_run(copy, run, edition="avs-inland", request=request)
    assert tag == "laff.mmr0.5"
    kept = copy.run("avs-inland", tag)
    assert {len(ranked.shot_ids) for ranked in kept.topics.values()} == {30}
    expected = rerank_run(copy, run, edition=copy.edition("avs-inland"), request=request)
    assert all(kept.topics[one].shot_ids == expected.topics[one].shot_ids for one in expected.topics)
    for tag, words in (("laff", "take the place"), ("a/b", "not a name for a run")):
        with pytest.raises(LpdError, match=words):
            write_reranked_run(copy, run, edition="avs-inland", request=replace(request, tag=tag))
    assert copy.run_path("avs-inland", "laff").read_bytes() == before


BAD_REQUESTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown method": ({"method": "best"}, "unknown re-ranking method; expected mmr, .*xquad"),
    "mmr without vectors": ({"method": "mmr"}, "either --model or --video-feature"),
    "mmr with two": ({"method": "mmr", "model": "lpd", "video_feature": "colour"}, "not both"),
    "xquad without a model": ({"method": "xquad"}, "expected --model"),
    "xquad with a feature": (
        {"method": "xquad", "model": "lpd", "video_feature": "colour"},
        "no --video-feature",
    ),
    "unknown model": ({"method": "xquad", "model": "nothing"}, "'nothing'"),
    "unknown feature": ({"method": "mmr", "video_feature": "nothing"}, "'nothing'"),
    "trade-off": ({"method": "mmr", "model": "lpd", "trade_off": 1.5}, "trade-off outside"),
    "pool": ({"method": "mmr", "model": "lpd", "pool": 0}, "pool below 1"),
    "depth": ({"method": "mmr", "model": "lpd", "depth": 0}, "depth below 1"),
    "tag": ({"method": "mmr", "model": "lpd", "tag": "two words"}, "run tag is not one word"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_what_cannot_be_reranked_is_said(name: str, workspace: Workspace, run: Run, edition: Edition) -> None:
    settings, words = BAD_REQUESTS[name]
    with pytest.raises(LpdError, match=words):
        rerank_run(workspace, run, edition=edition, request=RerankRequest(**settings))


def test_runs_of_elsewhere_are_refused(workspace: Workspace, edition: Edition) -> None:
    elsewhere = workspace.run("avs-coast", "lpd")
    with pytest.raises(LpdError, match=r"topics that the edition does not have.*'1951'"):
        rerank_run(workspace, elsewhere, edition=edition, request=RerankRequest("xquad", model="lpd"))
    with pytest.raises(LpdError, match="shots are not in collection inland"):
        rerank_run(workspace, elsewhere, edition=edition, request=RerankRequest("mmr", model="lpd"))


def test_every_method_is_described() -> None:
    assert set(RERANK_METHODS) >= {"mmr", "xquad"}
