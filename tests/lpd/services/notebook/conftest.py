"""A copy of the demo whose notebook may be written, with views pinned as pages pin them."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from lpd import __version__
from lpd.notebook import View, pin_view
from lpd.workspace import Workspace, open_workspace


@pytest.fixture
def own(demo_workspace: Path, tmp_path: Path) -> Workspace:
    """Its files are links, to be removed or replaced only."""
    path = tmp_path / "own"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return open_workspace(path)


@pytest.fixture
def provenance(own: Workspace) -> dict[str, Any]:
    """What a view of model lpd over edition avs-inland was made from, as pages tell it."""
    from lpd.storage import digest_file

    return {
        "workspace": own.name,
        "collection": "inland",
        "subset": None,
        "model": "lpd",
        "model_digest": own.model_card("lpd").digest,
        "edition": "avs-inland",
        "qrels": "avs-inland/pooled",
        "qrels_digest": own.qrels("avs-inland", "pooled").digest,
        "runs": [{"name": "laff", "digest": digest_file(own.run_path("avs-inland", "laff"))}],
        "depth": 1000,
        "exactness": "exact",
        "version": __version__,
    }


@pytest.fixture
def pin(own: Workspace, provenance: dict[str, Any]):
    """Pins a view and returns its number: `pin({"lists": {}}, title="dogs")`."""

    def pinned(snapshot: Any = None, *, title: str = "a view", note: str = "", **changed: Any) -> int:
        view = View("", "./?q=dog", title, {**provenance, **changed}, note)
        return pin_view(own.notebook_path, view, snapshot=snapshot)

    return pinned
