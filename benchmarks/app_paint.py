"""From Enter to the pictures: the app against a static page with the same pictures in the same places."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.app_browser import fresh_context, idle
from benchmarks.app_server import Server
from benchmarks.app_static import open_static, static_page

WIDTH, HEIGHT = 1648, 1320
"""Ten lanes of twelve tiles are on the screen."""

OWN_TIME = re.compile(r"(encode|search|fetch) ([0-9.]+) (ms|s)")

Turn = dict[str, dict[str, float]]
"""Page and state of the cache -> what the probe measured, and the query's own times."""


def paint_turns(browser: Browser, server: Server, queries: Sequence[str], *, k: int) -> list[Turn]:
    """Returns what each query took, app and static page in turns; a first query that does not count comes
    before.

    Cold: browsers that have seen no picture, and a query that the server has not answered before. Warm: the
    same browsers and the same query again, which the server answers without a search.

    Args:
        browser: of which each turn takes two fresh contexts.
        server: that runs.
        queries: that it has not answered.
        k: that the page opens with.
    """
    return [_turn(browser, server, query, k=k) for query in queries][1:]


def _turn(browser: Browser, server: Server, query: str, *, k: int) -> Turn:
    with ExitStack() as opened:
        app, static = (
            opened.enter_context(fresh_context(browser, width=WIDTH, height=HEIGHT)) for _ in range(2)
        )
        found: Turn = {}
        found["app cold"], html = _ask(app, server, query, k=k)
        found["static cold"] = _load(static, server, html)
        found["app warm"], _ = _ask(app, server, query, k=k)
        found["static warm"] = _load(static, server, html)
        for one in ("encode", "search", "fetch"):  # the page repeats the times of the first answer
            found["app warm"][one] = 0.0
        return found


def _ask(context: BrowserContext, server: Server, query: str, *, k: int) -> tuple[dict[str, float], str]:
    """What the app took for a query, and the static page that shows the same."""
    page = context.new_page()
    page.goto(f"{server.address}?{urlencode({'k': k})}")
    idle(page)
    took = enter(page, query)
    html = static_page(page.evaluate("query => lpdProbe.layout(query)", query))
    page.close()
    return took, html


def enter(page: Page, query: str) -> dict[str, float]:
    """Types a query, presses Enter and returns what the probe measured, with the answer's own times in ms.

    Raises:
        RuntimeError: if no picture was painted.
    """
    box = page.get_by_role("textbox", name="Query")
    box.fill(query)
    page.evaluate("query => lpdProbe.watchEnter(query)", query)
    box.press("Enter")
    took: dict[str, float] = page.evaluate("() => lpdProbe.answer")
    if not took["pictures"]:
        raise RuntimeError(f"{query!r} is answered without pictures; take a workspace that has some")
    idle(page)
    line = page.locator(".line[data-painted='true']")
    line.wait_for()
    return took | own_times(line.inner_text())


def own_times(line: str) -> dict[str, float]:
    """Returns milliseconds of encode, search and fetch, from the line under the results."""
    found = OWN_TIME.findall(line)
    return {name: float(number) * (1000 if unit == "s" else 1) for name, number, unit in found}


def _load(context: BrowserContext, server: Server, html: str) -> dict[str, float]:
    page = context.new_page()
    open_static(page, server.address, html)
    took: dict[str, float] = page.evaluate("() => lpdProbe.answer")
    page.close()
    return took


def ratios(turns: Sequence[Turn], cache: str, moment: str) -> list[float]:
    """Returns per turn the time from Enter, less the search's own, over the time of the static page.

    Args:
        turns: from `paint_turns`.
        cache: `cold` or `warm`.
        moment: `first` (picture) or `all` (pictures on the screen).
    """
    found = []
    for turn in turns:
        app, static = turn[f"app {cache}"], turn[f"static {cache}"]
        found.append((app[moment] - app["encode"] - app["search"]) / static[moment])
    return found


def sizes(turns: Sequence[Turn]) -> dict[str, Any]:
    """Returns how many pictures were on the screen and how many came over the network, least and most."""
    found = {}
    for name in turns[0]:
        for what in ("pictures", "fetched"):
            counts = [int(turn[name][what]) for turn in turns]
            found[f"{name} {what}"] = [min(counts), max(counts)]
    return found
