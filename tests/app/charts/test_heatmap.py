import numpy as np
import pytest

from app.charts import DARK, LIGHT, SpaceName, iou_heatmap, iou_table

SPACES = [
    SpaceName("text:bow", "bow", "text"),
    SpaceName("video:colour", "colour", "video"),
    SpaceName("head:1", "1", "head"),
]
MATRIX = np.array([[1.0, 0.25, 0.5], [0.25, 1.0, 0.034], [0.5, 0.034, 1.0]])


def test_every_pair_is_one_row_and_the_diagonal_is_blank():
    table = iou_table(MATRIX, SPACES, ("text:bow", "head:1"))
    assert len(table) == 9
    assert table["written"].tolist() == ["", ".25", ".50", ".25", "", ".03", ".50", ".03", ""]
    assert table.loc[table["chosen"], ["row", "column"]].to_numpy().tolist() == [["text:bow", "head:1"]]


def test_a_matrix_of_another_size_is_refused():
    with pytest.raises(ValueError, match="3 x 3"):
        iou_table(np.eye(2), SPACES)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_all_heatmaps_have_the_same_scale_and_cells_can_be_chosen(colours):
    chart = iou_heatmap(MATRIX, SPACES, colours=colours).to_dict()
    rect = chart["layer"][0]
    assert rect["mark"]["type"] == "rect"
    assert rect["encoding"]["color"]["scale"]["domain"] == [0, 1]
    assert rect["encoding"]["color"]["scale"]["range"] == [colours.low, colours.high]
    (selection,) = chart["params"]
    assert selection["name"] == "cell"
    assert selection["select"]["fields"] == ["row", "column"]


def test_names_with_quotes_do_not_leave_their_string():
    hostile = SpaceName("text:a'];alert(1)//", "a", "text")
    axis = iou_heatmap(np.eye(1), [hostile]).to_dict()["layer"][0]["encoding"]["y"]["axis"]
    assert axis["labelExpr"].startswith('({"text:a\'];alert(1)//": "a"})')
    assert '"text:a\'];alert(1)//"' in axis["labelColor"]["condition"][0]["test"]
