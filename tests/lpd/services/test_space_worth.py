"""Lists with every space and without each: computed again from the vectors, over both kinds of index."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.cards import FusionInfo
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.search import HitList, SearchEngine, open_engine, open_index
from lpd.search import quantised as quantised_module
from lpd.search.code_scanner import CodeScanner
from lpd.services.live_reranking import LiveReranking
from lpd.services.representations import feature_representation
from lpd.services.richness import lists_richness, model_richness
from lpd.services.space_worth import (
    SpaceLists,
    left_out_runs,
    rerank_space_lists,
    search_space_lists,
)
from lpd.workspace import Workspace, open_workspace
from tests.lpd.search.quantised_copies import quantise_index
from tests.reference import retrieval as slow

DEPTH = 60


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


@pytest.fixture(scope="module")
def quantised(workspace: Workspace, engine: SearchEngine, tmp_path_factory: pytest.TempPathFactory):
    """The same model over 8-bit codes of the same vectors."""
    folder = tmp_path_factory.mktemp("codes") / "lpd@inland"
    shutil.copytree(workspace.index_folder("lpd", "inland"), folder)
    quantise_index(folder)
    return SearchEngine(engine.card, engine.collection, open_index(folder)[0], engine.encoder)


@pytest.fixture(scope="module")
def edition(workspace: Workspace) -> Edition:
    whole = workspace.edition("avs-inland")
    return replace(whole, topics=whole.topics[:5])


@pytest.fixture(scope="module")
def lists(engine: SearchEngine, edition: Edition) -> SpaceLists:
    return search_space_lists(engine, edition, depth=DEPTH)


def with_weights(engine: SearchEngine, weights: Sequence[float]) -> SearchEngine:
    card = replace(engine.card, fusion=FusionInfo("mean", tuple(weights)))
    return SearchEngine(card, engine.collection, engine.index, engine.encoder)


def similarities(engine: SearchEngine, query: Sequence[np.ndarray]) -> np.ndarray:
    """(S, N) float64, from the index's vectors."""
    ends = engine.index.vectors(np.arange(engine.index.shots))
    return np.stack([end.astype(np.float64) @ one for end, one in zip(ends, query, strict=True)])


def expected(scores: np.ndarray, shot_ids: Sequence[str]) -> list[str]:
    by_id = sorted(range(len(shot_ids)), key=lambda row: shot_ids[row], reverse=True)
    return [shot_ids[row] for row in sorted(by_id, key=lambda row: -scores[row])][:DEPTH]


def shots(engine: SearchEngine, hits: HitList) -> list[str]:
    return [engine.shot_ids[row] for row in hits.rows.tolist()]


def weightings() -> dict[str, list[float]]:
    return {"equal": [1.0] * 9, "own": [3.0, 1, 0.5, 2, 1, 1, 0, 1, 4]}


@pytest.mark.parametrize("name", ["equal", "own"])
def test_the_others_keep_their_shares(name: str, engine: SearchEngine, edition: Edition) -> None:
    weights = np.array(weightings()[name])
    found = search_space_lists(with_weights(engine, weights), edition, depth=DEPTH)
    assert list(found.without) == engine.spaces
    assert found.exactness.exact
    for number, result in enumerate(found.results):
        scores = similarities(engine, result.vectors)
        assert shots(engine, result.lists["fused"]) == expected(weights @ scores, engine.shot_ids)
        for place, space in enumerate(engine.spaces):
            others = np.delete(weights, place) @ np.delete(scores, place, axis=0)
            assert shots(engine, found.without[space][number]) == expected(others, engine.shot_ids)
            assert shots(engine, result.lists[space]) == expected(scores[place], engine.shot_ids)


def test_a_space_that_all_depends_on_cannot_be_left_out(engine: SearchEngine, edition: Edition) -> None:
    found = search_space_lists(with_weights(engine, [0, 0, 1.0, 0, 0, 0, 0, 0, 0]), edition, depth=DEPTH)
    assert set(engine.spaces) - set(found.without) == {engine.spaces[2]}
    for space in found.without:
        assert [one.rows.tolist() for one in found.without[space]] == [
            result.lists["fused"].rows.tolist() for result in found.results
        ]


def test_codes_are_scanned_once_per_topic(
    quantised: SearchEngine, lists: SpaceLists, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists without a space come from kept scores; all lists are those of the exact index, but for ties."""
    monkeypatch.setattr(quantised_module, "_FEW_SHOTS", 0)
    quantised.warm_up()
    scans, told = [], []
    whole = CodeScanner.scan

    def counted(self: CodeScanner, vectors: Sequence[np.ndarray], *arguments: object, **named: object):
        scans.append(len(vectors[0]))
        return whole(self, vectors, *arguments, **named)

    monkeypatch.setattr(CodeScanner, "scan", counted)
    found = search_space_lists(quantised, edition, depth=DEPTH, progress=lambda *stage: told.append(stage))
    assert scans == [1] * len(edition.topics)
    assert told == [("leaving spaces out", done, len(edition.topics)) for done in range(6)]
    assert not found.exactness.exact
    assert list(found.without) == quantised.spaces
    for number, result in enumerate(found.results):
        assert result.query == edition.topics[number].text
        assert list(result.lists) == ["fused", *quantised.spaces]
        pairs = [(result.lists["fused"], lists.results[number].lists["fused"])]
        pairs += [(found.without[space][number], lists.without[space][number]) for space in quantised.spaces]
        for mine, exact in pairs:
            np.testing.assert_allclose(mine.scores, exact.scores, rtol=0, atol=2e-3)
            assert len(np.intersect1d(mine.rows, exact.rows)) >= DEPTH - 2


def test_progress_can_stop_it(engine: SearchEngine, quantised: SearchEngine, edition: Edition) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    for one in (engine, quantised):
        with pytest.raises(KeyboardInterrupt):
            search_space_lists(one, edition, depth=DEPTH, progress=stop)


def test_runs_without_each_space(engine: SearchEngine, lists: SpaceLists, edition: Edition) -> None:
    runs = left_out_runs(engine, edition, lists)
    assert list(runs) == engine.spaces
    for space, run in runs.items():
        assert run.tag == f"lpd.without-{space.replace(':', '-')}"
        assert list(run.topics) == [topic.topic_id for topic in edition.topics]
        for hits, ranked in zip(lists.without[space], run.topics.values(), strict=True):
            assert ranked.shot_ids == shots(engine, hits)


def plain_order(method: str, scores: np.ndarray, alike: np.ndarray, trade_off: float) -> list[int]:
    """The new order of a pool, from its (S, P) similarities, fused by their mean, and (P, P) of the shots."""
    fused = scores.mean(axis=0)
    relevance = ((fused - fused.min()) / (fused.max() - fused.min())).tolist()
    if method == "mmr":
        return slow.mmr(relevance, alike.tolist(), trade_off, len(fused))
    aspects = [((one - one.min()) / (one.max() - one.min())).tolist() for one in scores]
    return slow.xquad(relevance, aspects, [1 / len(aspects)] * len(aspects), trade_off, len(fused))


@pytest.mark.parametrize("method", ["mmr", "xquad"])
def test_lists_are_reranked_without_the_space_that_is_left_out(
    method: str, engine: SearchEngine, lists: SpaceLists, edition: Edition
) -> None:
    request, told = LiveReranking(method, trade_off=0.6, depth=15), []
    found = rerank_space_lists(engine, lists, request=request, progress=lambda *stage: told.append(stage))
    assert "post-processing" in found.label
    assert told[-1] == ("re-ranking topics", len(edition.topics), len(edition.topics))
    moved = 0
    for number, result in enumerate(lists.results):
        scores = similarities(engine, result.vectors)
        ends = engine.index.vectors(np.arange(engine.index.shots))
        cases = [(result.lists["fused"], found.results[number].lists["fused"], None)]
        cases += [
            (lists.without[space][number], found.without[space][number], place)
            for place, space in enumerate(engine.spaces)
        ]
        for before, after, place in cases:
            kept = [one for one in range(len(ends)) if one != place]
            rows = before.rows[:15]
            alike = np.mean([ends[one][rows].astype(np.float64) @ ends[one][rows].T for one in kept], axis=0)
            order = plain_order(method, scores[kept][:, rows], alike, 0.6)
            assert after.rows.tolist() == [*rows[order].tolist(), *before.rows[15:].tolist()]
            assert (np.diff(after.scores) < 0).all()
            moved += order != sorted(order)
        for space in engine.spaces:
            np.testing.assert_array_equal(found.results[number].lists[space].rows, result.lists[space].rows)
    assert moved > 0


def test_mmr_by_a_video_feature(workspace: Workspace, engine: SearchEngine, lists: SpaceLists) -> None:
    seen = feature_representation(workspace, engine.collection, "layout")
    request = LiveReranking("mmr", trade_off=0.3, depth=20)
    found = rerank_space_lists(engine, lists, request=request, representation=seen)
    assert "layout" in found.label
    before = lists.results[0].lists["fused"]
    rows = before.rows[:20]
    vectors = seen.vectors(rows).astype(np.float64)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    order = plain_order("mmr", similarities(engine, lists.results[0].vectors)[:, rows], unit @ unit.T, 0.3)
    assert found.results[0].lists["fused"].rows[:20].tolist() == rows[order].tolist()


def test_the_worth_of_reranked_lists(
    workspace: Workspace, engine: SearchEngine, lists: SpaceLists, edition: Edition
) -> None:
    qrels = workspace.qrels("avs-inland", "pooled")
    plain = lists_richness(engine, edition, lists, qrels=qrels, k=10)
    unmoved = rerank_space_lists(engine, lists, request=LiveReranking("mmr", trade_off=1.0))
    assert lists_richness(engine, edition, unmoved, qrels=qrels, k=10) == plain
    moved = rerank_space_lists(engine, lists, request=LiveReranking("mmr", trade_off=0.2, depth=DEPTH))
    worth = lists_richness(engine, edition, moved, qrels=qrels, k=10)
    assert worth.inf_ap["fused"] != plain.inf_ap["fused"]
    assert worth.without != plain.without
    assert {space: worth.inf_ap[space] for space in engine.spaces} == {
        space: plain.inf_ap[space] for space in engine.spaces
    }
    assert worth.found_by_one == plain.found_by_one


def test_the_worth_over_codes_is_that_of_the_exact_index(
    workspace: Workspace, engine: SearchEngine, quantised: SearchEngine, edition: Edition
) -> None:
    qrels = workspace.qrels("avs-inland", "pooled")
    exact, codes = (model_richness(one, edition, qrels=qrels, k=10) for one in (engine, quantised))
    assert codes.inf_ap == pytest.approx(exact.inf_ap, abs=0.01)
    assert codes.without == pytest.approx(exact.without, abs=0.01)


def test_what_cannot_be_done_is_said(engine: SearchEngine, lists: SpaceLists, edition: Edition) -> None:
    with pytest.raises(LpdError, match="no topics"):
        search_space_lists(engine, replace(edition, topics=()))
    assert rerank_space_lists(engine, lists, request=LiveReranking()) is lists
    again = rerank_space_lists(engine, lists, request=LiveReranking("xquad"))
    with pytest.raises(LpdError, match="re-ranked already"):
        rerank_space_lists(engine, again, request=LiveReranking("mmr"))
