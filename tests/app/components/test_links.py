import json

import pytest
from streamlit.testing.v1 import AppTest

from app.components import Lane, Tile, link_payload

LEFT = Lane("a", "lpd fused", "fused", (), (Tile("x", 1, 0.9), Tile("y", 2, 0.8)))
RIGHT = Lane("b", "bow", "text", (), (Tile("z", 1, 0.7), Tile("w", 2, 0.6), Tile("x", 3, 0.5)))


def test_linked_shots_say_their_rank_in_the_other_list():
    payload = link_payload(LEFT, RIGHT, [(0, 2)], media="shots/w/c", marker="a b")
    left, right = (lane["tiles"] for lane in payload["lanes"])
    assert (left[0]["other"], right[2]["other"]) == (3, 1)
    assert left[0]["alt"] == "shot x, rank 1, similarity .900, rank 3 in bow"
    assert right[2]["alt"] == "shot x, rank 3, similarity .500, rank 1 in lpd fused"
    assert "other" not in left[1]
    assert (payload["links"], payload["marker"]) == ([[0, 2]], "a b")


def test_lists_that_share_nothing_have_no_lines():
    payload = link_payload(LEFT, RIGHT, [], media="")
    assert payload["links"] == []
    assert [len(lane["tiles"]) for lane in payload["lanes"]] == [2, 3]


@pytest.mark.parametrize("link", [(0, 3), (2, 2), (-1, 2)], ids=str)
def test_a_line_to_no_tile_is_refused(link):
    with pytest.raises(ValueError, match="beyond the tiles"):
        link_payload(LEFT, RIGHT, [link], media="")


def test_a_line_between_different_shots_is_refused():
    with pytest.raises(ValueError, match="joins different shots, 'x' and 'z'"):
        link_payload(LEFT, RIGHT, [(0, 0)], media="")


def page_with_links() -> None:
    from app.components import Lane, Tile, link_payload, linked_lists

    one = Lane("a", "a", "fused", (), (Tile("x", 1, None),))
    other = Lane("b", "b", "text", (), (Tile("x", 1, None),))
    payload = link_payload(one, other, [(0, 0)], media="m")
    linked_lists(payload, key="links", selected=None, on_open=lambda: None)


def test_the_component_is_drawn():
    page = AppTest.from_function(page_with_links).run()
    assert not page.exception
    (element,) = page.get("bidi_component")
    assert json.loads(element.proto.json)["events"] == []
