"""The harness itself: what it must notice, it notices."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "told": None,
    "another error": "ValueError: oops",
    "file": "forbidden: open",
    "folder": "forbidden: os.mkdir",
    "program": "forbidden: os.system",
    "pickle": "forbidden: pickle.find_class os.system",
    "memory": "MemoryError",
    "endless": "longer than 1 s",
}
CODE = """
import os, pickle, sys
from pathlib import Path
import tests.fuzz.child as child
from lpd.errors import FormatError
from tests.fuzz.reader import Reader

def told(): raise FormatError("bad")
def another(): raise ValueError("oops")
def endless():
    while True: pass

DEEDS = {
    "told": told,
    "another error": another,
    "file": lambda: open("outside", "w"),
    "folder": lambda: Path("outside").mkdir(),
    "program": lambda: os.system("true"),
    "pickle": lambda: pickle.loads(b"cos\\nsystem\\n."),
    "memory": lambda: bytearray(3 << 30),
    "endless": endless,
}

def reader(deed):
    return Reader(
        lambda folder: (folder / "a").write_text("1 2 3"),
        lambda folder: None if (folder / "a").read_bytes() == b"1 2 3" else deed(),
    )

child.CASE_S = 1
child.main({name: reader(deed) for name, deed in DEEDS.items()})
"""


def test_what_a_reader_must_not_do_is_noticed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, str(tmp_path / "allowed"), "2", *EXPECTED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        one = json.loads(line)
        expected, found = EXPECTED[one["reader"]], list(one["failures"])
        assert found == [] if expected is None else found[0].startswith(expected), one
    assert len(done.stdout.splitlines()) == len(EXPECTED)
