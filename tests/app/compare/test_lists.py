import numpy as np
import pandas as pd
import pytest

from app.compare.lanes import SHOWN, link_lanes, set_lanes, shown_links
from app.compare.lists import (
    Side,
    compare_sides,
    figures,
    relevant_alone,
    relevant_found,
    unknown_shots,
)
from app.components.links import link_payload
from app.systems import System
from lpd.collection import make_collection
from lpd.diversity import iou_at
from lpd.trec import RankedList

COLLECTION = make_collection(
    "c", pd.DataFrame({"shot_id": [f"s{number}" for number in range(200)], "thumbnail": "a.jpg"})
)
RELEVANCE = {"s1": 1, "s2": 0, "s4": 1, "s9": -1}


def side(letter, shots, inf_ap=None):
    scores = np.linspace(1, 0.5, len(shots))
    return Side(
        letter,
        System("run", letter.lower()),
        f"run {letter.lower()}",
        "plain",
        RankedList(list(shots), scores),
        "exact",
        inf_ap,
    )


def compared(first, second, k=4, relevance=RELEVANCE, inf_ap=(0.3, 0.4)):
    sides = (side("A", first, inf_ap[0]), side("B", second, inf_ap[1]))
    return compare_sides(sides, k=k, p=0.9, collection=COLLECTION, relevance=relevance)


A = ["s1", "s2", "s3", "s4", "s5"]
B = ["s3", "s9", "s1", "s8", "s4"]


def by_name(found):
    return {one.name: one for one in figures(found)}


def test_figures_say_what_the_library_counts():
    found = by_name(compared(A, B))
    assert found["IoU@4"].value == f"{iou_at(A, B, 4):.2f}".removeprefix("0")
    assert found["IoU@4"].words == "2 in both, 6 in either"
    assert found["Kendall τ"].value == "−1.00"
    assert found["Spearman ρ"].value == "−1.00"
    assert found["Rank difference"].value == "2.0"  # s1: 1 and 3, s3: 3 and 1
    assert found["Rank difference"].words == "largest: A 1, B 3"
    assert found["infAP, A − B"].value == "−.100"
    assert found["Relevant in 4"].value == "2 | 1"
    assert found["Relevant in 4"].words == "1 only in A, 0 only in B"


def test_rbo_stands_between_its_bounds():
    rbo = by_name(compared(A, B))["RBO, p .90"]
    lowest, _, highest = rbo.words.removeprefix("from ").partition(" to ")
    assert float(lowest) - 0.005 <= float(rbo.value) <= float(highest) + 0.005


def test_without_judgements_nothing_is_said_of_them():
    names = by_name(compared(A, B, relevance=None))
    assert not [name for name in names if "infAP" in name or "Relevant" in name]


def test_lists_with_nothing_in_common_have_no_order_to_compare():
    found = by_name(compared(["s1"], ["s2"]))
    assert found["Kendall τ"].value == "–"
    assert found["Rank difference"].value == "–"
    assert found["IoU@4"].value == ".00"


def test_relevant_shots_are_counted_in_the_first_k():
    found = compared(A, B)
    assert relevant_found(found) == (2, 1)
    assert relevant_alone(found) == (1, 0)


def test_each_list_says_where_the_other_has_its_shots():
    left, right = link_lanes(compared(A, B))
    assert [tile.note for tile in left.tiles] == ["2 lower in B", "not in B's 5", "2 higher in B", "5 in B"]
    assert [tile.note for tile in right.tiles] == [
        "2 lower in A",
        "not in A's 5",
        "2 higher in A",
        "not in A's 5",
    ]
    assert left.notes[0] == "infAP .300 · 2 of 4 relevant"
    assert left.notes[1] == "2 of 4 not in the first 4 of B"


def test_the_same_rank_is_said():
    left, _ = link_lanes(compared(["s1"], ["s1"]))
    assert left.tiles[0].note == "same rank in B"


def test_lines_join_equal_shots_of_what_is_drawn():
    found = compared(A, B)
    assert shown_links(found) == [(0, 2), (2, 0)]
    left, right = link_lanes(found)
    payload = link_payload(left, right, links=shown_links(found), media="shots/w/c")
    assert payload["links"] == [[0, 2], [2, 0]]


def test_long_lists_are_cut_and_say_so():
    shots = [f"s{number}" for number in range(100)]
    found = compared(shots, shots[::-1], k=100)
    left, right = link_lanes(found)
    assert len(left.tiles) == len(right.tiles) == SHOWN
    assert f"first {SHOWN} of 100 shown" in left.notes
    assert all(max(pair) < SHOWN for pair in shown_links(found))
    link_payload(left, right, links=shown_links(found), media="m")


def test_the_sets_hold_every_shot_once():
    found = compared(A, B)
    only_a, both, only_b = set_lanes(found)
    assert [tile.shot_id for tile in only_a.tiles] == ["s2", "s4"]
    assert [(tile.shot_id, tile.note) for tile in both.tiles] == [("s1", "A 1 · B 3"), ("s3", "A 3 · B 1")]
    assert [tile.shot_id for tile in only_b.tiles] == ["s9", "s8"]
    assert both.title == "both · 2"
    assert only_a.notes == ("1 of 2 relevant",)
    assert only_b.tiles[0].judgement == "unjudged"


def test_shots_that_the_collection_does_not_have_stand_by_their_id():
    found = compared(["s1", "gone"], ["gone", "other"], k=2)
    assert unknown_shots(found) == {"A": 1, "B": 2}
    left, _ = link_lanes(found)
    assert [bool(tile.thumbnail) for tile in left.tiles] == [True, False]
    assert left.tiles[1].note == "1 higher in B"


@pytest.mark.parametrize("k", [1, 5, 1000])
def test_sets_and_lists_agree_on_their_numbers(k):
    found = compared(A, B, k=k)
    only_a, both, only_b = set_lanes(found)
    assert len(only_a.tiles) + len(both.tiles) == len(A[:k])
    assert len(only_b.tiles) + len(both.tiles) == len(B[:k])
