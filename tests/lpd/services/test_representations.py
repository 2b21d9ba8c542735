from pathlib import Path

import numpy as np
import pytest

from lpd.collection import make_collection
from lpd.errors import LpdError, NotFoundError
from lpd.search import SearchEngine, open_engine
from lpd.services.representations import feature_representation, space_representation
from lpd.workspace import Workspace, open_workspace

ROWS = np.array([40, 3, 11, 3])


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture(scope="module")
def engine(workspace: Workspace) -> SearchEngine:
    return open_engine(workspace, model="lpd", collection="inland")


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


@pytest.mark.parametrize("chosen", [None, [2], [0, 5, 1]], ids=["all", "one", "some"])
def test_cosines_are_the_mean_over_the_spaces_chosen(engine: SearchEngine, chosen: list[int] | None) -> None:
    names = None if chosen is None else [engine.spaces[number] for number in chosen]
    found = space_representation(engine, names)
    vectors = found.vectors(ROWS)
    assert vectors.dtype == np.float32
    ends = engine.index.vectors(ROWS)
    for first in range(4):
        for second in range(4):
            each = [cosine(ends[one][first], ends[one][second]) for one in chosen or range(9)]
            assert vectors[first] @ vectors[second] == pytest.approx(np.mean(each), abs=1e-5)


def test_names_say_what_is_compared(engine: SearchEngine, workspace: Workspace) -> None:
    assert space_representation(engine).name == "9 spaces of lpd"
    assert space_representation(engine, ["video:colour"]).name == "space video:colour of lpd"
    assert feature_representation(workspace, engine.collection, "colour").name == "video feature colour"


def test_unknown_and_no_spaces(engine: SearchEngine) -> None:
    with pytest.raises(
        NotFoundError, match=r"the model has no such space; expected of .*; found 'video:sound'"
    ):
        space_representation(engine, ["video:sound"])
    with pytest.raises(LpdError, match="no space is chosen"):
        space_representation(engine, [])


def test_a_feature_is_read_by_row_or_by_id(workspace: Workspace, engine: SearchEngine) -> None:
    collection = engine.collection
    matrix = workspace.features("inland", "colour")
    expected = matrix.rows([collection.shot_ids[row] for row in ROWS.tolist()])
    found = feature_representation(workspace, collection, "colour").vectors(ROWS)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)
    backwards = make_collection("inland", collection.shots.iloc[::-1].reset_index(drop=True))
    rows = len(collection) - 1 - ROWS
    np.testing.assert_array_equal(
        feature_representation(workspace, backwards, "colour").vectors(rows), expected
    )


def test_a_feature_that_is_absent_or_lacks_shots(workspace: Workspace, engine: SearchEngine) -> None:
    with pytest.raises(NotFoundError, match="no such video feature of inland"):
        feature_representation(workspace, engine.collection, "sound")
    shots = engine.collection.shots.copy()
    shots.loc[3, "shot_id"] = "new_1"
    other = feature_representation(workspace, make_collection("inland", shots), "colour")
    assert len(other.vectors(np.array([0, 1]))) == 2
    with pytest.raises(NotFoundError, match="2 of 4 ids have no row; found 'new_1', 'new_1'"):
        other.vectors(ROWS)
