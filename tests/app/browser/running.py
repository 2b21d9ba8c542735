"""The app as a person runs it: a server of its own and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import skip_or_fail

__all__ = ["new_page", "opened_browser", "serving", "settled", "wait_for_lanes"]

ROOT = Path(__file__).resolve().parents[3]
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_browser() -> str | None:
    """A Chromium on this machine, None to let Playwright use its own."""
    named = [os.environ["LPD_CHROMIUM"]] if os.environ.get("LPD_CHROMIUM") else []
    for name in (*named, *BROWSERS):
        if found := shutil.which(name):
            return found
    return None


@contextmanager
def opened_browser() -> Iterator:
    """A Chromium; skips, or fails in CI, where there is none."""
    try:
        from playwright import sync_api
    except ImportError:
        skip_or_fail("Playwright is not installed (pip install playwright)")
    with sync_api.sync_playwright() as playwright:
        path = find_browser()
        if path is None and not Path(playwright.chromium.executable_path).exists():
            skip_or_fail("no Chromium or Chrome was found (Debian: apt install chromium)")
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def serving(workspace: Path, base: str = "", *, script: str = "app/main.py") -> Iterator[str]:
    """The app on a free port, as `streamlit run app/main.py` starts it; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    command += ["--server.baseUrlPath", base] if base else []
    environment = {**os.environ, "LPD_WORKSPACE": str(workspace)}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}/{base + '/' if base else ''}"
    try:
        wait_until_healthy(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


def wait_until_healthy(address: str, server: subprocess.Popen, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, server.stdout.read().decode()
        try:
            with urllib.request.urlopen(f"{address}_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:  # refused, reset or too slow to answer
            time.sleep(0.1)
    pytest.fail("the server did not become healthy")


@contextmanager
def new_page(browser, *, width: int = 1280, dark: bool = False) -> Iterator:
    """A page of a session of its own, in a light or a dark browser."""
    context = browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def settled(page) -> None:
    """Waits until the app has run to its end and nothing on the page is left from the run before."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')")


def wait_for_lanes(page, query: str) -> None:
    """Waits until the grid shows this query and nothing on the page is left from the run before."""
    page.wait_for_function(
        """query => {
          const roots = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
          const shown = roots.some(host => host.shadowRoot?.querySelector('.root')?.dataset.marker === query);
          return shown && !document.querySelector('[data-stale="true"]');
        }""",
        arg=query,
    )
