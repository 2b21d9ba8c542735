"""The README's pictures, taken of the running app on a demo workspace.

    python -m benchmarks.pictures [WORKSPACE] [--into assets/pictures]

Needs Chromium and the test packages. The app listens on 127.0.0.1 and is ended afterwards.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
# name -> page, address, theme, what must be on it before the picture is taken
PICTURES = {
    "search-light": (
        "",
        {"topic": "1901", "q": "one or more dogs under a tree"},
        "light",
        "section[data-lane]",
    ),
    "search-dark": (
        "",
        {"q": "a boat in the water at night", "collection": "coast"},
        "dark",
        "section[data-lane]",
    ),
    "diversity-light": (
        "diversity",
        {"pair_model": "lpd", "pair_a": "text:bow", "pair_b": "video:twotower"},
        "light",
        "section[data-lane=shared]",
    ),
    "topics-dark": ("topics", {"table": "runs", "collection": "coast"}, "dark", "table"),
}


def main() -> None:
    """Takes every picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path, nargs="?", default=Path("workspaces/demo"))
    parser.add_argument("--into", type=Path, default=ROOT / "assets" / "pictures")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    with serving(arguments.workspace) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        for name, (page, parameters, theme, needed) in PICTURES.items():
            path = arguments.into / f"{name}.png"
            take(browser, f"{address}/{page}?{urlencode(parameters)}", path, theme=theme, needed=needed)
            print(path)
        browser.close()


@contextmanager
def serving(workspace: Path) -> Iterator[str]:
    """Runs the app on a free port of 127.0.0.1 and gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "app" / "main.py"),
        "--server.port",
        str(port),
    ]
    environment = os.environ | {"LPD_WORKSPACE": str(workspace.resolve())}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=ROOT)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def take(browser: Browser, address: str, path: Path, *, theme: str, needed: str) -> None:
    """Opens one view at 1280 x 860 and saves it once it has settled."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme=theme)
    page: Page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.locator(needed).first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    main()
