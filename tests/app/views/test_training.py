"""The Training page without a browser: curves, trainings in every state, the form, the papers' tables."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lpd.services.jobs.job_files import JobFiles
from lpd.services.jobs.job_process import process_id
from lpd.services.jobs.job_records import JobRecord, Outcome, Position
from lpd.services.jobs.job_states import job_state
from lpd.services.jobs.training_request import ModelRequest, train_command
from lpd.workspace import Workspace, open_workspace

TINY = ("epochs=2", "batch_size=32")
REQUEST = ModelRequest("m", "lpd", "train", "valid", settings=TINY, width=16, device="cpu")


def charts(page: AppTest) -> list[dict]:
    return [json.loads(element.proto.spec) for element in page.get("vega_lite_chart")]


def results(page: AppTest, component_data) -> list[dict]:
    return component_data(page, "lpd_result_table")


# --- curves ---------------------------------------------------------------------------------------------


def test_the_models_of_the_demo_stand_side_by_side(open_view, demo_workspace, component_data, texts) -> None:
    page = open_view(demo_workspace, "training")
    assert not page.exception
    assert "How they learnt" in texts(page)
    measure, *panels = charts(page)
    assert measure["layer"][1]["encoding"]["color"]["scale"]["domain"] == ["lpd", "laff", "lpd-no-dcl"]
    assert len(panels) == 5  # losses of three; entropies of the two that have them
    assert "laff: no entropies: without EF-MTRL every space learns from every batch." in texts(page)
    spaces = [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]
    keys = [body for body in texts(page).splitlines() if "lpd-legend" in body]
    assert len(keys) == 3  # one for the trainings, one for all losses, one for all spaces
    assert all(f"</i>{space}</li>" in keys[2] for space in spaces)
    (table,) = results(page, component_data)
    assert [row["label"] for row in table["rows"]] == ["lpd", "laff", "lpd-no-dcl"]
    card = open_workspace(demo_workspace).model_card("lpd")
    assert f"sha {card.digest[:6]}" in texts(page)
    best = f"{card.best['mAP']:.3f}".removeprefix("0")
    assert table["rows"][0]["cells"][5]["text"] == best


def test_a_view_opens_as_its_address_says(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "training", models="laff", measure="R@10", series="selection")
    assert not page.exception
    assert "R@10 on the validation captions" in texts(page)
    measure, _, strips = charts(page)
    assert measure["layer"][1]["encoding"]["color"]["scale"]["domain"] == ["laff"]
    assert strips["mark"]["type"] == "rect"
    card = open_workspace(demo_workspace).model_card("laff")
    assert strips["encoding"]["y"]["sort"] == [space.name for space in card.spaces]


def test_what_is_not_there_is_told(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "training", models="nobody", series="colour", tab="curves")
    assert not page.exception
    assert "nobody, which is not here" in texts(page)
    assert "colour, which is not here" in texts(page)
    assert "lpd-no-dcl" in texts(page)


def test_the_other_half_of_fig_4_is_offered(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "training")
    assert page.button(key="fig4_set_up").label.replace("\\", "").endswith("lpd without EF-MTRL")
    page = page.button(key="fig4_set_up").click().run()
    assert not page.exception
    assert page.text_input(key="train_name").value == "lpd-no-ef"
    assert "ef=off" in page.text_area(key="train_settings").value
    assert any("--name=lpd-no-ef" in one.value and "--set=ef=off" in one.value for one in page.code)


def test_the_two_halves_of_fig_4_are_shown_alone_where_both_are_there(open_view, changed_demo, texts) -> None:
    with_ef, without = (changed_demo / "models" / name for name in ("lpd", "lpd-plain"))
    shutil.copytree(with_ef, without)
    config = json.loads((without / "config.json").read_text())
    config["training"]["ef"] = "off"
    (without / "config.json").write_text(json.dumps(config))
    page = open_view(changed_demo, "training", models="lpd")
    assert not page.exception
    page = page.button(key="fig4_show").click().run()
    assert not page.exception
    assert "fig4_show" not in {one.key for one in page.button}
    domain = charts(page)[0]["layer"][1]["encoding"]["color"]["scale"]["domain"]
    assert domain == ["lpd", "lpd-plain"]


def test_spaces_that_differ_have_keys_that_say_whose_they_are(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "training", series="loss")
    keys = [body for body in texts(page).splitlines() if "lpd-legend" in body]
    assert len(keys) == 4
    assert ">lpd, lpd-no-dcl</li>" in keys[2]
    assert ">laff</li>" in keys[3]
    assert "head:9" in keys[3]


def test_without_a_training_the_page_says_how_to_begin(open_view, changed_demo, texts) -> None:
    shutil.rmtree(changed_demo / "models")
    page = open_view(changed_demo, "training")
    assert not page.exception
    assert "No training yet" in texts(page)
    assert "lpd train lpd --captions train" in texts(page)
    page = next(one for one in page.button if one.label == "Start a training").click().run()
    assert not page.exception
    assert page.selectbox(key="train_system").value == "lpd"


def test_a_damaged_record_does_not_hide_the_others(open_view, changed_demo, texts) -> None:
    path = changed_demo / "models" / "laff" / "history.jsonl"
    path.unlink()
    path.write_text('{"epoch": 1}\nnot json\n')
    page = open_view(changed_demo, "training")
    assert not page.exception
    assert f"laff is left out: {path}:2" in texts(page)
    assert charts(page)


def test_seeds_of_a_reproduced_row_are_drawn_as_their_mean(open_view, changed_demo, texts) -> None:
    for seed in (0, 1):
        shutil.copytree(changed_demo / "models" / "lpd", changed_demo / "models" / f"rep-lpd-s{seed}")
    page = open_view(changed_demo, "training", models="rep-lpd-s*")
    assert not page.exception
    assert "rep-lpd-s*, mean of 2 seeds" in texts(page)
    assert "one sample standard deviation over the seeds" in texts(page)


# --- trainings ------------------------------------------------------------------------------------------


def record(workspace: Workspace, request: ModelRequest, *, begun: float) -> JobRecord:
    command = tuple(train_command(request, workspace=workspace.path))
    return JobRecord(request, command, epochs=2, criterion="mAP", begun=begun, started=begun, resumed=False)


@pytest.fixture
def job(changed_demo: Path) -> JobFiles:
    """The record of a training that was begun a minute ago; nothing runs."""
    workspace = open_workspace(changed_demo)
    files = JobFiles.of(workspace, "m")
    files.folder.mkdir(parents=True)
    files.begin(record(workspace, REQUEST, begun=time.time() - 60))
    return files


@pytest.fixture
def process(job: JobFiles) -> Iterator[subprocess.Popen]:
    """A process that holds the lock as a training does, and says that it does one."""
    lock = job.take_lock()
    running = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], pass_fds=(lock,))
    os.close(lock)
    found = process_id(running.pid)
    assert found is not None
    job.enter(found)
    yield running
    running.kill()
    running.wait()


def test_a_running_training_shows_how_far_it_is(open_view, changed_demo, job, process, texts) -> None:
    job.write_position(Position(done=30, total=104, begun_at=0, seconds=15.0, at=time.time()))
    page = open_view(changed_demo, "training", tab="trainings")
    assert not page.exception
    assert "1 training running" in texts(page)
    assert "● m · running" in texts(page)
    assert "it is being trained" in texts(page)
    (bar,) = page.get("progress")
    assert "epoch 1 of 2" in bar.proto.text
    assert "step 30 of 52" in bar.proto.text
    assert "more" in bar.proto.text
    assert bar.proto.value == 28
    assert {"Stop after this epoch", "Stop now"} <= {one.label for one in page.button}
    assert any("lpd train lpd --name=m" in one.value for one in page.code)


def test_it_is_stopped_now(open_view, changed_demo, job, process, texts) -> None:
    page = open_view(changed_demo, "training", tab="trainings", job="m")
    page = page.button(key="training_stop_now").click().run()
    assert not page.exception
    assert process.wait(timeout=20) < 0
    assert "■ m · stopped" in texts(page)
    assert "nothing was saved to go on from" in texts(page)
    assert "Resume" not in {one.label for one in page.button}
    assert "none is running" in texts(page)


def test_what_cannot_be_done_is_told_in_one_sentence(open_view, changed_demo, job, process, texts) -> None:
    (job.folder / "process.json").write_text('{"pid": 1, "started": "never", "machine": "another"}')
    page = open_view(changed_demo, "training", tab="trainings", job="m")
    page = page.button(key="training_stop").click().run()
    assert not page.exception
    assert "the training runs on another machine or in another container" in texts(page)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome("stopped", "after 1 epoch", 2e9), "■ m · stopped"),
        (Outcome("failed", "<b>no</b> memory", 2e9), "✕ m · failed"),
        (None, "✕ m · failed"),
    ],
    ids=["stopped", "failed", "silent"],
)
def test_a_training_that_ended_says_how(
    open_view, changed_demo, job, texts, outcome: Outcome | None, words: str
) -> None:
    job.log.write_text("reading\nlpd: <script>alert(1)</script>\n")
    if outcome is not None:
        job.enter(process_id(1))
        job.write_outcome(outcome)
    page = open_view(changed_demo, "training", tab="trainings", job="m")
    assert not page.exception
    assert words in texts(page)
    assert "<script>" not in texts(page)
    assert "<b>no" not in texts(page)
    assert any("<script>alert(1)</script>" in one.value for one in page.code)
    assert "Stop now" not in {one.label for one in page.button}


def test_a_damaged_record_of_a_training_is_told(open_view, changed_demo, job, texts) -> None:
    (job.folder / "job.json").write_text("{}")
    page = open_view(changed_demo, "training", tab="trainings", job="m")
    assert not page.exception
    (error,) = page.error
    assert "not the record of a training" in error.value.replace("\\", "")
    assert "✕ failed" in texts(page)
    assert "Again, with changes" not in {one.label for one in page.button}


def test_a_training_can_be_begun_again_with_changes(open_view, changed_demo, job) -> None:
    page = open_view(changed_demo, "training", tab="trainings", job="m")
    page = page.button(key="training_again").click().run()
    assert not page.exception
    assert page.text_input(key="train_name").value == "m"
    assert page.number_input(key="train_epochs").value == 2
    assert page.text_area(key="train_settings").value == "batch_size=32"
    assert page.number_input(key="train_width").value == 16
    command = next(one.value for one in page.code if one.value.startswith("lpd train"))
    assert command == job_state(open_workspace(changed_demo), "m").typed
