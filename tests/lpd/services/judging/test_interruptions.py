"""What stays when a judge's process is killed, when judges work at once, when files are locked or damaged."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lpd.databases import files
from lpd.errors import FormatError, LpdError, StaleError
from lpd.judging import RELEVANT, next_shots, plan_needs, verdict_history
from lpd.services.judging import judge_shots, judging_plan, judging_verdicts
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import small_plan, small_workspace

ROOT = Path(__file__).resolve().parents[4]

START = """
import sys
from pathlib import Path
from lpd.judging import RELEVANT, next_shots
from lpd.services.judging import *
from lpd.workspace import open_workspace
workspace, judge = open_workspace(Path(sys.argv[1])), sys.argv[2]
plan = judging_plan(workspace, "p")
"""

JUDGE = (
    START
    + """
while True:
    said = judging_verdicts(workspace, plan)
    due = [(topic, shot) for topic in plan.topics
        for shot in next_shots(plan, topic, said[topic], judge=judge, judges=sys.argv[3:])[:1]]
    if not due:
        break
    topic, shot = due[0]
    judge_shots(workspace, plan, topic, verdicts={shot: RELEVANT}, judge=judge)
    print(topic, shot, flush=True)
"""
)

EXTEND = (
    START
    + """
print("begun", flush=True)
for step in range(500):
    extend_judging_plan(workspace, "p", [1, 0.5 + 0.001 * (step + 1) * float(judge)])
"""
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def begun(workspace: Workspace, code: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, str(workspace.path), *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_no_verdict_that_was_kept_is_lost_when_the_judge_is_killed(workspace: Workspace, kills: int) -> None:
    plan = small_plan(workspace)
    told: list[str] = []
    for kill in range(kills):
        judge = begun(workspace, JUDGE, "Ada")
        assert judge.stdout is not None
        told.append(judge.stdout.readline().strip())  # it is at work
        time.sleep(0.01 * (1 + 5 * kill % 17) / kills)
        os.kill(judge.pid, signal.SIGKILL)
        told += judge.stdout.read().splitlines()  # communicate() would miss what readline() has fetched
        judge.communicate()
    told = [line for line in told if line]  # a process that found all judged says nothing
    assert len(told) == len(set(told)), "each process went on where the last one was killed"
    said = judging_verdicts(workspace, plan)
    kept = {f"{topic_id} {one}" for topic_id, of in said.items() for one in of.judges.get("Ada", {})}
    assert kept >= set(told)
    assert len(kept - set(told)) <= kills, "at most the one that was kept but not told, per kill"
    with closing(sqlite3.connect(workspace.judgements_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    last = begun(workspace, JUDGE, "Ada")
    last.communicate(timeout=60)
    assert last.returncode == 0
    said = judging_verdicts(workspace, plan)
    assert {one: set(said[one].judges["Ada"]) for one in said} == {
        one: set(topic.order) for one, topic in plan.topics.items()
    }
    entries = [
        entry
        for need in plan_needs(plan).values()
        for entry in verdict_history(workspace.judgements_path, need)
    ]
    assert len(entries) == plan.sample, "nothing was asked twice"


def test_two_judges_at_once_divide_the_work(workspace: Workspace) -> None:
    plan = small_plan(workspace, overlap=0.2)
    judges = [begun(workspace, JUDGE, name, "Ada", "Bob") for name in ("Ada", "Bob")]
    assert [(judge.communicate(timeout=60)[1], judge.returncode) for judge in judges] == [("", 0), ("", 0)]
    said = judging_verdicts(workspace, plan)
    for topic_id, topic in plan.topics.items():
        shared = {one for one in topic.order if plan.is_shared(topic_id, one)}
        ada, bob = (set(said[topic_id].judges[judge]) for judge in ("Ada", "Bob"))
        assert ada | bob == set(topic.order)
        assert ada & bob >= shared
        assert len(ada & bob - shared) <= len(topic.order) // 4, "only where both asked in one moment"
        assert next_shots(plan, topic_id, said[topic_id], judge="Ada") == []


def test_a_plan_is_whole_whenever_extending_it_is_killed(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    samples = [plan.sample]
    for number, wait_s in enumerate((0.02, 0.07), start=1):
        extending = begun(workspace, EXTEND, str(number))
        assert extending.stdout is not None
        assert extending.stdout.readline() == "begun\n"
        time.sleep(wait_s)
        os.kill(extending.pid, signal.SIGKILL)
        extending.communicate()
        samples.append(judging_plan(workspace, "p").sample)
    assert samples == sorted(samples)
    assert judging_plan(workspace, "p").topic("1").strata[0] == plan.topic("1").strata[0]


def test_a_locked_file_is_told_and_the_verdict_is_not_half_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = small_plan(workspace)
    first, second = plan.topic("1").order[:2]
    judge_shots(workspace, plan, "1", verdicts={first: RELEVANT}, judge="Ada")
    monkeypatch.setattr(files, "BUSY_S", 0.05)
    with closing(sqlite3.connect(workspace.judgements_path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LpdError, match=r"another process has been using it .*nothing was changed"):
            judge_shots(workspace, plan, "1", verdicts={second: RELEVANT}, judge="Ada")
        other.execute("ROLLBACK")
    judge_shots(workspace, plan, "1", verdicts={second: RELEVANT}, judge="Ada")
    assert set(judging_verdicts(workspace, plan)["1"].judges["Ada"]) == {first, second}


def test_a_damaged_file_and_a_newer_plan_are_told_and_left_as_they_are(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    shot = plan.topic("1").order[0]
    workspace.judgements_path.write_bytes(b"these are my notes, and no database at all\n" * 300)
    with pytest.raises(FormatError, match="a damaged file of verdicts"):
        judge_shots(workspace, plan, "1", verdicts={shot: RELEVANT}, judge="Ada")
    assert workspace.judgements_path.read_bytes().startswith(b"these are my notes")
    path = workspace.judging_folder("p") / "plan.json"
    newer = path.read_text().replace('"format_version": 1', '"format_version": 2')
    path.write_text(newer)
    with pytest.raises(FormatError, match="judging plan written by a newer lpd"):
        judging_plan(workspace, "p")
    assert path.read_text() == newer
    (workspace.judging_folder("p") / "pool.tsv").unlink()
    path.write_text(newer.replace('"format_version": 2', '"format_version": 1'))
    with pytest.raises(StaleError, match="the verdicts are not in it and are safe"):
        judging_plan(workspace, "p")
