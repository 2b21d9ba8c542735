"""The app in a real browser: how long until pictures are painted, whether scrolling is smooth, how long a
page takes, what a session costs; against a static HTML page with the same pictures, within one run.

    python -m benchmarks.app WORKSPACE [--large WORKSPACE] [--what paint,scroll,pages,memory,sessions]
        [--turns 7] [--sessions 20] [--seconds 60] [--json FILE]

Every part runs on a server of its own, as `streamlit run app/main.py` starts it. The large workspace, from
`benchmarks.make_large`, shows the pictures of the small one: a copy of a shot has an address of its own and
so is fetched and decoded like any other, but its file is that of the shot it is a copy of, and only those few
files lie on the disk. Both are queried with the captions of WORKSPACE that are no topics.

paint: from Enter to the first picture and to all pictures on the screen, at 1648 x 1320, where ten lists show
twelve tiles each. The static page has the same pictures in the same places from the same route; its time
begins when the browser goes to it. Cold: in browsers that have fetched nothing; the times that the page tells
of encode and search are taken off. Warm: the same browsers and the same query again, which the server has the
answer of. A ratio is taken within each turn.

scroll: ten lists of sixty tiles at 1280 x 860, down the page and sideways in each list; how long frames take,
and how often the script ran. pages: from a click in the menu until the page has run and has not changed for
400 ms (which are not counted), against the same page opened by its address in a browser that has the app's
files. memory: private memory of the server with one session more and one more, each having asked the same
query. sessions: sessions without a browser that ask distinct queries one after the other, over the app's
websocket.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.app_browser import chromium
from benchmarks.app_pages import page_times
from benchmarks.app_paint import paint_turns
from benchmarks.app_queries import some_queries
from benchmarks.app_report import app_machine, paint_facts, print_table
from benchmarks.app_scroll import K as SCROLL_K
from benchmarks.app_scroll import scroll_figures
from benchmarks.app_server import Server, serving
from benchmarks.app_sessions import completed, querying, session_memory, warm
from lpd.workspace import Workspace, open_workspace

LENGTHS = (20, SCROLL_K)
"""The k that a page opens with, and the one from which on sixty tiles of each list are drawn."""

SESSIONS_K = 20


def main() -> None:
    """Measures the parts and prints their tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--large", type=Path, help="another one, measured as well")
    parser.add_argument("--what", default=",".join(PARTS), help="parts, with commas between them")
    parser.add_argument("--turns", type=int, default=7, help="of painting; of pages; a third of them scroll")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0, help="that the sessions query for")
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    chosen = arguments.what.split(",")
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"--what: no such part: {', '.join(sorted(unknown))}")
    small = open_workspace(arguments.workspace)
    queries, figures = some_queries(small), {}
    with chromium() as browser:
        figures["machine"] = app_machine(browser)
        print(", ".join(f"{key} {value}" for key, value in figures["machine"].items()))
        for path in filter(None, (arguments.workspace, arguments.large)):
            measured = Measured(open_workspace(path), queries, browser, arguments)
            found = {part: measured.part(part) for part in PARTS if part in chosen}
            figures[path.name] = {"shots": measured.shots} | found
            print_table(measured.shots, found)
            if arguments.json:
                arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Measured:
    """A workspace that is measured.

    Args:
        workspace: whose pages are opened.
        queries: none of them a topic.
        browser: that runs.
        arguments: of the command.
    """

    workspace: Workspace
    queries: list[str]
    browser: Browser
    arguments: argparse.Namespace

    @property
    def shots(self) -> int:
        """How many the pages search."""
        return len(self.workspace.collection(str(self.workspace.defaults["collection"])))

    def part(self, name: str) -> Any:
        """Returns the figures of one part, from a server of its own that is warm."""
        print(f"  {self.workspace.name}: {name} ...", flush=True)
        with serving(self.workspace.path) as server:
            completed(warm(server, self.queries[-1], k=SESSIONS_K))
            return PARTS[name](self, server)

    def paint(self, server: Server) -> dict[str, Any]:
        """Returns the facts of painting for each length of the lists, by k."""
        turns = self.arguments.turns + 1
        found = {}
        for number, k in enumerate(LENGTHS):
            queries = self.queries[number * turns : (number + 1) * turns]
            found[str(k)] = paint_facts(paint_turns(self.browser, server, queries, k=k))
        return found

    def scroll(self, server: Server) -> dict[str, Any]:
        """Returns frames and reruns of scrolling."""
        return scroll_figures(self.browser, server, self.queries[: max(1, self.arguments.turns // 3)])

    def pages(self, server: Server) -> dict[str, Any]:
        """Returns the times of every page."""
        return page_times(self.browser, server, self.queries[0], turns=self.arguments.turns)

    def memory(self, server: Server) -> list[int]:
        """Returns the memory with so many sessions."""
        sessions = self.arguments.sessions
        return completed(session_memory(server, self.queries[-1], sessions=sessions, k=SESSIONS_K))

    def sessions(self, server: Server) -> dict[str, Any]:
        """Returns what many sessions are given in a while."""
        count, seconds = self.arguments.sessions, self.arguments.seconds
        asked = querying(server, self.queries, sessions=count, seconds=seconds, k=SESSIONS_K)
        return {"sessions": count} | completed(asked)


PARTS: dict[str, Callable[[Measured, Server], Any]] = {
    "paint": Measured.paint,
    "scroll": Measured.scroll,
    "pages": Measured.pages,
    "memory": Measured.memory,
    "sessions": Measured.sessions,
}


if __name__ == "__main__":
    main()
