"""A person's way through the app in a real Chromium: query, pictures, a shot, a heatmap cell, the address."""

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
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit

import pytest

from lpd.workspace import open_workspace
from tests.conftest import skip_or_fail

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
QUERY = "a dog in the water"

pytestmark = pytest.mark.browser


def find_browser() -> str | None:
    """A Chromium on this machine, None to let Playwright use its own; skips loudly if there is neither."""
    named = [os.environ["LPD_CHROMIUM"]] if os.environ.get("LPD_CHROMIUM") else []
    for name in (*named, *BROWSERS):
        if found := shutil.which(name):
            return found
    return None


@pytest.fixture(scope="module")
def browser():
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
def serving(workspace: Path, base: str = "") -> Iterator[str]:
    """The app on a free port, as `streamlit run app/main.py` starts it; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", str(port)]
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


def wait_until_healthy(address: str, server: subprocess.Popen, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, server.stdout.read().decode()
        try:
            with urllib.request.urlopen(f"{address}_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server did not become healthy")


@contextmanager
def new_page(browser) -> Iterator:
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


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


def loaded_pictures(page) -> dict[str, int]:
    """Lane -> number of its pictures that have arrived, once every lane on the page has some."""
    count = """() => {
      const found = {};
      for (const host of document.querySelectorAll('[data-testid="stBidiComponentIsolated"]'))
        for (const lane of host.shadowRoot?.querySelectorAll('.lane') ?? [])
          found[lane.dataset.lane] = [...lane.querySelectorAll('img')].filter(img => img.naturalWidth).length;
      return found;
    }"""
    lanes = list(page.evaluate(count))
    for lane in lanes:  # pictures load when they come near the screen
        page.locator(f'section[data-lane="{lane}"]').scroll_into_view_if_needed()
    page.wait_for_function(f"() => Object.values(({count})()).every(number => number > 0)")
    page.locator('section[data-lane="fused"]').scroll_into_view_if_needed()
    return page.evaluate(count)


def test_a_person_explores(browser, demo_workspace):
    spaces = [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]
    with serving(demo_workspace) as address, new_page(browser) as page:
        page.goto(address)
        box = page.get_by_role("textbox", name="Query")
        box.fill(QUERY)
        box.press("Enter")
        wait_for_lanes(page, QUERY)
        assert set(loaded_pictures(page)) == {"fused", *spaces}
        assert parse_qs(urlsplit(page.url).query)["q"] == [QUERY]

        tile = page.locator('section[data-lane="fused"] .tile').nth(1)
        shot = tile.get_attribute("data-shot")
        tile.click()
        detail = page.get_by_role("dialog")
        detail.locator(".strip .here").wait_for()
        assert detail.locator(".strip .here").get_attribute("data-shot") == shot
        page.wait_for_url(f"**shot={shot}**")
        page.keyboard.press("Escape")
        page.wait_for_url(lambda url: "shot=" not in url)

        page.get_by_role("link", name="Diversity").click()
        card = page.locator(".st-key-card_heatmap_lpd")
        card.locator("path[aria-roledescription='rect mark']").nth(len(spaces) - 1).click()
        page.locator('section[data-lane="shared"]').wait_for()
        page.wait_for_url("**pair_b=**")
        asked = parse_qs(urlsplit(page.url).query)
        assert (asked["pair_a"], asked["pair_b"]) == ([spaces[0]], [spaces[-1]])
        titles = page.locator("section.lane h3").all_inner_texts()
        address_of_view = page.url

        with new_page(browser) as again:
            again.goto(address_of_view)
            again.locator('section[data-lane="shared"]').wait_for()
            assert again.locator("section.lane h3").all_inner_texts() == titles


def test_a_person_uses_the_keyboard_and_sees_previews(browser, demo_workspace):
    with serving(demo_workspace) as address, new_page(browser) as page:
        page.goto(f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        first = page.locator('section[data-lane="fused"] .tile').first
        first.focus()
        page.wait_for_function(
            "tile => tile.querySelector('img').src.includes('/preview/')", arg=first.element_handle()
        )
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        second = page.locator('section[data-lane="fused"] .tile').nth(1).get_attribute("data-shot")
        page.wait_for_url(f"**shot={second}**")
        neighbour = page.get_by_role("dialog").locator(".strip button:not(.here)").first
        shot = neighbour.get_attribute("data-shot")
        neighbour.click()
        page.wait_for_url(f"**shot={shot}**")
        page.locator(f'.strip .here[data-shot="{shot}"]').wait_for()


def test_everything_works_under_a_base_path(browser, demo_workspace):
    with serving(demo_workspace, "team/lpd") as address, new_page(browser) as page:
        page.goto(f"{address}?q=a+dog")
        wait_for_lanes(page, "a dog")
        assert all(loaded_pictures(page).values())
        page.get_by_role("link", name="Topics").click()
        topic = page.locator(".topic a").first
        text = topic.inner_text()
        topic.click()
        wait_for_lanes(page, text)
        assert urlsplit(page.url).path.rstrip("/") == "/team/lpd"
        assert all(loaded_pictures(page).values())
