import numpy as np
import pytest

from app.charts import DARK, LIGHT, CellFacts, SpaceName, heatmap_row, iou_heatmap, iou_table
from app.charts.overlap_table import WORTH

SPACES = [
    SpaceName("text:bow", "bow", "text"),
    SpaceName("video:colour", "colour", "video"),
    SpaceName("head:1", "1", "head"),
]
MATRIX = np.array([[1.0, 0.25, 0.5], [0.25, 1.0, 0.034], [0.5, 0.034, 1.0]])
THEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def test_every_pair_is_one_row_and_the_diagonal_is_blank():
    table = iou_table(MATRIX, SPACES, chosen=("text:bow", "head:1"))
    assert len(table) == 9
    assert table["written"].tolist() == ["", ".25", ".50", ".25", "", ".03", ".50", ".03", ""]
    assert table.loc[table["chosen"], ["row", "column"]].to_numpy().tolist() == [["text:bow", "head:1"]]


def test_a_matrix_of_another_size_is_refused():
    with pytest.raises(ValueError, match="3 x 3"):
        iou_table(np.eye(2), SPACES)


@THEMES
def test_all_heatmaps_have_the_same_scale_and_cells_can_be_chosen(colours):
    chart = iou_heatmap(MATRIX, SPACES, colours=colours).to_dict()
    rect = chart["layer"][0]
    assert rect["mark"]["type"] == "rect"
    assert rect["encoding"]["color"]["scale"]["domain"] == [0, 1]
    assert rect["encoding"]["color"]["scale"]["range"] == [colours.low, colours.high]
    (selection,) = chart["params"]
    assert selection["name"] == "cell"
    assert selection["select"]["fields"] == ["row", "column"]


def rows_of(chart: dict, layer: int) -> list[dict]:
    data = chart["layer"][layer].get("data", chart.get("data"))
    return chart["datasets"][data["name"]]


def test_a_cell_tells_its_spread_and_where_it_is_from():
    facts = CellFacts(source="mean over 15 topics", spread=np.full((3, 3), 0.012))
    chart = iou_heatmap(MATRIX, SPACES, facts=facts).to_dict()
    told = [one["field"] for one in chart["layer"][0]["encoding"]["tooltip"]]
    assert told == ["row_label", "column_label", "iou", "spread", "source"]
    assert {(row["spread"], row["source"]) for row in rows_of(chart, 0)} == {
        ("± 0.0120", "mean over 15 topics")
    }
    bare = iou_heatmap(MATRIX, SPACES).to_dict()
    assert [one["field"] for one in bare["layer"][0]["encoding"]["tooltip"]] == told[:3]


def test_what_each_space_is_worth_stands_beside_its_row():
    facts = CellFacts(inf_ap={"text:bow": 0.7421, "head:1": 1.0}, worth_source="qrels full")
    chart = iou_heatmap(MATRIX, SPACES, facts=facts).to_dict()
    assert [layer["mark"]["type"] for layer in chart["layer"]] == ["rect", "text", "rect", "text"]
    assert chart["layer"][0]["encoding"]["x"]["scale"]["domain"][-1] == WORTH
    rows = rows_of(chart, 3)
    assert [(row["row"], row["written"], row["source"]) for row in rows] == [
        ("text:bow", ".742", "qrels full"),
        ("video:colour", "–", "qrels full"),
        ("head:1", "1.000", "qrels full"),
    ]
    (selection,) = chart["params"]
    assert selection["views"] == [chart["layer"][0]["name"]]


def test_names_with_quotes_do_not_leave_their_string():
    hostile = SpaceName("text:a'];alert(1)//", "a", "text")
    axis = iou_heatmap(np.eye(1), [hostile]).to_dict()["layer"][0]["encoding"]["y"]["axis"]
    assert axis["labelExpr"].startswith('({"text:a\'];alert(1)//": "a"})')
    assert '"text:a\'];alert(1)//"' in axis["labelColor"]["condition"][0]["test"]


def test_a_picture_of_several_models_stands_still():
    chart = heatmap_row([("LAFF", MATRIX, SPACES), ("LPD", MATRIX / 2, SPACES)]).to_dict()
    assert [one["title"]["text"] for one in chart["hconcat"]] == ["LAFF", "LPD"]
    assert "params" not in chart
    scales = [one["layer"][0]["encoding"]["color"]["scale"] for one in chart["hconcat"]]
    assert scales[0] == scales[1]


# --- the numbers can be read on every colour of the scale ---------------------------------------------------

WHITE = np.array([0.96422, 1.0, 0.82521])  # D50, as the browser mixes
TO_XYZ = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)


def linear(colour: str) -> np.ndarray:
    shares = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(colour: str) -> np.ndarray:
    shares = TO_XYZ @ linear(colour) / WHITE
    x, y, z = np.where(shares > (6 / 29) ** 3, np.cbrt(shares), shares / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def mixed(low: str, high: str, share: float) -> np.ndarray:
    """The linear RGB of a colour of the scale."""
    light, a, b = lab(low) + share * (lab(high) - lab(low))
    y = (light + 16) / 116
    parts = np.array([y + a / 500, y, y - b / 200])
    xyz = np.where(parts > 6 / 29, parts**3, 3 * (6 / 29) ** 2 * (parts - 4 / 29)) * WHITE
    return np.clip(np.linalg.solve(TO_XYZ, xyz), 0, 1)


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    lights = sorted(float(np.dot([0.2126, 0.7152, 0.0722], rgb)) for rgb in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@THEMES
def test_the_ends_of_the_scale_are_mixed_as_they_are_written(colours):
    np.testing.assert_allclose(mixed(colours.low, colours.high, 0), linear(colours.low), atol=1e-5)
    np.testing.assert_allclose(mixed(colours.low, colours.high, 1), linear(colours.high), atol=1e-5)


@THEMES
def test_numbers_have_a_contrast_of_at_least_4_5_on_every_colour(colours):
    for share in np.linspace(0, 1, 201):
        ink = colours.ink_on_low if share < colours.high_from else colours.ink_on_high
        assert contrast(linear(ink), mixed(colours.low, colours.high, share)) >= 4.5, share


@THEMES
def test_the_scale_gets_steadily_darker_or_lighter_in_greyscale(colours):
    greys = [
        np.dot([0.2126, 0.7152, 0.0722], mixed(colours.low, colours.high, share))
        for share in np.linspace(0, 1, 51)
    ]
    steps = np.diff(greys)
    assert (steps < 0).all() or (steps > 0).all()
