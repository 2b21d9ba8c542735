import json

import pytest
from streamlit.testing.v1 import AppTest

from app.components import LAYOUTS, Lane, SpaceBar, Tile, grid_payload


def lane(*tiles: Tile) -> Lane:
    return Lane("text:bow", "bow", "text", ("query: bow → shots: fused 4",), tiles)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_has_the_same_tiles(layout):
    payload = grid_payload(
        [lane(Tile("s", 1, 0.5))], media="shots/w/c", spaces=[SpaceBar("bow", "text")], layout=layout
    )
    assert (payload["layout"], payload["media"]) == (layout, "shots/w/c")
    assert payload["spaces"] == [{"label": "bow", "end": "text"}]
    assert [one["shot"] for one in payload["lanes"][0]["tiles"]] == ["s"]


def test_an_unknown_layout_is_refused():
    with pytest.raises(ValueError, match="layout"):
        grid_payload([], media="", layout="mosaic")


def page_with_marks() -> None:
    from app.components import Lane, Tile, TileEvents, grid_payload, shot_grid

    lanes = [Lane("fused", "Fused", "fused", (), (Tile("s", 1, 0.5),))]
    events = TileEvents(mark=lambda: None)
    shot_grid(grid_payload(lanes, media="m"), key="grid", selected="s", on_open=lambda: None, events=events)


def test_the_browser_is_told_what_is_open_and_what_can_be_done():
    page = AppTest.from_function(page_with_marks).run()
    assert not page.exception
    (element,) = page.get("bidi_component")
    data = json.loads(element.proto.json)
    assert (data["selected"], data["events"]) == ("s", ["mark"])
