"""Codes in memory: what the files hold, checked on the way."""

import re
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError
from lpd.search import growing_files, quantised_files
from lpd.search.opening import open_index
from lpd.search.quantised_files import open_quantised_arrays
from lpd.search.quantised_memory import read_codes
from tests.lpd.search.quantised_cases import mixed_case, plain_case
from tests.lpd.search.test_quantised_writer import written


@pytest.fixture
def checked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checksum covers 1000 bytes, so that every file has several."""
    for module in (growing_files, quantised_files):
        monkeypatch.setattr(module, "CHECKED_BYTES", 1000)


@pytest.mark.parametrize("case", [mixed_case(40), plain_case(129, (8, 65))], ids=["mixed", "plain"])
def test_codes_in_memory_are_those_of_the_files(case, checked_often: None, tmp_path: Path) -> None:
    folder = written(case, tmp_path / "index")
    mapped, manifest = open_quantised_arrays(folder)
    stages: list[tuple[str, int, int]] = []
    arrays = read_codes(folder, manifest, mapped, lambda *call: stages.append(call))
    for codes, file in zip(arrays.codes, mapped.codes, strict=True):
        assert np.array_equal(codes, file)
        assert codes.ctypes.data % 64 == 0, "rows of codes begin at a register's boundary"
        assert not codes.flags.writeable
        assert not isinstance(codes.base, np.memmap)
    assert arrays.rows is mapped.rows
    assert [done for _, done, _ in stages] == list(range(stages[-1][2] + 1))
    (folder / "codes_00.npy").write_bytes(b"")  # is not looked at again
    assert not np.array_equal(arrays.codes[0], np.zeros_like(arrays.codes[0]))


@pytest.mark.parametrize("name", ["codes_01.npy", "scales.npy", "mixing.npy"])
def test_a_changed_bit_is_refused_by_the_first_query(name: str, checked_often: None, tmp_path: Path) -> None:
    folder = written(mixed_case(40), tmp_path / "index")
    data = bytearray((folder / name).read_bytes())
    data[-1] ^= 1
    (folder / name).write_bytes(data)
    index, _ = open_index(folder)
    with pytest.raises(FormatError, match=f"{name}, bytes .*the checksum differs"):
        index.warm_up()
    assert not index.warm


def test_a_file_cut_short_after_opening_is_refused(checked_often: None, tmp_path: Path) -> None:
    folder = written(mixed_case(40), tmp_path / "index")
    index, _ = open_index(folder)
    path = folder / "codes_01.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match=r"codes_01.npy, bytes .*the checksum differs"):
        index.warm_up()


@pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").is_dir(), reason="this system has no large pages"
)
def test_codes_lie_in_private_memory_that_may_have_large_pages(tmp_path: Path) -> None:
    folder = written(plain_case(40, (8,)), tmp_path / "index")
    mapped, manifest = open_quantised_arrays(folder)
    codes = read_codes(folder, manifest, mapped).codes[0]
    address = codes.ctypes.data
    places, flags = [], []
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if found := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line):
            places.append((int(found[1], 16), int(found[2], 16), found[3]))
        elif line.startswith("VmFlags:"):
            flags.append(line.split()[1:])
    number = next(at for at, (first, last, _) in enumerate(places) if first <= address < last)
    assert places[number][2] == "rw-p", "pages of shared memory stay small"
    assert "hg" in flags[number]
