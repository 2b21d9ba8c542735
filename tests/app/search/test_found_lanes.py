from dataclasses import replace

import numpy as np
import pytest

from app.lanes import Judged
from app.search.found_lanes import FoundView, found_lanes
from app.search.shown_lists import ShownList, unshaped_lists
from lpd.cards import SpaceInfo
from lpd.search import HitList, PairList
from tests.app.search_cases import CARD, LISTS, hits, make_result, small_collection


def view_of(result=None, **facts) -> FoundView:
    result = make_result() if result is None else result
    given = {"shown": unshaped_lists(result), "card": CARD, "k": 2} | facts
    return FoundView(result=result, collection=small_collection(), **given)


def lanes_of(view, most=60):
    """The lanes, with blanks for the ones that do not break."""
    made = found_lanes(view, tuple(view.result.lists), most=most)
    return [replace(lane, notes=tuple(one.replace("\xa0", " ") for one in lane.notes)) for lane in made]


def test_fused_stands_first_and_each_lane_says_what_it_is_worth():
    judged = Judged({"s0": 1, "s1": 0, "s3": -1}, {"fused": 0.5, "text:bow": 0.25})
    lanes = lanes_of(view_of(judged=judged))
    assert [lane.end for lane in lanes] == ["fused", "text", "video", "head"]
    assert lanes[0].notes == ("mean of 3 spaces", "infAP .50 · 1 of 2 relevant")
    assert lanes[1].notes == ("query: bow → shots: fused 3", "infAP .25 · 1 of 2 in fused · 1 only here")
    assert [tile.judgement for tile in lanes[1].tiles] == ["relevant", "unjudged"]
    assert [tile.only for tile in lanes[1].tiles] == [False, True]
    assert lanes[1].tiles[1].ranks == (2, 5, 5)


def test_lines_break_between_facts_alone():
    notes = found_lanes(view_of(), ("text:bow",), most=60)[0].notes
    assert notes[1] == "1\xa0of\xa02\xa0in\xa0fused · 1\xa0only\xa0here"


def test_one_space_is_compared_with_nothing():
    card = replace(CARD, system="w2vvpp", spaces=(SpaceInfo("common", "head", None, 8, "cosine"),))
    result = make_result({"fused": (2, 0, 1), "common": (2, 0, 1)})
    judged = Judged({"s0": 1}, {"fused": 0.5, "common": 0.5})
    for told, worth in ((None, "2 shown"), (judged, "infAP .50 · 2 shown")):
        fused, alone = lanes_of(view_of(result, card=card, judged=told))
        assert fused.notes[0] == "one space"
        assert alone.notes == ("query: 2 side by side → shots: 3 side by side", worth)
        assert not any(tile.only for lane in (fused, alone) for tile in lane.tiles)


def test_lists_of_some_spaces_say_so_and_compare_these_alone():
    result = replace(
        make_result({"fused": (0, 1, 3), "text:bow": (0, 3, 1), "head:1": (0, 1, 4)}),
        shares=np.array([0.5, 0, 0.5]),
    )
    fused, bow, _ = lanes_of(view_of(result))
    assert fused.notes[0] == "mean of 2 of 3 spaces"
    assert bow.notes[1] == "1 of 2 in fused · 1 only here"
    assert bow.tiles[1].ranks == (2, None)


def test_a_long_list_is_cut_and_says_so():
    lane = lanes_of(view_of(k=5), most=3)[0]
    assert len(lane.tiles) == 3
    assert lane.notes[-1] == "first 3 of 5 shown"


def test_marks_and_what_was_seen_stand_on_the_tiles():
    tiles = lanes_of(view_of(verdicts={"s0": "not"}, seen={"s1"}))[0].tiles
    assert [tile.verdict for tile in tiles] == ["not", None]
    assert [tile.seen for tile in tiles] == [False, True]


def test_a_tile_says_which_wording_found_it():
    wordings = {0: "a red car", 1: "a crimson automobile in the late afternoon sun"}
    tiles = lanes_of(view_of(wordings=wordings))[0].tiles
    assert tiles[0].note == "a red car"
    assert tiles[1].note.startswith("a crimson automobile")
    assert len(tiles[1].note) <= 40


def folded_view(**facts) -> FoundView:
    result = make_result()
    members = {0: HitList(np.array([2, 4]), np.array([0.5, 0.3], dtype=np.float32))}
    shown = {name: ShownList(one) for name, one in result.lists.items()}
    shown["fused"] = ShownList(hits(0, 1, 3), members, labels=("near-duplicates folded: post-processing",))
    return view_of(result, shown=shown, k=3, done=["post-processing: folded from .9"], **facts)


def test_folded_shots_are_counted_on_the_tile():
    lane = lanes_of(folded_view())[0]
    assert [(tile.shot_id, tile.rank, tile.members) for tile in lane.tiles] == [
        ("s0", 1, 2),
        ("s1", 2, 0),
        ("s3", 3, 0),
    ]
    assert lane.notes[-2:] == ("post-processing: folded from .9", "2 folded")


def test_unfolded_shots_stand_behind_their_leader_with_their_own_rank():
    tiles = lanes_of(folded_view(unfolded={"s0"}))[0].tiles
    assert [(tile.shot_id, tile.rank, tile.note) for tile in tiles] == [
        ("s0", 1, ""),
        ("s2", 3, "folded into s0"),
        ("s4", 5, "folded into s0"),
        ("s1", 2, ""),
        ("s3", 3, ""),
    ]


def test_a_new_order_tells_the_rank_before():
    result = make_result()
    new_order = HitList(np.array([0, 2, 1]), np.array([0.9, 0.58, 0.74], dtype=np.float32))
    shown = unshaped_lists(result) | {
        "fused": ShownList(new_order, labels=("MMR, lambda .5: post-processing",))
    }
    lane = lanes_of(view_of(result, shown=shown, k=3, done=["post-processing: MMR .5"]))[0]
    assert [(tile.shot_id, tile.rank, tile.note) for tile in lane.tiles] == [
        ("s0", 1, ""),
        ("s2", 2, "rank 3 before"),
        ("s1", 3, "rank 2 before"),
    ]
    assert "post-processing: MMR .5" in lane.notes


def test_nothing_above_the_lowest_score_is_told():
    result = make_result()
    shown = unshaped_lists(result) | {"fused": ShownList(hits(), below=6, labels=("scores from .95",))}
    lane = lanes_of(view_of(result, shown=shown))[0]
    assert lane.tiles == ()
    assert lane.empty == "no shot scores as high as asked for"
    assert "6 below" in lane.notes


@pytest.mark.parametrize(("sure", "exact"), [(1, False), (2, True)], ids=["cut", "whole"])
def test_two_steps_show_the_second_shot_and_how_much_is_sure(sure, exact):
    result = make_result({name: (0, 2) for name in LISTS})
    partners, scores = np.array([1, 3]), np.array([0.5, 0.25], dtype=np.float32)
    pairs = {"fused": PairList(result.lists["fused"], partners, scores, scores, sure, exact)}
    judged = Judged({"s1": 1}, {})
    lane = lanes_of(view_of(result, pairs=pairs, judged=judged, verdicts={"s3": "relevant"}))[0]
    first, second = (tile.partner for tile in lane.tiles)
    assert (first.shot_id, first.note, first.judgement) == ("s1", "then .500", "relevant")
    assert (second.shot_id, second.note, second.verdict) == ("s3", "then .250", "relevant")
    assert ("sure: the first 1 place" in lane.notes) == (not exact)
