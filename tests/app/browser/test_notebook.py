"""The notebook in a real Chromium: pinned from pages, written about, moved, deleted, opened live, saved."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lpd.notebook import PROVENANCE_KEYS, View, pin_view, pinned_views
from lpd.workspace import Workspace, open_workspace
from tests.app.browser.component_pages import low_contrasts
from tests.app.browser.running import new_page, serving, settled, wait_for_lanes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = """\
# A heading

<script>window.harmed = 1</script>
<img src="https://evil.example/x.png" onerror="window.harmed = 2">
![picture](https://evil.example/y.png) [run](javascript:window.harmed=3)

| a | b |
|---|---|
| **bold** | `code` |
"""


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Workspace:
    path = tmp_path / "workspaces" / "mine"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return open_workspace(path)


@pytest.fixture
def five(workspace: Workspace) -> Workspace:
    for number in range(1, 6):
        provenance = {**dict.fromkeys(PROVENANCE_KEYS), "workspace": workspace.name}
        pin_view(workspace.notebook_path, View("", "./?workspace=mine", f"view {number}", provenance))
    return workspace


@pytest.fixture
def asked() -> list[str]:
    """Every address that the pages of a test asked for."""
    return []


@pytest.fixture
def page(browser, asked: list[str]) -> Iterator:
    with new_page(browser) as one:
        one.on("request", lambda request: asked.append(request.url))
        yield one


def titles(workspace: Workspace) -> list[str]:
    return [one.view.title for one in pinned_views(workspace.notebook_path)]


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-head_actions").wait_for()
    settled(page)


def pin(page, title: str) -> None:
    page.locator(".st-key-pin button").first.click()
    field = page.get_by_label("Title")
    field.fill(title)
    page.get_by_role("button", name="Pin to the notebook").click()
    page.get_by_text("Pinned as view").first.wait_for()


def wait_for_order(page, wanted: list[str]) -> None:
    page.wait_for_function(
        """wanted => {
          const hosts = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
          const cards = hosts.flatMap(one => [...(one.shadowRoot?.querySelectorAll('.card .title') ?? [])]);
          return String(cards.map(one => one.textContent)) === String(wanted);
        }""",
        arg=wanted,
    )


def focused(page) -> str | None:
    return page.evaluate(
        """() => {
          const inner = document.activeElement?.shadowRoot?.activeElement;
          return inner?.querySelector('.title')?.textContent ?? null;
        }"""
    )


def test_from_pins_to_a_notebook_under_a_base_path(page, workspace: Workspace, asked: list[str]) -> None:
    with serving(workspace.path, "explorer") as address:
        opened(page, f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        pin(page, "dogs")
        opened(page, f"{address}topics")
        pin(page, "topics")
        assert titles(workspace) == ["dogs", "topics"]

        opened(page, f"{address}notebook")
        wait_for_order(page, ["dogs", "topics"])
        page.get_by_role("button", name="Rename or add a note").click()
        page.get_by_label("Note, in Markdown").fill(HOSTILE)
        page.get_by_label("Note, in Markdown").press("Control+Enter")
        page.get_by_text("The note as it will stand").wait_for()
        page.get_by_role("button", name="Save").click()
        page.locator(".lpd-note h1, .lpd-note h2, .lpd-note h3").first.wait_for()
        settled(page)
        assert pinned_views(workspace.notebook_path)[0].view.note == HOSTILE
        note = page.locator(".lpd-note")
        assert note.locator("script, img").count() == 0
        assert note.locator("td strong").inner_text() == "bold"
        assert note.locator('a[href^="javascript"]').count() == 0
        assert page.evaluate("() => window.harmed ?? null") is None

        with page.context.expect_page() as new:
            page.get_by_role("link", name="Open live").click()
        wait_for_lanes(new.value, "a dog")
        assert new.value.url.startswith(f"{address}?")
        take_away(page, workspace)
    assert all(one.startswith(("http://127.0.0.1", "data:", "blob:")) for one in asked)


def take_away(page, workspace: Workspace) -> None:
    """Takes the notebook away in three forms; the page opens from disk alone, the cells give the numbers."""
    made = {
        form: saved(page, form) for form in ("HTML page that opens offline", "Markdown", "Jupyter notebook")
    }
    written, markdown, jupyter = made.values()
    assert "dogs" in markdown.read_text(encoding="utf-8")
    cells = json.loads(jupyter.read_text(encoding="utf-8"))["cells"]
    assert any("search_form" in "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    asked: list[str] = []
    alone = page.context.new_page()
    alone.on("request", lambda request: asked.append(request.url))
    alone.goto(written.as_uri())
    alone.get_by_role("heading", name="topics").wait_for()
    assert alone.locator("td strong").inner_text() == "bold"
    assert alone.locator("img").count() > 10
    assert alone.evaluate("() => window.harmed ?? null") is None
    assert [one for one in asked if not one.startswith(("file:", "data:", "blob:"))] == []
    assert alone.locator("canvas, svg").count() > 0, "charts are drawn without a server"
    alone.close()


def saved(page, form: str) -> Path:
    """Makes a file, waits until it is there and downloads it."""
    page.bring_to_front()
    settled(page)
    button = page.get_by_role("button", name=f"Download {form}", exact=True)
    if not page.get_by_role("button", name=f"Make {form}", exact=True).is_visible():
        page.locator(".st-key-export button").first.click()
    page.get_by_role("button", name=f"Make {form}", exact=True).click()
    button.wait_for(timeout=60_000)
    settled(page)
    with page.expect_download() as download:
        button.click()
    path = Path(download.value.path())
    kept = path.with_name(f"{path.name}-{download.value.suggested_filename}")
    return path.rename(kept)


def test_the_list_is_worked_by_keys_alone(page, five: Workspace) -> None:
    with serving(five.path) as address:
        opened(page, f"{address}notebook")
        wait_for_order(page, [f"view {number}" for number in range(1, 6)])
        page.locator(".card .open").first.focus()
        page.keyboard.press("ArrowDown")
        assert focused(page) == "view 2"
        page.keyboard.press("Enter")
        page.wait_for_url("**view=2**")
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.press("Alt+ArrowDown")  # at once, within one run of the page
        wait_for_order(page, ["view 1", "view 3", "view 4", "view 2", "view 5"])
        settled(page)
        assert titles(five) == ["view 1", "view 3", "view 4", "view 2", "view 5"]
        assert focused(page) == "view 2"
        page.keyboard.press("Alt+Home")
        settled(page)
        wait_for_order(page, ["view 2", "view 1", "view 3", "view 4", "view 5"])
        page.keyboard.press("Delete")
        wait_for_order(page, ["view 1", "view 3", "view 4", "view 5"])
        settled(page)
        assert focused(page) == "view 1"
        page.keyboard.press("u")
        wait_for_order(page, ["view 2", "view 1", "view 3", "view 4", "view 5"])
        settled(page)
        page.keyboard.press("e")
        page.get_by_label("Note, in Markdown").wait_for()
        page.locator(".card .open").first.focus()
        page.keyboard.press("?")
        page.locator("dialog.lpd-keys[open]").wait_for()
        assert "moves the view up or down" in page.locator("dialog.lpd-keys").inner_text()
        page.keyboard.press("Escape")
        page.locator(".card .open").first.focus()
        page.keyboard.press("o")
        page.wait_for_url(f"{address}?workspace=mine")


def test_a_card_is_dragged_to_its_place(page, five: Workspace) -> None:
    with serving(five.path) as address:
        opened(page, f"{address}notebook")
        cards = page.locator(".card")
        cards.nth(4).drag_to(cards.nth(0), target_position={"x": 60, "y": 4})
        wait_for_order(page, ["view 5", "view 1", "view 2", "view 3", "view 4"])
        settled(page)
        assert titles(five)[0] == "view 5"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_read_and_nothing_is_wider_than_its_place(browser, five: Workspace, dark: bool) -> None:
    with serving(five.path) as address:
        for width in (900, 1280):
            with new_page(browser, width=width, dark=dark) as page:
                opened(page, f"{address}notebook")
                page.locator(".card").first.wait_for()
                assert low_contrasts(page, whole=True) == {}
                wider = page.evaluate(
                    """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
                      .filter(one => one.getBoundingClientRect().right > innerWidth + 1
                        && one.checkVisibility() && getComputedStyle(one).clipPath === "none")
                      .map(one => one.className || one.tagName)"""
                )
                assert wider == []
