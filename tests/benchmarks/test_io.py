"""The benchmark of what comes in runs, and says what it measured."""

import re
from pathlib import Path

from benchmarks import io_reading


def test_reading_is_held_against_a_plain_read(tmp_path: Path) -> None:
    said, _, *table = io_reading.lines(tmp_path, rows=300, dimension=8, turns=2)
    assert said.startswith("300 x 8 float32, 0 MB, page cache warm")
    assert [line.split()[0] for line in table] == ["npy", "BigFile"]
    assert all(re.search(r" \d+\.\d\d +(met|not met) +\d+$", line.replace("-", " ")) for line in table)
