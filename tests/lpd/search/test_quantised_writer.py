"""Writing a quantised index: what stands in the files, and what a stop costs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.search import quantised_writer
from lpd.search.quantised_files import open_quantised_arrays
from lpd.search.quantised_writer import QuantisedWriter, partial_build, partial_folder
from lpd.search.recall import Recall
from tests.lpd.search.quantised_cases import Case, mixed_case, plain_case

ROOT = Path(__file__).resolve().parents[3]
SOURCES = {"model": "m1", "collection": "c1"}
MEASURED = Recall(10, 2, "shots", {"fused": 1.0}, {"fused": 0.9})


def writer_of(case: Case, directory: Path, *, sources: dict[str, str] | None = None) -> QuantisedWriter:
    return QuantisedWriter(
        directory,
        layout=case.layout,
        shot_ids=case.shot_ids,
        made_from=sources or SOURCES,
        blocks_at_risk=2,
    )


def written(case: Case, directory: Path, *, step: int = 3) -> Path:
    with writer_of(case, directory) as writer:
        for components, mixing in case.blocks(step):
            writer.append(components, mixing)
        writer.publish(MEASURED)
    return directory


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("shots", [1, 2, 7, 40])
@pytest.mark.parametrize("make", [plain_case, mixed_case])
def test_codes_scales_rows_and_mixtures(tmp_path: Path, make, shots: int) -> None:
    case = make(shots)
    case.components[0][shots // 2] = 0
    arrays, manifest = open_quantised_arrays(written(case, tmp_path / "index"))
    for number, vectors in enumerate(case.components):
        codes = arrays.codes[number]
        assert codes.shape == (shots, -(-vectors.shape[1] // 64) * 64)
        for row, vector in enumerate(vectors):
            largest = float(np.abs(vector).max())
            assert arrays.scales[row, number] == pytest.approx(largest / 127, rel=1e-6)
            plain = [round(x * 127 / largest) + 128 if largest else 128 for x in vector.tolist()]
            # a product that ends in .5 may fall to either side
            np.testing.assert_allclose(codes[row, : len(vector)].astype(int), plain, atol=1)
            assert (codes[row, : len(vector)] == plain).mean() > 0.95
            assert (codes[row, len(vector) :] == 128).all()
    np.testing.assert_array_equal(arrays.rows, np.concatenate(case.components, axis=1).astype(np.float16))
    if case.mixing is None:
        assert arrays.mixing is None
    else:
        np.testing.assert_array_equal(arrays.mixing, case.mixing)
    assert list(arrays.shot_ids) == case.shot_ids
    assert (arrays.spaces, arrays.widths) == (case.layout.spaces, case.layout.widths)
    assert (arrays.component_widths, arrays.sources) == (case.layout.component_widths, case.layout.sources)
    assert manifest.made_from == SOURCES
    assert manifest.settings["recall"] == MEASURED.settings


def test_codes_are_within_half_a_step(tmp_path: Path) -> None:
    case = plain_case(50)
    arrays, _ = open_quantised_arrays(written(case, tmp_path / "index"))
    for number, vectors in enumerate(case.components):
        signed = arrays.codes[number][:, : vectors.shape[1]].astype(np.float64) - 128
        scales = arrays.scales[:, [number]]
        assert (np.abs(signed * scales - vectors) <= 0.5001 * scales).all()


@pytest.mark.parametrize("make", [plain_case, mixed_case])
def test_the_size_of_blocks_does_not_matter(tmp_path: Path, make) -> None:
    case = make(23)
    one, other = (contents(written(case, tmp_path / str(step), step=step)) for step in (23, 4))
    assert one == other


def test_an_empty_collection(tmp_path: Path) -> None:
    arrays, _ = open_quantised_arrays(written(plain_case(0), tmp_path / "index"))
    assert [codes.shape for codes in arrays.codes] == [(0, 64), (0, 128), (0, 64)]
    assert list(arrays.shot_ids) == []


def test_an_old_index_is_replaced_when_the_new_one_is_whole(tmp_path: Path) -> None:
    written(plain_case(5), tmp_path / "index")
    before = contents(tmp_path / "index")
    with writer_of(mixed_case(6), tmp_path / "index") as writer:
        for components, mixing in mixed_case(6).blocks(4):
            writer.append(components, mixing)
            assert contents(tmp_path / "index") == before
        writer.publish(None)
    assert open_quantised_arrays(tmp_path / "index")[0].shot_ids[5] == "shot5"
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


@pytest.mark.parametrize("make", [plain_case, mixed_case])
@pytest.mark.parametrize("stop", [1, 2, 5])
def test_a_stopped_build_goes_on(tmp_path: Path, make, stop: int) -> None:
    case = make(23)

    def stopped() -> None:
        with writer_of(case, tmp_path / "index") as writer:
            for number, (components, mixing) in enumerate(case.blocks(4)):
                if number == stop:
                    raise KeyboardInterrupt
                writer.append(components, mixing)

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not (tmp_path / "index").exists()
    found = partial_build(tmp_path / "index")
    assert found is not None
    assert (found.rows, found.shots, found.made_from) == (4 * stop, 23, SOURCES)
    with writer_of(case, tmp_path / "index") as writer:
        assert writer.rows_written == 4 * stop
        for components, mixing in case.blocks(4, start=4 * stop):
            writer.append(components, mixing)
        writer.publish(MEASURED)
    assert contents(tmp_path / "index") == contents(written(case, tmp_path / "at once"))
    assert partial_build(tmp_path / "index") is None


SLOW_BUILD = """
import sys, time
from pathlib import Path
from lpd.search.quantised_writer import QuantisedWriter
from tests.lpd.search.quantised_cases import mixed_case

case, sources = mixed_case(1000), {"model": "m1", "collection": "c1"}
writer = QuantisedWriter(
    Path(sys.argv[1]), layout=case.layout, shot_ids=case.shot_ids, made_from=sources, blocks_at_risk=2
)
with writer:
    for components, mixing in case.blocks(20, start=writer.rows_written):
        writer.append(components, mixing)
        time.sleep(0.005)
"""


@pytest.mark.slow
def test_a_killed_build_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """kill -9 in the middle, twice."""
    case, directory = mixed_case(1000), tmp_path / "index"
    seen = 0
    for least in (100, 400):
        command = [sys.executable, "-c", SLOW_BUILD, str(directory)]
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        deadline = time.monotonic() + 60
        while (found := partial_build(directory)) is None or found.rows < least:
            assert process.poll() is None, "the build ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert not directory.exists()
        found = partial_build(directory)
        assert found is not None
        assert seen < found.rows < 1000
        seen = found.rows
    with writer_of(case, directory) as writer:
        assert writer.rows_written == seen
        for components, mixing in case.blocks(20, start=seen):
            writer.append(components, mixing)
        writer.publish(MEASURED)
    assert contents(directory) == contents(written(case, tmp_path / "at once", step=300))


@pytest.mark.parametrize("step", [1, 7, 40])
def test_checksums_go_on_across_their_borders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    import zlib

    from lpd.search import growing_files

    monkeypatch.setattr(growing_files, "CHECKED_BYTES", 1000)
    case, directory = plain_case(40), tmp_path / "index"
    for start in range(0, 40, step):  # a new writer for each block
        with writer_of(case, directory) as writer:
            assert writer.rows_written == start
            writer.append(*next(case.blocks(step, start=start)))
            if writer.rows_written == 40:
                writer.publish(None)
    _, manifest = open_quantised_arrays(directory)
    for name, facts in manifest.settings["files"].items():
        data = (directory / name).read_bytes()
        assert facts["bytes"] == len(data)
        assert facts["crc32"] == [zlib.crc32(data[at : at + 1000]) for at in range(0, len(data), 1000)]


def other_sources(case: Case, directory: Path) -> QuantisedWriter:
    return writer_of(case, directory, sources=SOURCES | {"model": "m2"})


def other_layout(case: Case, directory: Path) -> QuantisedWriter:
    return writer_of(plain_case(23, (5, 70, 63)), directory)


def lost_bytes(case: Case, directory: Path) -> QuantisedWriter:
    path = partial_folder(directory) / "rows.npy"
    path.write_bytes(path.read_bytes()[:-1])
    return writer_of(case, directory)


def lost_file(case: Case, directory: Path) -> QuantisedWriter:
    (partial_folder(directory) / "scales.npy").unlink()
    return writer_of(case, directory)


def damaged_state(case: Case, directory: Path) -> QuantisedWriter:
    path = partial_folder(directory) / "state.json"
    path.write_text(path.read_text()[:-20])
    return writer_of(case, directory)


def state_without_files(case: Case, directory: Path) -> QuantisedWriter:
    path = partial_folder(directory) / "state.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"files": {}}))
    return writer_of(case, directory)


@pytest.mark.parametrize(
    "again", [other_sources, other_layout, lost_bytes, lost_file, damaged_state, state_without_files]
)
def test_what_does_not_fit_begins_anew(tmp_path: Path, again) -> None:
    case = plain_case(23)
    with writer_of(case, tmp_path / "index") as writer:
        writer.append(*next(case.blocks(8)))
    with again(case, tmp_path / "index") as writer:
        assert writer.rows_written == 0
        if writer.layout == case.layout:
            for components, mixing in case.blocks(8):
                writer.append(components, mixing)
            writer.publish(None)
            arrays, _ = open_quantised_arrays(tmp_path / "index")
            np.testing.assert_array_equal(arrays.rows[:, :5], case.components[0].astype(np.float16))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (np.nan, "space:1, shot 'shot9': vectors with NaN or infinite values.*found nan"),
        (-np.inf, "space:1, shot 'shot9': vectors with NaN or infinite values.*found -inf"),
        (70000.0, "space:1, shot 'shot9': vectors too large for float16; .* at most 65504; found 70000"),
    ],
    ids=str,
)
def test_what_half_floats_cannot_hold_is_refused(tmp_path: Path, value: float, sentence: str) -> None:
    case = plain_case(12)
    case.components[1][9, 3] = value
    with writer_of(case, tmp_path / "index") as writer:
        writer.append(*next(case.blocks(8)))
        with pytest.raises(FormatError, match=sentence) as caught:
            writer.append(*next(case.blocks(8, start=8)))
        assert "\n" not in str(caught.value)
        assert writer.rows_written == 8
    assert partial_build(tmp_path / "index").rows == 8


def test_a_mixture_that_is_not_finite_is_refused(tmp_path: Path) -> None:
    case = mixed_case(4)
    case.mixing[1:3, 1, 0] = np.nan
    with (
        writer_of(case, tmp_path / "index") as writer,
        pytest.raises(FormatError, match="space text:1, shots 'shot1', 'shot2': vectors with NaN"),
    ):
        writer.append(case.components, case.mixing)


def test_blocks_that_do_not_add_up(tmp_path: Path) -> None:
    case = plain_case(3)
    with writer_of(case, tmp_path / "index") as writer:
        writer.append([part[:2] for part in case.components])
        with pytest.raises(MismatchError, match="too few rows; expected 3; found 2"):
            writer.publish(None)
        with pytest.raises(MismatchError, match="too many rows; expected 3; found at least 4"):
            writer.append([part[:2] for part in case.components])
    assert not (tmp_path / "index").exists()


def test_blocks_of_other_sizes(tmp_path: Path) -> None:
    case = mixed_case(3)
    with writer_of(case, tmp_path / "index") as writer:
        with pytest.raises(MismatchError, match="other sizes"):
            writer.append(case.components[:2], case.mixing)
        with pytest.raises(MismatchError, match="other mixtures"):
            writer.append(case.components, None)


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = plain_case(1000)
    usage = quantised_writer.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(quantised_writer.shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(LpdError, match=r"not enough room.*expected 1 MB; found 0 MB free"):
        writer_of(case, tmp_path / "index")


def test_a_write_that_fails_does_not_spoil_what_was_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lpd.search.growing_files import GrowingFile

    case, whole = plain_case(23), GrowingFile.write

    def fails(self: GrowingFile, data: bytes) -> None:
        if self.path.name == "rows.npy":
            raise OSError(28, "No space left on device")
        whole(self, data)

    writer = writer_of(case, tmp_path / "index")
    with writer:
        writer.append(*next(case.blocks(8)))
        writer.append(*next(case.blocks(8, start=8)))
    with writer_of(case, tmp_path / "index") as writer:
        monkeypatch.setattr(GrowingFile, "write", fails)
        with pytest.raises(OSError, match="No space"):
            writer.append(*next(case.blocks(7, start=16)))
    monkeypatch.undo()
    with writer_of(case, tmp_path / "index") as writer:
        assert writer.rows_written == 16
        writer.append(*next(case.blocks(7, start=16)))
        writer.publish(MEASURED)
    assert contents(tmp_path / "index") == contents(written(case, tmp_path / "at once"))
