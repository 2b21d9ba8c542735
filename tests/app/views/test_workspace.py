"""The Workspace page without a browser: full, empty, stale, damaged, while something runs, and its forms."""

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

from lpd.services.jobs.job_process import process_id
from lpd.services.jobs.process_outcome import Outcome
from lpd.services.jobs.requests import index_request
from lpd.services.jobs.work_files import WorkFiles, WorkRecord, WorkRequest
from lpd.services.jobs.workspace_jobs import work_states
from lpd.workspace import Workspace, create_workspace, open_workspace

REQUEST = WorkRequest("shots of new", ("import", "shots", "--collection=new", "ids.txt"))


@pytest.fixture
def opened(open_view):
    """Opens the page and waits until the workspace is examined."""

    def open_examined(path: Path, **parameters: str) -> AppTest:
        page = open_view(path, "workspace", **parameters)
        until = time.monotonic() + 30
        while any(one.label == "Stop" and one.key == "stop_examination" for one in page.button):
            assert time.monotonic() < until
            page = page.run()
        return page

    return open_examined


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


# --- contents -------------------------------------------------------------------------------------------


def test_what_is_there_is_told_with_sizes_and_digests(opened, demo_workspace, texts) -> None:
    page = opened(demo_workspace)
    assert not page.exception
    assert not page.error
    told = texts(page)
    assert "3 collections · 2 editions · 2 caption sets · 3 models" in told
    assert "Collection coast" in told
    workspace = open_workspace(demo_workspace)
    digest = str(workspace.features("coast", "colour").digest)
    assert f'title="{digest}">{digest[:6]}<' in told
    assert f">{workspace.model_card('lpd').digest[:6]}<" in told
    assert "index of inland" in told
    assert "To be made, or made again" not in told
    assert not [one.key for one in page.button if one.key and one.key.startswith("repair_")]


def test_stale_and_absent_things_have_a_button(opened, changed_demo, texts) -> None:
    shutil.rmtree(changed_demo / "indexes" / "lpd@coast")
    config = changed_demo / "models" / "laff" / "config.json"
    document = json.loads(config.read_text())
    config.unlink()
    config.write_text(json.dumps({**document, "weights_digest": "0" * 16}))
    page = opened(changed_demo)
    assert not page.exception
    assert "To be made, or made again" in texts(page)
    keys = [one.key for one in page.button if one.key and one.key.startswith("repair_")]
    assert keys == ["repair_0", "repair_1", "repair_2"]
    assert "made from another model" in texts(page)
    assert "lpd index --model lpd --collection coast" in texts(page)


def test_a_damaged_thing_hides_nothing_and_its_page_stays_open(opened, changed_demo, texts) -> None:
    edition = changed_demo / "editions" / "avs-coast" / "edition.toml"
    edition.unlink()
    edition.write_text("oops <b>")
    page = opened(changed_demo, part="health")
    assert not page.exception
    (error,) = page.error
    assert "oops" not in error.value
    assert "edition avs-coast" in texts(page)
    assert "Evaluation · 1 problem" in texts(page)
    assert "✓ laff over coast, inland" in texts(page)


# --- health ---------------------------------------------------------------------------------------------


def test_health_is_grouped_by_goal(opened, demo_workspace, texts) -> None:
    page = opened(demo_workspace, part="health")
    assert not page.exception
    told = texts(page)
    for title in ("Live queries", "Evaluation", "Training"):
        assert f'<p class="lpd-title">{title}</p>' in told
    assert "✓ avs-coast, avs-inland" in told
    assert "<b>index lpd@coast</b> exact, " in told
    page = page.button(key="examine_again").click().run()
    assert not page.exception


def test_health_can_be_taken_away(opened, demo_workspace) -> None:
    page = opened(demo_workspace, part="health")
    offered = [one.proto.label.replace("\\", "") for one in page.get("download_button")]
    assert offered == ["Health, CSV", "Health, LaTeX", "Health, Markdown", "Health, parquet"]


# --- an empty workspace ---------------------------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "workspaces" / "mine")


def test_an_empty_workspace_begins_with_a_form(opened, empty, texts) -> None:
    page = opened(empty.path)
    assert not page.exception
    assert not page.error
    assert "Nothing is here yet" in texts(page)
    page = next(one for one in page.button if one.label == "Bring in videos").click().run()
    assert not page.exception
    assert page.text_input(key="bring_videos_source").placeholder == "/data/videos"


def test_what_needs_something_else_first_says_so(opened, empty, texts) -> None:
    page = opened(empty.path, part="bring in", bring="features")
    assert not page.exception
    assert "This belongs to a collection, and the workspace has none." in texts(page)
    page = next(one for one in page.button if one.label == "Bring in shots").click().run()
    assert page.text_input(key="bring_shots_source").value == ""
    assert page.button(key="bring_start").disabled


def test_shots_are_brought_in_by_a_process(opened, empty, tmp_path, texts) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("a_1\na_2\n")
    page = opened(empty.path, part="bring in", bring="shots")
    page.text_input(key="bring_shots_source").set_value(str(ids))
    page.text_input(key="bring_shots_collection").set_value("new")
    page = page.run()
    assert f"lpd import shots --collection=new {ids}" in [one.value for one in page.code]
    assert f"{ids} is a file of 8 B" in texts(page)
    page = page.button(key="bring_start").click().run()
    assert not page.exception
    until = time.monotonic() + 60
    while work_states(empty)[0].state == "running":
        assert time.monotonic() < until
        time.sleep(0.05)
    page = page.run()
    assert "✓ shots of new · finished" in texts(page)
    assert "new: 2 shots" in texts(page)
    assert "2 of 2 shots" in texts(page)  # of the sidebar, which offers it at once
    page = page.button(key="work_end").click().run()
    assert "shots of new" not in texts(page)


def test_a_path_that_is_not_there_is_told_before(opened, empty, texts) -> None:
    page = opened(empty.path, part="bring in", bring="shots")
    page.text_input(key="bring_shots_source").set_value("/nowhere/<b>ids")
    page = page.run()
    assert "/nowhere/&lt;b&gt;ids is not on this server" in texts(page)
    assert page.button(key="bring_start").disabled


# --- small files ----------------------------------------------------------------------------------------


def test_topics_by_path_are_offered_at_once(opened, changed_demo, tmp_path, texts) -> None:
    source = tmp_path / "tv99.txt"
    source.write_text("1901 a dog under a tree\n")
    page = opened(changed_demo, part="bring in", bring="topics", collection="inland")
    page.text_input(key="bring_topics_source").set_value(str(source))
    page.text_input(key="bring_topics_edition").set_value("tv99")
    page = page.run()
    page = page.button(key="bring_start").click().run()
    assert not page.exception
    assert "tv99: 1 topic over inland" in texts(page)
    assert "tv99" in page.selectbox(key="edition").options


def test_a_mistake_is_the_librarys_sentence(opened, changed_demo, tmp_path, texts) -> None:
    source = tmp_path / "bad.txt"
    source.write_text("1501 0\n")
    page = opened(changed_demo, part="bring in", bring="qrels", edition="avs-coast", collection="coast")
    page.text_input(key="bring_qrels_source").set_value(str(source))
    page = page.run()
    page = page.button(key="bring_start").click().run()
    assert not page.exception
    assert "bad\\.txt\\:1" in page.error[0].value


# --- work in the background -----------------------------------------------------------------------------


@pytest.fixture
def running(changed_demo: Path) -> Iterator[WorkFiles]:
    """A process that holds the lock of a work, as `lpd index` does."""
    request = index_request("lpd", "coast")
    files = WorkFiles.of(open_workspace(changed_demo), request.name)
    lock = files.take_lock()
    files.begin(WorkRecord(request, time.time() - 60))
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"], pass_fds=(lock,))
    os.close(lock)
    found = process_id(process.pid)
    assert found is not None
    files.enter(found)
    files.writing_positions()("embedding shots", 45, 100)
    yield files
    process.kill()
    process.wait()


def test_what_runs_is_shown_to_every_session_and_stopped(opened, changed_demo, running, texts) -> None:
    shutil.rmtree(changed_demo / "indexes" / "lpd@coast")
    one, other = opened(changed_demo), opened(changed_demo, part="bring in")
    for page in (one, other):
        assert not page.exception
        assert "● index lpd@coast · running" in texts(page)
        (bar,) = page.get("progress")
        assert "embedding shots 45\\%" in bar.proto.text
        assert bar.proto.value == 45
    assert one.button(key="repair_0").disabled  # one process writes at a time
    one = one.button(key="work_end").click().run()
    assert not one.exception
    assert "■ index lpd@coast · stopped" in texts(one)
    other = other.run()
    assert "■ index lpd@coast · stopped" in texts(other)


def test_a_failure_shows_why_and_can_be_tried_again(opened, changed_demo, texts) -> None:
    files = WorkFiles.of(open_workspace(changed_demo), REQUEST.name)
    files.folder.mkdir(parents=True)
    files.begin(WorkRecord(REQUEST, time.time()))
    files.log.write_text("lpd: ids.txt: file is missing\n")
    files.write_outcome(Outcome("failed", "ids.txt: file is missing", time.time()))
    page = opened(changed_demo)
    assert not page.exception
    assert "✕ shots of new · failed" in texts(page)
    assert "ids.txt: file is missing" in texts(page)
    assert {"Try again", "Dismiss"} <= set(labels(page))
    assert any("lpd: ids.txt" in one.value for one in page.code)


def test_a_view_says_which_part_it_is(opened, demo_workspace) -> None:
    page = opened(demo_workspace, part="health")
    assert any("workspace?" in one.value and "part=health" in one.value for one in page.code)
