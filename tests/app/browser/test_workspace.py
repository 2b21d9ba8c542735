"""The Workspace page in a real Chromium: from an uploaded topic file and a feature by its path to a query."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lpd.services.jobs.workspace_jobs import stop_work, work_states
from lpd.workspace import Workspace, open_workspace
from tests.app.browser.component_pages import low_contrasts
from tests.app.browser.running import new_page, serving, settled, wait_for_lanes

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Iterator[Workspace]:
    path = tmp_path / "workspaces" / "mine"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    shutil.rmtree(path / "indexes" / "laff@coast")
    workspace = open_workspace(path)
    yield workspace
    for state in work_states(workspace):
        if state.state == "running":
            stop_work(workspace, state.name, grace_s=0.0)


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-head_actions").wait_for()
    settled(page)


def finished(page, title: str) -> None:
    """Waits until the card of the latest work says that it has finished."""
    page.get_by_text(f"✓ {title} · finished").wait_for(timeout=90_000)
    settled(page)


def fill(page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    settled(page)


def test_from_files_to_a_search_under_a_base_path(browser, workspace: Workspace, tmp_path: Path) -> None:
    topics = tmp_path / "tv99.txt"
    topics.write_text("1901 a dog under a tree\n1902 people near the water\n")
    colour = workspace.features("coast", "colour")
    np.savez(tmp_path / "colour.npz", ids=np.array(colour.ids), matrix=np.array(colour.matrix)[:, ::-1])
    with serving(workspace.path, "explorer") as address, new_page(browser) as page:
        opened(page, f"{address}workspace?collection=coast&part=bring+in&bring=topics")
        page.locator('input[type="file"]').set_input_files(str(topics))
        page.get_by_text(f"tv99.txt, {topics.stat().st_size} B, uploaded").wait_for()
        fill(page, "Name of the edition", "tv99")
        page.get_by_role("button", name="Bring it in").click()
        page.get_by_text("tv99: 2 topics over coast").wait_for()
        assert workspace.edition("tv99").collection == "coast"

        opened(page, f"{address}workspace?collection=coast&part=bring+in&bring=features")
        fill(page, "File or folder on the server", str(tmp_path / "colour.npz"))
        fill(page, "Name of the feature", "colour")
        page.get_by_role("button", name="Bring it in").click()
        with new_page(browser) as other:  # another session sees the same
            opened(other, f"{address}workspace?part=health")
            finished(other, "feature colour of coast")
        finished(page, "feature colour of coast")

        opened(page, f"{address}workspace?collection=coast")
        row = page.locator("[class*='st-key-row_repair_']").filter(has_text="index lpd@coast")
        assert "it was made from other rows of video feature colour" in row.inner_text()
        row.get_by_role("button", name="Make it").first.click()
        finished(page, "index lpd@coast")
        assert row.count() == 0

        opened(page, f"{address}?collection=coast&edition=tv99&model=lpd&q=a+dog+under+a+tree")
        wait_for_lanes(page, "a dog under a tree")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_read_and_nothing_is_wider_than_its_place(
    browser, workspace: Workspace, dark: bool
) -> None:
    with serving(workspace.path) as address:
        for part in ("contents", "health", "bring+in"):
            with new_page(browser, width=900, dark=dark) as page:
                opened(page, f"{address}workspace?part={part}")
                assert low_contrasts(page, whole=True) == {}
                wider = page.evaluate(
                    """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
                      .filter(one => one.getBoundingClientRect().right > innerWidth + 1
                        && one.checkVisibility() && getComputedStyle(one).clipPath === "none")
                      .map(one => one.className || one.tagName)"""
                )
                assert wider == []


def test_it_is_worked_by_keys_alone(browser, workspace: Workspace) -> None:
    with serving(workspace.path) as address, new_page(browser) as page:
        opened(page, f"{address}workspace")
        button = page.locator(".st-key-repair_0 button").first
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_text("index laff@coast · ").first.wait_for()
        page.get_by_text("✓ index laff@coast · finished").wait_for(timeout=90_000)
        page.keyboard.press("?")
        page.locator("dialog.lpd-keys[open]").wait_for()
