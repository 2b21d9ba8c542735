"""lpd compare and diversity: overlap of runs beside their differences, cut-offs and orders of heatmaps."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.diversity import mean_off_diagonal
from lpd.errors import LpdError
from lpd.rank_overlap import rank_biased_overlap
from lpd.search import open_engine
from lpd.services.diversity import edition_diversity
from lpd.space_order import shared_cluster_order
from lpd.trec import read_run
from lpd.workspace import Workspace, open_workspace

runner = CliRunner()


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


@pytest.fixture
def told(demo_workspace: Path, monkeypatch: pytest.MonkeyPatch):
    """`told("compare", ...)` returns what a verb prints."""
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))

    def printed(*arguments: str) -> str:
        result = runner.invoke(app, list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    return printed


def test_compare_tells_how_alike_the_lists_are(told, workspace: Workspace) -> None:
    arguments = ("compare", "lpd", "laff", "lpd", "--edition", "avs-inland")
    document: dict[str, Any] = json.loads(told(*arguments, "--rbo-p", "0.8", "--json"))
    one, other = (workspace.run("avs-inland", tag).topics for tag in ("lpd", "laff"))
    overlaps = [rank_biased_overlap(one[t].shot_ids, other[t].shot_ids, p=0.8).extrapolated for t in one]
    assert document["rbo_p"] == 0.8
    assert [run["rbo"] for run in document["runs"]] == [pytest.approx(np.mean(overlaps)), pytest.approx(1)]
    assert "RBO" in told(*arguments)


def test_runs_of_other_topics_have_no_overlap(told, tmp_path: Path) -> None:
    (tmp_path / "qrels.txt").write_text("1 0 a 1 1\n2 0 a 1 1\n")
    files = []
    for topic, tag in (("1", "one"), ("2", "two")):
        files.append(str(tmp_path / f"{tag}.run"))
        Path(files[-1]).write_text(f"{topic} 0 a 1 9 {tag}\n")
    arguments = ("compare", *files, "--qrels", str(tmp_path / "qrels.txt"))
    [run] = json.loads(told(*arguments, "--json"))["runs"]
    assert run["rbo"] is None
    assert re.search(r"two +0\.5\d* .* -$", told(*arguments).rstrip())


def test_diversity_at_several_cut_offs(told, workspace: Workspace) -> None:
    arguments = (
        "diversity",
        "--model",
        "lpd",
        "--edition",
        "avs-inland",
        "-k",
        "10",
        "--at",
        "5",
        "--at",
        "60",
    )
    [document] = json.loads(told(*arguments, "--json"))["models"]
    engine = open_engine(workspace, model="lpd", collection="inland")
    edition = workspace.edition("avs-inland")
    matrices = {k: edition_diversity(engine, edition, k=k) for k in (5, 10, 60)}
    np.testing.assert_allclose(document["iou"], matrices[10], rtol=0, atol=1e-15)
    means = {k: pytest.approx(mean_off_diagonal(matrix)) for k, matrix in matrices.items()}
    assert document["mean_off_diagonal"] == means[10]
    assert document["mean_at"] == {"5": means[5], "60": means[60]}
    assert re.search(r"IoU@5 +IoU@60", told(*arguments))


@pytest.mark.parametrize("models", [("lpd", "lpd-no-dcl"), ("lpd", "laff")], ids=["same spaces", "others"])
def test_diversity_in_a_clustered_order(told, models: tuple[str, str]) -> None:
    """Models of the same spaces have one order, others each their own."""
    asked = [word for model in models for word in ("--model", model)]
    command = ("diversity", *asked, "--edition", "avs-inland", "--json")
    plain, ordered = (
        json.loads(told(*command, "--order", order))["models"] for order in ("model", "cluster")
    )
    together = [[before] for before in plain] if models[1] == "laff" else [plain, plain]
    for before, after, given in zip(plain, ordered, together, strict=True):
        assert after["spaces"] == shared_cluster_order(
            [one["spaces"] for one in given], [np.array(one["iou"]) for one in given]
        )
        rows = [before["spaces"].index(space) for space in after["spaces"]]
        assert after["iou"] == np.array(before["iou"])[np.ix_(rows, rows)].tolist()
        assert after["mean_off_diagonal"] == before["mean_off_diagonal"]
    assert ordered != plain


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["diversity", "--model", "lpd", "--order", "size"], "model or cluster"),
        (["compare", "lpd", "laff", "--rbo-p", "1"], "p of RBO"),
    ],
    ids=["order", "p"],
)
def test_mistakes_are_named(demo_workspace: Path, arguments: list[str], sentence: str) -> None:
    place = ["--edition", "avs-inland", "--workspace", str(demo_workspace)]
    with pytest.raises(LpdError, match=sentence):
        runner.invoke(app, [*arguments, *place], catch_exceptions=False)


def test_evaluate_leaves_excluded_shots_out(told, workspace: Workspace, tmp_path: Path) -> None:
    run = workspace.run("avs-inland", "lpd")
    topic, ranked = next(iter(run.topics.items()))
    relevant = [shot for shot in ranked.shot_ids if shot in workspace.qrels("avs-inland").relevant(topic)]
    (tmp_path / "dropped.list").write_text("\n".join(relevant))
    arguments = ("evaluate", "lpd", "--edition", "avs-inland", "--json")
    whole = json.loads(told(*arguments))["runs"][0]["topics"][topic]
    without = json.loads(told(*arguments, "--exclude", str(tmp_path / "dropped.list")))["runs"][0]["topics"][
        topic
    ]
    assert whole["infAP"] > 0
    assert without["infAP"] == 0
    assert without["num_ret"] == whole["num_ret"] - len(relevant)


def test_exports_leave_excluded_shots_out(told, workspace: Workspace, tmp_path: Path) -> None:
    run = workspace.run("avs-inland", "lpd")
    first = {ranked.shot_ids[0] for ranked in run.topics.values()}
    (tmp_path / "dropped.list").write_text("\n".join(first))
    place = ("--edition", "avs-inland", "--out", str(tmp_path / "a.run"), "--exclude")
    told("export", "trec", "lpd", *place, str(tmp_path / "dropped.list"))
    exported = read_run(tmp_path / "a.run")
    for topic_id, ranked in run.topics.items():
        expected = [shot for shot in ranked.shot_ids if shot not in first]
        assert exported.topics[topic_id].shot_ids == expected
