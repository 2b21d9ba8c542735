"""Workspaces that vectors are brought into, and the vectors."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.workspace import Workspace, create_workspace, open_workspace
from tests.lpd.brought_vectors import export_vectors
from tests.lpd.services.importing.small_vectors import QUERIES, SHOTS, make_shots, make_topics


@pytest.fixture(scope="module")
def exported(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors of the demo's model lpd; not to be written to."""
    folder = tmp_path_factory.mktemp("exported") / "lpd"
    return export_vectors(open_workspace(demo_workspace), folder, model="lpd", edition="avs-inland")


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    """The demo; its files are links, to be removed or replaced only."""
    skipped = shutil.ignore_patterns("media", "previews")
    shutil.copytree(demo_workspace, tmp_path / "w", copy_function=os.link, ignore=skipped)
    return open_workspace(tmp_path / "w")


@pytest.fixture
def own(exported: Path, tmp_path: Path) -> Path:
    """The vectors in a folder that may be changed."""
    return Path(shutil.copytree(exported, tmp_path / "own"))


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    workspace = create_workspace(tmp_path / "small")
    make_shots(workspace, "c")
    make_topics(workspace, "e", "a  dog", "a cat")
    return workspace


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    for name, ids, spaces in (("shots", "s0 s1 s2", SHOTS), ("topics", "1601 1602", QUERIES)):
        (tmp_path / "v" / name).mkdir(parents=True)
        (tmp_path / "v" / name / "ids.txt").write_text(ids)
        for space, rows in spaces.items():
            np.save(tmp_path / "v" / name / f"{space.replace(':', '-')}.npy", rows.astype(np.float32))
    return tmp_path / "v"
