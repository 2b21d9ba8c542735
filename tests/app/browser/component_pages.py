"""What tests of the components do in a browser: open a case, read what it sent, measure what it shows."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.app.browser.running import serving

__all__ = [
    "asked_pictures",
    "events",
    "focused_shot",
    "layout_shift",
    "low_contrasts",
    "opened",
    "runs",
    "serving_components",
    "shot",
]

SCRIPT = "tests/app/browser/pages/server.py"
CONTRASTS = (Path(__file__).parent / "pages" / "contrasts.js").read_text(encoding="utf-8")

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry);
}).observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def serving_components(base: str = "") -> Iterator[str]:
    """The page of components on a free port; yields its address."""
    with serving(Path(), base, script=SCRIPT) as address:
        yield address


def opened(page, address: str, case: str) -> Any:
    """Opens a case and returns its component once it is drawn."""
    page.add_init_script(WATCH_SHIFTS)
    page.goto(f"{address}?show={case}")
    page.locator('[data-testid="stCode"]').wait_for()
    root = page.locator(".root").first
    root.locator(":scope > *").first.wait_for(state="attached")
    return root


def shot(page, name: str) -> Any:
    """The first tile of a shot."""
    return page.locator(f'.tile[data-shot="{name}"]').first


def focused_shot(page) -> str | None:
    """The shot that has the focus."""
    return page.evaluate("() => document.activeElement?.shadowRoot?.activeElement?.dataset.shot ?? null")


def told(page) -> dict[str, Any]:
    """What the page says of itself, once it stands still."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    return json.loads(page.locator('[data-testid="stCode"] code').inner_text())


def events(page, number: int) -> list[tuple[str, dict[str, Any]]]:
    """The events so far, once there are as many; without their running numbers, which must rise."""
    page.wait_for_function(
        """number => {
          const told = JSON.parse(document.querySelector('[data-testid="stCode"] code').innerText);
          return told.events.length >= number;
        }""",
        arg=number,
    )
    heard = told(page)["events"]
    counts = [value.pop("count") for _, value in heard]
    assert counts == sorted(set(counts))
    return [(name, value) for name, value in heard]


def runs(page) -> int:
    """How often the page ran."""
    return told(page)["runs"]


def asked_pictures(address: str, *, clear: bool = False) -> list[str]:
    """The pictures that the browser fetched, as `thumbnail shot0_1`."""
    with urllib.request.urlopen(f"{address}asked{'?clear=1' if clear else ''}", timeout=10) as answer:
        return json.loads(answer.read())


def layout_shift(page, since: float) -> float:
    """The sum of the layout shifts since a time of the page, but for those that a key or a click caused."""
    entries = page.evaluate("() => window.shifts.map(one => [one.startTime, one.value])")
    return sum(value for start, value in entries if start > since)


def low_contrasts(page, *, whole: bool = False) -> dict[str, float]:
    """Kinds of element whose text has a contrast below 4.5 -> the lowest; fails if no text was seen.

    Args:
        page: that shows components.
        whole: whether the page around them counts too.
    """
    found = page.evaluate(CONTRASTS, whole)
    assert len(found) > 2
    return {name: round(value, 2) for name, value in found.items() if value < 4.5}
