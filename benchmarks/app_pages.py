"""Going from page to page: a click in the menu, until the page has run and is quiet."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from benchmarks.app_browser import fresh_context, settled
from benchmarks.app_server import Server

WIDTH, HEIGHT = 1280, 860
PAGES = {
    "": "Search",
    "compare": "Compare",
    "diversity": "Diversity",
    "topics": "Topics",
    "training": "Training",
}
"""Address of a page -> its name in the menu, in the menu's order."""

WORK_S = 240
"""So long the work that a page's first visit begins may take."""

Times = dict[str, list[float]]


def page_times(browser: Browser, server: Server, query: str, *, turns: int) -> dict[str, Times]:
    """Returns page -> milliseconds of each turn: `first`, the server's first visit of the page, with whatever
    it measures then; `click`, from a click in the menu until the page is quiet; `load`, the same page opened
    by its address, in a browser that has the app's files.

    Args:
        browser: of which one fresh context is taken.
        server: that runs, and has shown no page but Search.
        query: asked on Search before.
        turns: through all pages.
    """
    with fresh_context(browser, width=WIDTH, height=HEIGHT) as context:
        context.add_init_script("lpdProbe.watchChanges()")
        page = context.new_page()
        page.goto(server.address)
        settled(page)
        box = page.get_by_role("textbox", name="Query")
        box.fill(query)
        box.press("Enter")
        found: dict[str, Times] = {"first": {}, "click": {}, "load": {}}
        for address in _round():
            found["first"][address] = [_click(page, server, address)]
            _wait_for_work(page)
        for _ in range(turns):
            for address in _round():
                found["click"].setdefault(address, []).append(_click(page, server, address))
        for _ in range(turns):
            for address in _round():
                found["load"].setdefault(address, []).append(_load(page, server, address))
        return found


def _round() -> Sequence[str]:
    return [*list(PAGES)[1:], ""]


def _click(page: Page, server: Server, address: str) -> float:
    page.wait_for_timeout(300)
    page.evaluate("path => lpdProbe.watchClick(path)", _path(server, address))
    page.locator('[data-testid="stSidebarNav"]').get_by_text(PAGES[address], exact=True).click()
    took: float = page.evaluate("() => lpdProbe.answer")
    return took


def _load(page: Page, server: Server, address: str) -> float:
    page.goto(f"{server.address}{address}")
    took: float = page.evaluate("path => lpdProbe.quiet(path)", _path(server, address))
    return took


def _path(server: Server, address: str) -> str:
    return urlsplit(f"{server.address}{address}").path


def _wait_for_work(page: Page) -> None:
    """What a first visit began in the background would slow down all that is timed after it."""
    page.wait_for_function(
        '() => !document.querySelector(\'[data-testid="stProgress"], [data-testid="stSpinner"]\')',
        timeout=1000 * WORK_S,
    )
    page.evaluate("path => lpdProbe.quiet(path)", urlsplit(page.url).path)
