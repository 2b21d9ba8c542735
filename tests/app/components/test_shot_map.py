import json

import numpy as np

from app.components.shot_map import MapPlaces, MapPlot, MapShots, map_payload
from app.map.colouring import by_judgement, by_score
from app.map.colours import LIGHT_MAP
from app.map.lasso import Lasso


def plot(colouring, **more) -> MapPlot:
    return MapPlot("text:bow", "bow", "text", ("a note",), "points-name", "kinds-name", colouring, **more)


def payload(*plots, lasso=None):
    places = MapPlaces("maps/layers", "maps/shots/demo/inland", "shots/demo/inland")
    return map_payload(plots, MapShots(6, lasso, 3), places=places, colours=LIGHT_MAP)


def test_it_names_layers_and_holds_no_points() -> None:
    judged = by_judgement({1: [4], 0: [1, 2]}, 6, LIGHT_MAP)
    given = payload(plot(judged, query=(0.5, 0.25), marked=(1, 2), labels=((0.0, 0.0, "1"),)))
    json.dumps(given)
    assert given["plots"][0]["points"] == "points-name"
    assert given["plots"][0]["query"] == [0.5, 0.25]
    assert [one["count"] for one in given["classes"]] == [1, 2, 0, 3]
    assert not given["scale"]
    assert "relevant: 1; not relevant: 2; not in the pool: 3" in given["plots"][0]["alt"]


def test_scales_have_the_ends_of_each_plane() -> None:
    given = payload(
        plot(by_score(np.array([0.1, 0.5], np.float32), LIGHT_MAP)),
        plot(by_score(np.array([-0.2, 0.3], np.float32), LIGHT_MAP)),
        lasso=Lasso("text:bow", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
    )
    assert [(one["scale"]["low"], one["scale"]["high"]) for one in given["plots"]] == [
        (".100", ".500"),
        ("−.200", ".300"),
    ]
    assert given["lasso"] == {"plot": "text:bow", "polygon": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]}
