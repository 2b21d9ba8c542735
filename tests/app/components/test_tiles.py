import json

import pytest

from app.components import JUDGEMENTS, VERDICTS, Lane, Partner, Tile, TileEvents, bar_height
from app.components.tiles import lane_payload

HOSTILE = '"><img src=x onerror=alert(1)>\x00\u202e'


def drawn(tile: Tile) -> dict:
    (payload,) = lane_payload(Lane("text:bow", "bow", "text", (), (tile,)))["tiles"]
    return payload


def test_a_tile_says_in_words_what_it_shows_in_colours():
    tile = drawn(Tile("shot1_1", 3, 0.5441, (1, None), "not", True, True, False))
    assert tile["alt"] == "shot shot1_1, rank 3, similarity .544, not relevant, only in this space"
    assert tile["ranks"] == ["1", ">1000"]
    assert tile["bars"] == [100, 0]
    assert (tile["thumbnail"], tile["preview"]) == (True, False)


def test_what_a_person_said_is_told_apart_from_the_judgement():
    tile = drawn(Tile("s", 1, None, judgement="not", verdict="relevant", seen=True))
    assert tile["alt"] == "shot s, rank 1, not relevant, marked relevant by you, seen before"
    assert (tile["judgement"], tile["verdict"]) == ("not", "relevant")


def test_folded_shots_notes_and_second_steps_are_told():
    second = Partner("t", True, "https://m/t.webp", "relevant", "not", "4.2 s later")
    tile = drawn(Tile("s", 2, None, members=1, note="a dog", partner=second))
    assert tile["alt"] == "shot s, rank 2, 1 near-duplicate folded into it, then shot t, a dog"
    assert tile["members"] == 1
    assert tile["partner"] == {
        "shot": "t",
        "rank": "then",
        "judgement": "relevant",
        "verdict": "not",
        "note": "4.2 s later",
        "alt": "shot t, second step after shot s, relevant, marked not relevant by you, 4.2 s later",
        "thumbnail": True,
        "preview": "https://m/t.webp",
    }
    assert "3 near-duplicates folded" in drawn(Tile("s", 1, None, members=3))["alt"]


def test_a_plain_tile_claims_nothing():
    tile = drawn(Tile("s", 1, None))
    assert tile["alt"] == "shot s, rank 1"
    assert not any(
        tile[name] for name in ("judgement", "verdict", "seen", "only", "note", "members", "partner")
    )


def test_a_shot_without_a_rank_has_none():
    assert drawn(Tile("s", 0, None))["alt"] == "shot s, in no list"


def test_unknown_judgements_and_verdicts_are_refused():
    with pytest.raises(KeyError):
        drawn(Tile("s", 1, None, judgement="perhaps"))
    with pytest.raises(KeyError):
        drawn(Tile("s", 1, None, verdict="none"))
    assert "perhaps" not in JUDGEMENTS
    assert set(VERDICTS) == {"relevant", "not"}


def test_hostile_text_stays_data():
    payload = lane_payload(
        Lane(HOSTILE, HOSTILE, "text", (HOSTILE,), (Tile(HOSTILE, 1, None, note=HOSTILE),))
    )
    again = json.loads(json.dumps(payload))
    assert (again["title"], again["notes"]) == (HOSTILE, [HOSTILE])
    assert (again["tiles"][0]["shot"], again["tiles"][0]["note"]) == (HOSTILE, HOSTILE)


def test_bars_fall_with_the_logarithm_of_the_rank():
    heights = [bar_height(rank, 1000) for rank in (1, 2, 10, 100, 1000, 1001, None)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == 100
    assert heights[-2:] == [0, 0]


def test_only_what_the_page_answers_to_is_offered():
    assert TileEvents().offered == []
    assert TileEvents(like=print, mark=print).offered == ["mark", "like"]
