"""One real Chromium for the tests of this folder, and one page of components alone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.browser.component_pages import serving_components
from tests.app.browser.running import new_page, opened_browser


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """Ended with its module: while Playwright runs, no other test of the process can run an event loop."""
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def own_demo(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo that a module's tests may mark and pin in; its files are links."""
    path = tmp_path_factory.mktemp("workspaces") / "own"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return path


@pytest.fixture(scope="session")
def components() -> Iterator[str]:
    """The address of a page that shows any component by name."""
    with serving_components() as address:
        yield address


@pytest.fixture
def page(browser) -> Iterator:
    """A page of a session of its own, 1280 wide and light."""
    with new_page(browser) as one:
        yield one
