"""`lpd index --kind` and `lpd doctor --index`: documents, tables, sentences and exit codes."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app, main

runner = CliRunner()


@pytest.fixture(scope="module")
def coded(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo in which lpd@inland is quantised, by the command line."""
    path = tmp_path_factory.mktemp("cli") / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "previews"))
    arguments = ["--model", "lpd", "--collection", "inland", "--kind", "quantised", "--device", "cpu"]
    made = document("index", *arguments, "--workspace", str(path))
    assert made["kind"] == "quantised"
    assert Path(made["index"]).is_dir()
    return path


@pytest.fixture
def damaged(coded: Path, tmp_path: Path) -> Path:
    shutil.copytree(coded, tmp_path / "w")
    rows = tmp_path / "w" / "indexes" / "lpd@inland" / "rows.npy"
    data = bytearray(rows.read_bytes())
    data[-1] ^= 1
    rows.write_bytes(data)
    return tmp_path / "w"


def document(*arguments: str) -> dict[str, Any]:
    result = runner.invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """Runs the command as a person does and returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["lpd", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


def test_one_index(coded: Path) -> None:
    [report] = document("doctor", "--index", "lpd@inland", "--workspace", str(coded))["indexes"]
    assert (report["name"], report["right"], report["kind"]) == ("lpd@inland", True, "quantised")
    assert report["exactness"].startswith("approximate (8-bit codes, recall ")
    assert report["recall"] == report["recorded_recall"]
    assert next(iter(report["recall"]["mean"])) == "fused"
    assert set(report["recall"]["mean"]) == set(report["recall"]["worst"])


def test_all_indexes(coded: Path) -> None:
    reports = document("doctor", "--index", "--workspace", str(coded))["indexes"]
    assert {report["name"]: report["kind"] for report in reports} == {
        f"{model}@{collection}": "quantised" if (model, collection) == ("lpd", "inland") else "exact"
        for model in ("laff", "lpd", "lpd-no-dcl")
        for collection in ("coast", "inland")
    }
    assert all(report["right"] for report in reports)
    assert [report["recall"] is None for report in reports].count(False) == 1


def test_a_person_reads_what_was_found(coded: Path) -> None:
    arguments = ["doctor", "--index", "lpd@inland", "laff@coast", "--workspace", str(coded)]
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "laff@coast: " in result.stderr
    assert ", exact\n" in result.stderr
    assert "the checksums of 10 files" in result.stderr
    header, fused, *spaces = result.stdout.strip().splitlines()
    assert header.split() == ["index", "list", "mean", "recall", "worst", "of", "the", "first", "queries"]
    assert fused.split()[:5] == ["lpd@inland", "fused", "1.0000", "1.0000", "1000"]
    assert len(spaces) == 9


def test_a_damaged_index_is_one_sentence_and_exit_code_2(
    damaged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "doctor", "--index", "lpd@inland", "--workspace", str(damaged)) == 2
    *_, last = capsys.readouterr().err.strip().splitlines()
    assert last.startswith("lpd: ")
    assert "rows.npy, bytes 0 to " in last
    assert "the checksum differs" in last


def test_among_several_the_others_are_examined_too(
    damaged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "doctor", "--index", "--json", "--workspace", str(damaged)) == 2
    printed = capsys.readouterr()
    reports = {report["name"]: report for report in json.loads(printed.out)["indexes"]}
    assert len(reports) == 6
    assert [name for name, report in reports.items() if not report["right"]] == ["lpd@inland"]
    assert "the checksum differs" in reports["lpd@inland"]["error"]
    *_, last = printed.err.strip().splitlines()
    assert last.startswith("lpd: 1 of 6 indexes are wrong (lpd@inland); the first: ")


def test_a_whole_workspace_is_told_goal_by_goal(coded: Path) -> None:
    result = runner.invoke(app, ["doctor", "--workspace", str(coded)], catch_exceptions=False)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[0].startswith("live queries: laff over coast, inland; lpd over coast, inland")
    assert heads[1] == "evaluation: avs-coast, avs-inland"
    assert heads[2].startswith("training: train, the epoch selected on valid")
    assert any(line.startswith("  ✓ index lpd@inland: approximate (8-bit codes") for line in lines)
    assert not any(line.startswith("  ✕") for line in lines)


def test_its_document_says_the_same(coded: Path) -> None:
    told = document("doctor", "--workspace", str(coded))
    assert (told["workspace"], told["problems"]) == ("demo", 0)
    assert [goal["goal"] for goal in told["goals"]] == ["live queries", "evaluation", "training"]
    levels = {finding["level"] for goal in told["goals"] for finding in goal["findings"]}
    assert levels <= {"ok", "advice"}


def test_a_problem_is_told_last_with_its_command_and_exit_code_2(
    damaged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (damaged / "indexes" / "laff@coast" / "manifest.json").unlink()
    (damaged / "editions" / "avs-inland" / "qrels" / "pooled.txt").write_text("9 0 x 1\n")
    assert ended(monkeypatch, "doctor", "--workspace", str(damaged)) == 2
    printed = capsys.readouterr()
    assert "  ✕ index laff@coast: indexes/laff@coast: half-written" in printed.out
    assert "      lpd index --model laff --collection coast\n" in printed.out
    assert "✕ qrels avs-inland/pooled: it judges none of the topics" in printed.out
    *_, last = printed.err.strip().splitlines()
    assert last.startswith("lpd: 2 problems; the first: index laff@coast: ")
    assert last.endswith("Next: lpd index --model laff --collection coast")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["doctor", "lpd@inland"], "only indexes can be named; expected --index; found lpd@inland"),
        (["doctor", "--index", "nothing@inland"], "no such index; expected one of "),
        (["doctor", "--indexes", "nothing@inland"], "no such index; expected one of "),
        (
            ["index", "--model", "lpd", "--collection", "inland", "--kind", "faiss"],
            "unknown kind of index; expected auto, exact, quantised, milvus; found 'faiss'",
        ),
    ],
    ids=" ".join,
)
def test_mistakes(
    coded: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    assert ended(monkeypatch, *arguments, "--workspace", str(coded)) == 2
    assert sentence in capsys.readouterr().err.strip().splitlines()[-1]
