"""What comes in, and how fast: features against a plain read of the same file, the work of sample_eval.pl
against the plain version, extraction against decoding, and the memory that imports take. All that is compared
is measured in one run, in turns.

    python -m benchmarks.io [--what read,evaluate,extract,memory] [--rows N] [--dimension D] [--turns N]
        [--shots N] [--folder DIR]

What is written for it lies in DIR and is removed at the end.
"""

import argparse
import os
import shutil
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as lpd.cli does, before torch is imported


def _read(arguments: argparse.Namespace) -> list[str]:
    from benchmarks import io_reading

    return io_reading.lines(
        arguments.folder, rows=arguments.rows, dimension=arguments.dimension, turns=arguments.turns
    )


def _evaluate(arguments: argparse.Namespace) -> list[str]:
    from benchmarks import io_evaluation

    return io_evaluation.lines()


def _extract(arguments: argparse.Namespace) -> list[str]:
    from benchmarks import io_extraction

    return io_extraction.lines()


def _memory(arguments: argparse.Namespace) -> list[str]:
    from benchmarks import io_memory

    return io_memory.lines(arguments.folder, shots=arguments.shots)


PARTS: dict[str, Callable[[argparse.Namespace], list[str]]] = {
    "read": _read,
    "evaluate": _evaluate,
    "extract": _extract,
    "memory": _memory,
}


def main() -> None:
    """Measures each part that is asked for and prints its lines."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--what", default="read,evaluate,extract", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rows", type=int, default=200_000, help="of the features that are read")
    parser.add_argument("--dimension", type=int, default=512, help="of the features that are read")
    parser.add_argument("--turns", type=int, default=15, help="of each way of reading")
    parser.add_argument("--shots", type=int, default=1_400_000, help="whose import is weighed")
    parser.add_argument("--folder", type=Path, default=Path("build") / "io-benchmark")
    arguments = parser.parse_args()
    asked = arguments.what.split(",")
    if unknown := [part for part in asked if part not in PARTS]:
        parser.error(f"--what {','.join(unknown)}: expected some of {', '.join(PARTS)}")
    for part in asked:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        try:
            print(f"{part}:", *PARTS[part](arguments), sep="\n  ", flush=True)
        finally:
            shutil.rmtree(arguments.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
