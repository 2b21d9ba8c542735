import json

import pytest

from app.components import Lane, SpaceBar, Tile, bar_height, grid_payload

HOSTILE = '"><img src=x onerror=alert(1)>'


def lane(*tiles: Tile) -> Lane:
    return Lane("text:bow", HOSTILE, "text", ("query: bow → shots: fused 4",), tiles)


def test_a_tile_says_in_words_what_it_shows_in_colours():
    tile = Tile("shot1_1", 3, 0.5441, (1, None), "not", True, True, False)
    payload = grid_payload([lane(tile)], media="shots/w/c", spaces=[SpaceBar("bow", "text")])
    drawn = payload["lanes"][0]["tiles"][0]
    assert drawn["alt"] == "shot shot1_1, rank 3, similarity .544, not relevant, only in this space"
    assert drawn["ranks"] == ["1", ">1000"]
    assert drawn["bars"] == [100, 0]
    assert (drawn["thumbnail"], drawn["preview"]) == (True, False)


def test_hostile_text_stays_data():
    payload = grid_payload([lane(Tile(HOSTILE, 1, None))], media="shots/w/c")
    again = json.loads(json.dumps(payload))
    assert again["lanes"][0]["title"] == HOSTILE
    assert again["lanes"][0]["tiles"][0]["shot"] == HOSTILE


def test_bars_fall_with_the_logarithm_of_the_rank():
    heights = [bar_height(rank, 1000) for rank in (1, 2, 10, 100, 1000, 1001, None)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == 100
    assert heights[-2:] == [0, 0]


def test_an_unknown_layout_is_refused():
    with pytest.raises(ValueError, match="layout"):
        grid_payload([], media="", layout="mosaic")
