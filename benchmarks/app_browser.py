"""A Chromium without a window, driven as a person would; what `app_probe.js` measures is asked here."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
PROBE = Path(__file__).with_name("app_probe.js")
PATIENCE_MS = 120_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Runs a Chromium of this machine, else Playwright's own, until the block ends."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh_context(
    browser: Browser, *, width: int, height: int, dark: bool = False
) -> Iterator[BrowserContext]:
    """Gives a browser that has seen nothing yet, with the probe in all of its pages."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(path=PROBE)
    try:
        yield context
    finally:
        context.close()


def settled(page: Page) -> None:
    """Returns when the app has run to its end and nothing on the page is left from the run before."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')")


def idle(page: Page) -> None:
    """Returns when the app has settled and the page has loaded all it asked for."""
    settled(page)
    page.wait_for_load_state("networkidle")


class Reruns:
    """How often a page asks the server to run its script.

    Args:
        page: before it is opened.
    """

    def __init__(self, page: Page) -> None:
        self.count = 0
        page.on("websocket", lambda socket: socket.on("framesent", self._sent))

    def _sent(self, frame: Any) -> None:
        message = BackMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        self.count += message.WhichOneof("type") == "rerun_script"
