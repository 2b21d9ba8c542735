"""Weights over an edition, on a real small workspace: every figure computed again from the vectors."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.editions import Edition
from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.evaluation import Randomization, RunEvaluation
from lpd.search import Exactness, SearchEngine, open_engine
from lpd.services import weighing
from lpd.services.editions import edition_runs
from lpd.services.weighing import UNMARKED, Weighing, means_by_role, weigh_edition
from lpd.trec import Qrels
from lpd.workspace import Workspace, open_workspace
from tests.lpd.search.quantised_copies import quantise_index
from tests.reference import retrieval as slow
from tests.reference.evaluation import inferred_measures

WEIGHTS = [0.0, 3.0, 1.0, 0.5, 0.0, 2.0, 1.0, 0.25, 4.0]


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


def slow_inf_ap(
    engine: SearchEngine,
    edition: Edition,
    qrels: Qrels,
    weights: Sequence[float],
    searched: set[str] | None = None,
) -> dict[str, float]:
    """Topic -> infAP of the fused list, every shot (or those searched) scored in double precision."""
    ends = engine.index.vectors(np.arange(engine.index.shots))
    found = {}
    for topic in edition.topics:
        scores = np.zeros(engine.index.shots)
        for weight, end, query in zip(weights, ends, engine.search(topic.text).vectors, strict=True):
            scores += weight / sum(weights) * (end.astype(np.float64) @ query.astype(np.float64))
        rows = [row for row, one in enumerate(engine.shot_ids) if searched is None or one in searched]
        by_id = sorted(rows, key=lambda row: engine.shot_ids[row], reverse=True)
        order = sorted(by_id, key=lambda row: -scores[row])[:1000]
        judged = qrels.topic(topic.topic_id)
        pool = list(zip(judged.shot_ids, judged.strata, judged.relevance.tolist(), strict=True))
        found[topic.topic_id] = inferred_measures([engine.shot_ids[row] for row in order], pool)["infAP"]
    return found


def test_measures_with_weights_and_without(engine: SearchEngine, edition: Edition, qrels: Qrels) -> None:
    found = weigh_edition(engine, edition, qrels=qrels, weights=WEIGHTS)
    as_set = slow_inf_ap(engine, edition, qrels, WEIGHTS)
    own = slow_inf_ap(engine, edition, qrels, [1.0] * 9)
    assert list(found.per_topic()) == [one for one in qrels.topic_ids if one in as_set]
    for topic, pair in found.per_topic().items():
        assert pair == pytest.approx((as_set[topic], own[topic]), abs=1e-9), topic
    assert found.as_set.mean["infAP"] == pytest.approx(np.mean(list(as_set.values())), abs=1e-9)
    assert found.own.mean["infAP"] == pytest.approx(np.mean(list(own.values())), abs=1e-9)
    differences = [as_set[topic] - own[topic] for topic in as_set]
    assert any(differences)
    assert found.difference.observed == pytest.approx(np.mean(differences), abs=1e-9)
    assert len(differences) <= 12, "few enough for all sign flips"
    assert found.difference.p_value == pytest.approx(slow.sign_flip_p(differences), abs=1e-9)
    pairs = found.per_topic("iP10")
    assert pairs == {one: (found.as_set.topics[one]["iP10"], found.own.topics[one]["iP10"]) for one in pairs}
    assert list(found.weights) == engine.spaces
    np.testing.assert_allclose(list(found.weights.values()), np.array(WEIGHTS) / sum(WEIGHTS), rtol=1e-6)
    np.testing.assert_allclose(list(found.own_weights.values()), 1 / 9, rtol=1e-6)
    assert (found.edition, found.model, found.qrels) == ("avs-inland", "lpd", qrels.digest)
    assert found.exactness.words == "exact"


def test_spaces_that_are_left_out_have_no_share(engine: SearchEngine, edition: Edition, qrels: Qrels) -> None:
    chosen = [engine.spaces[number] for number in (5, 1)]
    found = weigh_edition(engine, edition, qrels=qrels, weights=WEIGHTS, spaces=chosen)
    two = [3.0 if number == 1 else 2.0 if number == 5 else 0.0 for number in range(9)]
    np.testing.assert_allclose(list(found.weights.values()), np.array(two) / 5, rtol=1e-6)
    expected = slow_inf_ap(engine, edition, qrels, two)
    assert {one: pair[0] for one, pair in found.per_topic().items()} == pytest.approx(expected, abs=1e-9)


def test_only_the_subset_is_searched(engine: SearchEngine, edition: Edition, qrels: Qrels) -> None:
    judged = {shot for topic in qrels.topic_ids for shot in qrels.topic(topic).shot_ids}
    half = sorted(judged)[::2]
    collection = replace(engine.collection, subsets={"half": half})
    smaller = SearchEngine(engine.card, collection, engine.index, engine.encoder)
    found = weigh_edition(smaller, replace(edition, subset="half"), qrels=qrels, weights=WEIGHTS)
    assert all(topic["num_ret"] == len(half) for topic in found.as_set.topics.values())
    expected = slow_inf_ap(engine, edition, qrels, WEIGHTS, set(half))
    assert {one: pair[0] for one, pair in found.per_topic().items()} == pytest.approx(expected, abs=1e-9)


def test_the_model_s_own_weights_change_nothing(engine: SearchEngine, edition: Edition, qrels: Qrels) -> None:
    seen: list[tuple[str, int, int]] = []
    found = weigh_edition(
        engine, edition, qrels=qrels, weights=[2.0] * 9, progress=lambda *where: seen.append(where)
    )
    assert found.as_set is found.own
    assert found.difference == Randomization(0.0, 1.0, True, 2 ** len(found.own.topics))
    total = len(edition.topics)  # searched once
    assert seen[0] == ("searching every topic of the edition", 0, total)
    assert seen[-1] == ("searching every topic of the edition", total, total)


def test_a_run_at_hand_is_not_searched_again(engine: SearchEngine, edition: Edition, qrels: Qrels) -> None:
    own = edition_runs(engine, edition)["fused"]
    seen: list[int] = []
    found = weigh_edition(
        engine,
        edition,
        qrels=qrels,
        weights=WEIGHTS,
        own=own,
        progress=lambda _stage, _done, total: seen.append(total),
    )
    assert set(seen) == {len(edition.topics)}
    assert found.own.tag == own.tag
    searched = weigh_edition(engine, edition, qrels=qrels, weights=WEIGHTS)
    assert found.per_topic() == searched.per_topic()
    assert (found.as_set.tag, searched.own.tag) == ("lpd.weighted", "lpd")


def test_progress_counts_topics_of_both_and_may_stop(
    engine: SearchEngine, edition: Edition, qrels: Qrels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weighing, "_TOPICS_AT_ONCE", 4)
    seen: list[tuple[int, int]] = []
    some = replace(edition, topics=edition.topics[:6])
    weigh_edition(
        engine, some, qrels=qrels, weights=WEIGHTS, progress=lambda _stage, *where: seen.append(where)
    )
    assert seen == [(0, 12), (4, 12), (8, 12), (10, 12), (12, 12)]

    class Stopped(Exception):
        pass

    def stop(_stage: str, done: int, _total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        weigh_edition(engine, some, qrels=qrels, weights=WEIGHTS, progress=stop)


def test_lists_of_8_bit_codes_say_so(
    workspace: Workspace, engine: SearchEngine, edition: Edition, qrels: Qrels, tmp_path: Path
) -> None:
    copy = tmp_path / "w"
    shutil.copytree(workspace.path, copy, ignore=shutil.ignore_patterns("media", "previews"))
    quantise_index(copy / "indexes" / "lpd@inland")
    codes = open_engine(open_workspace(copy), model="lpd", collection="inland")
    found = weigh_edition(codes, edition, qrels=qrels, weights=WEIGHTS)
    expected = weigh_edition(engine, edition, qrels=qrels, weights=WEIGHTS)
    assert found.exactness.words.startswith("approximate (8-bit codes, recall ")
    assert found.as_set.mean["infAP"] == pytest.approx(expected.as_set.mean["infAP"], abs=2e-3)


@pytest.mark.parametrize(
    ("weights", "spaces", "error", "sentence"),
    [
        ([1.0], None, LpdError, "these space weights cannot be used: expected 9 weights"),
        ([0.0] * 9, None, LpdError, "none negative and not all zero"),
        (WEIGHTS, ["text:sound"], NotFoundError, "the model has no such space"),
        (WEIGHTS, [], LpdError, "no space is chosen"),
    ],
    ids=["few", "zero", "unknown", "none"],
)
def test_impossible_weights(
    engine: SearchEngine,
    edition: Edition,
    qrels: Qrels,
    weights: list[float],
    spaces: list[str] | None,
    error: type[LpdError],
    sentence: str,
) -> None:
    with pytest.raises(error, match=sentence):
        weigh_edition(engine, edition, qrels=qrels, weights=weights, spaces=spaces)


def test_editions_and_runs_that_do_not_fit(engine: SearchEngine, edition: Edition, qrels: Qrels) -> None:
    with pytest.raises(LpdError, match="avs-inland: this edition has no topics"):
        weigh_edition(engine, replace(edition, topics=()), qrels=qrels, weights=WEIGHTS)
    own = edition_runs(engine, replace(edition, topics=edition.topics[:1]))["fused"]
    count = len(edition.topics)
    with pytest.raises(MismatchError) as caught:
        weigh_edition(engine, edition, qrels=qrels, weights=WEIGHTS, own=own)
    assert str(caught.value) == (
        f"run lpd: the run at hand is of other topics; expected {count} topics of avs-inland; "
        f"found '{edition.topics[0].topic_id}'"
    )
    foreign = Qrels([("9", "shot1_1", "1", 1)])
    with pytest.raises(MismatchError, match="no topic in common"):
        weigh_edition(engine, edition, qrels=foreign, weights=WEIGHTS)


def test_the_demo_keeps_one_edition_for_choosing_and_one_for_reporting(workspace: Workspace) -> None:
    assert workspace.edition("avs-inland").role == "development"
    assert workspace.edition("avs-coast").role == "test"


def weighed(name: str, role: str, as_set: float, own: float) -> Weighing:
    first, second = (RunEvaluation(name, {}, {"infAP": mean}, [], []) for mean in (as_set, own))
    test = Randomization(as_set - own, 1.0, True, 1)
    return Weighing(name, role, "lpd", "digest", {}, {}, first, second, test, Exactness("exact", True))


def test_development_and_test_editions_are_kept_apart() -> None:
    given = [
        weighed("tv20", "test", 0.4, 0.3),
        weighed("tv16", "development", 0.2, 0.1),
        weighed("mine", UNMARKED, 0.9, 0.8),
        weighed("tv17", "development", 0.4, 0.1),
    ]
    found = means_by_role(given)
    assert [one.role for one in found] == ["development", "test", "not marked"]
    assert [[one.edition for one in group.editions] for group in found] == [
        ["tv16", "tv17"],
        ["tv20"],
        ["mine"],
    ]
    assert [(one.as_set, one.own) for one in found] == [
        (pytest.approx(0.3), pytest.approx(0.1)),
        (0.4, 0.3),
        (0.9, 0.8),
    ]
    assert [group.editions[0].words for group in found] == [
        "development edition: weights may be chosen by it",
        "test edition: to report figures of; weights are chosen by a development edition",
        "not marked as development or test: figures of weights that were chosen by it are too good",
    ]
    assert means_by_role([]) == []


def test_an_edition_without_a_role_is_not_marked(
    engine: SearchEngine, edition: Edition, qrels: Qrels
) -> None:
    marked = weigh_edition(engine, edition, qrels=qrels, weights=[1.0] * 9)
    assert marked.role == "development"
    assert weigh_edition(engine, replace(edition, role=None), qrels=qrels, weights=[1.0] * 9).role == UNMARKED
