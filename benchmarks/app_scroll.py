"""Scrolling through ten lists of sixty tiles, down the page and sideways in every list."""

from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.app_browser import Reruns, fresh_context, idle
from benchmarks.app_paint import enter
from benchmarks.app_server import Server
from benchmarks.app_static import open_static, static_page

WIDTH, HEIGHT = 1280, 860
"""A laptop's screen, on which the page is longer than the window."""

K = 75
"""The step of k from which on all sixty tiles of a list are drawn."""

STEP_PX = 48
"""In a frame: almost 2900 px, or 28 tiles, in a second."""

LONG_MS = 50.0
"""A frame that takes longer is seen as a stop."""

APP_ROWS = "[...lpdProbe.gridOf(query).querySelectorAll('.row')]"
APP_PAGE = "document.querySelector('[data-testid=\"stMain\"]')"
STATIC_ROWS, STATIC_PAGE = "[...document.querySelectorAll('.row')]", "document.scrollingElement"
TILES = f"query => {APP_ROWS}.map(row => row.querySelectorAll('.tile').length)"
SCROLL_APP = f"query => lpdProbe.scrollAll({APP_ROWS}, {APP_PAGE}, {STEP_PX})"
SCROLL_STATIC = f"() => lpdProbe.scrollAll({STATIC_ROWS}, {STATIC_PAGE}, {STEP_PX})"


def scroll_figures(browser: Browser, server: Server, queries: list[str]) -> dict[str, Any]:
    """Returns the lengths of all frames in ms, of the app and of a static page scrolled likewise, and how
    often the app ran its script meanwhile.

    Args:
        browser: of which each query takes two fresh contexts.
        server: that runs.
        queries: one per turn.
    """
    found: dict[str, Any] = {"app": [], "static": [], "reruns": 0, "tiles": [], "fetched": []}
    for query in queries:
        with fresh_context(browser, width=WIDTH, height=HEIGHT) as context:
            page = context.new_page()
            reruns = Reruns(page)
            page.goto(f"{server.address}?{urlencode({'k': K})}")
            idle(page)
            enter(page, query)
            before = reruns.count
            found["tiles"].append(page.evaluate(TILES, query))
            found["app"] += page.evaluate(SCROLL_APP, query)
            page.wait_for_load_state("networkidle")
            found["reruns"] += reruns.count - before
            layout = page.evaluate("query => lpdProbe.layout(query)", query)
        found["fetched"].append(sum(len(row["pictures"]) for row in layout["rows"]))
        found["static"] += _static_frames(browser, server, static_page(layout, lazy=True))
    return found


def _static_frames(browser: Browser, server: Server, html: str) -> list[float]:
    with fresh_context(browser, width=WIDTH, height=HEIGHT) as context:
        page: Page = context.new_page()
        open_static(page, server.address, html)
        page.evaluate("() => lpdProbe.answer")
        frames: list[float] = page.evaluate(SCROLL_STATIC)
        return frames
