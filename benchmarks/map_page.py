"""The page Map at 300,000 shots, in a Chromium without a graphics card: what is sent, and how fluid it is.

    python -m benchmarks.map_page DEMO [--shots 300000] [--spaces text:bow video:shape] [--keep FOLDER]

DEMO is copied until there are so many shots (`benchmarks.make_large`), indexed, and mapped by PCA with
`lpd map build`; FOLDER keeps that for the next time. Then a browser opens one plane and two, moves them for
some seconds, draws a lasso, and asks for other colours. Told are the seconds of each, the bytes that came
over the socket of the page and by the route of the layers, the frames per second while a plane is moved, and
beside them the same of DEMO itself. Chromium paints by software here; a graphics card is faster.
"""

import argparse
import math
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, Response

from benchmarks.app_browser import chromium, fresh_context, settled
from benchmarks.app_server import ROOT, serving
from benchmarks.make_large import make_large
from lpd.services.indexing import index_collection
from lpd.workspace import Workspace, open_workspace

WIDTH, HEIGHT = 1280, 860
MOVED_S = 4.0
RADIUS = 90
ROOT_PATH = ".st-key-card_map .root"
COLUMNS = ("planes", "open s", "page kB", "layers kB", "painted by", "frames/s", "frame ms",
           "lasso s", "shots taken", "page kB", "colours s", "page kB", "layers kB")  # fmt: skip


@dataclass
class Received:
    """Bytes that came to a page since they were last taken: over its socket, and by the route of layers."""

    page: int = 0
    layers: int = 0

    def take(self) -> tuple[str, str]:
        """Returns both in kB, and begins anew."""
        told = (f"{self.page / 1000:,.0f}", f"{self.layers / 1000:,.0f}")
        self.page = self.layers = 0
        return told


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path, help="a demo workspace, which is only read")
    parser.add_argument("--shots", type=int, default=300_000)
    parser.add_argument("--spaces", nargs=2, default=["text:bow", "video:shape"])
    parser.add_argument("--keep", type=Path, help="a folder for the large workspace; made where it is absent")
    asked = parser.parse_args()
    demo = open_workspace(asked.demo)
    print(" | ".join(("shots", *COLUMNS)))
    with TemporaryDirectory() as folder:
        large = asked.keep or Path(folder) / "large"
        prepare(demo, large, shots=asked.shots, spaces=asked.spaces)
        for workspace in (demo, open_workspace(large)):
            measure(workspace, asked.spaces)


def prepare(demo: Workspace, large: Path, *, shots: int, spaces: list[str]) -> None:
    """Makes the large workspace, its index and its maps, as far as they are not there."""
    model, collection = str(demo.defaults["model"]), str(demo.defaults["collection"])
    if not (large / "workspace.toml").is_file():
        index_collection(
            make_large(demo, large, collection=collection, shots=shots, seed=7), model, collection
        )
    if not open_workspace(large).maps_folder(model, collection).is_dir():
        named = [word for space in spaces for word in ("--space", space)]
        command = ["map", "build", "--model", model, "--collection", collection, *named]
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "lpd", *command, "--workspace", str(large)],
            check=True, cwd=ROOT, capture_output=True,
        )  # fmt: skip
        print(f"lpd {' '.join(command)}: {time.perf_counter() - started:.1f} s")


def measure(workspace: Workspace, spaces: list[str]) -> None:
    """Prints a line for one plane and one for two; the server has read the maps before."""
    model, collection = str(workspace.defaults["model"]), str(workspace.defaults["collection"])
    shots = len(workspace.collection(collection))
    with serving(workspace.path) as server, chromium() as browser:
        for number, planes in enumerate((spaces, spaces[:1], spaces)):
            with fresh_context(browser, width=WIDTH, height=HEIGHT) as context:
                page, received = context.new_page(), Received()
                count_bytes(page, received)
                query = urlencode({"model": model, "collection": collection, "planes": planes}, doseq=True)
                cells = measure_page(page, f"{server.address}map?{query}", received)
                if number:
                    print(" | ".join((f"{shots:,}", str(len(planes)), *cells)), flush=True)


def count_bytes(page: Page, received: Received) -> None:
    """Lets what comes to a page be counted."""

    def heard(frame: str | bytes) -> None:
        received.page += len(frame)

    def answered(response: Response) -> None:
        if "/maps/layers/" in response.url:
            received.layers += int(response.headers.get("content-length", 0))

    page.on("websocket", lambda socket: socket.on("framereceived", heard))
    page.on("response", answered)


def measure_page(page: Page, address: str, received: Received) -> list[str]:
    """Returns the cells of a line."""
    began = time.perf_counter()
    page.goto(address)
    root = page.locator(f"{ROOT_PATH}[data-ready]")
    root.wait_for()
    cells = [f"{time.perf_counter() - began:.1f}", *received.take()]
    settled(page)
    cells += [str(root.get_attribute("data-painter")), *moving(page, root)]
    cells += [*lasso(page, root), received.take()[0]]
    return [*cells, *colours(page, root), *received.take()]


def moving(page: Page, root: Locator) -> list[str]:
    """Returns frames per second while the plane is dragged, and how long painting one took."""
    stage = root.locator(".stage").first
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    root.locator("[data-tool=move]").click()
    page.mouse.move(x, y)
    page.mouse.down()
    frames, began, step = root.evaluate("root => root.lpdMap.frames"), time.perf_counter(), 0
    while time.perf_counter() - began < MOVED_S:
        step += 1
        page.mouse.move(x + 60 * math.sin(step / 5), y + 40 * math.cos(step / 5))
    took = time.perf_counter() - began
    painted = root.evaluate("root => root.lpdMap.frames") - frames
    page.mouse.up()
    return [f"{painted / took:.1f}", f"{root.evaluate('root => root.lpdMap.paintMs'):.1f}"]


def lasso(page: Page, root: Locator) -> list[str]:
    """Returns seconds from the end of a lasso to its tiles, and how many shots it took."""
    stage = root.locator(".stage").first
    box = stage.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    root.locator("[data-tool=lasso]").click()
    page.mouse.move(x + RADIUS, y)
    page.mouse.down()
    for step in range(1, 40):
        page.mouse.move(x + RADIUS * math.cos(step / 6.3), y + RADIUS * math.sin(step / 6.3))
    began = time.perf_counter()
    page.mouse.up()
    page.locator(".st-key-card_taken .tile").first.wait_for()
    took = time.perf_counter() - began
    settled(page)
    return [f"{took:.2f}", f"{int(root.get_attribute('data-chosen') or 0):,}"]


def colours(page: Page, root: Locator) -> list[str]:
    """Returns seconds until the points have the colours of their videos."""
    before = root.get_attribute("data-ready")
    began = time.perf_counter()
    page.get_by_text("video", exact=True).first.click()
    page.wait_for_function(
        """ready => [...document.querySelectorAll('.st-key-card_map [data-testid="stBidiComponentIsolated"]')]
          .some((host) => (host.shadowRoot.querySelector('.root')?.dataset.ready ?? ready) !== ready)""",
        arg=before,
    )
    took = time.perf_counter() - began
    settled(page)
    return [f"{took:.2f}"]


if __name__ == "__main__":
    main()
