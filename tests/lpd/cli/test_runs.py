"""lpd fuse and lpd rerank: files and tags, JSON and sentences, mistakes."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import LpdError
from lpd.fusion import late_average
from lpd.trec import make_run, read_run, write_run
from lpd.workspace import Workspace, open_workspace

runner = CliRunner()


def run(*arguments: str) -> dict[str, Any]:
    """Runs a verb with --json and returns its document."""
    result = runner.invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media"))
    return open_workspace(tmp_path / "w")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{name}.run" for name in ("one", "two")]
    for path, scores in zip(paths, ([3.0, 2.0, 1.0], [0.1, 0.5, 0.9]), strict=True):
        write_run(path, make_run(path.stem, {"1661": (["s1", "s2", "s3"], np.array(scores))}))
    return [str(path) for path in paths]


def test_files_are_fused_without_a_workspace(files: list[str], tmp_path: Path) -> None:
    out = tmp_path / "new" / "fused.run.gz"
    told = run(
        "fuse",
        *files,
        "--tag",
        "both",
        "--normalisation",
        "minmax",
        "--out",
        str(out),
        "--weight",
        "3",
        "--weight",
        "1",
    )
    assert told == {"tag": "both", "run": str(out), "topics": 1}
    fused = read_run(out)
    assert fused.tag == "both"
    assert fused.topics["1661"].shot_ids == ["s1", "s2", "s3"]
    np.testing.assert_allclose(fused.topics["1661"].scores, [0.75, 0.5, 0.25], atol=1e-15)


def test_tags_and_files_are_fused_into_the_edition(copy: Workspace) -> None:
    place = ("--edition", "avs-inland", "--workspace", str(copy.path))
    file = str(copy.run_path("avs-inland", "lpd-no-dcl"))
    told = run("fuse", "lpd", file, "--tag", "both", "--normalisation", "zscore", "--depth", "40", *place)
    assert told["run"] == str(copy.run_path("avs-inland", "both"))
    runs = [copy.run("avs-inland", tag) for tag in ("lpd", "lpd-no-dcl")]
    expected = late_average(runs, tag="both", normalisation="zscore", depth=40)
    found = copy.run("avs-inland", "both")
    assert {one: ranked.shot_ids for one, ranked in found.topics.items()} == {
        one: ranked.shot_ids for one, ranked in expected.topics.items()
    }
    [measured] = run("evaluate", "both", *place)["runs"]
    assert measured["tag"] == "both"


def test_out_wins_over_the_edition(copy: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "fused.run"
    place = ("--edition", "avs-inland", "--workspace", str(copy.path))
    told = run("fuse", "lpd", "laff", "--tag", "both", "--out", str(out), *place)
    assert told["run"] == str(out)
    assert read_run(out).tag == "both"
    assert "both" not in copy.run_tags("avs-inland")


@pytest.mark.parametrize(
    ("options", "tag"),
    [
        (["--method", "mmr", "--video-feature", "colour", "--trade-off", "0.3"], "lpd.mmr0.3"),
        (["--method", "mmr", "--model", "laff", "--pool", "20"], "lpd.mmr0.5"),
        (["--method", "xquad", "--model", "lpd", "--depth", "20", "--tag", "varied"], "varied"),
    ],
    ids=["mmr by a feature", "mmr by a model", "xquad"],
)
def test_a_run_is_reranked(copy: Workspace, options: list[str], tag: str) -> None:
    place = ("--edition", "avs-inland", "--workspace", str(copy.path))
    told = run("rerank", "lpd", *options, *place)
    assert told == {"tag": tag, "run": str(copy.run_path("avs-inland", tag)), "topics": 6}
    made, original = copy.run("avs-inland", tag), copy.run("avs-inland", "lpd")
    depth = 20 if "--depth" in options else None
    for topic_id, ranked in original.topics.items():
        assert len(made.topics[topic_id].shot_ids) == (depth or len(ranked.shot_ids))
        assert set(made.topics[topic_id].shot_ids) <= set(ranked.shot_ids)
        if "--pool" in options:
            assert made.topics[topic_id].shot_ids[20:] == ranked.shot_ids[20:]
    [measured] = run("evaluate", tag, *place)["runs"]
    assert measured["tag"] == tag


def test_without_json_the_file_is_named(copy: Workspace, files: list[str], tmp_path: Path) -> None:
    out = str(tmp_path / "x.run")
    result = runner.invoke(app, ["fuse", *files, "--tag", "x", "--out", out], catch_exceptions=False)
    assert (result.stdout, result.stderr.strip()) == ("", out)
    arguments = ["rerank", "laff", "--method", "mmr", "--video-feature", "shape", "--edition", "avs-coast"]
    result = runner.invoke(app, [*arguments, "--workspace", str(copy.path)], catch_exceptions=False)
    assert result.stdout == ""
    assert result.stderr.strip().endswith(str(copy.run_path("avs-coast", "laff.mmr0.5")))


BAD_COMMANDS: dict[str, tuple[list[str], str]] = {
    "one run": (["fuse", "lpd", "--tag", "x", "--edition", "avs-inland"], "two runs or more"),
    "no place": (["fuse", "{one}", "{two}", "--tag", "x"], "--edition NAME or --out FILE"),
    "unknown normalisation": (
        ["fuse", "lpd", "laff", "--tag", "x", "--edition", "avs-inland", "--normalisation", "max"],
        "none, minmax, zscore, rank",
    ),
    "unknown run": (
        ["fuse", "lpd", "nothing", "--tag", "x", "--edition", "avs-inland"],
        "'nothing'.*lpd run",
    ),
    "unknown edition": (["fuse", "lpd", "laff", "--tag", "x", "--edition", "nothing"], "no such edition"),
    "no such file": (["fuse", "nothing.run", "{two}", "--tag", "x", "--out", "y"], "nothing.run"),
    "tag of an input": (
        ["fuse", "lpd", "laff", "--tag", "laff", "--edition", "avs-inland"],
        "take the place",
    ),
    "too few weights": (
        ["fuse", "lpd", "laff", "--tag", "x", "--edition", "avs-inland", "--weight", "1"],
        "2 numbers",
    ),
    "topics that differ": (
        ["fuse", "lpd", "{one}", "--tag", "x", "--edition", "avs-inland"],
        r"run 1 \(lpd\) lacks '1661'.*run 2 \(one\) lacks '1901'",
    ),
    "unknown method": (["rerank", "lpd", "--method", "best", "--edition", "avs-inland"], "mmr, .*xquad"),
    "no vectors": (["rerank", "lpd", "--method", "mmr", "--edition", "avs-inland"], "--video-feature"),
    "no aspects": (["rerank", "lpd", "--method", "xquad", "--edition", "avs-inland"], "--model"),
    "run of elsewhere": (
        ["rerank", "{one}", "--method", "xquad", "--model", "lpd", "--edition", "avs-inland"],
        "'1661'",
    ),
}


@pytest.mark.parametrize("name", BAD_COMMANDS)
def test_a_mistake_is_told_and_nothing_written(
    name: str, demo_workspace: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, sentence = BAD_COMMANDS[name]
    filled = [one.replace("{one}", files[0]).replace("{two}", files[1]) for one in arguments]
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    before = sorted(str(path) for path in demo_workspace.rglob("*.run.gz"))
    with pytest.raises(LpdError, match=sentence):
        runner.invoke(app, filled, catch_exceptions=False)
    assert sorted(str(path) for path in demo_workspace.rglob("*.run.gz")) == before


@pytest.mark.parametrize("option", ["--trade-off=1.5", "--pool=0", "--depth=1001"])
def test_numbers_out_of_range_are_usage_mistakes(option: str) -> None:
    arguments = ["rerank", "lpd", "--method", "mmr", "--model", "lpd", "--edition", "avs-inland", option]
    assert runner.invoke(app, arguments).exit_code == 2
