"""What a model's spaces bring, on a real small workspace: every figure computed again from the vectors."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lpd.demo import PRESETS, generate_world, read_truth, subtopics, topics_of
from lpd.editions import Edition
from lpd.errors import LpdError
from lpd.evaluation import group_subtopics
from lpd.features import FeatureMatrix
from lpd.search import SearchEngine, open_engine
from lpd.services.richness import (
    TRADE_OFFS,
    Richness,
    list_diversity,
    model_richness,
    trade_off_curve,
)
from lpd.trec import Qrels
from lpd.workspace import Workspace, open_workspace
from tests.reference import retrieval as slow
from tests.reference.evaluation import inferred_measures

K = 10
Subtopics = dict[str, dict[str, set[str]]]


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


@pytest.fixture(scope="module")
def edition(workspace: Workspace) -> Edition:
    return workspace.edition("avs-inland")


@pytest.fixture(scope="module")
def qrels(workspace: Workspace) -> Qrels:
    return workspace.qrels("avs-inland", "pooled")


@pytest.fixture(scope="module")
def looks(demo_workspace: Path) -> Subtopics:
    world = generate_world(PRESETS["small"])
    shots = [shot for shot in read_truth(demo_workspace / "truth.jsonl") if shot.part == "inland"]
    return group_subtopics(subtopics(topics_of(world, "inland"), shots))


@pytest.fixture(scope="module")
def richness(engine: SearchEngine, edition: Edition, qrels: Qrels, looks: Subtopics) -> Richness:
    return model_richness(engine, edition, qrels=qrels, k=K, subtopics=looks)


def all_ends(engine: SearchEngine) -> tuple[np.ndarray, ...]:
    """The video ends of every shot, one array per space."""
    return engine.index.vectors(np.arange(engine.index.shots))


@pytest.fixture(scope="module")
def similarities(engine: SearchEngine, edition: Edition) -> dict[str, np.ndarray]:
    """Topic -> (S, N) float64, computed from the index's vectors."""
    return {
        topic.topic_id: np.stack(
            [
                space.astype(np.float64) @ query
                for space, query in zip(all_ends(engine), engine.search(topic.text).vectors, strict=True)
            ]
        )
        for topic in edition.topics
    }


def ranked(scores: np.ndarray, shot_ids: Sequence[str]) -> list[str]:
    by_id = sorted(range(len(shot_ids)), key=lambda row: shot_ids[row], reverse=True)
    return [shot_ids[row] for row in sorted(by_id, key=lambda row: -scores[row])]


def mean_inf_ap(rankings: dict[str, list[str]], qrels: Qrels) -> float:
    values = []
    for topic_id, ranking in rankings.items():
        judged = qrels.topic(topic_id)
        rows = list(zip(judged.shot_ids, judged.strata, judged.relevance.tolist(), strict=True))
        values.append(inferred_measures(ranking, rows)["infAP"])
    return sum(values) / len(values)


def covered(ranking: list[str], of_shot: dict[str, set[str]]) -> float:
    known = {look for looks in of_shot.values() for look in looks}
    return len({look for shot in ranking[:20] for look in of_shot.get(shot, set())}) / len(known)


def test_infap_of_every_space_and_fused(
    richness: Richness, similarities: dict[str, np.ndarray], engine: SearchEngine, qrels: Qrels
) -> None:
    assert list(richness.inf_ap) == ["fused", *engine.spaces]
    for number, name in enumerate(["fused", *engine.spaces]):
        rankings = {
            topic: ranked(scores.mean(axis=0) if not number else scores[number - 1], engine.shot_ids)
            for topic, scores in similarities.items()
        }
        assert richness.inf_ap[name] == pytest.approx(mean_inf_ap(rankings, qrels), abs=1e-9), name


def test_infap_when_a_space_is_left_out(
    richness: Richness, similarities: dict[str, np.ndarray], engine: SearchEngine, qrels: Qrels
) -> None:
    assert list(richness.without) == engine.spaces
    for number, name in enumerate(engine.spaces):
        rankings = {
            topic: ranked(np.delete(scores, number, axis=0).mean(axis=0), engine.shot_ids)
            for topic, scores in similarities.items()
        }
        assert richness.without[name] == pytest.approx(mean_inf_ap(rankings, qrels), abs=1e-9), name


def test_relevant_shots_that_one_space_finds(
    richness: Richness, similarities: dict[str, np.ndarray], engine: SearchEngine, qrels: Qrels
) -> None:
    counts = dict.fromkeys(engine.spaces, 0)
    for topic_id, scores in similarities.items():
        tops = [set(ranked(one, engine.shot_ids)[:K]) for one in scores]
        for number, name in enumerate(engine.spaces):
            others = set().union(*(top for other, top in enumerate(tops) if other != number))
            counts[name] += len((tops[number] - others) & qrels.relevant(topic_id))
    assert richness.found_by_one == counts
    assert sum(counts.values()) > 0
    assert richness.k == K


def test_the_looks_that_the_lists_cover(
    richness: Richness, similarities: dict[str, np.ndarray], engine: SearchEngine, looks: Subtopics
) -> None:
    assert richness.subtopic_recall is not None
    assert richness.alpha_ndcg is not None
    for number, name in enumerate(["fused", *engine.spaces]):
        recalls, gains = [], []
        for topic_id, scores in similarities.items():
            ranking = ranked(scores.mean(axis=0) if not number else scores[number - 1], engine.shot_ids)
            recalls.append(covered(ranking, looks[topic_id]))
            gains.append(slow.alpha_ndcg(ranking, 20, looks[topic_id], 0.5))
        assert richness.subtopic_recall[name] == pytest.approx(np.mean(recalls), abs=1e-12)
        assert richness.alpha_ndcg[name] == pytest.approx(np.mean(gains), abs=1e-12)


def test_without_subtopics_nothing_is_said_of_them(
    engine: SearchEngine, edition: Edition, qrels: Qrels, richness: Richness
) -> None:
    seen: list[tuple[str, int, int]] = []
    plain = model_richness(engine, edition, qrels=qrels, progress=lambda *told: seen.append(told))
    assert (plain.subtopic_recall, plain.alpha_ndcg) == (None, None)
    assert plain.inf_ap == richness.inf_ap
    assert plain.k == 100
    assert seen[-1] == ("leaving spaces out", 9, 9)


def test_subtopics_of_other_editions_have_no_influence(
    engine: SearchEngine, edition: Edition, qrels: Qrels, looks: Subtopics, richness: Richness
) -> None:
    more = looks | {"1951": {"s1": {"sketch"}}}
    assert model_richness(engine, edition, qrels=qrels, k=K, subtopics=more) == richness
    with pytest.raises(LpdError, match="run and subtopics have no topic in common"):
        model_richness(engine, edition, qrels=qrels, subtopics={"1951": {"s1": {"sketch"}}})


def test_the_diversity_of_a_list_by_hand() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 4.0]])
    assert list_diversity(vectors) == pytest.approx(1 - (0 + 0.6 + 0.8) / 3)
    assert list_diversity(np.ones((4, 3))) == pytest.approx(0, abs=1e-15)
    with pytest.raises(LpdError, match="no two shots"):
        list_diversity(np.ones((1, 3)))


def plain_diversity(top: list[str], representation: FeatureMatrix) -> float:
    rows = representation.rows(top).astype(np.float64)
    cosines = [
        float(rows[one] @ rows[two] / (np.linalg.norm(rows[one]) * np.linalg.norm(rows[two])))
        for one in range(len(rows))
        for two in range(one)
    ]
    return 1 - sum(cosines) / len(cosines)


def plain_order(
    method: str, scores: np.ndarray, best: np.ndarray, engine: SearchEngine, trade_off: float
) -> list[int]:
    """The new order of a topic's pool, from (S, N) similarities and the pool's rows, best first."""
    fused = scores.mean(axis=0)[best]
    relevance = ((fused - fused.min()) / (fused.max() - fused.min())).tolist()
    if method == "mmr":
        alike = np.mean(
            [space[best].astype(np.float64) @ space[best].T for space in all_ends(engine)], axis=0
        )
        return slow.mmr(relevance, alike.tolist(), trade_off, len(best))
    aspects = [(one - one.min()) / (one.max() - one.min()) for one in scores[:, best]]
    weights = [1 / len(aspects)] * len(aspects)
    return slow.xquad(relevance, [one.tolist() for one in aspects], weights, trade_off, len(best))


@pytest.mark.parametrize("method", ["mmr", "xquad"])
def test_the_curve_of_trade_offs(
    method: str,
    engine: SearchEngine,
    edition: Edition,
    qrels: Qrels,
    looks: Subtopics,
    workspace: Workspace,
    similarities: dict[str, np.ndarray],
) -> None:
    representation = workspace.features("inland", "layout")
    points = trade_off_curve(
        engine,
        edition,
        qrels=qrels,
        method=method,
        representation=representation,
        subtopics=looks,
        trade_offs=(0.0, 0.6, 1.0),
        pool=30,
    )
    assert [point.trade_off for point in points] == [0.0, 0.6, 1.0]
    for point in points:
        rankings = {}
        for topic_id, scores in similarities.items():
            fused = ranked(scores.mean(axis=0), engine.shot_ids)
            best = engine.collection.rows(fused[:30])
            order = plain_order(method, scores, best, engine, point.trade_off)
            rankings[topic_id] = [fused[place] for place in order] + fused[30:]
        diversities = [plain_diversity(ranking[:20], representation) for ranking in rankings.values()]
        recalls = [covered(ranking, looks[topic_id]) for topic_id, ranking in rankings.items()]
        assert point.inf_ap == pytest.approx(mean_inf_ap(rankings, qrels), abs=1e-9)
        assert point.diversity == pytest.approx(np.mean(diversities), abs=1e-9)
        assert point.subtopic_recall == pytest.approx(np.mean(recalls), abs=1e-12)


def test_the_curve_goes_through_the_fused_list(
    engine: SearchEngine, edition: Edition, qrels: Qrels, workspace: Workspace, richness: Richness
) -> None:
    representation = workspace.features("inland", "layout")
    ends = {
        method: trade_off_curve(
            engine,
            edition,
            qrels=qrels,
            method=method,
            representation=representation,
            trade_offs=(0.0, 1.0),
        )
        for method in ("mmr", "xquad")
    }
    for point in (ends["mmr"][1], ends["xquad"][0]):
        assert point.inf_ap == pytest.approx(richness.inf_ap["fused"], abs=1e-12)
        assert point.subtopic_recall is None
    assert ends["mmr"][0].inf_ap != ends["mmr"][1].inf_ap
    assert TRADE_OFFS == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def test_other_methods_have_no_curve(
    engine: SearchEngine, edition: Edition, qrels: Qrels, workspace: Workspace
) -> None:
    representation = workspace.features("inland", "layout")
    with pytest.raises(LpdError, match="mmr or xquad"):
        trade_off_curve(engine, edition, qrels=qrels, method="best", representation=representation)
