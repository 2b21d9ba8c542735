"""The command line: JSON on stdout, sentences on stderr, exit codes, and every verb on a small real
workspace.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app, main
from lpd.errors import LpdError

runner = CliRunner()


def run(*arguments: str) -> dict[str, Any]:
    """Runs a verb with --json and returns its document."""
    result = runner.invoke(app, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


@pytest.fixture
def oracle(copied_oracles: Path) -> Path:
    return copied_oracles / "eval_synthetic"


@pytest.mark.parametrize(
    "name", ["long1900", "noisy", "nothing_found", "perfect", "short12", "tied_shuffled"]
)
def test_evaluate_gives_the_numbers_of_the_official_script(oracle: Path, name: str) -> None:
    expected = json.loads((oracle / "expected.json").read_text())[name]["full_precision"]
    found = run("evaluate", str(oracle / f"{name}.run.gz"), "--qrels", str(oracle / "qrels.txt"))
    [evaluated] = found["runs"]
    assert set(evaluated["topics"]) == set(expected) - {"all"}
    for topic, measures in expected.items():
        mine = evaluated["mean"] if topic == "all" else evaluated["topics"][topic]
        for measure, value in measures.items():
            if measure in mine:
                assert mine[measure] == pytest.approx(value, abs=1e-9), (topic, measure)
        assert {"infAP", "infNDCG", "iP10", "iP100", "iP1000", "inum_rel", "inum_rel_ret", "num_ret"} <= set(
            mine
        )


def test_evaluate_names_missing_topics(oracle: Path) -> None:
    result = runner.invoke(
        app,
        ["evaluate", str(oracle / "perfect.run.gz"), "--qrels", str(oracle / "qrels.txt")],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    assert "908" in result.stderr


def test_evaluate_counts_missing_topics_as_zero_when_asked(oracle: Path) -> None:
    arguments = ("evaluate", str(oracle / "perfect.run.gz"), "--qrels", str(oracle / "qrels.txt"))
    skipped, counted = (run(*arguments, "--missing", rule)["runs"][0] for rule in ("skip", "zero"))
    topics, missing = len(skipped["topics"]), len(skipped["missing"])
    assert counted["mean"]["infAP"] == pytest.approx(skipped["mean"]["infAP"] * topics / (topics + missing))


def test_the_whole_path_on_the_demo(demo_workspace: Path) -> None:
    place = ("--workspace", str(demo_workspace))
    things = run("status", *place)["things"]
    assert {thing["state"] for thing in things} == {"ok"}
    found = run("search", "a dog under a tree", "--model", "lpd", "--collection", "inland", "-k", "7", *place)
    assert next(iter(found["lists"])) == "fused"
    assert len(found["lists"]) == 10
    assert all(len(hits) == 7 for hits in found["lists"].values())
    scores = [hit["score"] for hit in found["lists"]["fused"]]
    assert scores == sorted(scores, reverse=True)
    measured = run("evaluate", "lpd", "laff", "--edition", "avs-inland", *place)
    assert [one["tag"] for one in measured["runs"]] == ["lpd", "laff"]
    compared = run("compare", "lpd", "laff", "--edition", "avs-inland", *place)
    assert compared["runs"][0]["difference"] == pytest.approx(
        measured["runs"][1]["mean"]["infAP"] - measured["runs"][0]["mean"]["infAP"]
    )
    diverse = run("diversity", "--model", "lpd", "--edition", "avs-inland", "-k", "10", *place)["models"][0]
    assert [diverse["iou"][number][number] for number in range(9)] == [1.0] * 9


def test_a_run_written_again_is_the_same(demo_workspace: Path, tmp_path: Path) -> None:
    """A run file holds the lists that a live search shows, in the same order."""
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(demo_workspace, copy, ignore=shutil.ignore_patterns("media"))
    before = (copy / "runs" / "avs-coast" / "lpd.run.gz").read_bytes()
    tags = run("run", "--model", "lpd", "--edition", "avs-coast", "--per-space", "--workspace", str(copy))[
        "runs"
    ]
    assert len(tags) == 10
    assert (copy / "runs" / "avs-coast" / "lpd.run.gz").read_bytes() == before
    spaces = run("evaluate", *tags, "--edition", "avs-coast", "--workspace", str(copy))["runs"]
    assert len(spaces) == 10


def test_unknown_words_are_said(demo_workspace: Path) -> None:
    arguments = [
        "search",
        "a zyzzyva",
        "--model",
        "lpd",
        "--collection",
        "coast",
        "--workspace",
        str(demo_workspace),
    ]
    result = runner.invoke(app, arguments, catch_exceptions=False)
    assert "bow does not know: zyzzyva" in result.stderr


BAD_COMMANDS: dict[str, tuple[list[str], str]] = {
    "empty query": (["search", "  ", "--model", "lpd", "--collection", "inland"], "the query is empty"),
    "unknown model": (
        ["search", "a dog", "--model", "nothing", "--collection", "inland"],
        "no such model.*'nothing'",
    ),
    "unknown collection": (["search", "a dog", "--model", "lpd", "--collection", "nothing"], "'nothing'"),
    "unknown subset": (
        ["search", "a dog", "--model", "lpd", "--collection", "inland", "--subset", "nothing"],
        "'nothing'",
    ),
    "collection without index": (
        ["search", "a dog", "--model", "lpd", "--collection", "captioned"],
        "lpd index --model lpd --collection captioned",
    ),
    "unknown edition": (["run", "--model", "lpd", "--edition", "nothing"], "'nothing'"),
    "unknown run": (["evaluate", "nothing", "--edition", "avs-inland"], "'nothing'"),
    "no judgements": (["evaluate", "lpd"], "--qrels FILE or --edition NAME"),
    "unknown rule": (["evaluate", "lpd", "--edition", "avs-inland", "--missing", "maybe"], "skip or zero"),
    "nothing to compare": (["compare", "lpd", "--edition", "avs-inland"], "two runs or more"),
    "unknown measure": (["compare", "lpd", "laff", "--edition", "avs-inland", "--measure", "mAP"], "infAP"),
    "unknown system": (["train", "word2vec", "--captions", "train", "--validation", "valid"], "lpd"),
    "unknown setting": (
        ["train", "lpd", "--captions", "train", "--validation", "valid", "--set", "margins=1"],
        "margins",
    ),
    "setting without value": (
        ["train", "lpd", "--captions", "train", "--validation", "valid", "--set", "x"],
        "KEY=VALUE",
    ),
    "unknown preset": (
        ["train", "lpd", "--captions", "train", "--validation", "valid", "--preset", "best"],
        "paper-literal",
    ),
    "unknown captions": (["train", "lpd", "--captions", "nothing", "--validation", "valid"], "'nothing'"),
    "unknown text feature": (
        ["train", "lpd", "--captions", "train", "--validation", "valid", "--text-feature", "clip"],
        "lpd encode",
    ),
    "heads of a model without": (
        ["train", "lpd", "--captions", "train", "--validation", "valid", "--heads", "3"],
        "no heads",
    ),
    "unknown encoder": (["encode", "--fit-on", "train", "--feature", "clip"], "bow, w2v, bigru"),
    "unknown text set": (["encode", "nothing"], "'nothing'"),
    "subset without file": (
        ["import", "shots", "x.txt", "--collection", "d", "--subset", "test"],
        "NAME=FILE",
    ),
    "demo over a workspace": (["demo", "{workspace}"], "a workspace here already"),
    "init over a workspace": (["init", "{workspace}"], "a workspace here already"),
}


@pytest.mark.parametrize("name", BAD_COMMANDS)
def test_a_mistake_is_one_sentence_and_exit_code_2(
    name: str, demo_workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, sentence = BAD_COMMANDS[name]
    filled = [argument.replace("{workspace}", str(demo_workspace)) for argument in arguments]
    monkeypatch.setenv("LPD_WORKSPACE", str(demo_workspace))
    monkeypatch.setattr(sys, "argv", ["lpd", *filled])
    before = {str(path): path.stat().st_mtime_ns for path in demo_workspace.rglob("*") if path.is_file()}
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("lpd: ")
    assert re.search(sentence, last)
    after = {str(path): path.stat().st_mtime_ns for path in demo_workspace.rglob("*") if path.is_file()}
    assert {path: time for path, time in after.items() if not path.endswith(".lock")} == {
        path: time for path, time in before.items() if not path.endswith(".lock")
    }


def test_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LpdError, match="lpd demo"):
        runner.invoke(app, ["status", "--workspace", str(tmp_path / "none")], catch_exceptions=False)


def test_usage_mistakes_end_with_2() -> None:
    assert runner.invoke(app, ["evaluate"]).exit_code == 2
    assert runner.invoke(app, ["nonsense"]).exit_code == 2


def test_python_m_lpd_starts() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lpd", "--help"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "diversity" in done.stdout


def test_the_app_starts_from_any_folder(demo_workspace: Path, tmp_path: Path) -> None:
    """It listens on this machine only, and Streamlit finds its settings beside the app."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lpd", "app", "--workspace", str(demo_workspace), "--port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None
            assert time.monotonic() < deadline
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
                    assert answer.status == 200
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        printed, _ = process.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}" in printed
    assert "usage statistics" not in printed.lower(), "the project's .streamlit/config.toml was not read"
