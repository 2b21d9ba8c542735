import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from app.charts.shot_map import MapPicture, map_png, map_svg
from app.map.colouring import by_cluster, by_judgement, by_score, without
from app.map.colours import LIGHT_MAP
from lpd.exports import Provenance

PROVENANCE = Provenance("demo <&>", measure="map by pca", version="1", made_at="now")
PLACES = np.array([[-1, 0], [0, 0], [1, 0], [0, 1]], np.float32)
HOSTILE = '<script>"&'
NAME = "{http://www.w3.org/2000/svg}"


def drawn(colouring, **more) -> ElementTree.Element:
    picture = MapPicture(HOSTILE, PLACES, colouring, **more)
    return ElementTree.fromstring(
        map_svg([picture, picture], LIGHT_MAP, caption=HOSTILE, provenance=PROVENANCE)
    )


def test_every_shot_is_one_mark_and_hidden_ones_are_none() -> None:
    judged = by_judgement({1: [0], 0: [1], -1: [2]}, 4, LIGHT_MAP)
    root = drawn(without(judged, np.array([1, 1, 1, 0], dtype=bool)))
    paths = [one.get("d") for one in root.iter(f"{NAME}path")]
    marks = [len(re.findall("h0|m0|a", path)) for path in paths]
    assert len(paths) == 6, "three classes on two planes"
    assert sorted(marks) == [1, 1, 1, 1, 2, 2], "a dot, a cross, and a ring of two arcs on each"


def test_foreign_words_are_words_and_the_provenance_is_inside() -> None:
    root = drawn(
        by_cluster(np.zeros(4, np.uint16), LIGHT_MAP, title="clusters"), labels=[(0.0, 0.0, HOSTILE)]
    )
    texts = [one.text for one in root.iter(f"{NAME}text")]
    assert texts.count(HOSTILE) == 5
    assert "1: 4" in texts
    assert "demo <&>" in next(root.iter(f"{NAME}metadata")).text


def test_a_scale_has_its_ends_and_a_lasso_and_a_query_their_places() -> None:
    scores = by_score(np.array([0.1, 0.2, 0.3, 0.4], np.float32), LIGHT_MAP)
    root = drawn(scores, corners=((-1.0, -1.0), (1.0, -1.0), (0.0, 1.0)), query=(1.0, 0.0))
    texts = [one.text for one in root.iter(f"{NAME}text")]
    assert "0.100" in texts
    assert "0.400  score" in texts
    stars = [one for one in root.iter(f"{NAME}text") if one.text == "★"]
    assert [float(one.get("x")) for one in stars] == [528, 1072]
    assert len(list(root.iter(f"{NAME}polygon"))) == 2


@pytest.mark.parametrize("shots", [4, 30_000], ids=["few", "many"])
def test_the_picture_has_the_points_and_says_what_it_was_made_from(shots) -> None:
    rng = np.random.default_rng(3)
    places = rng.uniform(-1, 1, (shots, 2)).astype(np.float32)
    colouring = by_cluster(np.zeros(shots, np.uint16), LIGHT_MAP, title="clusters")
    svg = map_svg([MapPicture("bow", places, colouring)], LIGHT_MAP, caption="bow", provenance=PROVENANCE)
    assert len(svg) < 4000 + 20 * shots
    with Image.open(io.BytesIO(map_png(svg, PROVENANCE))) as picture:
        assert "demo <&>" in picture.text["lpd.provenance"]
        colours = picture.convert("RGB").getcolors(1 << 24)
    blue = tuple(int(LIGHT_MAP.classes[0][place : place + 2], 16) for place in (1, 3, 5))
    assert sum(count for count, colour in colours if colour == blue) >= shots
