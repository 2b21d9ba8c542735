"""The Training page without a browser: curves, trainings in every state, the form, the papers' tables."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.parameters import parse_link
from lpd.reproduce.writing import write_table
from lpd.services.job_files import JobFiles
from lpd.services.job_process import process_id
from lpd.services.job_records import JobRecord, Outcome, Position
from lpd.services.job_states import job_state
from lpd.services.training_request import ModelRequest, train_command
from lpd.tables import Cell, Column, ResultTable, Row
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


# --- the form -------------------------------------------------------------------------------------------


def begin(page: AppTest) -> AppTest:
    return page.button(key="train_start").click().run()


def test_the_form_knows_the_workspace(open_view, demo_workspace, texts) -> None:
    page = open_view(demo_workspace, "training", tab="trainings")
    assert not page.exception
    workspace = open_workspace(demo_workspace)
    assert page.multiselect(key="train_captions").value == ["train"]
    assert page.selectbox(key="train_validation").value == "valid"
    videos = page.multiselect(key="train_video").options
    assert set(workspace.feature_names(workspace.caption_collection("train"))) <= set(videos)
    (command,) = [one.value for one in page.code if one.value.startswith("lpd train")]
    assert command.startswith("lpd train lpd --name=lpd --captions=train --validation=valid")
    assert "There is a model lpd; it stays until the new training has finished." in texts(page)
    page = page.text_input(key="train_name").input("mine").run()
    page = page.text_area(key="train_settings").input("dcl_weight=0\n\n margin=0.1 ").run()
    page = page.number_input(key="train_epochs").set_value(3).run()
    (command,) = [one.value for one in page.code if one.value.startswith("lpd train")]
    assert "--name=mine" in command
    assert "--set=epochs=3 --set=dcl_weight=0 --set=margin=0.1" in command
    assert "There is a model" not in texts(page)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("mine", "nonsense", "KEY"),
        ("mine", "epochs=0", "epochs"),
        ("mine", "colour=red", "colour"),
        ("../mine", "", "not a name for a model"),
        ("<b>x</b>", "", "not a name for a model"),
    ],
)
def test_what_cannot_be_trained_is_one_sentence(
    open_view, demo_workspace, name: str, settings: str, message: str
) -> None:
    page = open_view(demo_workspace, "training", tab="trainings")
    page.text_input(key="train_name").input(name)
    page = begin(page.text_area(key="train_settings").input(settings).run())
    assert not page.exception
    (error,) = page.error
    assert message in error.value.replace("\\", "")
    assert not (demo_workspace / "jobs").exists()


def test_words_that_no_command_can_hold_are_told(open_view, demo_workspace) -> None:
    page = open_view(demo_workspace, "training", tab="trainings")
    page = page.text_input(key="train_name").input("a\x00b").run()
    assert not page.exception
    (error,) = page.error
    assert "not part of a command" in error.value.replace("\\", "")


def test_without_captions_the_command_is_said(open_view, changed_demo, texts) -> None:
    shutil.rmtree(changed_demo / "captions")
    page = open_view(changed_demo, "training", tab="trainings")
    assert not page.exception
    assert "No captions" in texts(page)
    assert "lpd import captions" in texts(page)


def test_without_other_captions_it_is_said(open_view, changed_demo, texts) -> None:
    for path in (changed_demo / "captions").glob("valid.*"):
        path.unlink()
    page = open_view(changed_demo, "training", tab="trainings")
    assert "The epoch is selected on captions of other shots" in texts(page)
    page = begin(page)
    assert not page.exception
    (error,) = page.error
    assert "no validation captions" in error.value.replace("\\", "")


def wait_for(page: AppTest, good: Callable[[AppTest], bool], seconds: float = 120.0) -> AppTest:
    until = time.monotonic() + seconds
    while not good(page):
        assert time.monotonic() < until
        assert not page.exception
        time.sleep(0.3)
        page = page.run()
    return page


@pytest.mark.slow
def test_a_model_is_trained_and_indexed_from_the_page(open_view, demo_workspace, tmp_path, texts) -> None:
    path = tmp_path / "workspaces" / "own"
    ignored = shutil.ignore_patterns("media", "indexes", "jobs")
    shutil.copytree(demo_workspace, path, ignore=ignored)
    page = open_view(path, "training", tab="trainings")
    page.text_input(key="train_name").input("mine")
    page.number_input(key="train_epochs").set_value(2)
    page.number_input(key="train_width").set_value(16)
    page.selectbox(key="train_device").select("cpu")
    page = begin(page.text_area(key="train_settings").input("batch_size=32").run())
    assert not page.exception
    page = wait_for(page, lambda one: "✓ mine · finished" in texts(one))
    assert open_workspace(path).model_card("mine").best["epoch"] in (1, 2)
    assert len(charts(page)) == 3
    assert "coast: none yet" in texts(page)
    page = page.button(key="index_coast").click().run()
    page = wait_for(page, lambda one: one.get("link_button"))
    assert "coast: ready" in texts(page)
    assert open_workspace(path).index_names("mine") == ["coast"]
    (found,) = page.get("link_button")
    view, chosen = parse_link(found.proto.url)
    assert (view, chosen["model"], chosen["collection"]) == ("", "mine", "coast")
    search = open_view(path, **{name: str(one) for name, one in chosen.items()}, q="a dog")
    assert not search.exception
    assert search.selectbox(key="model").value == "mine"
    assert search.selectbox(key="collection").value == "coast"


# --- tables ---------------------------------------------------------------------------------------------

TABLE = ResultTable(
    "Table 4: ablation of LPD",
    "system",
    (Column("avs-inland"), Column("MEAN")),
    (Row("<i>LPD</i>", (Cell(0.5, published=0.245), Cell(0.25))), Row("w/o DcL", (Cell(0.5), Cell()))),
    published_in="the paper",
    notes=("data: <img src=x onerror=alert(1)>",),
)


@pytest.mark.parametrize("number", [4, 5, 6])
def test_a_table_that_nobody_made_says_the_command(
    open_view, demo_workspace, component_data, texts, number: int
) -> None:
    page = open_view(demo_workspace, "training", tab=f"table {number}")
    assert not page.exception
    assert f"Table {number} was not made on this workspace" in texts(page)
    assert f"lpd reproduce table{number} --workspace" in texts(page)
    (payload,) = results(page, component_data)
    assert any(cell["published"] for row in payload["rows"] for cell in row["cells"])


def test_a_table_that_was_made_is_shown(open_view, changed_demo, component_data, texts) -> None:
    folder = changed_demo / "reproduce"
    write_table(folder / "lpd-recipe", "table4", table=TABLE)
    write_table(folder / "lpd-recipe", "table4-tests", table=replace(TABLE, title="the tests"))
    write_table(folder / "original", "table4", table=TABLE)
    page = open_view(changed_demo, "training", tab="table 4")
    assert not page.exception
    assert "Recipe lpd-recipe" in texts(page)
    assert "Table 4: ablation of LPD · reproduce/lpd-recipe/table4.csv" in texts(page)
    assert "Recipe original" in texts(page)
    assert "onerror" in texts(page)
    assert "<img" not in texts(page)
    first, tests, second = results(page, component_data)
    assert first["rows"][0]["label"] == "<i>LPD</i>"
    assert first["rows"][0]["cells"][0]["published"] == ".245"
    assert tests["alt"] == "the tests"
    assert second["rows"] == first["rows"]


def test_a_damaged_table_is_one_message(open_view, changed_demo) -> None:
    folder = changed_demo / "reproduce" / "lpd-recipe"
    folder.mkdir(parents=True)
    (folder / "table4.csv").write_text("table,group\n")
    page = open_view(changed_demo, "training", tab="table 4")
    assert not page.exception
    (error,) = page.error
    assert "table4" in error.value
