"""`lpd export`: every verb on a small real workspace; what it writes is read back."""

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import LpdError
from lpd.evaluation import evaluate_run
from lpd.exports import Provenance
from lpd.storage import digest_file
from lpd.trec import read_run, read_xml_runs
from lpd.workspace import Workspace, open_workspace
from tests.lpd.exports.latex_reader import check_balanced, plain, tabular_rows

runner = CliRunner()
EDITION = "avs-coast"


@pytest.fixture(scope="module")
def workspace(demo_workspace: Path) -> Workspace:
    return open_workspace(demo_workspace)


def export(workspace: Workspace, verb: str, *arguments: str) -> dict[str, Any]:
    command = ["export", verb, *arguments, "--workspace", str(workspace.path), "--json"]
    result = runner.invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def test_a_run_as_xml_comes_back(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "a.xml"
    said = export(
        workspace,
        *("xml", "lpd", "--edition", EDITION, "--out", str(out), "--pid", "ME"),
        *("--year", "2021", "--class", "R", "--novelty", "N", "--priority", "3", "--elapsed", "1.2"),
    )
    assert said["leading_one_dropped"] is True
    [read] = read_xml_runs(out)
    kept = workspace.run(EDITION, "lpd")
    assert read.run.tag == "R_M_N_D_ME_3"
    assert {f"1{one}": listed.shot_ids for one, listed in read.run.topics.items()} == {
        one: listed.shot_ids for one, listed in kept.topics.items()
    }
    assert set(read.elapsed_s.values()) == {2.0}
    run_digest = digest_file(workspace.run_path(EDITION, "lpd"))
    assert f"run: lpd ({run_digest})" in read.attributes["desc"]
    assert f"\n  run: lpd ({run_digest})\n" in out.read_text()


def test_a_model_searches_in_place_of_a_run_and_numbers_can_stay(
    workspace: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "a.xml"
    said = export(
        workspace,
        *("xml", "--model", "lpd", "--edition", EDITION, "--out", str(out), "--pid", "ME"),
        *("--keep-numbers", "--desc", "mean of nine spaces"),
    )
    [read] = read_xml_runs(out)
    kept = workspace.run(EDITION, "lpd")
    assert {one: listed.shot_ids for one, listed in read.run.topics.items()} == {
        one: listed.shot_ids for one, listed in kept.topics.items()
    }
    assert read.attributes["desc"] == "mean of nine spaces"
    assert said["provenance"]["models"] == [{"name": "lpd", "digest": workspace.model_card("lpd").digest}]
    assert said["provenance"]["exactness"] == "exact"


def test_a_run_in_six_columns_lies_beside_its_provenance(workspace: Workspace, tmp_path: Path) -> None:
    said = export(workspace, "trec", "laff", "--edition", EDITION, "--out", str(tmp_path / "a.run.gz"))
    assert read_run(tmp_path / "a.run.gz").tag == "laff"
    assert (tmp_path / "a.run.gz").read_bytes() == workspace.run_path(EDITION, "laff").read_bytes()
    beside = json.loads(Path(said["beside"]).read_text())
    assert beside == said["provenance"]
    assert set(beside) == set(Provenance.__dataclass_fields__)


def test_tables_of_runs_hold_what_evaluate_says(workspace: Workspace, tmp_path: Path) -> None:
    expected = {
        tag: evaluate_run(workspace.run(EDITION, tag), workspace.qrels(EDITION)) for tag in ("lpd", "laff")
    }
    topics = [topic.topic_id for topic in workspace.edition(EDITION).topics]
    for form, suffix in (("csv", "csv"), ("latex", "tex"), ("markdown", "md"), ("parquet", "parquet")):
        out = tmp_path / f"a.{suffix}"
        said = export(workspace, form, "lpd", "laff", "--edition", EDITION, "--texts", "--out", str(out))
        assert (said["rows"], said["columns"]) == (len(topics) + 1, 3)
        assert said["provenance"]["qrels"]["digest"] == workspace.qrels(EDITION).digest
    for frame in (
        pd.read_csv(tmp_path / "a.csv", comment="#", dtype={"row": str}),
        pd.read_parquet(tmp_path / "a.parquet"),
    ):
        cells = frame[frame["style"] == "share"].set_index(["row", "column"])["mean"]
        for tag, one in expected.items():
            assert [cells[topic, tag] for topic in topics] == [one.topics[t]["infAP"] for t in topics]
            assert cells["mean", tag] == one.mean["infAP"]
    text = (tmp_path / "a.tex").read_text()
    check_balanced(text)
    columns, rows = tabular_rows(text)
    assert columns == "llrr"
    assert [plain(row[0]) for row in rows] == ["topic", *topics, "mean"]
    assert {len(row) for row in rows} == {4}
    markdown = (tmp_path / "a.md").read_text()
    assert f"| {topics[0]}" in markdown
    assert workspace.qrels(EDITION).digest in markdown


def test_a_table_of_spaces_has_a_column_for_each(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    export(workspace, "csv", "--model", "lpd", "--edition", EDITION, "--measure", "iP10", "--out", str(out))
    frame = pd.read_csv(io.StringIO(out.read_text()), comment="#")
    spaces = [f"lpd.{space.name.replace(':', '-')}" for space in workspace.model_card("lpd").spaces]
    assert frame["column"].drop_duplicates().tolist() == ["lpd", *spaces]
    assert f"# model: lpd ({workspace.model_card('lpd').digest})\n" in out.read_text()
    assert "# measure: iP10, missing topics: skip\n" in out.read_text()


def test_lists_of_every_form(workspace: Workspace, tmp_path: Path) -> None:
    asked = ("--model", "lpd", "--collection", "coast", "-k", "5")
    found = {}
    for suffix in (".csv", ".parquet", ".py"):
        out = tmp_path / f"list{suffix}"
        said = export(workspace, "list", "a boat", *asked, "--out", str(out))
        assert said["shots"] == 5
        assert said["provenance"]["query"] == "a boat"
        found[suffix] = out
    rows = pd.read_csv(found[".csv"], comment="#", dtype={"video_id": str})
    again = pd.read_parquet(found[".parquet"])
    assert rows["shot_id"].tolist() == again["shot_id"].tolist()
    assert rows["score"].tolist() == again["score"].tolist()
    names: dict[str, Any] = {}
    exec(compile(found[".py"].read_text(), "list.py", "exec"), names)
    assert [shot for shot, _ in names["ranked"]] == rows["shot_id"].tolist()
    like = rows["shot_id"][0]
    export(workspace, "list", "--like", like, *asked, "--out", str(tmp_path / "like.csv"))
    assert like not in pd.read_csv(tmp_path / "like.csv", comment="#")["shot_id"].tolist()


BAD = {
    "neither run nor model": (["trec", "--edition", EDITION], "which run.*found neither"),
    "both": (["trec", "lpd", "--model", "lpd", "--edition", EDITION], "which run.*found both"),
    "unknown run": (["trec", "nothing", "--edition", EDITION], "'nothing'"),
    "another edition": (["xml", "lpd", "--edition", "avs-inland", "--pid", "two words"], "not one printable"),
    "unknown class": (["xml", "lpd", "--edition", EDITION, "--pid", "A", "--class", "X"], "none of F, M, R"),
    "empty table": (["csv", "--edition", EDITION], "a run or a model at least"),
    "one run twice": (["csv", "lpd", "lpd", "--edition", EDITION], "two columns would have one name.*'lpd'"),
    "unknown measure": (["csv", "lpd", "--edition", EDITION, "--measure", "mAP"], "unknown measure"),
    "unknown qrels": (["csv", "lpd", "--edition", EDITION, "--qrels", "x"], "'x'"),
    "unknown form": (
        ["list", "a", "--model", "lpd", "--collection", "coast"],
        r"expected \.csv, \.parquet, \.py; found 'a\.txt'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_mistakes_are_told_and_write_nothing(name: str, workspace: Workspace, tmp_path: Path) -> None:
    arguments, words = BAD[name]
    command = ["export", *arguments, "--out", str(tmp_path / "a.txt"), "--workspace", str(workspace.path)]
    with pytest.raises(LpdError, match=words):
        runner.invoke(app, command, catch_exceptions=False)
    assert list(tmp_path.iterdir()) == []


def test_a_run_of_another_collection_is_no_submission(workspace: Workspace, tmp_path: Path) -> None:
    path = workspace.run_path("avs-inland", "lpd")
    with pytest.raises(LpdError) as caught:
        export(workspace, "xml", str(path), "--edition", EDITION, "--pid", "A", "--out", str(tmp_path / "a"))
    for words in ("the run does not have", "the edition does not have", "the collection does not have"):
        assert words in str(caught.value)
