"""What is done to lists after the search, in one word; the lists themselves: tests of the Search page."""

from lpd.search import open_engine
from lpd.services.list_shapes import Fold, Rerank, Shape, shaped_lists, unshaped_lists
from lpd.workspace import open_workspace


def test_a_shape_in_one_word() -> None:
    assert Fold("spaces", 0.95).text == "spaces@0.95"
    assert Rerank("mmr", 0.5).text == "mmr@0.5"
    assert Rerank("mmr", 0.5, "colour").text == "mmr@0.5@colour"
    assert Rerank("xquad", 0.5, "colour").text == "xquad@0.5"


def test_folded_shots_are_in_no_list_twice(demo_workspace) -> None:
    workspace = open_workspace(demo_workspace)
    engine = open_engine(workspace, model="lpd", collection="inland")
    result = engine.search("a dog", depth=60)
    shape = Shape(fold=Fold("colour", 0.9), depth=20)
    shown = shaped_lists(workspace, engine, result, shape=shape)
    assert list(shown) == list(unshaped_lists(result))
    for name, one in shown.items():
        members = [row for folded in one.members.values() for row in folded.rows.tolist()]
        assert sorted([*one.hits.rows.tolist(), *members]) == sorted(result.lists[name].rows[:20].tolist())
        assert "of the first 20 found" in one.labels
