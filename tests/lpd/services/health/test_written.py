"""What persons wrote is looked at: judging plans, verdicts, the notebook, and rows that are damaged."""

import sqlite3

from lpd.judging import Layer, Need, give_verdicts
from lpd.notebook import PROVENANCE_KEYS, View, pin_view
from lpd.services.contents import workspace_contents
from lpd.services.health.findings import Finding
from lpd.services.health.workspace import workspace_health
from lpd.services.judging import judge_shots, make_judging_plan
from lpd.services.status import StatusRow, workspace_status
from lpd.trec import make_run, write_run
from lpd.workspace import Workspace
from tests.lpd.services.health.whole_workspace import SHOTS, TOPICS, findings

VIEW = View("", "./?q=dog", "a dog", dict.fromkeys(PROVENANCE_KEYS))


def written(workspace: Workspace) -> list[StatusRow]:
    kinds = ("judging plan", "judgements", "notebook")
    return [row for row in workspace_status(workspace) if row.kind in kinds]


def found(workspace: Workspace) -> list[Finding]:
    subjects = ("judging plan first", "judgements.sqlite", "notebook.sqlite")
    return [one for one in findings(workspace_health(workspace)) if one.subject in subjects]


def judge_two(workspace: Workspace) -> None:
    """A plan of ten shots for each topic, two of which are judged for the first."""
    made = make_judging_plan(workspace, "first", edition="tv", layers=[Layer(10, 1.0)])
    topic = made.plan.topics[TOPICS[0].topic_id]
    judge_shots(
        workspace, made.plan, topic.topic_id, verdicts=dict.fromkeys(topic.order[:2], "relevant"), judge="Ada"
    )


def damage(path: object, statement: str) -> None:
    with sqlite3.connect(str(path)) as connection:
        connection.execute(statement)
    connection.close()


def test_a_workspace_without_them_says_nothing(whole: Workspace) -> None:
    assert written(whole) == []
    assert found(whole) == []


def test_a_plan_says_how_far_it_is(whole: Workspace) -> None:
    judge_two(whole)
    topics = len(TOPICS)
    told = f"{topics} topics of tv, {10 * topics} shots in the pool; 2 of {10 * topics} judged by 1 judge"
    verdicts = "2 verdicts of 1 judge for 1 need; 0 shots in conflict; 2 entries with the history"
    assert written(whole) == [
        StatusRow("judging plan", "first", "ok", told),
        StatusRow("judgements", "judgements.sqlite", "ok", verdicts),
    ]
    assert found(whole) == [
        Finding("ok", "judging plan first", told),
        Finding("ok", "judgements.sqlite", verdicts),
    ]
    [thing] = [one for one in workspace_contents(whole) if one.name == "judging plan first"]
    assert thing.size


def test_a_plan_of_runs_that_changed_is_stale_and_can_be_used(whole: Workspace) -> None:
    judge_two(whole)
    [tag] = whole.run_tags("tv")
    write_run(
        whole.run_path("tv", tag),
        make_run(tag, {topic.topic_id: (SHOTS, [float(n) for n in range(10, 0, -1)]) for topic in TOPICS}),
    )
    plan, _ = written(whole)
    assert plan.state == "stale"
    assert f"run {tag} was changed" in plan.sentence
    assert found(whole)[0].level == "advice"


def test_a_damaged_plan_is_a_problem_and_hides_nothing(whole: Workspace) -> None:
    judge_two(whole)
    (whole.judging_folder("first") / "plan.json").write_text("[", encoding="utf-8")
    plan, judgements = written(whole)
    assert (plan.state, judgements.state) == ("damaged", "ok")
    assert [one.level for one in found(whole)] == ["problem", "ok"]


def test_rows_kept_aside_are_counted(whole: Workspace) -> None:
    need = Need("c", TOPICS[0].topic_id, "tv")
    shots = dict.fromkeys(SHOTS[:3], "relevant")
    give_verdicts(whole.judgements_path, need, verdicts=shots, judge="Ada", view="search")
    for _ in range(2):
        pin_view(whole.notebook_path, VIEW)
    damage(whole.judgements_path, "UPDATE verdicts SET given = 'yesterday' WHERE verdict_id = 2")
    damage(whole.notebook_path, "UPDATE views SET created = 'yesterday' WHERE view_id = 1")
    files = sorted(path.name for path in whole.path.iterdir())
    judgements, notebook = written(whole)
    assert (judgements.state, notebook.state) == ("damaged", "damaged")
    assert judgements.sentence.startswith("2 verdicts of 1 judge")
    assert judgements.sentence.endswith("1 damaged row left out, nothing was deleted")
    assert notebook.sentence.startswith("1 pinned view;")
    assert [one.level for one in found(whole)] == ["advice", "advice"]
    assert sorted(path.name for path in whole.path.iterdir()) == files


def test_a_file_that_is_damaged_as_a_whole_is_a_problem(whole: Workspace) -> None:
    judge_two(whole)
    whole.judgements_path.write_bytes(b"x" * 5000)
    plan, judgements = written(whole)
    assert plan.state == "ok"
    assert plan.sentence.endswith("the verdicts cannot be read")
    assert judgements.state == "damaged"
    assert [one.level for one in found(whole)] == ["ok", "problem"]
