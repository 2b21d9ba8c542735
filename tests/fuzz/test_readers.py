"""Damaged files: nothing but LpdError comes out of a reader, nothing hangs, grows or reaches outside.

`LPD_FUZZ_CASES` sets the number of cases; `make fuzz` runs 10,000 of each reader.
"""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lpd.errors import FormatError
from tests.fuzz.readers import READERS

ROOT = Path(__file__).resolve().parents[2]
CASES = int(os.environ.get("LPD_FUZZ_CASES", "1000"))
FEW = 60
LONGEST_S = 1200


def outcomes(folder: Path, cases: int, readers: Sequence[str]) -> list[dict[str, Any]]:
    """Returns what a process of its own says of some readers."""
    command = [sys.executable, "-m", "tests.fuzz.child", str(folder), str(cases), *readers]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST_S, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_only_told(found: Sequence[dict[str, Any]]) -> None:
    assert {one["reader"]: one["failures"] for one in found if one["failures"]} == {}
    unmoved = [one["reader"] for one in found if one["cases"] >= 20 and not one["refused"]]
    assert unmoved == [], "damage never shows, so the harness does not reach these readers"


def test_a_few_damaged_files_of_every_reader(tmp_path: Path) -> None:
    found = outcomes(tmp_path, FEW, list(READERS))
    assert [one["reader"] for one in found] == list(READERS)
    assert_only_told(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_many_damaged_files(tmp_path: Path, name: str) -> None:
    found = outcomes(tmp_path, CASES, [name])
    sys.stdout.write(json.dumps(found[0]) + "\n")
    assert_only_told(found)


class Harmful:
    """A pickle of it makes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"touch {self.path}",))


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_pickle_that_would_make_a_file_makes_none(tmp_path: Path, protocol: int) -> None:
    from lpd.checkpoints.official.vocabularies import read_vocabulary

    made = tmp_path / "executed"
    path = tmp_path / "bow.pkl"
    path.write_bytes(pickle.dumps({"word2idx": Harmful(made)}, protocol=protocol))
    with pytest.raises(FormatError):
        read_vocabulary(path)
    assert not made.exists()
    pickle.loads(path.read_bytes())  # it would have
    assert made.exists()


@pytest.mark.parametrize("zipped", [True, False])
def test_a_checkpoint_that_would_make_a_file_makes_none(tmp_path: Path, zipped: bool) -> None:
    import torch

    from lpd.checkpoints.official.restricted import read_official

    made = tmp_path / "executed"
    path = tmp_path / "model_best.pth.tar"
    content = {"model": {"a.weight": torch.zeros(2)}, "config": Harmful(made)}
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    read = read_official(path)
    assert any("system" in name for name in read.refused)
    assert not made.exists()
