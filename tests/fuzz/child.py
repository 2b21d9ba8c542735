"""Runs damaged files through readers, in a process of its own with a limit of memory and of time.

`python -m tests.fuzz.child FOLDER CASES READER...` writes one JSON object per reader; `--only N`
runs one case.
"""

import argparse
import faulthandler
import json
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from lpd.cli.output import keep_stdout
from lpd.errors import LpdError
from tests.fuzz.guard import Guard
from tests.fuzz.mutations import mutated
from tests.fuzz.reader import Reader

MEMORY = 1 << 30
"""More than a reader of files of some kilobytes may take."""

CASE_S, HANGING_S = 45, 90
"""HDF5 texts are read in a process of their own, which is ended after 30 s."""
MOST_TOLD = 12


class TooLong(BaseException):
    """A case took too long. Not an Exception, so that no reader takes it for bad input."""


def _alarm(signal_number: int, frame: FrameType | None) -> None:
    raise TooLong


def main(readers: Mapping[str, Reader]) -> None:
    """Runs those of some readers that are named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("cases", type=int)
    parser.add_argument("readers", nargs="+")
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, _alarm)
    keep_stdout()  # what the libraries print is none of the answers
    guard = Guard(options.folder)
    for name in options.readers:
        sys.stdout.write(json.dumps(_fuzz(name, readers[name], guard, options)) + "\n")
        sys.stdout.flush()


def _fuzz(name: str, reader: Reader, guard: Guard, options: argparse.Namespace) -> dict[str, Any]:
    """Returns what came of a reader's cases."""
    folder = options.folder / name.replace(" ", "_")
    folder.mkdir(parents=True, exist_ok=True)
    reader.make(folder)
    reader.read(folder)  # the undamaged files are good, and everything it needs is imported
    originals = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    damaged = [path for path in originals if reader.damages in str(path.relative_to(folder))]
    _limit_memory()
    count = max(1, int(options.cases * reader.share))
    start = time.perf_counter()
    failures: dict[str, dict[str, Any]] = {}
    told, slowest = 0, 0.0
    for case in range(count) if options.only is None else [options.only]:
        generator = random.Random(f"{name}/{case}")
        path = generator.choice(damaged)
        path.write_bytes(mutated(originals[path], generator))
        began = time.perf_counter()
        outcome = _case(reader, folder, guard)
        slowest = max(slowest, time.perf_counter() - began)
        told += outcome == "told"
        if outcome not in ("told", "read"):
            failures.setdefault(outcome, {"case": case, "file": path.name})
            if options.only is not None:
                sys.stderr.write(f"{outcome} {path}\n")
        _restore(folder, originals)
    _limit_memory(free=True)
    return {
        "reader": name, "cases": count, "refused": told, "seconds": round(time.perf_counter() - start, 2),
        "slowest": round(slowest, 3), "failures": dict(list(failures.items())[:MOST_TOLD]),
    }  # fmt: skip


def _case(reader: Reader, folder: Path, guard: Guard) -> str:
    """Returns `read`, `told` (an LpdError came out), or what is wrong with the reader."""
    faulthandler.dump_traceback_later(HANGING_S, exit=True)
    signal.setitimer(signal.ITIMER_REAL, CASE_S)
    guard.noted.clear()
    guard.on = True
    try:
        reader.read(folder)
        outcome = "read"
    except LpdError:
        outcome = "told"
    except TooLong:
        outcome = f"longer than {CASE_S} s"
    except BaseException as error:
        places = [
            f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)
        ]
        outcome = f"{type(error).__name__}: {str(error)[:120]} at {' '.join(places[-4:])}"
    finally:
        guard.on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
    return f"forbidden: {guard.noted[0]}" if guard.noted else outcome


def _restore(folder: Path, originals: dict[Path, bytes]) -> None:
    for path in folder.rglob("*"):
        if path not in originals and path.is_file():
            path.unlink()
    for path, data in originals.items():
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _limit_memory(*, free: bool = False) -> None:
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    if free:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, most))


if __name__ == "__main__":
    from tests.fuzz.readers import READERS

    main(READERS)
