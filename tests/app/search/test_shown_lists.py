"""What is done to lists after a search, against the library's own parts put together by hand."""

import numpy as np
import pytest

from app.search.request import Fold, Rerank, SearchRequest
from app.search.shown_lists import Shape, shape_of, shaped_lists, unshaped_lists
from lpd.errors import NotFoundError
from lpd.rerank import cosine_similarity
from lpd.search import open_engine
from lpd.services.representations import feature_representation, space_representation
from lpd.workspace import open_workspace


@pytest.fixture(scope="module")
def engine(demo_workspace):
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


@pytest.fixture(scope="module")
def result(engine):
    return engine.search("a dog in the water", depth=200)


def shaped(engine, demo_workspace, result, **shape):
    return shaped_lists(open_workspace(demo_workspace), engine, result, shape=Shape(**shape))


def test_nothing_asked_leaves_the_lists(result):
    for name, shown in unshaped_lists(result).items():
        assert shown.hits is result.lists[name]
        assert (shown.members, shown.below, shown.labels, shown.folded) == ({}, 0, (), 0)


def test_a_lowest_score_cuts_and_counts(engine, demo_workspace, result):
    hits = result.lists["fused"]
    limit = float(hits.scores[10])
    shown = shaped(engine, demo_workspace, result, minimum=limit)["fused"]
    assert (shown.hits.scores >= limit).all()
    assert len(shown.hits.rows) + shown.below == len(hits.rows)
    assert shown.labels[0].startswith("scores from .")


def test_near_duplicates_are_folded_by_the_representation_named(engine, demo_workspace, result):
    colour = feature_representation(open_workspace(demo_workspace), engine.collection, "colour")
    shown = shaped(engine, demo_workspace, result, fold=Fold("colour", 0.9), depth=50)["fused"]
    assert shown.folded
    assert set(shown.hits.rows.tolist()).isdisjoint(
        row for one in shown.members.values() for row in one.rows.tolist()
    )
    for leader, members in shown.members.items():
        alike = cosine_similarity(colour.vectors(np.array([leader, *members.rows.tolist()])))[0, 1:]
        assert (alike >= 0.9 - 1e-5).all()
    between = cosine_similarity(colour.vectors(shown.hits.rows))
    assert (between[~np.eye(len(between), dtype=bool)] < 0.9 + 1e-5).all()
    assert "video feature colour: post-processing" in shown.labels[0]
    assert shown.labels[-1] == "of the first 50 found"


def test_folding_and_mmr_may_compare_shots_differently(engine, demo_workspace, result):
    shape = {"fold": Fold("colour", 0.9), "rerank": Rerank("mmr", 0.3, "text:bow"), "pool": 20}
    shown = shaped(engine, demo_workspace, result, **shape)["fused"]
    folded = shaped(engine, demo_workspace, result, fold=Fold("colour", 0.9))["fused"]
    assert sorted(shown.hits.rows.tolist()) == sorted(folded.hits.rows.tolist())
    assert shown.hits.rows.tolist() != folded.hits.rows.tolist()
    assert shown.members.keys() == folded.members.keys()
    name = space_representation(engine, ["text:bow"]).name
    assert any(name in label and label.startswith("MMR, lambda .3") for label in shown.labels)


def test_lambda_one_keeps_the_order_of_the_search(engine, demo_workspace, result):
    shown = shaped(engine, demo_workspace, result, rerank=Rerank("mmr", 1.0))
    for name, one in shown.items():
        assert one.hits.rows.tolist() == result.lists[name].rows.tolist()
        assert any("post-processing" in label for label in one.labels)


def test_the_best_of_each_video_stays(engine, demo_workspace, result):
    shown = shaped(engine, demo_workspace, result, best_per_video=True)["fused"]
    videos = engine.collection.shots["video_id"].to_numpy()
    assert len(set(videos[shown.hits.rows])) == len(shown.hits.rows)
    assert set(videos[shown.hits.rows]) == set(videos[result.lists["fused"].rows])


def test_an_unknown_representation_is_named(engine, demo_workspace, result):
    with pytest.raises(NotFoundError, match="nothing"):
        shaped(engine, demo_workspace, result, fold=Fold("nothing", 0.9))


def test_the_shape_of_a_request():
    assert shape_of(SearchRequest("a"), 20) is None
    assert shape_of(SearchRequest("a", minimum=0.5), 20) == Shape(minimum=0.5)
    folding = shape_of(SearchRequest("a", fold=Fold("spaces", 0.9)), 500)
    assert (folding.depth, folding.pool) == (1500, 500)
    assert shape_of(SearchRequest("a", rerank=Rerank("xquad", 0.5)), 5)[-2:] == (300, 100)
