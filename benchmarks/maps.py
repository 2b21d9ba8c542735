"""Maps of generated shots: time against reading the vectors once, and memory against their size.

    python -m benchmarks.maps [--shots 1425443] [--widths 64 256 512] [--method pca|umap]
        [--spaces S] [--folder DIR]

The vectors of each space lie in a file, float32 of length 1, in 200 groups; maps are made, written and opened
in a process of its own. Ratios are to a pass that reads the vectors once, in the same blocks, and adds them
up, and to the bare products of the blocks in float64, which an exact covariance cannot do without. Memory is
what the process holds of its own (RssAnon), sampled, above what it held before; pages of the files, which the
system drops when it needs the room, are not in it. Files of shots x width x 4 bytes lie in DIR and are
removed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as lpd.cli does, before torch is imported

import numpy as np

from lpd.maps import FUSED, MapPart, MapSettings, Wanted, make_maps, read_map, write_map
from lpd.search import ExactIndex
from lpd.services.map_vectors import IndexVectors

GROUPS, NOISE = 200, 0.7
SHOTS_AT_ONCE = 8192
COLUMNS = (
    "width",
    "vectors MiB",
    "read s",
    "make s",
    "x reading",
    "x products",
    "write s",
    "open s",
    "peak MiB",
    "of vectors",
)


def main() -> None:
    """Measures each width in a process of its own and prints one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shots", type=int, default=1_425_443)
    parser.add_argument("--widths", type=int, nargs="+", default=[64, 256, 512])
    parser.add_argument("--method", choices=("pca", "umap"), default="pca")
    parser.add_argument("--spaces", type=int, default=1, help="with more than one, the fusion is mapped too")
    parser.add_argument("--folder", type=Path, default=Path("build") / "maps-benchmark")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)  # the width that this process measures
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(figures(arguments.folder, arguments.spaces, arguments.one, method=arguments.method)))
        return
    print(f"{arguments.shots:,} shots, {arguments.method}, {os.cpu_count()} processors")
    print("  ".join(f"{column:>11}" for column in COLUMNS))
    for width in arguments.widths:
        try:
            for number in range(arguments.spaces):
                write_vectors(arguments.folder, number, shots=arguments.shots, width=width)
            command = [sys.executable, "-m", "benchmarks.maps", "--one", str(width)]
            command += ["--spaces", str(arguments.spaces), "--method", arguments.method]
            done = subprocess.run(
                [*command, "--folder", str(arguments.folder)], check=True, capture_output=True, text=True
            )
        finally:
            shutil.rmtree(arguments.folder, ignore_errors=True)
        found = json.loads(done.stdout)
        print("  ".join(f"{found[column]:11.2f}" for column in COLUMNS), flush=True)


def write_vectors(folder: Path, number: int, *, shots: int, width: int) -> None:
    """Writes the vectors of generated shots in one space, block by block."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(number)
    middles = rng.standard_normal((GROUPS, width), dtype=np.float32)
    rows = np.lib.format.open_memmap(folder / f"{number}.npy", "w+", np.float32, (shots, width))
    for start in range(0, shots, SHOTS_AT_ONCE):
        count = min(SHOTS_AT_ONCE, shots - start)
        noise = rng.standard_normal((count, width), dtype=np.float32)
        block = middles[rng.integers(GROUPS, size=count)] + NOISE * noise
        rows[start : start + count] = block / np.linalg.norm(block, axis=1, keepdims=True)
    rows.flush()


def figures(folder: Path, spaces: int, width: int, *, method: str) -> dict[str, float]:
    """Returns what the maps of all spaces take: column -> seconds, MiB or a ratio."""
    import faiss  # noqa: F401  (what is imported is no part of what a map takes)
    import scipy.linalg  # noqa: F401

    arrays = tuple(np.asarray(np.load(folder / f"{one}.npy", mmap_mode="r")) for one in range(spaces))
    ids = tuple(str(row) for row in range(len(arrays[0])))
    names = tuple(f"s{one}" for one in range(spaces))
    vectors = IndexVectors(ExactIndex(names, arrays, ids, mapped=True), frozenset(range(spaces)))
    wanted = [Wanted(name, (MapPart(number, 1.0),)) for number, name in enumerate(names)]
    if spaces > 1:
        wanted.append(Wanted(FUSED, tuple(MapPart(one, spaces**-0.5) for one in range(spaces))))
    read_once(vectors)  # so that both find the files in memory, if they have room there
    read_s = timed(lambda: read_once(vectors))
    before = own_memory()
    with watched_memory() as peaks:
        started = time.perf_counter()
        made = make_maps(vectors, wanted, MapSettings(method))
        make_s = time.perf_counter() - started
        write_s = timed(lambda: [write_map(folder / one.facts.space, one, made_from={}) for one in made])
        open_s = timed(lambda: read_map(folder / made[-1].facts.space))
    peak = (max(peaks) - before) / 2**20
    size = sum(array.nbytes for array in arrays) / 2**20
    ratios = (make_s / read_s, make_s / products_s(vectors, fused=spaces > 1))
    numbers = (width, size, read_s, make_s, *ratios, write_s, open_s, peak, peak / size)
    return dict(zip(COLUMNS, map(float, numbers), strict=True))


def read_once(vectors: IndexVectors) -> float:
    """Returns the sum of all numbers, read in the blocks that maps are made from."""
    return sum(float(array.sum()) for block in vectors.blocks() for array in block)


def products_s(vectors: IndexVectors, *, fused: bool) -> float:
    """Returns the seconds that the products of all blocks with themselves take, from three of the first."""
    arrays = [np.asarray(array, dtype=np.float64) for array in next(vectors.blocks())]
    arrays += [np.concatenate(arrays, axis=1)] if fused else []
    taken = timed(lambda: [array.T @ array for array in arrays for _ in range(3)])
    return taken / 3 * vectors.shots / len(arrays[0])


def timed(work: Callable[[], object]) -> float:
    """Returns the seconds that a call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def watched_memory() -> Iterator[list[int]]:
    """Yields a list that own memory is added to, in bytes, fifty times a second."""
    found, stop = [own_memory()], threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            found.append(own_memory())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def own_memory() -> int:
    """Returns the bytes that this process holds and no file does."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return 1024 * int(line.split()[1])
    raise RuntimeError("this system does not say how much memory a process holds of its own")


if __name__ == "__main__":
    main()
