"""What is searched when nobody says it."""

from dataclasses import replace
from pathlib import Path

import pytest

from lpd.cli.choosing import chosen_collection, chosen_model
from lpd.errors import NotFoundError
from lpd.workspace import Workspace, open_workspace


@pytest.fixture
def demo(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


def test_what_is_named_is_taken(demo: Workspace) -> None:
    assert chosen_collection(demo, "coast") == "coast"
    assert chosen_model(demo, "laff", collection="coast") == "laff"


def test_of_several_the_default_is_taken(demo: Workspace) -> None:
    assert chosen_collection(demo, None) == "inland"
    assert chosen_model(demo, None, collection="inland") == "lpd"


def test_of_several_without_a_default_they_are_listed(demo: Workspace) -> None:
    plain = replace(demo, defaults={})
    with pytest.raises(NotFoundError, match=r"which collection is meant.*coast or inland"):
        chosen_collection(plain, None)
    with pytest.raises(NotFoundError, match=r"which model is meant.*laff or lpd"):
        chosen_model(plain, None, collection="inland")


def test_where_there_is_none_it_is_said_what_makes_one(demo: Workspace, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no model to search.*lpd index"):
        chosen_model(demo, None, collection="captioned")
    with pytest.raises(NotFoundError, match=r"no collection to search.*lpd extract"):
        chosen_collection(Workspace(tmp_path, "empty", {}), None)
