"""What else one might do, timed for `benchmarks.search`: the plain way in memory and past it, and faiss.

Sizes: S spaces, Q queries, D width.
"""

import os
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import search_measures as measures
from benchmarks.search_faiss import FaissUnion, best_of_union
from benchmarks.search_plain import PlainSearch, open_plain, write_plain
from benchmarks.search_recall import ExactLists
from lpd.search.index import SpaceIndex
from lpd.search.quantised_files import QuantisedArrays

PART = 168_000
"""Shots of the part that stands for all where float32 does not fit into memory."""
SPARE = 4 << 30
"""Bytes of disk that stay free."""
ASKED_FROM_DISK = 3

Queries = Sequence[np.ndarray]


def float_bytes(arrays: QuantisedArrays) -> int:
    """Returns what all spaces take as float32."""
    return len(arrays.rows) * sum(arrays.widths) * 4


def fits(size: int) -> bool:
    """Returns whether bytes fit into half of this machine's memory; the index needs some as well."""
    return size <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def open_plain_in_memory(arrays: QuantisedArrays, folder: Path) -> PlainSearch | None:
    """Returns the plain way over all shots, None where they do not fit into memory as float32."""
    if not fits(float_bytes(arrays)):
        return None
    write_plain(arrays, folder / "plain", shots=len(arrays.rows))
    plain = open_plain(folder / "plain")
    for vectors in plain.vectors:
        vectors.sum()  # into memory
    return plain


def against_plain(
    index: SpaceIndex,
    arrays: QuantisedArrays,
    queries: Queries,
    *,
    folder: Path,
    in_memory: PlainSearch | None,
    single: dict[str, list[float]],
    turns: int,
) -> dict[str, Any]:
    """Returns how long the plain way takes and how many times as long that is as one query of the index.

    Args:
        index: asked in turns with the plain way.
        arrays: of the index.
        queries: S arrays (Q, D).
        folder: for the float32 vectors.
        in_memory: the plain way over all shots; None where they do not fit.
        single: times of the index and of it, where it fits.
        turns: queries asked where it does not.
    """
    if in_memory is not None:
        factors = np.array(single["plain"]) / np.array(single["query"])
        ms = measures.median(single["plain"])
        return {"in memory": {"ms": ms, "factor": float(np.median(factors)), "text": f"{ms:.1f} ms"}}
    shots = len(arrays.rows)
    return {
        "in memory": _of_a_part(index, arrays, queries, folder / "plain-part", shots=shots, turns=turns),
        "from disk": _from_disk(index, arrays, queries, folder / "plain"),
    }


def _of_a_part(
    index: SpaceIndex, arrays: QuantisedArrays, queries: Queries, folder: Path, *, shots: int, turns: int
) -> dict[str, Any]:
    part = min(PART, shots)
    write_plain(arrays, folder, shots=part)
    plain = open_plain(folder)
    for vectors in plain.vectors:
        vectors.sum()
    found = measures.plain_turns(index, queries, plain, turns=turns)
    shutil.rmtree(folder)
    ms = measures.median(found["plain"]) * shots / part
    text = f"{ms:.0f} ms, extrapolated from {part:,} of {shots:,} shots, in memory"
    return {"ms": ms, "factor": ms / measures.median(found["query"]), "text": text}


def _from_disk(index: SpaceIndex, arrays: QuantisedArrays, queries: Queries, folder: Path) -> dict[str, Any]:
    size = float_bytes(arrays)
    if shutil.disk_usage(folder.parent).free < size + SPARE:
        return {"ms": None, "factor": None, "text": f"not asked: {size / 1e9:.1f} GB do not fit on the disk"}
    asked = [measures.some(queries, number) for number in range(ASKED_FROM_DISK)]
    ours = [measures.milliseconds(partial(index.search, one, measures.DEPTH))[0] for one in asked]
    write_plain(arrays, folder, shots=len(arrays.rows))
    plain = open_plain(folder)
    flat = [[space[0] for space in one] for one in asked]
    theirs = [measures.milliseconds(partial(plain.search, one, measures.DEPTH))[0] for one in flat]
    shutil.rmtree(folder)
    ms = measures.median(theirs)
    text = f"{ms:.0f} ms, {size / 1e9:.1f} GB of float32 mapped from the disk, {len(theirs)} queries"
    return {"ms": ms, "factor": ms / measures.median(ours), "text": text}


def against_faiss(
    arrays: QuantisedArrays, queries: Queries, exact: ExactLists, *, threads: int, count: int
) -> dict[str, Any] | None:
    """Returns time and recall of faiss's 8-bit index per space; None where float32 does not fit into memory.

    Args:
        arrays: of the index.
        queries: S arrays (Q, D), the first `count` of which are asked.
        exact: their exact lists.
        threads: that ask.
        count: at most Q.
    """
    if not fits(float_bytes(arrays)):
        return None
    union = FaissUnion(arrays, threads=threads)
    times, zero, looked_up, spaces = [], [], [], []
    for number in range(min(count, len(queries[0]))):
        flat = [space[number] for space in queries]
        taken, lists = measures.milliseconds(partial(union.search, flat, measures.DEPTH))
        times.append(taken)
        right = exact.rows[:, number]
        zero.append(_share(lists[0], right[0]))
        looked_up.append(_share(best_of_union(arrays, flat, lists[1:], measures.DEPTH), right[0]))
        spaces.append([_share(rows, space) for rows, space in zip(lists[1:], right[1:], strict=True)])
    union.close()
    return {
        "ms": measures.median(times),
        "queries": len(times),
        "lowest_space": float(np.mean(spaces, axis=0).min()),
        "zero": float(np.mean(zero)),
        "looked_up": float(np.mean(looked_up)),
    }


def _share(rows: np.ndarray, right: np.ndarray) -> float:
    return len(np.intersect1d(rows, right)) / len(right)
