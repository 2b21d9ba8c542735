"""Trainings in a real Chromium: curves and their files, the address; begun, stopped, resumed, outliving the
browser and the app.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from lpd.services.jobs.job_states import job_state, job_states
from lpd.services.jobs.training_jobs import stop_training
from lpd.workspace import Workspace, open_workspace
from tests.app.browser.component_pages import low_contrasts
from tests.app.browser.running import new_page, serving, settled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(demo_workspace: Path) -> Iterator[str]:
    with serving(demo_workspace) as found:
        yield found


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-head_actions").wait_for()
    settled(page)


def drawn_charts(page, number: int) -> None:
    """Waits until so many charts have a picture."""
    page.wait_for_function(
        """number => {
          const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
          return charts.filter(one => one.querySelector("canvas, svg")).length >= number;
        }""",
        arg=number,
    )


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_curves_are_drawn_and_their_table_can_be_read(browser, address: str, dark: bool) -> None:
    with new_page(browser, dark=dark) as page:
        opened(page, f"{address}training")
        drawn_charts(page, 6)
        table = page.locator(".st-key-card_compared table")
        assert table.locator("tbody th").all_inner_texts() == ["lpd", "laff", "lpd-no-dcl"]
        assert low_contrasts(page) == {}
        page.get_by_text("selection", exact=True).click()
        page.wait_for_url("**series=selection**")
        drawn_charts(page, 7)
        address_of_view = page.url
        shown = page.locator("[class*='st-key-panel_'] .lpd-title").all_inner_texts()
        assert shown == ["lpd", "laff", "lpd-no-dcl"] * 2
        with new_page(browser) as again:
            opened(again, address_of_view)
            drawn_charts(again, 7)
            assert again.locator("[class*='st-key-panel_'] .lpd-title").all_inner_texts() == shown


@pytest.mark.slow
def test_nothing_is_wider_than_its_place(browser, address: str) -> None:
    for tab in ("curves", "trainings", "table 4", "table 6"):
        with new_page(browser, width=900) as page:
            opened(page, f"{address}training?tab={tab}")
            settled(page)
            wider = page.evaluate(
                """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
                  .filter(one => one.getBoundingClientRect().right > innerWidth + 1
                    && one.checkVisibility() && getComputedStyle(one).clipPath === "none")
                  .map(one => one.className || one.tagName)"""
            )
            assert wider == []


def test_charts_and_tables_are_taken_away(browser, address: str, tmp_path: Path) -> None:
    with new_page(browser) as page:
        opened(page, f"{address}training?models=lpd&models=laff")
        drawn_charts(page, 4)
        page.locator(".st-key-export button").first.click()
        files = {}
        for label in ("mAP, SVG", "Entropy of the spaces, PNG", "Trainings compared, LaTeX", "Curves, CSV"):
            with page.expect_download() as download:
                page.get_by_role("button", name=label).click()
            files[label] = tmp_path / download.value.suggested_filename
            download.value.save_as(files[label])
        drawing = ElementTree.parse(files["mAP, SVG"])
        words = {one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")}
        assert {"lpd", "laff", "validation mAP"} <= words
        assert files["Entropy of the spaces, PNG"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        latex = files["Trainings compared, LaTeX"].read_text()
        assert "% model: lpd (" in latex
        assert r"\begin{tabular}" in latex
        curves = files["Curves, CSV"].read_text().splitlines()
        assert any(line.startswith("# model: lpd (") for line in curves)
        assert sum(line.startswith('"lpd"') for line in curves) > 100


# --- a training -----------------------------------------------------------------------------------------


@pytest.fixture
def own(demo_workspace: Path, tmp_path: Path) -> Iterator[Workspace]:
    path = tmp_path / "workspaces" / "own"
    ignored = shutil.ignore_patterns("media", "indexes", "jobs")
    shutil.copytree(demo_workspace, path, ignore=ignored)
    workspace = open_workspace(path)
    yield workspace
    for state in job_states(workspace):
        if state.state == "running":
            stop_training(workspace, state.name, grace_s=0.0)


def fill(page, label: str, text: str) -> None:
    """Writes into a field as a person does, and waits until the page has taken it."""
    box = page.get_by_label(label, exact=True)
    box.fill(text)
    box.blur()
    settled(page)


def state_of(page) -> str:
    return page.locator(".st-key-card_job .lpd-title").first.inner_text()


def wait_for_state(page, words: str) -> None:
    page.locator(".st-key-card_job .lpd-title").first.get_by_text(words).wait_for(timeout=90_000)


def wait_for_epoch(page, number: int) -> None:
    """Waits until the page itself, without a click, says that so many epochs were validated."""
    page.wait_for_function(
        """number => {
          const told = document.querySelector('.st-key-card_job')?.innerText.match(/latest epoch (\\d+)/);
          return told && Number(told[1]) >= number;
        }""",
        arg=number,
        timeout=90_000,
    )


@pytest.mark.slow
def test_a_training_is_begun_stopped_resumed_and_outlives_the_app(browser, own: Workspace) -> None:
    with serving(own.path) as address:
        with new_page(browser) as page:
            opened(page, f"{address}training?tab=trainings")
            fill(page, "Name", "mine")
            fill(page, "Epochs at most", "400")
            fill(page, "Settings, one KEY=VALUE per line", "batch_size=32\npatience=400")
            page.get_by_text("More: width").click()
            fill(page, "Width of the spaces", "16")
            page.get_by_role("button", name="Start", exact=True).click()
            wait_for_state(page, "● mine · running")
            wait_for_epoch(page, 2)
            drawn_charts(page, 3)
            with new_page(browser) as other:  # another session sees the same training, and can end it
                opened(other, f"{address}training?tab=trainings&job=mine")
                other.get_by_role("button", name="Stop after this epoch").click()
                wait_for_state(other, "■ mine · stopped")
            wait_for_state(page, "■ mine · stopped")
            stopped = job_state(own, "mine")
            assert stopped.resumable_epochs == stopped.latest["epoch"] >= 2
            page.get_by_role("button", name="Resume").click()
            wait_for_state(page, "● mine · running")
        with new_page(browser) as page:  # the first browser is closed
            opened(page, f"{address}training?tab=trainings&job=mine")
            assert state_of(page) == "● mine · running"
            wait_for_epoch(page, int(stopped.latest["epoch"]) + 1)
    assert job_state(own, "mine").state == "running"  # the app has ended
    with serving(own.path) as address, new_page(browser) as page:
        opened(page, f"{address}training?tab=trainings")
        assert state_of(page) == "● mine · running"
        assert parse_qs(urlsplit(page.url).query)["tab"] == ["trainings"]
        page.get_by_role("button", name="Stop now").click()
        wait_for_state(page, "■ mine · stopped")
        assert job_state(own, "mine").resumable_epochs is not None
