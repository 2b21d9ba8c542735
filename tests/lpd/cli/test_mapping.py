"""lpd map on a small real workspace."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app, main
from lpd.workspace import open_workspace

runner = CliRunner()
ASKED = ("map", "build", "--model", "lpd", "--collection", "inland", "--space", "text:bow")


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    return tmp_path / "w"


def run(*arguments: str) -> dict[str, Any]:
    result = runner.invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_maps_are_made_and_listed(copy: Path) -> None:
    workspace = ("--workspace", str(copy))
    made = run(*ASKED, "--space", "fused", "--clusters", "4", *workspace)
    bow, fused = made["maps"]
    shots = len(open_workspace(copy).collection("inland"))
    assert (bow["space"], bow["method"], bow["shots"], bow["clusters"]) == ("text:bow", "pca", shots, 4)
    assert 0 < bow["explained"][1] <= bow["explained"][0] < 1
    listed = run("map", "list", *workspace)["maps"]
    assert [(one["space"], one["state"], one["digest"]) for one in listed] == [
        ("fused", "ok", fused["digest"]),
        ("text:bow", "ok", bow["digest"]),
    ]
    assert listed[1]["command"].endswith("--space text:bow --clusters 4")
    assert run("map", "list", "--model", "laff", *workspace)["maps"] == []


def test_a_person_reads_what_the_axes_show(copy: Path) -> None:
    result = runner.invoke(app, [*ASKED, "--workspace", str(copy)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "text:bow" in result.stdout
    assert "of the variance" in result.stdout
    assert "1 map of" in result.stderr
    result = runner.invoke(app, ["map", "list", "--workspace", str(copy)], catch_exceptions=False)
    assert "12 clusters" in result.stdout


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--method", "tsne"), "unknown method of a map; expected pca or umap; found 'tsne'"),
        (("--clusters", "0"), "impossible number of clusters"),
        (("--space", "text:none"), "no such space"),
    ],
    ids=["method", "clusters", "space"],
)
def test_mistakes_are_one_sentence(
    demo_workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.setattr("sys.argv", ["lpd", *ASKED, *more, "--workspace", str(demo_workspace)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert sentence in last
    assert not (demo_workspace / "maps").exists()
