"""The figures of `benchmarks.search` as a table: what was measured, what was aimed at, whether it is met."""

import os
import platform
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

LARGE = 1_000_000
"""Shots from which on the aims are those of a whole V3C2, below those of 336,000 shots."""


class Line(NamedTuple):
    """A row of the table; `met` is None where nothing was aimed at."""

    what: str
    measured: str
    aim: str = ""
    met: bool | None = None


def machine(threads: int) -> dict[str, Any]:
    """Returns what it ran on and when."""
    import faiss
    import numba
    import torch

    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    flags = next(line for line in info.splitlines() if line.startswith("flags")).split()
    model = next((line for line in info.splitlines() if line.startswith("model name")), ": unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "processor": model.partition(":")[2].strip(),
        "cores": os.cpu_count(),
        "threads": threads,
        "memory GiB": round(memory / 2**30, 1),
        "flags": [flag for flag in flags if flag.startswith(("avx", "f16c", "fma", "amx"))],
        "python": platform.python_version(),
        "versions": {one.__name__: one.__version__ for one in (np, torch, numba, faiss)},
    }


def spread(values: list[float]) -> dict[str, float]:
    """Returns median, quartiles, 95th percentile and number of some values."""
    low, middle, high, most = np.percentile(values, [25, 50, 75, 95])
    return {"median": middle, "low": low, "high": high, "p95": most, "count": len(values)}


def lines(figures: dict[str, Any]) -> list[Line]:
    """Returns the table of one setting."""
    large, factored = figures["shots"] >= LARGE, figures["setting"] == "factored"
    return [
        *_building(figures),
        *_recall(figures, aim=0.9995 if factored else 0.999),
        *_single(figures, large=large, factored=factored),
        *_plain(figures, large=large, aim=4.0 if factored else 2.5),
        *_many(figures, large=large),
        *_memory(figures, large=large),
        *_faiss(figures),
    ]


def _building(figures: dict[str, Any]) -> list[Line]:
    opening, warming = f"{figures['opening_ms']:.1f} ms", f"{figures['warm_up_s']:.1f} s"
    found = [Line("opening", opening), Line("warm-up from the disk", warming)]
    if "build" not in figures:
        return found
    build = figures["build"]
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in build["alone_s"].items())
    floor = sum(build["alone_s"].values())
    ratio = build["seconds"] / floor
    return [
        Line("build", f"{build['seconds']:.1f} s, {build['anonymous_gib']:.2f} GiB of memory at most"),
        Line(f"build / ({parts} s)", f"{ratio:.2f}", "<= 1.3", ratio <= 1.3),
        *found,
    ]


def _recall(figures: dict[str, Any], *, aim: float) -> list[Line]:
    lists, number = figures["recall"]["lists"], figures["recall"]["queries"]
    lowest = min(lists, key=lambda name: lists[name]["mean"])
    fused, own = lists["fused"]["mean"], figures["recall"]["own"]
    least = {what: min(one[what] for one in lists.values()) for what in ("mean", "worst", "top", "strict")}
    of = f"recall@1000 of {number} queries"
    return [
        _aimed(f"{of}, mean of the lowest list ({lowest})", least["mean"], aim),
        _aimed(f"{of}, fused", fused, aim),
        Line(f"{of}, lowest list, nothing forgiven", f"{least['strict']:.5f}"),
        Line(f"as the index measures itself, {own['queries']} others", f"{own['lowest']:.5f}"),
        _aimed(f"{of}, worst single list", least["worst"], 0.99),
        _aimed("recall@20, mean of the lowest list", least["top"], 0.999),
    ]


def _aimed(what: str, share: float, aim: float) -> Line:
    return Line(what, f"{share:.5f}", f">= {aim}", share >= aim)


def _single(figures: dict[str, Any], *, large: bool, factored: bool) -> list[Line]:
    times, floor = figures["single_ms"], figures["floor"]
    steps = ", ".join(f"{name} {times[name]['median']:.1f}" for name in ("scan", "select", "rerank"))
    probes = ", ".join(f"{name} {one['median']:.1f}" for name, one in floor["probes_ms"].items())
    aim = 1.3 if factored else 1.6
    whole = f"{times['query']['median']:.1f} ms, p95 {times['query']['p95']:.1f}"
    return [
        Line("one query, ten lists of 1000", whole),
        Line("its steps", f"{steps} ms"),
        Line("reading the codes once", f"{probes} ms ({floor['gb_per_s']:.1f} GB/s)"),
        Line(
            f"one query / {floor['fastest']}",
            f"{floor['ratio']:.2f}",
            f"<= {aim}" if large else "",
            floor["ratio"] <= aim if large else None,
        ),
    ]


def _plain(figures: dict[str, Any], *, large: bool, aim: float) -> list[Line]:
    found = []
    for name, plain in figures["plain"].items():
        found.append(Line(f"the plain way, {name}", plain["text"]))
        if plain["factor"] is None:
            continue
        what, factor = f"the plain way, {name} / one query", f"{plain['factor']:.2f}"
        found.append(Line(what, factor) if large else Line(what, factor, f">= {aim}", plain["factor"] >= aim))
    return found


def _many(figures: dict[str, Any], *, large: bool) -> list[Line]:
    together, weights, threads = figures["together_ms"], figures["weights"], figures["threads"]
    scan, products = (together[f"{part} 30"] / together["scan 1"] for part in ("scan", "products"))
    steps = ", ".join(f"{name} {together[f'{name} 30']:.0f}" for name in ("scan", "select", "rerank"))
    changed, what = f"{weights['ratio']:.2f} ({weights['changed_ms']:.1f} ms)", "other weights / a new query"
    same = "yes" if threads["same"] else "no"
    found = [
        Line("30 topics in one pass: scan / one query's", f"{scan:.2f}", "<= 3", scan <= 3),
        Line("their products alone, in the cache / one query's scan", f"{products:.2f}"),
        Line("30 topics in one pass", f"{together['query 30']:.0f} ms ({steps})"),
        Line(what, changed) if large else Line(what, changed, "<= 0.3", weights["ratio"] <= 0.3),
        Line("1, 4 and 16 threads give the same lists", same, "yes", threads["same"]),
    ]
    for count in ("4", "16"):
        share, rate = threads["relative"][count], threads["queries_per_s"][count]
        what = f"throughput of {count} threads / of one"
        found.append(Line(what, f"{share:.2f} ({rate:.1f}/s)", ">= 1", share >= 1))
    return found


def _memory(figures: dict[str, Any], *, large: bool) -> list[Line]:
    memory = figures["memory_gib"]
    whole = memory["anonymous, one query"] + memory["mapped codes"]
    what, size = "memory: anonymous at most in a query, and mapped codes", f"{whole:.2f} GiB"
    parts = ", ".join(f"{name} {one:.2f}" for name, one in memory.items())
    correlation = "{mean:.2f} ({low:.2f} to {high:.2f})".format(**figures["correlation"])
    return [
        Line(what, size, "<= 8 GiB", whole <= 8) if large else Line(what, size),
        Line("memory in parts", f"{parts} GiB"),
        Line("rank correlation of the spaces' scores, mean and range over pairs", correlation),
    ]


def _faiss(figures: dict[str, Any]) -> list[Line]:
    faiss = figures.get("faiss")
    if faiss is None:
        return []
    lists = f"{faiss['ms']:.1f} ms, recall of the lowest space {faiss['lowest_space']:.4f}"
    fused = f"{faiss['zero']:.4f}; {faiss['looked_up']:.4f} when the missing scores are looked up"
    return [Line("faiss SQ8 per space", lists), Line("its fused list from the union: recall", fused)]


def print_table(figures: dict[str, Any]) -> None:
    """Prints the table of one setting."""
    print(f"\n{figures['shots']:,} shots, {figures['setting']}: {figures['form']}\n")
    print("| what | measured | aim | met |\n| --- | --- | --- | --- |")
    for line in lines(figures):
        met = "" if line.met is None else "yes" if line.met else "**no**"
        print(f"| {line.what} | {line.measured} | {line.aim} | {met} |", flush=True)
