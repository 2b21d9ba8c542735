from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.judging import SAMPLINGS, PlannedRun, read_plan
from lpd.services.judging import (
    extend_judging_plan,
    judging_plan,
    make_judging_plan,
    plan_changes,
)
from lpd.storage import digest_file, writer_lock
from lpd.trec import Topic, write_topics
from lpd.workspace import Workspace
from tests.lpd.services.judging.scenes import LAYERS, SHOTS, ranked, small_plan, small_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return small_workspace(tmp_path / "w")


def test_a_plan_is_made_of_all_runs_and_kept(workspace: Workspace) -> None:
    made = make_judging_plan(workspace, "p", edition="tv", layers=LAYERS, seed=3)
    assert made.plan.runs == tuple(
        PlannedRun(tag, digest_file(workspace.run_path("tv", tag))) for tag in ("down", "up")
    )
    assert list(made.plan.topics) == ["1", "2"]
    assert made.notes == (
        "run down lacks 2 topics: '2', '3'",
        "run up lacks 1 topic: '3'",
        "no run has '3'; nothing can be judged there",
    )
    assert workspace.judging_plan_names() == ["p"]
    assert judging_plan(workspace, "p") == made.plan == read_plan(workspace.judging_folder("p"))
    with pytest.raises(LpdError, match="a judging plan of this name already"):
        make_judging_plan(workspace, "p", edition="tv")
    with pytest.raises(NotFoundError, match=r"expected one of p; found 'q'"):
        judging_plan(workspace, "q")


def test_chosen_runs_topics_and_the_default_sampling(workspace: Workspace) -> None:
    made = make_judging_plan(workspace, "q", edition="tv", runs=["up", "up"], topics=["2"], keep=False)
    assert made.notes == ()
    assert made.plan.layers == SAMPLINGS["tv21"]
    assert [run.tag for run in made.plan.runs] == ["up"]
    assert made.plan.topic("2").pool == made.plan.topic("2").sample == 100, "a pool smaller than its layers"
    assert workspace.judging_plan_names() == []


def test_shots_that_are_not_there_are_left_out_and_told(workspace: Workspace) -> None:
    ranked(workspace, "up", {"1": ["gone_1", *SHOTS[:20]], "2": SHOTS[:20], "3": SHOTS[:20]})
    made = make_judging_plan(workspace, "p", edition="tv", runs=["up"], layers=LAYERS, exclude={SHOTS[3]})
    assert made.notes == ("1 shot of the runs left out, not in c: 'gone_1'",)
    assert "gone_1" not in made.plan.topic("1").stratum_of
    assert SHOTS[3] not in made.plan.topic("1").stratum_of
    assert len(made.plan.topic("1").strata[0].shot_ids) == 8, "ranks 1 to 10 but for these two"
    ranked(workspace, "other", {"1": ["x", "y"]})
    with pytest.raises(MismatchError, match="run other: a run of another collection"):
        make_judging_plan(workspace, "r", edition="tv")


def test_shots_outside_of_the_subset_are_not_judged(workspace: Workspace) -> None:
    path = workspace.edition_folder("tv") / "edition.toml"
    path.write_text(path.read_text() + 'subset = "half"\n')
    made = make_judging_plan(workspace, "p", edition="tv", layers=LAYERS)
    assert set(made.plan.topic("2").stratum_of) <= set(SHOTS[:100])
    assert "20 shots of the runs left out, not in half of c: 's100'" in made.notes[-1]


def test_what_cannot_be_planned_is_told(workspace: Workspace) -> None:
    with pytest.raises(NotFoundError, match=r"no such run of tv.*one of down, up"):
        make_judging_plan(workspace, "p", edition="tv", runs=["sideways"])
    with pytest.raises(LpdError, match="nothing to judge"):
        make_judging_plan(workspace, "p", edition="tv", topics=["3"])
    for tag in ("up", "down"):
        workspace.run_path("tv", tag).unlink()
    with pytest.raises(NotFoundError, match=r"this edition has no runs.*Next: lpd run"):
        make_judging_plan(workspace, "p", edition="tv")
    with pytest.raises(FormatError, match="not a name for a judging plan"):
        make_judging_plan(workspace, "../p", edition="tv", runs=["up"])
    assert not (workspace.path / "judging").exists()


def test_extending_keeps_the_order_and_is_written(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    extended = extend_judging_plan(workspace, "p", [1, 1], topics=["1"])
    assert judging_plan(workspace, "p") == extended
    assert extended.topic("1").sample == extended.topic("1").pool
    assert extended.topic("2") == plan.topic("2")
    with pytest.raises(LpdError, match="add no shot to the sample"):
        extend_judging_plan(workspace, "p", [0.1, 0.1])
    assert judging_plan(workspace, "p") == extended


def test_what_changed_since_is_told(workspace: Workspace) -> None:
    plan = small_plan(workspace)
    assert plan_changes(workspace, plan) == ()
    ranked(workspace, "up", {"1": SHOTS[5:80]})
    workspace.run_path("tv", "down").unlink()
    topics = [Topic("1", "a dog"), Topic("2", "a lion")]
    write_topics(workspace.edition_folder("tv") / "topics.txt", topics)
    (workspace.collection_folder("c") / "shots.parquet").unlink()
    told = plan_changes(workspace, plan)
    assert [sentence.split(",")[0].split(" since")[0] for sentence in told] == [
        "run down",
        "run up was changed",
        "topics of tv were changed or removed: '2'",
        "collection c is gone; its shots cannot be shown",
    ]
    (workspace.edition_folder("tv") / "edition.toml").unlink()
    assert "edition tv is gone" in plan_changes(workspace, plan)[2]
    assert judging_plan(workspace, "p") == plan, "the plan is as it was"


def test_another_writer_is_waited_for_by_the_person(workspace: Workspace) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom pathlib import Path\nfrom lpd.storage import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.readline()\n"
    )
    command = [sys.executable, "-c", code, str(workspace.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LpdError, match="another process is writing to this workspace"):
            small_plan(workspace)
        other.stdin.write("\n")
    assert workspace.judging_plan_names() == []
    with writer_lock(workspace.path):
        small_plan(workspace)
