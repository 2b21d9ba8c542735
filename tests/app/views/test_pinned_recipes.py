"""Every page's pins can be made again: the Jupyter notebook of all of them runs by `lpd` alone and finds the
numbers that were pinned, or says why it cannot."""

import contextlib
import io
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.notebook.files import notebook_file
from lpd.notebook import list_views, view_snapshot
from lpd.notebook.recipes import RECIPES, Kept, recipe_of
from lpd.workspace import Workspace, open_workspace
from tests.app.views import test_permalinks as permalinks

known = permalinks.known

MORE: dict[str, tuple[str, dict[str, Any]]] = {
    "no topics beside": ("compare", {"q": "a dog", "a": "model:lpd/text:bow", "b": "run:laff"}),
    "folded by the spaces": ("", {"q": "a dog", "fold": "spaces@0.9", "layout": "grid"}),
    "judged shots hidden": ("", {"q": "TOPIC", "topic": "TOPIC ID", "hide": ("judged",)}),
    "spaces by difficulty": (
        "topics",
        {"table": "spaces", "show": ("fused", "without text:bow", "text:bow")},
    ),
    "no baseline": ("topics", {"table": "runs", "baseline": "none", "measure": "infNDCG"}),
    "published figures": ("training", {"tab": "table 4"}),
    "health": ("workspace", {"part": "health"}),
}

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Workspace:
    path = tmp_path / "workspaces" / "mine"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return open_workspace(path)


def pin(page: AppTest) -> None:
    """Presses Pin once the page shows what was asked for."""
    until = time.monotonic() + 60
    while page.get("progress") or not _pin_buttons(page):
        assert not page.exception
        assert time.monotonic() < until
        time.sleep(0.1)
        page.run()
    _pin_buttons(page)[0].click().run()
    assert not page.exception


def _pin_buttons(page: AppTest) -> list[Any]:
    return [one for one in page.button if one.label == "Pin to the notebook"]


def outputs(workspace: Workspace, view_id: int) -> str:
    """What the cells of a view print."""
    names: dict[str, Any] = {}
    told = io.StringIO()
    for cell in json.loads(notebook_file(workspace, "ipynb", [view_id]))["cells"]:
        if cell["cell_type"] == "code":
            with contextlib.redirect_stdout(told):
                exec(compile("".join(cell["source"]), "cell", "exec"), names)
    return told.getvalue()


@pytest.mark.parametrize("view", [*permalinks.VIEWS, *MORE])
def test_what_is_pinned_is_found_again(open_view, workspace, known, view) -> None:
    name, own = {**permalinks.VIEWS, **MORE}[view]
    asked = {**permalinks.SIDE, **{parameter: known(value) for parameter, value in own.items()}}
    pin(open_view(workspace.path, name, **permalinks.printed(asked)))
    (pinned,) = list_views(workspace.notebook_path).pinned
    snapshot = view_snapshot(workspace.notebook_path, pinned.view_id)
    recipe = recipe_of(snapshot)
    assert type(recipe) in RECIPES.values()
    if not isinstance(recipe, Kept):
        told = outputs(workspace, pinned.view_id)
        assert "Same as pinned" in told, told
