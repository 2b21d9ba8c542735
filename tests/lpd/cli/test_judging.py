"""lpd judge: from a plan to qrels that lpd evaluate reads."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lpd.cli import app
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.judging import NOT_RELEVANT, RELEVANT
from lpd.services.judging import judge_shots, judging_plan
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import SHOTS, ranked, small_workspace

runner = CliRunner()
PLAN = ("judge", "plan", "p", "--edition", "tv", "--layer", "10", "--layer", "60:0.5", "--seed", "3")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    made = small_workspace(tmp_path / "w")
    monkeypatch.setenv("LPD_WORKSPACE", str(made.path))
    return made


def told(*arguments: str) -> str:
    result = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def document(*arguments: str) -> dict[str, Any]:
    found = json.loads(told(*arguments, "--json"))
    assert isinstance(found, dict)
    return found


def test_from_a_plan_to_measured_runs(workspace: Workspace, tmp_path: Path) -> None:
    made = document(*PLAN, "--overlap", "0.2")
    assert (made["pool"], made["kept"], made["seed"], made["overlap"]) == (141, True, 3, 0.2)
    assert set(made["runs"]) == {"up", "down"}
    assert made["notes"][0] == "run down lacks 2 topics: '2', '3'"
    plan = judging_plan(workspace, "p")
    assert made["digest"] == plan.digest
    assert document("judge", "simulate", "p", "--limit", "40")["given"] == 40
    status = document("judge", "status", "p")
    assert (status["judged"], status["sample"]) == (40, plan.sample)
    assert sum(topic["judged"] for topic in status["topics"].values()) == 40
    assert document("judge", "status")["plans"][0]["judged"] == 40
    measured = document("judge", "measure", "p", "--separate", "up", "down")
    assert (measured["judged"], measured["level"]) == (40, 0.95)
    assert set(measured["runs"]["up"]) >= {"estimate", "low", "high", "deviation"}
    assert {measured["separation"]["first"], measured["separation"]["second"]} == {"up", "down"}
    out = tmp_path / "mine.txt"
    exported = document("judge", "export", "p", "--out", str(out))
    assert exported["rows"] == 141
    assert exported["digest"] == measured["qrels_digest"]
    evaluated = document("evaluate", "up", "down", "--edition", "tv", "--qrels", str(out))
    for run in evaluated["runs"]:
        assert run["mean"]["infAP"] == pytest.approx(measured["runs"][run["tag"]]["estimate"], abs=1e-12)
    told("judge", "export", "p", "--as", "mine")
    assert document("evaluate", "up", "--edition", "tv", "--qrels", "mine")["runs"][0]["mean"] == next(
        run["mean"] for run in evaluated["runs"] if run["tag"] == "up"
    )


def test_a_plan_can_be_tried_and_extended(workspace: Workspace) -> None:
    tried = document(*PLAN, "--dry-run")
    assert not tried["kept"]
    assert workspace.judging_plan_names() == []
    made = document(*PLAN, "--topic", "1", "--run", "up")
    assert list(made["runs"]) == ["up"]
    assert document("judge", "simulate", "p", "--dry-run")["given"] == made["sample"]
    assert not workspace.judgements_path.exists()
    extended = document("judge", "extend", "p", "--rate", "1", "--rate", "0.8")
    assert extended["added"] == extended["sample"] - made["sample"] > 0
    assert "stratum" in told("judge", "extend", "p", "--rate", "1", "--rate", "1", "--topic", "1")


def test_agreement_and_rulings(workspace: Workspace) -> None:
    document(*PLAN, "--overlap", "1")
    document("judge", "simulate", "p", "--judge", "Ada")
    document("judge", "simulate", "p", "--judge", "Bob", "--error-rate", "0.2")
    agreement = document("judge", "agreement", "p")
    (pair,) = agreement["pairs"]
    sample = judging_plan(workspace, "p").sample
    assert (pair["first"], pair["second"], pair["shots"]) == ("Ada", "Bob", sample)
    assert pair["first_only"] + pair["second_only"] == agreement["without_ruling"] > 0
    assert 0 < pair["kappa"] < 1
    open_ones = document("judge", "adjudicate", "p")["contradictions"]
    assert len(open_ones) == agreement["without_ruling"]
    with pytest.raises(MismatchError, match="judges contradict each other"):
        document("judge", "export", "p", "--as", "mine")
    for one in open_ones:
        given = (
            "--topic",
            one["topic_id"],
            "--shot",
            one["shot_id"],
            "--verdict",
            one["relevant"][0] and RELEVANT,
        )
        document("judge", "adjudicate", "p", *given, "--judge", "Cy")
    assert document("judge", "agreement", "p")["without_ruling"] == 0
    assert all(one["ruling"] for one in document("judge", "adjudicate", "p")["contradictions"])
    assert document("judge", "export", "p", "--as", "mine")["notes"] == []
    assert document("judge", "measure", "p", "--judge", "Ada", "--per-topic")["judged"] == sample
    with pytest.raises(LpdError, match="a ruling is incomplete"):
        told("judge", "adjudicate", "p", "--shot", "s001")


def test_the_tables_for_persons(workspace: Workspace) -> None:
    assert "stratum" in told(*PLAN)
    assert "simulated" in told("judge", "simulate", "p", "--limit", "30")
    assert "contradictions" in told("judge", "status", "p")
    assert "tv" in told("judge", "status")
    assert "kappa" in told("judge", "agreement", "p")
    assert "ruling" in told("judge", "adjudicate", "p")
    printed = told("judge", "measure", "p", "--per-topic", "--separate", "up", "down")
    assert "mean of 2" in printed
    assert "mean of 1" in printed


def test_damage_and_changes_are_told_and_the_rest_goes_on(workspace: Workspace) -> None:
    document(*PLAN)
    plan = judging_plan(workspace, "p")
    first, second = plan.topic("1").order[:2]
    judge_shots(workspace, plan, "1", verdicts={first: RELEVANT}, judge="Ada")
    judge_shots(workspace, plan, "1", verdicts={second: NOT_RELEVANT}, judge="Ada")
    with closing(sqlite3.connect(workspace.judgements_path)) as connection:
        connection.execute("UPDATE verdicts SET shot_id = x'ff' WHERE verdict_id = 1")
        connection.commit()
    ranked(workspace, "up", {"1": SHOTS[:30]})
    status = document("judge", "status", "p")
    assert status["judged"] == 1
    assert "1 damaged row of this file of verdicts left out" in status["notes"][0]
    assert "run up was changed since the pool was made" in status["notes"][1]
    (workspace.judging_folder("p") / "pool.tsv").unlink()
    listed = document("judge", "status")
    assert listed["plans"] == []
    assert "pool of this judging plan is not the one that was drawn" in listed["notes"][1]


REFUSED: dict[str, tuple[tuple[str, ...], type[LpdError], str]] = {
    "sampling": (("plan", "q", "--edition", "tv", "--sampling", "all"), LpdError, "unknown sampling"),
    "layer": (("plan", "q", "--edition", "tv", "--layer", "x:1"), FormatError, "not a layer"),
    "rate": (("plan", "q", "--edition", "tv", "--layer", "5:2"), LpdError, "sampling rate"),
    "edition": (("plan", "q", "--edition", "tw"), NotFoundError, "no such edition"),
    "no plan": (("status", "q"), NotFoundError, "no such judging plan"),
    "truth": (("simulate", "p", "--truth", "x"), NotFoundError, "no such qrels"),
    "nowhere": (("export", "p"), LpdError, "where do the qrels go"),
    "nothing": (("export", "p", "--as", "x"), NotFoundError, "nothing was judged yet"),
    "run": (("measure", "p", "--run", "x"), NotFoundError, "no such run"),
    "level": (("measure", "p", "--level", "2"), LpdError, "level"),
    "rule": (("measure", "p", "--conflicts", "dice"), LpdError, "unknown rule"),
    "name": (("plan", "../q", "--edition", "tv"), FormatError, "not a name"),
}


@pytest.mark.parametrize(("arguments", "kind", "sentence"), REFUSED.values(), ids=REFUSED)
def test_mistakes_are_one_sentence(
    workspace: Workspace, arguments: tuple[str, ...], kind: type[LpdError], sentence: str
) -> None:
    document(*PLAN)
    with pytest.raises(kind, match=sentence):
        told("judge", *arguments)
    assert workspace.judging_plan_names() == ["p"]


@pytest.mark.parametrize("change", [lambda text: text[:50], lambda text: "[]"], ids=["cut", "list"])
def test_a_damaged_plan_is_one_sentence(workspace: Workspace, change: Callable[[str], str]) -> None:
    document(*PLAN)
    path = workspace.judging_folder("p") / "plan.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(FormatError, match=r"plan\.json"):
        told("judge", "measure", "p")
