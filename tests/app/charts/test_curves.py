"""Charts of trainings: what they hold, told apart without colour, drawn as files."""

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from app.charts.curve_look import (
    DARK_CURVES,
    DASHES,
    LIGHT_CURVES,
    CurveColours,
    framed,
    side_by_side,
    space_colours,
    space_looks,
)
from app.charts.curves import (
    LOSS_WORDS,
    MOST_LINES,
    ValueAxis,
    loss_curves,
    loss_looks,
    measure_curves,
    selection_strips,
    space_curves,
)
from app.charts.export import chart_bytes
from app.tokens import TOKENS
from lpd.exports import Provenance

THEMES = [pytest.param(LIGHT_CURVES, id="light"), pytest.param(DARK_CURVES, id="dark")]
SPACES = [("text:bow", "text"), ("text:w2v", "text"), ("video:clip", "video"), ("head:1", "head")]
ENTROPY = ValueAxis("entropy", (4.0, 4.5))
SVG = "{http://www.w3.org/2000/svg}"


def rows(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"low": 0.1, "high": 0.4, "seeds": 3, **columns})


def of_lines(names: list[str]) -> pd.DataFrame:
    epochs = [1, 2, 3]
    return pd.concat(
        rows(line=name, epoch=epochs, mean=[0.2, 0.3, 0.25 + number / 100])
        for number, name in enumerate(names)
    )


def of_spaces() -> pd.DataFrame:
    return pd.concat(rows(space=name, epoch=[1, 2], mean=[4.0, 4.25]) for name, _ in SPACES)


@pytest.mark.parametrize("colours", THEMES)
def test_every_training_has_its_own_colour_and_dash(colours: CurveColours) -> None:
    names = [f"m{number}" for number in range(MOST_LINES)]
    chart = measure_curves(of_lines(names), names, title="validation mAP", colours=colours).to_dict()
    line = chart["layer"][1]["encoding"]
    assert line["color"]["scale"]["domain"] == names
    assert len(set(line["color"]["scale"]["range"])) == MOST_LINES
    assert len({tuple(dash) for dash in line["strokeDash"]["scale"]["range"]}) == MOST_LINES
    band, _, points = chart["layer"]
    assert (band["mark"]["type"], band["encoding"]["y"]["field"]) == ("area", "low")
    assert band["encoding"]["y2"]["field"] == "high"
    assert [one["field"] for one in points["encoding"]["tooltip"]] == ["line", "epoch", "mean", "seeds"]


def test_losses_are_named_and_share_their_axis() -> None:
    table = pd.concat(rows(series=name, epoch=[1, 2], mean=[1.0, 0.5]) for name in ("loss", "fair", "dcl"))
    chart = loss_curves(table, highest=2.5, colours=LIGHT_CURVES).to_dict()
    encoding = chart["layer"][0]["encoding"]
    assert encoding["color"]["scale"]["domain"] == [LOSS_WORDS[name] for name in ("loss", "fair", "dcl")]
    assert encoding["y"]["scale"]["domain"] == [0, 2.5]
    looks = loss_looks(LIGHT_CURVES)
    assert encoding["color"]["scale"]["range"] == [looks[name].colour for name in ("loss", "fair", "dcl")]


@pytest.mark.parametrize(("epochs", "opacity"), [([1], 1), ([1, 2], 0)])
def test_one_epoch_is_a_point(epochs: list[int], opacity: int) -> None:
    table = rows(series="loss", epoch=epochs, mean=[1.0] * len(epochs))
    chart = loss_curves(table, highest=2.5, colours=LIGHT_CURVES).to_dict()
    assert chart["layer"][1]["mark"]["opacity"] == opacity


@pytest.mark.parametrize("colours", THEMES)
def test_spaces_have_the_colour_of_their_end_and_dashes_of_their_own(colours: CurveColours) -> None:
    chart = space_curves(of_spaces(), SPACES, axis_of=ENTROPY, colours=colours).to_dict()
    encoding = chart["layer"][0]["encoding"]
    tones = dict(zip(encoding["color"]["scale"]["domain"], encoding["color"]["scale"]["range"], strict=True))
    assert list(tones) == [name for name, _ in SPACES]
    assert tones["text:bow"] == colours.text[0]
    assert tones["text:w2v"] == colours.text[1]
    assert tones["video:clip"] == colours.video[0]
    assert tones["head:1"] == colours.lines[0]
    assert encoding["y"]["scale"]["domain"] == [4.0, 4.5]
    dashes = [tuple(dash) for dash in encoding["strokeDash"]["scale"]["range"]]
    looks = space_looks(SPACES, colours)
    assert [(look.name, look.colour) for look in looks] == list(tones.items())
    assert [look.dash for look in looks] == dashes
    assert len(set(dashes)) == len(SPACES)


def test_tones_lie_between_those_of_the_end() -> None:
    spaces = [(f"video:{number}", "video") for number in range(6)]
    tones = space_colours(spaces, LIGHT_CURVES)
    assert (tones[0], tones[-1]) == LIGHT_CURVES.video
    assert len(set(tones)) == 6
    assert space_colours(spaces[:1], LIGHT_CURVES) == [LIGHT_CURVES.video[0]]


def luminance(colour: str) -> float:
    """Of a colour, from 0 to 1, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("colours", "dark"), [(LIGHT_CURVES, False), (DARK_CURVES, True)], ids=["light", "dark"]
)
def test_lines_and_words_stand_out_from_the_card(colours: CurveColours, dark: bool) -> None:
    card = TOKENS["surface"].dark if dark else TOKENS["surface"].light
    assert all(contrast(one, card) >= 4.5 for one in (colours.ink, colours.muted))
    drawn = (*colours.lines, *colours.text, *colours.video)
    assert all(contrast(one, card) >= 4.5 for one in drawn), drawn


def test_strips_grow_darker_with_the_share() -> None:
    table = pd.concat(rows(space=name, epoch=[1, 2], mean=[0.0, 1.0]) for name, _ in SPACES)
    chart = selection_strips(table, SPACES, colours=LIGHT_CURVES).to_dict()
    assert chart["encoding"]["color"]["scale"]["domain"] == [0, 1]
    assert chart["encoding"]["y"]["sort"] == [name for name, _ in SPACES]
    low, high = chart["encoding"]["color"]["scale"]["range"]
    assert contrast(low, high) > 7


CHARTS = {
    "measure": measure_curves(of_lines(["a & b", "c"]), ["a & b", "c"], title="mAP", colours=LIGHT_CURVES),
    "spaces": space_curves(of_spaces(), SPACES, axis_of=ENTROPY, colours=LIGHT_CURVES),
    "strips": selection_strips(of_spaces(), SPACES, colours=LIGHT_CURVES),
}


@pytest.mark.parametrize("name", CHARTS)
def test_the_charts_of_a_page_can_be_drawn(name: str) -> None:
    data = chart_bytes(framed(CHARTS[name]), form="svg", provenance=Provenance("w"))
    words = {one.text for one in ElementTree.fromstring(data.decode()).iter(f"{SVG}text")}
    assert "epoch" in words
    assert words & {"a & b", "text:bow"}


def legends(chart: Any) -> list[Any]:
    layers = chart.to_dict().get("layer", [chart.to_dict()])
    return [
        entry["legend"]
        for layer in layers
        for channel in ("color", "strokeDash")
        if (entry := layer["encoding"].get(channel))
    ]


def test_a_page_keeps_the_key_out_of_the_charts() -> None:
    losses = rows(series="loss", epoch=[1, 2], mean=[1.0, 0.5])
    bare = [
        measure_curves(of_lines(["a"]), ["a"], title="mAP", colours=LIGHT_CURVES, keyed=False),
        loss_curves(losses, highest=1.0, colours=LIGHT_CURVES, keyed=False),
        space_curves(of_spaces(), SPACES, axis_of=ENTROPY, colours=LIGHT_CURVES, keyed=False),
        selection_strips(of_spaces(), SPACES, colours=LIGHT_CURVES, keyed=False),
    ]
    for chart in bare:
        assert legends(chart)
        assert not any(legends(chart))
    assert all(legends(CHARTS["spaces"]))


def test_panels_stand_beside_each_other_in_a_file() -> None:
    titled = [("first training", CHARTS["spaces"]), ("second", CHARTS["strips"])]
    data = chart_bytes(side_by_side(titled, LIGHT_CURVES), form="svg", provenance=Provenance("w"))
    places = {one.text: one for one in ElementTree.fromstring(data.decode()).iter(f"{SVG}text") if one.text}
    assert {"first training", "second"} <= set(places)


def test_dashes_are_all_different() -> None:
    assert all(first != second for first, second in pairwise(sorted(DASHES)))
