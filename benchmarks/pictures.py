"""The README's pictures, taken of the running app on a copy of a demo workspace; in it some shots are judged
(by a simulated judge who knows the truth), and some views pinned.

    python -m benchmarks.pictures [WORKSPACE] [--into assets/pictures] [--only NAME ...]

Needs Chromium and the test packages. The app listens on 127.0.0.1 and is ended afterwards.
"""

import argparse
import io
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.app_browser import chromium, fresh_context, idle
from benchmarks.app_server import ROOT, serving
from lpd.judging import SAMPLINGS
from lpd.services.judging.plans import make_judging_plan
from lpd.services.judging.simulation import simulate_into
from lpd.workspace import open_workspace

HEIGHT = 860
WIDE, NARROW = 1280, 900
QUALITY = 90
MOST_KB = 400
DRAWN_MS = 1500
"""Charts go on drawing after the page is settled."""

PLAN, JUDGE, JUDGED = "first-look", "Anna", 900
PINNED = ("search-light", "diversity-light", "judge-results-light")
"""Pictures whose views are pinned, as a person does it, before those of the Notebook are taken."""


class Picture(NamedTuple):
    """A view and how it is taken.

    Args:
        page: its address without parameters.
        parameters: of the address.
        needed: what must be on the page before.
        dark: whether the browser asks for the dark theme.
        width: of the window.
    """

    page: str
    parameters: dict[str, str]
    needed: str
    dark: bool = False
    width: int = WIDE


TILES = "section[data-lane] .tile"
DOGS = {"topic": "1901", "q": "one or more dogs under a tree"}
BOAT = {"q": "a boat in the water at night", "collection": "coast"}
SYSTEMS = {"a": "model:lpd/fused", "b": "model:laff/fused"}
PAIR = {"pair_model": "lpd", "pair_a": "text:bow", "pair_b": "video:twotower"}
COAST_RUNS = {"table": "runs", "collection": "coast"}
ROW = "tr.row"
SHARED = "section[data-lane=shared] .tile"
CURVES = "[class*='st-key-panel_'] .lpd-title"
FINDING = ".lpd-findings li"

PICTURES = {
    "search-light": Picture("", DOGS, TILES),
    "search-dark": Picture("", BOAT, TILES, dark=True),
    "search-900": Picture("", DOGS, TILES, width=NARROW),
    "compare-light": Picture("compare", DOGS | SYSTEMS, TILES),
    "compare-dark": Picture("compare", DOGS | SYSTEMS, TILES, dark=True),
    "diversity-light": Picture("diversity", PAIR, SHARED),
    "diversity-dark": Picture("diversity", PAIR, SHARED, dark=True),
    "topics-light": Picture("topics", {"table": "spaces"}, ROW),
    "topics-dark": Picture("topics", COAST_RUNS, ROW, dark=True),
    "topics-900": Picture("topics", {"table": "spaces"}, ROW, dark=True, width=NARROW),
    "case-light": Picture("topics", {"table": "runs", "case": "1905"}, TILES),
    "training-light": Picture("training", {"tab": "curves"}, CURVES),
    "training-dark": Picture("training", {"tab": "curves"}, CURVES, dark=True),
    "map-light": Picture("map", {"planes": "text:bow", "colour": "judgement"} | DOGS, "canvas"),
    "judge-light": Picture("judge", {"plan": PLAN, "judged": "1903", "judge": JUDGE}, "img"),
    "judge-results-light": Picture("judge", {"plan": PLAN, "task": "results"}, "canvas, svg"),
    "notebook-light": Picture("notebook", {"view": "3"}, ".cards .card"),
    "workspace-light": Picture("workspace", {"part": "health"}, FINDING),
}


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path, nargs="?", default=Path("workspaces/demo"))
    parser.add_argument("--into", type=Path, default=ROOT / "assets" / "pictures")
    parser.add_argument("--only", nargs="*", choices=list(PICTURES), help="these; else all")
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / arguments.workspace.resolve().name
        shutil.copytree(arguments.workspace, workspace)
        _judge_some(workspace)
        _take_all(arguments.only or list(PICTURES), workspace, arguments.into)


def _judge_some(folder: Path) -> None:
    """Makes a judging plan, and lets a judge who knows the truth say what it says of the first shots."""
    workspace = open_workspace(folder)
    edition = str(workspace.defaults["edition"])
    plan = make_judging_plan(workspace, PLAN, edition=edition, layers=SAMPLINGS["short"]).plan
    simulate_into(workspace, plan, workspace.qrels(edition, "complete"), judge=JUDGE, limit=JUDGED)


def _take_all(names: Sequence[str], workspace: Path, into: Path) -> None:
    with serving(workspace) as server, chromium() as browser:
        for name in PINNED:
            _pin(browser, server.address, PICTURES[name])
        for name in names:
            path = into / f"{name}.webp"
            path.write_bytes(as_webp(take(browser, server.address, PICTURES[name])))
            size = path.stat().st_size / 1024
            print(f"{path}: {size:.0f} KB" + (f", more than {MOST_KB}" if size > MOST_KB else ""), flush=True)


def _pin(browser: Browser, address: str, picture: Picture) -> None:
    with fresh_context(browser, width=picture.width, height=HEIGHT) as context:
        page = _opened(context.new_page(), address, picture)
        page.get_by_role("button", name="Pin").first.click()
        page.get_by_role("button", name="Pin to the notebook").click()
        page.get_by_text("Pinned as view").first.wait_for()


def _opened(page: Page, address: str, picture: Picture) -> Page:
    page.goto(f"{address}{picture.page}?{urlencode(picture.parameters)}")
    page.locator(picture.needed).first.wait_for()
    idle(page)
    return page


def take(browser: Browser, address: str, picture: Picture) -> bytes:
    """Returns one view as PNG, once it has settled."""
    with fresh_context(browser, width=picture.width, height=HEIGHT, dark=picture.dark) as context:
        page = _opened(context.new_page(), address, picture)
        page.wait_for_timeout(DRAWN_MS)
        return page.screenshot()


def as_webp(written: bytes) -> bytes:
    """Returns a screenshot as WebP, a third as large as PNG with all its colours."""
    target = io.BytesIO()
    Image.open(io.BytesIO(written)).convert("RGB").save(target, "WEBP", quality=QUALITY, method=6)
    return target.getvalue()


if __name__ == "__main__":
    main()
