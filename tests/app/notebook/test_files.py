"""A notebook as files: every form, of many views in steps, stopped between two of them."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from app.notebook.files import BATCH, FORMS, notebook_file
from lpd.errors import NotFoundError
from lpd.notebook import PROVENANCE_KEYS, View, pin_view
from lpd.workspace import Workspace, create_workspace

MANY = 2 * BATCH + 1


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "own")
    for number in range(1, MANY + 1):
        provenance = dict.fromkeys(PROVENANCE_KEYS)
        pin_view(made.notebook_path, View("topics", "topics?k=20", f"view no. {number}", provenance))
    return made


@pytest.mark.parametrize("form", ["md", "ipynb", "html"])
def test_every_view_is_in_the_file_in_order(workspace, form) -> None:
    made = notebook_file(workspace, form, range(1, MANY + 1)).decode()
    places = [made.index(f"view no. {number}") for number in range(1, MANY + 1)]
    assert places == sorted(places)


def test_a_jupyter_notebook_is_one(workspace) -> None:
    made = json.loads(notebook_file(workspace, "ipynb", [1]))
    assert made["nbformat"] == 4


def test_markdown_with_pictures_is_an_archive(workspace) -> None:
    with zipfile.ZipFile(io.BytesIO(notebook_file(workspace, "pictures", [1]))) as archive:
        assert archive.namelist() == ["notebook.md"]


def test_only_the_views_asked_for_are_in_it(workspace) -> None:
    made = notebook_file(workspace, "md", [2, 5]).decode()
    assert "view no. 5" in made
    assert "view no. 3" not in made


def test_it_tells_how_far_it_is_and_can_be_stopped(workspace) -> None:
    told = []

    class Stopped(Exception):
        pass

    def progress(stage: str, done: int, total: int) -> None:
        told.append((done, total))
        if len(told) == 2:
            raise Stopped

    with pytest.raises(Stopped):
        notebook_file(workspace, "md", range(1, MANY + 1), progress=progress)
    assert told == [(BATCH, MANY), (2 * BATCH, MANY)]


def test_a_view_that_is_gone_is_told(workspace) -> None:
    with pytest.raises(NotFoundError):
        notebook_file(workspace, "md", [MANY + 1])


def test_forms_have_a_file_each() -> None:
    assert {name: one.ending for name, one in FORMS.items()} == {
        "html": "html",
        "md": "md",
        "pictures": "zip",
        "ipynb": "ipynb",
    }
