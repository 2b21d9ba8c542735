from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from app.lanes import Judged, judgement_kind, lanes_of, only_in
from lpd.cards import ModelCard, SpaceInfo
from lpd.collection import make_collection
from lpd.search import Exactness, HitList, SearchResult

CARD = ModelCard(
    name="lpd",
    system="lpd",
    spaces=(
        SpaceInfo("text:bow", "text", "bow", 8, "cosine"),
        SpaceInfo("video:colour", "video", "colour", 8, "cosine"),
        SpaceInfo("head:1", "head", None, 8, "cosine"),
    ),
    text_features={"bow": 4, "w2v": 4},
    video_features={"colour": 3, "shape": 3, "motion": 3},
    seed=1,
    digest="abc",
    config={},
)
IDS = [f"s{n}" for n in range(6)]


def hits(*rows: int) -> HitList:
    return HitList(np.array(rows, dtype=np.int64), np.linspace(0.9, 0.1, len(rows), dtype=np.float32))


@pytest.fixture
def result() -> SearchResult:
    lists = {
        "fused": hits(0, 1, 2, 3, 4, 5),
        "text:bow": hits(0, 3, 1, 2, 4, 5),
        "video:colour": hits(1, 0, 5, 2, 3, 4),
        "head:1": hits(0, 1, 4, 2, 3, 5),
    }
    timings = {"encode": 1.0, "search": 2.0}
    return SearchResult("q", lists, (), np.ones(3) / 3, 6, Exactness("exact", True), timings)


@pytest.fixture
def collection():
    shots = pd.DataFrame(
        {"shot_id": IDS, "thumbnail": ["t/0.webp", None, "https://m/{shot}.jpg", None, None, None]}
    )
    return make_collection("c", shots)


def test_only_here_means_in_no_other_space_and_the_fused_list_does_not_count(result):
    assert only_in(result.lists, 2) == {"text:bow": {3}, "video:colour": set(), "head:1": set()}
    assert only_in(result.lists, 3) == {"text:bow": {3}, "video:colour": {5}, "head:1": {4}}


def test_fused_stands_first_and_each_lane_says_what_it_is_worth(result, collection):
    judged = Judged({"s0": 1, "s1": 0, "s3": -1}, {"fused": 0.5, "text:bow": 0.25})
    lanes = lanes_of(result, card=CARD, collection=collection, k=2, judged=judged)
    assert [lane.end for lane in lanes] == ["fused", "text", "video", "head"]
    assert lanes[0].notes == ("mean of 3 spaces", "infAP .50 · 1 of 2 relevant")
    assert lanes[1].notes == ("query: bow → shots: fused 3", "infAP .25 · 1 of 2 in fused · 1 only here")
    assert [tile.judgement for tile in lanes[1].tiles] == ["relevant", "unjudged"]
    assert [tile.only for tile in lanes[1].tiles] == [False, True]
    assert lanes[1].tiles[1].ranks == (2, 5, 5)


def test_one_space_is_compared_with_nothing(result, collection):
    card = replace(CARD, system="w2vvpp", spaces=(SpaceInfo("common", "head", None, 8, "cosine"),))
    result = replace(result, lists={"fused": hits(2, 0, 1), "common": hits(2, 0, 1)}, shares=np.ones(1))
    assert only_in(result.lists, 2) == {"common": set()}
    judged = Judged({"s0": 1}, {"fused": 0.5, "common": 0.5})
    for told, worth in ((None, ()), (judged, ("infAP .50",))):
        fused, alone = lanes_of(result, card=card, collection=collection, k=2, judged=told)
        assert fused.notes[0] == "one space"
        assert alone.notes == ("query: 2 side by side → shots: 3 side by side", *worth)
        assert not any(tile.only for lane in (fused, alone) for tile in lane.tiles)


def test_pictures_are_here_elsewhere_or_absent(result, collection):
    tiles = lanes_of(result, card=CARD, collection=collection, k=5, judged=None)[0].tiles
    assert [tile.thumbnail for tile in tiles[:3]] == [True, False, "https://m/s2.jpg"]
    assert {tile.judgement for tile in tiles} == {None}


def test_kinds_of_judgement():
    judged = Judged({"a": 1, "b": 0, "c": -1}, {})
    assert [judgement_kind(shot, judged) for shot in "abcd"] == ["relevant", "not", "unjudged", "outside"]
    assert judgement_kind("a", None) is None
