"""What memory `lpd import features` takes for a whole V3C2 of 64 numbers a shot, in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lpd.collection import make_collection, write_collection
from lpd.workspace import create_workspace

__all__ = ["lines"]

DIMENSION = 64


def lines(folder: Path, *, shots: int) -> list[str]:
    """Returns a table: for each source the peak of resident memory, of which the ids of shots take most.

    The rows of the shuffled sources are in another order than the collection's. The first line is a command
    that opens the same collection and does nothing else.
    """
    import pandas as pd

    workspace = create_workspace(folder / "w")
    ids = [f"shot{row // 64:05d}_{row % 64 + 1}" for row in range(shots)]
    write_collection(
        workspace.collection_folder("c"), make_collection("c", pd.DataFrame({"shot_id": ids}), subsets={})
    )
    size = shots * DIMENSION * 4 / 2**20
    found = [
        f"{shots:,} shots x {DIMENSION} float32 = {size:.0f} MiB",
        f"{'':24} {'peak MiB':>9} {'above status':>13} {'seconds':>8}",
    ]
    floor, seconds = _weighed(["status", "--workspace", str(workspace.path)])
    found.append(f"{'lpd status':24} {floor:9.0f} {'':13} {seconds:8.1f}")
    for shuffled in (False, True):
        for form, command in _sources(folder, ids, shuffled=shuffled).items():
            asked = ["--collection", "c", "--name", "f", "--workspace", str(workspace.path)]
            peak, seconds = _weighed(["import", "features", *command, *asked])
            name = f"{form}{', shuffled' if shuffled else ''}"
            found.append(f"{name:24} {peak:9.0f} {peak - floor:13.0f} {seconds:8.1f}")
    return found


def _sources(folder: Path, ids: Sequence[str], *, shuffled: bool) -> dict[str, list[str]]:
    """Returns for each form what stands on the command line."""
    import h5py

    rng = np.random.default_rng(1)
    order = rng.permutation(len(ids)) if shuffled else np.arange(len(ids))
    names = [ids[row] for row in order.tolist()]
    matrix = rng.standard_normal((len(ids), DIMENSION), dtype=np.float32)
    np.save(folder / "f.npy", matrix)
    (folder / "id.txt").write_text("\n".join(names))
    with h5py.File(folder / "f.h5", "w") as file:
        file.create_dataset("data", data=matrix, chunks=(4096, DIMENSION))
        file["ids"] = np.array(names, dtype="S")
    return {
        "npy": [str(folder / "f.npy"), "--ids", str(folder / "id.txt")],
        "HDF5 in chunks": [str(folder / "f.h5")],
    }


def _weighed(command: Sequence[str]) -> tuple[float, float]:
    """Returns the peak of resident memory in MiB and the seconds of an `lpd` command."""
    started, peak = time.perf_counter(), 0
    process = subprocess.Popen(
        [sys.executable, "-m", "lpd", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    status = Path(f"/proc/{process.pid}/status")  # getrusage would count what this process held at the fork
    while process.poll() is None:
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                peak = int(line.split()[1])
        time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"lpd {' '.join(command)} failed")
    return peak / 1024, time.perf_counter() - started
