"""What `benchmarks.search` measures of an opened index: times, all in turns; threads; memory.

Sizes: S spaces, Q queries, D width, K depth.
"""

import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search_floor import PROBES, Floor
from benchmarks.search_plain import PlainSearch
from lpd.search.index import ListBlock, SpaceIndex

DEPTH = 1000
TOGETHER = 30
THREADS = (1, 4, 16)
STEPS = ("scan", "select", "rerank")

Queries = Sequence[np.ndarray]
"""S arrays (Q, D)."""


def milliseconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Returns how long something took, and what it gave."""
    started = time.perf_counter()
    given = work()
    return 1000 * (time.perf_counter() - started), given


def some(queries: Queries, first: int, count: int = 1) -> list[np.ndarray]:
    """Returns consecutive queries, S arrays (count, D)."""
    return [space[first : first + count] for space in queries]


def single_queries(
    index: SpaceIndex, queries: Queries, *, floor: Floor, plain: PlainSearch | None
) -> tuple[dict[str, list[float]], list[ListBlock]]:
    """Returns the milliseconds of each query, its steps, the probes of the floor and the plain way, in turns,
    and the lists.
    """
    found: dict[str, list[float]] = {name: [] for name in ("query", *STEPS, *PROBES, "plain")}
    blocks = []
    for number, probe in zip(range(len(queries[0])), cycle(PROBES), strict=False):
        found[probe].append(floor.read(probe))
        one = some(queries, number)
        taken, (block,) = milliseconds(partial(index.search, one, DEPTH))
        found["query"].append(taken)
        blocks.append(block)
        for step in STEPS:
            found[step].append(block.timings_ms.get(step, 0.0))
        if plain is not None:
            flat = [space[0] for space in one]
            found["plain"].append(milliseconds(partial(plain.search, flat, DEPTH))[0])
    return found, blocks


def plain_turns(
    index: SpaceIndex, queries: Queries, plain: PlainSearch, *, turns: int
) -> dict[str, list[float]]:
    """Returns the milliseconds of the plain way and of the index in turns."""
    found: dict[str, list[float]] = {"query": [], "plain": []}
    for number in range(turns):
        one = some(queries, number)
        flat = [space[0] for space in one]
        found["plain"].append(milliseconds(partial(plain.search, flat, DEPTH))[0])
        found["query"].append(milliseconds(partial(index.search, one, DEPTH))[0])
    return found


def many_together(
    index: SpaceIndex, queries: Queries, *, turns: int, products: Callable[[], float]
) -> dict[str, list[float]]:
    """Returns the milliseconds of each step for one query and for 30 in one pass, and of the 30's products
    alone, in turns.
    """
    found: dict[str, list[float]] = {}
    last = len(queries[0]) - TOGETHER
    for turn in range(turns):
        found.setdefault(f"products {TOGETHER}", []).append(products())
        for count, first in ((1, last - 1 - turn % max(last, 1)), (TOGETHER, turn % (last + 1))):
            few = some(queries, max(first, 0), count)
            taken, blocks = milliseconds(partial(index.search, few, DEPTH))
            found.setdefault(f"query {count}", []).append(taken)
            for step in STEPS:
                found.setdefault(f"{step} {count}", []).append(
                    sum(one.timings_ms.get(step, 0.0) for one in blocks)
                )
    return found


def changed_weights(index: SpaceIndex, queries: Queries, *, count: int) -> dict[str, list[float]]:
    """Returns the milliseconds of new queries and of the same ones with other weights right after."""
    rng = np.random.default_rng(0)
    found: dict[str, list[float]] = {"new": [], "changed": []}
    for number in range(count):
        one, weights = some(queries, number), rng.random(len(queries))
        found["new"].append(milliseconds(partial(index.search, one, DEPTH))[0])
        changed = milliseconds(partial(index.search, one, DEPTH, weights=weights))[0]
        found["changed"].append(changed)
    return found


def many_threads(
    fresh: Callable[[], SpaceIndex], queries: Queries, *, count: int, rounds: int
) -> tuple[dict[int, list[float]], bool]:
    """Returns queries per second asked by 1, 4 and 16 threads at once, per round, and whether all gave the
    same.

    Args:
        fresh: gives an index that has not seen the queries, so that none is answered from a cache.
        queries: S arrays.
        count: queries of a round.
        rounds: each asks with every number of threads.
    """
    rates: dict[int, list[float]] = {threads: [] for threads in THREADS}
    first: list[ListBlock] = []
    same = True
    for _ in range(rounds):
        for threads in THREADS:
            asked = [some(queries, number) for number in range(count)]
            taken, blocks = milliseconds(partial(ask_all, fresh(), asked, threads=threads))
            rates[threads].append(1000 * count / taken)
            first = first or blocks
            same = same and all(map(same_lists, first, blocks))
    return rates, same


def ask_all(index: SpaceIndex, asked: Sequence[Queries], *, threads: int) -> list[ListBlock]:
    """Returns the lists of single queries, asked by a number of threads at once."""
    with ThreadPoolExecutor(threads) as pool:
        return [blocks[0] for blocks in pool.map(lambda one: index.search(one, DEPTH), asked)]


def same_lists(one: ListBlock, other: ListBlock) -> bool:
    """Returns whether two blocks have the same shots with the same scores in the same order."""
    pairs = zip((one.fused, *one.spaces), (other.fused, *other.spaces), strict=True)
    return all(np.array_equal(a.rows, b.rows) and np.array_equal(a.scores, b.scores) for a, b in pairs)


def anonymous_bytes() -> int:
    """Returns the anonymous memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None, "Linux counts anonymous memory"
    return int(found[1]) << 10


def resident_bytes(path: str) -> int:
    """Returns the resident bytes of mapped files whose path contains something, from smaps."""
    resident, inside = 0, False
    with Path("/proc/self/smaps").open(encoding="utf-8") as stream:
        for line in stream:
            if re.match(r"^[0-9a-f]+-[0-9a-f]+ ", line):
                inside = path in line
            elif inside and line.startswith("Rss:"):
                resident += int(line.split()[1]) << 10
    return resident


@contextmanager
def most_anonymous(every_s: float = 0.005) -> Iterator[list[int]]:
    """Yields a list whose one number grows to the most anonymous memory that there was."""
    most, over = [anonymous_bytes()], threading.Event()

    def watch() -> None:
        while not over.wait(every_s):
            most[0] = max(most[0], anonymous_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def median(values: Sequence[float]) -> float:
    """Returns the median, not a number where there is nothing."""
    return statistics.median(values) if values else float("nan")
