"""The engine on a real small workspace: what it returns, and what it refuses."""

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lpd.cards import FusionInfo
from lpd.collection import make_collection
from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.search import ExactIndex, ListBlock, SearchEngine, SearchResult, open_engine
from lpd.services.editions import edition_runs
from lpd.workspace import open_workspace
from tests.lpd.search.quantised_copies import quantise_index


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


def test_fused_is_the_mean_of_the_spaces_over_all_shots(engine: SearchEngine) -> None:
    result = engine.search("two dogs running")
    scores = engine.similarities(result, np.arange(len(engine.shot_ids)))
    assert scores.shape == (10, len(engine.shot_ids))
    np.testing.assert_allclose(scores[0], scores[1:].mean(axis=0), atol=1e-6)
    for row, (name, hits) in enumerate(result.lists.items()):
        np.testing.assert_allclose(hits.scores, np.sort(scores[row])[::-1], atol=1e-6, err_msg=name)
        np.testing.assert_allclose(scores[row][hits.rows], hits.scores, atol=1e-6)


def test_similarities_are_the_model_s_own(engine: SearchEngine, demo_workspace: Path) -> None:
    """Index and query side together give what the model computes from the features directly."""
    import torch

    from lpd.checkpoints import load_checkpoint
    from lpd.text import load_text_encoder

    workspace = open_workspace(demo_workspace)
    folder = workspace.model_folder("lpd")
    model = load_checkpoint(folder).model
    query = "a red car on the street"
    text = {
        name: torch.from_numpy(load_text_encoder(folder / "text_encoders" / name).encode([query]))
        for name in model.text_features
    }
    video = {
        name: torch.from_numpy(workspace.features("inland", name).rows(engine.shot_ids))
        for name in model.video_features
    }
    with torch.inference_mode():
        expected = model(text, video)[:, 0].numpy()
    found = engine.similarities(engine.search(query), np.arange(len(engine.shot_ids)))[1:]
    np.testing.assert_allclose(found, expected, atol=2e-6)


def test_weights_change_the_fused_list_and_nothing_else(engine: SearchEngine) -> None:
    plain = engine.search("a boat")
    only = engine.search("a boat", weights=[0, 0, 0, 1, 0, 0, 0, 0, 0])
    assert only.lists["fused"].rows.tolist() == only.lists[engine.spaces[3]].rows.tolist()
    for space in engine.spaces:
        assert only.lists[space].rows.tolist() == plain.lists[space].rows.tolist()
    for weights in ([1.0], [0.0] * 9, [-1.0] + [1.0] * 8, [float("nan")] * 9):
        with pytest.raises(LpdError, match="weights"):
            engine.search("a boat", weights=weights)


@pytest.fixture(scope="module")
def quantised(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """The model over the same collection with an index of 8-bit codes."""
    copy = tmp_path_factory.mktemp("quantised") / "w"
    shutil.copytree(demo_workspace, copy, ignore=shutil.ignore_patterns("media", "previews"))
    quantise_index(copy / "indexes" / "lpd@inland")
    return open_engine(open_workspace(copy), model="lpd", collection="inland")


@pytest.fixture(scope="module", params=["engine", "quantised"])
def either(request: pytest.FixtureRequest) -> SearchEngine:
    """What holds for every kind of index."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def filtered(either: SearchEngine) -> SearchEngine:
    """The same engine over a collection with subset `some`, rows 5 to 29."""
    engine, shots = either, either.collection
    collection = make_collection("inland", shots.shots, subsets={"some": shots.shot_ids[5:30]})
    return SearchEngine(engine.card, collection, engine.index, engine.encoder)


def rows_of(result: SearchResult) -> dict[str, list[int]]:
    return {name: hits.rows.tolist() for name, hits in result.lists.items()}


def only(rows: dict[str, list[int]], kept: Iterable[int]) -> dict[str, list[int]]:
    """Lists without the rows that are not kept: what a filter must give, found without one."""
    kept = set(kept)
    return {name: [row for row in hits if row in kept] for name, hits in rows.items()}


def test_a_subset_is_searched_alone(filtered: SearchEngine) -> None:
    result = filtered.search("a horse", subset="some")
    assert result.shots_searched == 25
    assert rows_of(result) == only(rows_of(filtered.search("a horse")), range(5, 30))


def test_all_filters_hold_together(filtered: SearchEngine) -> None:
    every = rows_of(filtered.search("a horse"))
    videos = filtered.collection.shots["video_id"].tolist()
    video = videos[8]
    of_video = [row for row, one in enumerate(videos) if one == video]
    even = np.arange(len(videos)) % 2 == 0
    assert len(of_video) > 1
    assert rows_of(filtered.search("a horse", video=video)) == only(every, of_video)
    assert rows_of(filtered.search("a horse", allowed=even)) == only(every, np.flatnonzero(even).tolist())
    both = filtered.search("a horse", subset="some", video=video, allowed=even)
    kept = [row for row in of_video if row in range(5, 30) and row % 2 == 0]
    assert rows_of(both) == only(every, kept)
    assert both.shots_searched == len(kept)
    nothing = filtered.search("a horse", allowed=np.zeros(len(videos), dtype=bool))
    assert not any(rows_of(nothing).values())
    assert nothing.shots_searched == 0


def test_filters_act_inside_the_search(filtered: SearchEngine) -> None:
    """The last shots of the whole list fill a short list, though none is in the whole list's first ten."""
    every = rows_of(filtered.search("a horse"))["fused"]
    allowed = np.zeros(len(every), dtype=bool)
    allowed[every[-20:]] = True
    assert rows_of(filtered.search("a horse", depth=10, allowed=allowed))["fused"] == every[-20:-10]


def test_some_spaces_alone_share_the_fused_score(either: SearchEngine) -> None:
    engine = either
    chosen = [engine.spaces[6], engine.spaces[1]]
    result = engine.search("a boat", spaces=chosen)
    whole = engine.search("a boat")
    assert list(result.lists) == ["fused", engine.spaces[1], engine.spaces[6]]
    assert result.shares.tolist() == [0, 0.5, 0, 0, 0, 0, 0.5, 0, 0]
    for name in chosen:
        assert result.lists[name].rows.tolist() == whole.lists[name].rows.tolist()
    scores = engine.similarities(whole, np.arange(engine.index.shots))
    fused = engine.similarities(result, np.arange(engine.index.shots))[0]
    np.testing.assert_allclose(fused, (scores[2] + scores[7]) / 2, atol=1e-6)
    np.testing.assert_allclose(fused[result.lists["fused"].rows], result.lists["fused"].scores, atol=1e-6)
    weighted = engine.search("a boat", spaces=chosen, weights=[5, 3, 5, 5, 5, 5, 1, 5, 5])
    assert weighted.shares.tolist() == [0, 0.75, 0, 0, 0, 0, 0.25, 0, 0]


def test_some_spaces_of_a_weighted_model_keep_their_proportion(engine: SearchEngine) -> None:
    fusion = FusionInfo(kind="mean", weights=(4, 1, 1, 1, 2, 1, 1, 1, 1))
    weighted = SearchEngine(
        replace(engine.card, fusion=fusion), engine.collection, engine.index, engine.encoder
    )
    result = weighted.search("a boat", spaces=[engine.spaces[0], engine.spaces[4]])
    np.testing.assert_allclose(result.shares[[0, 4]], [2 / 3, 1 / 3], rtol=1e-6)
    assert result.shares.sum() == pytest.approx(1)


def test_a_shot_searches_with_its_own_ends(engine: SearchEngine) -> None:
    shot = engine.shot_ids[17]
    with_itself = engine.search_shot(shot, itself=True)
    ends = engine.index.vectors(np.arange(engine.index.shots))
    for number, name in enumerate(engine.spaces):
        scores = ends[number].astype(np.float64) @ ends[number][17]
        hits = with_itself.lists[name]
        np.testing.assert_allclose(hits.scores, np.sort(scores)[::-1], atol=1e-6)
        assert hits.rows[0] == 17, "unit vectors are nearest to themselves"
    without = engine.search_shot(shot)
    kept = [row for row in range(engine.index.shots) if row != 17]
    assert rows_of(without) == only(rows_of(with_itself), kept)
    assert (without.shots_searched, without.query) == (len(kept), shot)
    assert without.unknown_words == {}
    video = engine.collection.shots["video_id"].iat[17]
    same = [row for row in kept if engine.collection.shots["video_id"].iat[row] == video]
    alike = engine.search_shot(shot, video=video, spaces=engine.spaces[:1], depth=3)
    assert rows_of(alike)[engine.spaces[0]] == only(rows_of(without), same)[engine.spaces[0]][:3]
    assert len(alike.lists) == 2


BAD_CHOICES: dict[str, tuple[dict[str, object], type[LpdError], str]] = {
    "unknown video": ({"video": "video9"}, NotFoundError, "no such video; expected one of .*'video9'"),
    "unknown subset": ({"subset": "half"}, NotFoundError, "no such subset; expected one of 'some'.*'half'"),
    "unknown space": (
        {"spaces": ["text:bow", "text:x", "video:y"]},
        NotFoundError,
        "no such space; expected of text:bow, .*; found 'text:x', 'video:y'",
    ),
    "no space": ({"spaces": []}, LpdError, "no space is chosen"),
    "no weight left": (
        {"spaces": ["text:bow"], "weights": [0.0] + [1.0] * 8},
        LpdError,
        "weights cannot be used",
    ),
    "short mask": ({"allowed": np.ones(3, dtype=bool)}, MismatchError, r"bool.*found \(3,\) bool"),
    "rows for a mask": ({"allowed": np.arange(3)}, MismatchError, r"found \(3,\) int64"),
    "ids for a mask": ({"allowed": ["shot1"]}, MismatchError, "found list"),
}


@pytest.mark.parametrize("name", BAD_CHOICES)
def test_impossible_choices_are_refused(name: str, filtered: SearchEngine) -> None:
    choices, error, sentence = BAD_CHOICES[name]
    for search in (
        lambda: filtered.search("a dog", **choices),
        lambda: filtered.search_many(["a"], **choices),
    ):
        with pytest.raises(error, match=sentence):
            search()
    with pytest.raises(error, match=sentence):
        filtered.search_shot(filtered.shot_ids[0], **choices)


def test_an_unknown_shot_is_refused(engine: SearchEngine) -> None:
    with pytest.raises(NotFoundError, match=r"not in collection inland.*'shot0_0'"):
        engine.search_shot("shot0_0")


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_threads_share_an_engine(either: SearchEngine, threads: int) -> None:
    """Texts, shots, subsets of spaces and filters at once, in every thread: as one after the other."""
    engine = either
    allowed = np.arange(engine.index.shots) % 3 > 0
    searches: list[Callable[[], SearchResult]] = []
    for number, query in enumerate(["a dog", "two boats", "a child with a ball", "a bird at night"]):
        searches += [
            partial(engine.search, query),
            partial(engine.search, query, allowed=allowed, depth=20),
            partial(engine.search, query, spaces=engine.spaces[number : number + 3]),
            partial(engine.search_shot, engine.shot_ids[number]),
        ]
    alone = [search() for search in searches]
    with ThreadPoolExecutor(threads) as pool:
        together = list(pool.map(lambda search: search(), searches * 3))
    for number, result in enumerate(together):
        expected = alone[number % len(alone)]
        assert list(result.lists) == list(expected.lists)
        for name, hits in result.lists.items():
            np.testing.assert_array_equal(hits.rows, expected.lists[name].rows)
            np.testing.assert_array_equal(hits.scores, expected.lists[name].scores)


def test_a_quantised_index_is_opened_by_its_manifest(quantised: SearchEngine, engine: SearchEngine) -> None:
    words = "approximate (8-bit codes, recall 1.0000 over 3 queries)"
    result = quantised.search("two dogs running")
    assert (quantised.exactness.words, result.exactness.words) == (words, words)
    assert {"scan", "select", "rerank"} <= set(result.timings_ms)
    for name, hits in engine.search("two dogs running").lists.items():
        found = result.lists[name]
        np.testing.assert_allclose(found.scores, hits.scores, atol=2e-3)
        assert len(set(found.rows[:20].tolist()) & set(hits.rows[:20].tolist())) >= 19
    rows = np.array([7, 3])
    for found, ends in zip(quantised.index.vectors(rows), engine.index.vectors(rows), strict=True):
        np.testing.assert_allclose(found, ends, atol=2**-11)


def test_few_shots_of_a_quantised_index_are_searched_exactly(
    quantised: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is scored from its half floats, and the result says so; a search that scans says its recall."""
    approximate = "approximate (8-bit codes, recall 1.0000 over 3 queries)"
    some, none = np.arange(quantised.index.shots) < 12, np.zeros(quantised.index.shots, dtype=np.bool_)
    queries = ["two dogs running", "a boat"]
    assert quantised.search("a boat").exactness.words == approximate
    few = [quantised.search("a boat", allowed=mask) for mask in (some, none)]
    few += quantised.search_many(queries, allowed=some)
    few.append(quantised.search_shot(quantised.shot_ids[3], allowed=some))
    for result in few:
        assert result.exactness.words == "exact (half precision)"
        assert (result.exactness.exact, result.exactness.recall) == (True, None)
    assert [len(result.lists["fused"].rows) for result in few] == [12, 0, 12, 12, 11]
    assert quantised.exactness.words == approximate, "that of the index stays"
    monkeypatch.setattr("lpd.search.quantised._FEW_SHOTS", 11)
    for result in quantised.search_many(queries, allowed=some):
        assert result.exactness.words == approximate


def test_an_engine_is_warmed_by_its_index(demo_workspace: Path) -> None:
    engine = open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")
    assert (engine.warm, engine.exactness.words) == (False, "exact")
    calls: list[tuple[str, int, int]] = []
    engine.warm_up(lambda *call: calls.append(call))
    assert engine.warm
    assert calls[0][1] == 0
    assert calls[-1][1] == calls[-1][2] == sum(engine.index.widths) * engine.index.shots * 4


def test_steps_of_the_index_stand_beside_encode_and_search(engine: SearchEngine) -> None:
    class Stepping(ExactIndex):
        def search(self, *args: Any, **choices: Any) -> list[ListBlock]:
            return [block._replace(timings_ms={"scan": 2.5}) for block in super().search(*args, **choices)]

    index = Stepping(engine.index.spaces, engine.index.arrays, engine.index.shot_ids)
    stepping = SearchEngine(engine.card, engine.collection, index, engine.encoder)
    timings = stepping.search("a dog").timings_ms
    assert timings["scan"] == 2.5
    assert timings["encode"] > 0
    assert timings["search"] > 0
    assert set(engine.search("a dog").timings_ms) == {"encode", "search"}


def test_an_edition_in_one_pass_equals_single_queries(engine: SearchEngine, demo_workspace: Path) -> None:
    edition = open_workspace(demo_workspace).edition("avs-inland")
    runs = edition_runs(engine, edition, depth=30)
    for topic in edition.topics:
        result = engine.search(topic.text, depth=30)
        for name, hits in result.lists.items():
            ranked = runs[name].topics[topic.topic_id]
            assert set(ranked.shot_ids[:25]) <= {engine.shot_ids[row] for row in hits.rows}
            np.testing.assert_allclose(ranked.scores, hits.scores, atol=1e-6)


def test_fusion_weights_are_shares(engine: SearchEngine) -> None:
    weights = engine.fusion_weights(3)
    assert set(weights) == {space for space in engine.spaces if space.startswith("text:")}
    for shares in weights.values():
        assert sum(shares.values()) == pytest.approx(1, abs=1e-5)
        assert set(shares) == set(engine.card.video_features)
