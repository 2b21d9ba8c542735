"""lpd import embeddings, and every verb that a model without weights has to serve."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import LpdError
from lpd.workspace import open_workspace
from tests.lpd.brought_vectors import export_vectors

runner = CliRunner()
EDITION = "avs-inland"


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> str:
    skipped = shutil.ignore_patterns("media", "previews")
    shutil.copytree(demo_workspace, tmp_path / "w", copy_function=os.link, ignore=skipped)
    return str(tmp_path / "w")


def run(workspace: str, *arguments: str) -> dict[str, Any]:
    result = runner.invoke(app, [*arguments, "--workspace", workspace, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_a_model_without_weights_serves_every_verb(workspace: str, tmp_path: Path) -> None:
    opened = open_workspace(Path(workspace))
    source = export_vectors(opened, tmp_path / "vectors", model="lpd", edition=EDITION)
    on_inland = ("--model", "brought", "--collection", "inland")
    made = run(workspace, "import", "embeddings", str(source), *on_inland, "--edition", EDITION)
    topics = opened.edition(EDITION).topics
    assert made["topics"] == {EDITION: len(topics)}
    assert made["spaces"].keys() == {space.name for space in opened.model_card("lpd").spaces}
    assert run(workspace, "index", *on_inland)["kind"] == "exact"
    by_number, by_text = (
        run(workspace, "search", query, *on_inland) for query in (topics[0].topic_id, topics[0].text)
    )
    assert by_number["lists"] == by_text["lists"]
    assert run(workspace, "search", "--like", opened.collection("inland").shot_ids[0], *on_inland)
    for model in ("brought", "lpd"):
        run(workspace, "run", "--model", model, "--edition", EDITION, "--per-space")
    found = run(workspace, "evaluate", "brought", "lpd", "--edition", EDITION)
    assert found["runs"][0]["topics"] == found["runs"][1]["topics"]
    assert run(workspace, "compare", "brought", "lpd", "--edition", EDITION)
    models = run(workspace, "diversity", "--model", "brought", "--model", "lpd", "--edition", EDITION)[
        "models"
    ]
    assert len(models) == 2


def test_it_says_what_comes_next(workspace: str, tmp_path: Path) -> None:
    opened = open_workspace(Path(workspace))
    source = export_vectors(opened, tmp_path / "vectors", model="laff", edition=EDITION)
    on_inland = ["--model", "brought", "--collection", "inland", "--workspace", workspace]
    told = runner.invoke(app, ["import", "embeddings", str(source), *on_inland], catch_exceptions=False)
    assert told.exit_code == 0
    assert "next: lpd index --model brought --collection inland" in told.stderr
    ready = runner.invoke(app, ["index", *on_inland], catch_exceptions=False)
    assert "lpd search --model brought --collection inland TOPIC" in ready.stderr
    with pytest.raises(LpdError, match="vectors only, without its weights"):
        runner.invoke(app, ["search", "any text", *on_inland], catch_exceptions=False)
