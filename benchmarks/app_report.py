"""The figures of `benchmarks.app` as a table: what was measured, what was aimed at, whether it is met."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import streamlit
from playwright.sync_api import Browser

from benchmarks.app_paint import ratios, sizes
from benchmarks.app_scroll import LONG_MS
from benchmarks.app_sessions import slope
from benchmarks.search_report import Line, spread

PAINT_AIM = 2.5
FLAT_MIB = 5.0
"""What the server may grow in a minute of queries: the noise of its allocator."""

MIB = 2**20


def app_machine(browser: Browser) -> dict[str, Any]:
    """Returns what it ran on and when."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line for line in info.splitlines() if line.startswith("model name")), ": unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "processor": model.partition(":")[2].strip(),
        "cores": os.cpu_count(),
        "memory GiB": round(memory / 2**30, 1),
        "load at begin": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "streamlit": streamlit.__version__,
        "playwright": version("playwright"),
        "chromium": browser.version,
    }


def paint_facts(turns: Sequence[Any]) -> dict[str, Any]:
    """Returns spreads of times in ms and of ratios over some turns, and how many pictures there were."""
    times = {
        name: {what: spread([turn[name][what] for turn in turns]) for what in turns[0][name]}
        for name in turns[0]
    }
    compared = {
        f"{cache} {moment}": spread(ratios(turns, cache, moment))
        for cache in ("cold", "warm")
        for moment in ("first", "all")
    }
    return {"ms": times, "ratios": compared, "counts": sizes(turns), "turns": list(turns)}


def paint_lines(figures: dict[str, Any]) -> list[Line]:
    """Returns what the table says of painting, for every length of the lists."""
    found = []
    for k, facts in figures.items():
        times, counts = facts["ms"], facts["counts"]
        low, high = counts["app cold pictures"]
        came = counts["app cold fetched"]
        what = f"k {k}, {low if low == high else f'{low} to {high}'} pictures in sight"
        own = " + ".join(f"{name} {times['app cold'][name]['median']:.0f}" for name in ("encode", "search"))
        found.append(Line(f"{what}: of them over the network, cold", f"{came[0]} to {came[1]}"))
        found.append(Line(f"{what}: the search's own time", f"{own} ms"))
        for cache in ("cold", "warm"):
            app, static = times[f"app {cache}"], times[f"static {cache}"]
            found.append(Line(f"{what}, {cache}: Enter to tiles", f"{app['tiles']['median']:.0f} ms"))
            for moment, words in (("first", "the first picture"), ("all", "all pictures")):
                ratio = facts["ratios"][f"{cache} {moment}"]
                both = f"{app[moment]['median']:.0f} and {static[moment]['median']:.0f} ms"
                found.append(Line(f"{what}, {cache}: Enter to {words}, and static page", both))
                found.append(_ratio(f"{what}, {cache}: {words}, ratio less the search", ratio))
    return found


def _ratio(what: str, ratio: dict[str, float]) -> Line:
    median = ratio["median"]
    text = f"{median:.2f} ({ratio['low']:.2f} to {ratio['high']:.2f})"
    return Line(what, text, f"<= {PAINT_AIM}", median <= PAINT_AIM)


def scroll_lines(figures: dict[str, Any]) -> list[Line]:
    """Returns what the table says of scrolling."""
    rows = figures["tiles"][0]
    what = f"scrolling {len(rows)} lists of {min(rows)} tiles, {max(figures['fetched'])} pictures"
    found = [Line(f"{what}: reruns of the script", str(figures["reruns"]), "0", figures["reruns"] == 0)]
    for name in ("app", "static"):
        frames = np.array(figures[name])
        half, most = np.percentile(frames, [50, 95])
        long = f"{(frames > LONG_MS).sum()} of {len(frames)} frames longer than {LONG_MS:.0f} ms"
        found.append(Line(f"{what}, {name}", f"p50 {half:.1f} ms, p95 {most:.1f} ms, {long}"))
    return found


def page_lines(figures: dict[str, dict[str, list[float]]]) -> list[Line]:
    """Returns what the table says of going from page to page."""
    found = []
    for page, clicks in figures["click"].items():
        first, click, load = figures["first"][page][0], np.median(clicks), np.median(figures["load"][page])
        times = f"{click:.0f} ms; by its address {load:.0f} ms; first visit {first:.0f} ms"
        found.append(Line(f"to the page {page or 'search'}: a click", times))
        found.append(Line(f"to the page {page or 'search'}: a click / its address", f"{click / load:.2f}"))
    return found


def session_lines(figures: list[int]) -> list[Line]:
    """Returns what the table says of the memory of sessions."""
    growth = slope(list(enumerate(figures))) / MIB
    whole = f"{figures[0] / MIB:.0f} MiB without one, {figures[-1] / MIB:.0f} MiB with {len(figures) - 1}"
    return [
        Line("private memory of the server", whole),
        Line("memory per additional session", f"{growth:.2f} MiB"),
    ]


def querying_lines(figures: dict[str, Any]) -> list[Line]:
    """Returns what the table says of many sessions that query."""
    what = f"{figures['sessions']} sessions querying for {figures['seconds']:.0f} s"
    memory = [(seconds / 60, size / MIB) for seconds, size in figures["memory"]]
    growth, errors = slope(memory), len(figures["errors"]) + figures["tracebacks"]
    sizes_ = ", ".join(f"{size:.0f}" for _, size in memory)
    times = f"p50 {figures['ms']['p50']:.0f} ms, p95 {figures['ms']['p95']:.0f} ms"
    cost = f"{figures['cpu_s'] / max(1, figures['queries']) * 1000:.0f} ms"
    return [
        Line(f"{what}: queries", f"{figures['queries']} ({figures['queries'] / figures['seconds']:.1f}/s)"),
        Line(f"{what}: errors", str(errors), "0", errors == 0),
        Line(f"{what}: from sending to the end of the run", times),
        Line(f"{what}: processor time of the server per query", cost),
        Line(f"{what}: private memory every 10 s", f"{sizes_} MiB"),
        Line(f"{what}: growth", f"{growth:+.1f} MiB a minute", f"<= {FLAT_MIB:.0f}", growth <= FLAT_MIB),
    ]


LINES: dict[str, Callable[[Any], list[Line]]] = {
    "paint": paint_lines,
    "scroll": scroll_lines,
    "pages": page_lines,
    "memory": session_lines,
    "sessions": querying_lines,
}


def print_table(shots: int, figures: dict[str, Any]) -> None:
    """Prints the table of one workspace."""
    print(f"\n{shots:,} shots\n\n| what | measured | aim | met |\n| --- | --- | --- | --- |")
    for part, found in figures.items():
        for line in LINES[part](found):
            met = "" if line.met is None else "yes" if line.met else "**no**"
            print(f"| {line.what} | {line.measured} | {line.aim} | {met} |", flush=True)
