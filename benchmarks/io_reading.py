"""Reading features block by block through lpd, against reading the bytes of the same file alone."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lpd.features import FeatureSource, open_source
from lpd.features.files import BLOCK_BYTES

__all__ = ["lines"]

AIM = 0.8


def lines(folder: Path, *, rows: int, dimension: int, turns: int) -> list[str]:
    """Returns a table: for each form the plain way, lpd's way, and their ratio.

    Both read from the page cache (the files are read once before), into memory of their own, in blocks of one
    size; lpd's blocks are new arrays, which a caller may keep, where the plain way fills one buffer again and
    again. Opening, which reads the ids, is told apart.
    """
    found = [
        f"{rows:,} x {dimension} float32, {rows * dimension * 4 / 1e6:.0f} MB, page cache warm, "
        f"median of {turns} turns of each",
        f"{'':8} {'plain GB/s':>10} {'lpd GB/s':>9} {'ratio':>6} {'quartiles':>13}  aim {AIM}    opening ms",
    ]
    for form, (source, file) in _write(folder, rows, dimension).items():
        opening_s, matrix = _timed(lambda source=source: open_source(source))
        opened = [matrix]
        _plain(file)
        pairs = []
        for turn in range(turns):
            ways = [lambda file=file: _plain(file), lambda opened=opened: _through(opened[0])]
            order = (0, 1) if turn % 2 else (1, 0)
            times = {way: _timed(ways[way])[0] for way in order}
            pairs.append((times[0], times[1]))
        size = file.stat().st_size
        plain, through = (statistics.median(times) for times in zip(*pairs, strict=True))
        low, ratio, high = np.percentile([one / other for one, other in pairs], [25, 50, 75])
        found.append(
            f"{form:8} {size / plain / 1e9:10.2f} {size / through / 1e9:9.2f} {ratio:6.2f} "
            f"{low:6.2f}-{high:.2f}  {'met' if ratio >= AIM else 'not met':8} {1000 * opening_s:9.0f}"
        )
    return found


def _write(folder: Path, rows: int, dimension: int) -> dict[str, tuple[FeatureSource, Path]]:
    """Returns for each form where the same rows lie, and the file with the numbers."""
    ids = folder / "id.txt"
    ids.write_text("\n".join(f"shot{row // 8}_{row % 8}" for row in range(rows)))
    matrix = np.random.default_rng(0).standard_normal((rows, dimension), dtype=np.float32)
    np.save(folder / "features.npy", matrix)
    matrix.tofile(folder / "feature.bin")
    (folder / "shape.txt").write_text(f"{rows} {dimension}")
    return {
        "npy": (FeatureSource("npy", folder / "features.npy", ids), folder / "features.npy"),
        "BigFile": (FeatureSource("bigfile", folder), folder / "feature.bin"),
    }


def _plain(file: Path) -> None:
    buffer = bytearray(BLOCK_BYTES)
    with file.open("rb", buffering=0) as stream:
        while stream.readinto(buffer):
            pass


def _through(matrix: object) -> None:
    for _ in matrix.blocks():  # type: ignore[attr-defined]
        pass


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found
