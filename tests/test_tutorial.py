"""The tutorial is kept clean, and every cell of it runs on a demo."""

import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from lpd.evaluation import evaluate_run
from lpd.notebook import pinned_views, view_snapshot
from lpd.notebook.recipes import TopicsAgain, recipe_of
from lpd.workspace import open_workspace
from tests.conftest import ROOT

TUTORIAL = ROOT / "assets" / "tutorial" / "tutorial.ipynb"
PLACES = re.compile(r"(/home/|/tmp/|/Users/|[A-Z]:\\\\)")


def tutorial() -> Any:
    return nbformat.read(TUTORIAL, as_version=4)


def dirt(notebook: Any) -> list[str]:
    """What a notebook that was run, or saved by an editor, has and ours must not have."""
    found = [f"metadata {key}" for key in notebook.metadata if key not in ("kernelspec", "language_info")]
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            found.append(f"{cell.id}: outputs")
        if cell.metadata:
            found.append(f"{cell.id}: metadata")
        if PLACES.search(cell.source):
            found.append(f"{cell.id}: a place on someone's disk")
    return found


def test_it_is_clean() -> None:
    notebook = tutorial()
    nbformat.validate(notebook)
    assert not dirt(notebook)
    assert [cell.cell_type for cell in notebook.cells].count("markdown") >= 9


def test_dirt_is_found() -> None:
    notebook = tutorial()
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="1")]
    notebook.cells[2].metadata["collapsed"] = True
    notebook.cells[3].source += "\nopen('/home/me/x')"
    notebook.metadata["widgets"] = {}
    assert len(dirt(notebook)) == 4


@pytest.fixture
def workspace_folder(tmp_path: Path, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small demo, named as the workspace; all that Jupyter writes goes beside it."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_workspace, folder)
    monkeypatch.setenv("LPD_WORKSPACE", str(folder))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return folder


def printed(cell: Any) -> str:
    return "".join(one.text for one in cell.outputs if one.output_type == "stream")


def test_it_runs_on_a_demo(tmp_path: Path, workspace_folder: Path) -> None:
    notebook = tutorial()
    before = {path for path in workspace_folder.rglob("*")}
    NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    told = "\n".join(printed(cell) for cell in notebook.cells if cell.cell_type == "code")

    workspace = open_workspace(workspace_folder)
    pooled = workspace.qrels("avs-inland", "pooled")
    infap = {
        tag: evaluate_run(workspace.run("avs-inland", tag), pooled).mean["infAP"] for tag in ("laff", "lpd")
    }
    assert f"mean infAP: { ({tag: round(value, 4) for tag, value in infap.items()}) }" in told

    [pinned] = pinned_views(workspace.notebook_path)
    snapshot = view_snapshot(workspace.notebook_path, pinned.view_id)
    assert recipe_of(snapshot) == TopicsAgain("avs-inland", "pooled", ("laff", "lpd"))
    assert snapshot["means"] == list(infap.values())
    [written] = tmp_path.glob("first-day-*")
    assert {path.suffix for path in written.iterdir()} == {".html", ".md", ".ipynb"}
    new = {path.name for path in workspace_folder.rglob("*")} - {path.name for path in before}
    assert new == {"notebook.sqlite"}

    charts = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    ]
    assert len(charts) == 3
