"""Tables from the command line: their numbers made again by hand from the run files, what is reused, what is
made again, and what a failure leaves.
"""

import csv
import json
import os
import shutil
import signal
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import LpdError
from lpd.evaluation import evaluate_run
from lpd.reproduce import ROWS, reproduce
from lpd.reproduce.measured import measured_path
from lpd.reproduce.tables import needed_rows
from lpd.storage import read_json, writer_lock
from lpd.trec import Qrels, write_qrels
from lpd.workspace import Workspace, open_workspace
from tests.conftest import ROOT
from tests.lpd.reproduce.conftest import SEEDS, SETUP, command_line, copied
from tests.reference.retrieval import sign_flip_p

pytestmark = pytest.mark.slow

EDITIONS = ("avs-coast", "avs-inland")


def cells(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The cells of a CSV file by row and column."""
    with path.open(encoding="utf-8") as stream:
        return {(line["row"], line["column"]): line for line in csv.DictReader(stream)}


def topic_values(workspace: Workspace, key: str, edition: str) -> list[dict[str, float]]:
    """For every seed, topic -> infAP of the run file of a row."""
    found = []
    for seed in SEEDS:
        run = workspace.run(edition, f"rep.{key}.s{seed}")
        evaluated = evaluate_run(run, workspace.qrels(edition))
        found.append({topic: measures["infAP"] for topic, measures in evaluated.topics.items()})
    return found


@pytest.mark.parametrize("table", ["table4", "table5"])
def test_numbers_are_those_of_the_run_files(reproduced: Path, table: str) -> None:
    workspace = open_workspace(reproduced)
    found = cells(reproduced / "reproduce" / "lpd-recipe" / f"{table}.csv")
    for key in needed_rows(table):
        row = ROWS[key]
        label = f"{row.label} (own)" if row.own else row.label
        per_edition = []
        for edition in EDITIONS:
            means = [statistics.fmean(one.values()) for one in topic_values(workspace, key, edition)]
            cell = found[label, edition]
            assert [float(one) for one in cell["runs"].split()] == pytest.approx(means, abs=1e-12)
            assert float(cell["mean"]) == pytest.approx(statistics.fmean(means), abs=1e-12)
            assert float(cell["spread"]) == pytest.approx(statistics.stdev(means), abs=1e-12)
            assert cell["seeds"] == "0 1"
            per_edition.append(means)
        totals = [statistics.fmean(one) for one in zip(*per_edition, strict=True)]
        assert float(found[label, "MEAN"]["mean"]) == pytest.approx(statistics.fmean(totals), abs=1e-12)
        cards = [workspace.model_card(f"rep-{key}-s{seed}") for seed in SEEDS]
        for measure in ("mAP", "R@10"):
            expected = statistics.fmean(card.best[measure] for card in cards)
            assert float(found[label, measure]["mean"]) == pytest.approx(expected, abs=1e-12)
        assert float(found[label, "parameters"]["mean"]) == cards[0].config["parameters"]


def test_p_values_are_those_of_all_sign_flips(reproduced: Path) -> None:
    """Twelve topics of two editions: the plain version counts the 4096 flips one by one."""
    workspace = open_workspace(reproduced)
    found = cells(reproduced / "reproduce" / "lpd-recipe" / "table4.csv")
    for key, label in (("lpd-no-dcl", "w/o DcL"), ("lpd-no-ef", "w/o EF-MTRL")):
        differences = []
        for edition in EDITIONS:
            first, second = (topic_values(workspace, one, edition) for one in (key, "lpd"))
            for topic in first[0]:
                own, other = (statistics.fmean(seed[topic] for seed in one) for one in (first, second))
                differences.append(own - other)
        expected = sign_flip_p(differences)
        assert float(found[label, "MEAN"]["p_value"]) == pytest.approx(expected, abs=1e-12)


def test_what_a_paper_prints_stands_beside_it_and_is_marked(reproduced: Path, answer: dict[str, Any]) -> None:
    found = cells(reproduced / "reproduce" / "lpd-recipe" / "table5.csv")
    assert found["SEA+DcL", "published MEAN"]["published"] == "0.23"
    assert found["SEA+DcL", "published MEAN"]["mean"] == ""
    base, gained = (float(found[row, "MEAN"]["mean"]) for row in ("SEA", "SEA+DcL"))
    gain = found["SEA+DcL", "gain in MEAN"]
    assert float(gain["mean"]) == pytest.approx(gained / base - 1, abs=1e-12)
    assert float(gain["published"]) == pytest.approx(0.027)
    assert found["SEA", "gain in MEAN"]["mean"] == ""
    assert found["SEA+DcL", "MEAN"]["compared_with"] == "the system without DcL"
    folder = reproduced / "reproduce" / "lpd-recipe"
    markdown = (folder / "table4.md").read_text()
    assert "published .245" in markdown
    assert "section 4.3.2 gives LPD the MEAN of the row w/o EF-MTRL" in markdown
    assert "generated world" in markdown
    assert (folder / "table4.tex").is_file()
    assert answer["tables"]["table5"][3]["row"] == "SEA+DcL"


def test_seeds_of_all_rows_come_before_the_next_seed(answer: dict[str, Any]) -> None:
    first = [name.endswith("s0") for name in answer["trained"]]
    assert first == sorted(first, reverse=True)
    assert len(first) == len(SEEDS) * len({*needed_rows("table4"), *needed_rows("table5")})
    assert answer["reused"] == []


def test_nothing_is_done_twice(copy: Workspace) -> None:
    files = [*copy.path.glob("reproduce/measured/*.json"), *copy.path.glob("runs/*/rep.*")]
    before = {file: file.stat().st_mtime_ns for file in files}
    old = cells(copy.path / "reproduce" / "lpd-recipe" / "table4.csv")
    report = reproduce(copy, ["table4"], setup=SETUP)
    assert report.trained == []
    assert len(report.reused) == len(SEEDS) * len(needed_rows("table4"))
    assert not report.failures
    assert {file: file.stat().st_mtime_ns for file in files} == before
    assert cells(copy.path / "reproduce" / "lpd-recipe" / "table4.csv") == old


def test_other_judgements_are_measured_again_but_not_trained_for(copy: Workspace) -> None:
    judged = copy.qrels("avs-coast")
    half = Qrels([one for number, one in enumerate(judged.rows()) if number % 2])
    write_qrels(copy.qrels_path("avs-coast", "complete"), half)
    old = read_json(measured_path(copy, "rep-lpd-s0", what="avs-coast"))
    report = reproduce(copy, ["fig3"], setup=SETUP)
    assert report.trained == []
    assert read_json(measured_path(copy, "rep-lpd-s0", what="avs-coast"))["made_from"] != old["made_from"]
    made = read_json(measured_path(copy, "rep-lpd-s0", what="avs-coast"))["inf_ap"]
    assert made == topic_values(copy, "lpd", "avs-coast")[0]
    assert made != old["inf_ap"]


def test_a_training_that_fails_fills_its_row_and_the_others_go_on(copy: Workspace) -> None:
    for seed in SEEDS:
        shutil.rmtree(copy.model_folder(f"rep-sea-dcl-s{seed}"))
    shutil.rmtree(copy.model_folder("rep-txv-s1"))
    with (
        writer_lock(copy.model_folder("rep-sea-dcl-s0")),
        writer_lock(copy.model_folder("rep-sea-dcl-s1")),
    ):
        done = subprocess.run(
            command_line(copy.path, "table5", "--seeds", "0,1"),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 2
    document = json.loads(done.stdout)
    assert document["trained"] == ["rep-txv-s1"]
    assert sorted(document["failures"]) == ["rep-sea-dcl-s0", "rep-sea-dcl-s1"]
    assert "failed: rep-sea-dcl-s0" in done.stderr
    found = cells(copy.path / "reproduce" / "lpd-recipe" / "table5.csv")
    assert found["SEA+DcL", "avs-coast"]["text"] == "failed"
    assert "another process is writing" in found["SEA+DcL", "avs-coast"]["note"]
    assert found["SEA+DcL", "MEAN"]["mean"] == ""
    assert found["T × V", "MEAN"]["seeds"] == "0 1"


def test_two_reproductions_do_not_meet(copy: Workspace) -> None:
    with (
        writer_lock(copy.path / "reproduce"),
        ThreadPoolExecutor(1) as another,
        pytest.raises(LpdError, match="another process is writing"),
    ):
        another.submit(reproduce, copy, ["table4"], setup=SETUP).result()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"settings": ("epoch=3",)}, "unknown training settings"),
        ({"captions": "nowhere"}, "no such caption set"),
        ({"validation": ""}, "no validation captions"),
        ({"editions": ("tv99",)}, "no such edition"),
        ({"seeds": (1, 1)}, "seeds"),
        ({"video_features": ("clip",)}, "no such video feature"),
        ({"frame_feature": "colour"}, "frame features"),
        ({"without": "clip"}, "video features"),
    ],
)
def test_what_cannot_be_used_is_said_before_any_training(
    copy: Workspace, change: dict[str, Any], expected: str
) -> None:
    with pytest.raises(LpdError, match=expected):
        reproduce(copy, ["table4"], setup=replace(SETUP, **change))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(("table9",), "no such table"), (("table6", "--seeds", "one"), "whole numbers as 0,1,2")],
)
def test_the_command_line_refuses_what_it_does_not_know(
    demo_workspace: Path, arguments: tuple[str, ...], expected: str
) -> None:
    command = ["reproduce", *arguments, "--workspace", str(demo_workspace)]
    with pytest.raises(LpdError, match=expected):
        CliRunner().invoke(app, command, catch_exceptions=False)


def test_a_killed_reproduction_goes_on_where_it_stopped(demo_workspace: Path, tmp_path: Path) -> None:
    path = copied(demo_workspace, tmp_path / "w")
    command = command_line(path, "table5", "--seeds", "0")
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, start_new_session=True
    )
    while not (done := list(path.glob("models/rep-*/config.json"))):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = list(path.glob("models/rep-*/config.json"))
    before = {file: file.stat().st_mtime_ns for file in done}
    again = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    document = json.loads(again.stdout)
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert sorted(document["reused"]) == sorted(file.parent.name for file in done)
    assert len(document["trained"]) + len(document["reused"]) == len(needed_rows("table5"))
    assert document["trained"]
