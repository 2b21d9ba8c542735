"""Opening a quantised index, and what is refused."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError
from lpd.search import growing_files, quantised_files
from lpd.search.quantised_files import open_quantised_arrays, verify_files
from lpd.search.quantised_layout import QuantisedLayout, padded
from tests.lpd.search.quantised_cases import mixed_case
from tests.lpd.search.test_quantised_writer import written


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of 40 shots; a checksum covers 1000 bytes, so that every file has several."""
    for module in (growing_files, quantised_files):
        monkeypatch.setattr(module, "CHECKED_BYTES", 1000)
    return written(mixed_case(40), tmp_path / "index")


def edited(path: Path, change: Callable[[dict], object]) -> None:
    document = json.loads(path.read_text())
    change(document["settings"])
    path.write_text(json.dumps(document))


def test_arrays_are_mapped_and_ids_are_read_when_asked_for(index: Path) -> None:
    arrays, _ = open_quantised_arrays(index)
    for array in (*arrays.codes, arrays.scales, arrays.mixing, arrays.rows):
        assert not array.flags.writeable
        assert array.ctypes.data % 64 == 0, "rows of codes begin at a register's boundary"
    (index / "ids.txt").write_text("other\n" * 40)
    assert len(arrays.shot_ids) == 40
    assert arrays.shot_ids[3] == "other"
    assert arrays.shot_ids[38:] == ("other", "other")
    assert list(arrays.shot_ids) == ["other"] * 40


def test_other_ids_than_rows_are_refused_when_they_are_read(index: Path) -> None:
    arrays, _ = open_quantised_arrays(index)
    (index / "ids.txt").write_text("one\n")
    with pytest.raises(FormatError, match="wrong number of ids; expected 40; found 1"):
        arrays.shot_ids[0]


@pytest.mark.parametrize(("width", "bytes_"), [(1, 64), (63, 64), (64, 64), (65, 128), (512, 512)])
def test_rows_are_padded_to_registers(width: int, bytes_: int) -> None:
    assert padded(width) == bytes_


def test_checksums_of_a_whole_index(index: Path) -> None:
    _, manifest = open_quantised_arrays(index)
    assert set(manifest.settings["files"]) == {path.name for path in index.iterdir()} - {"manifest.json"}
    calls: list[tuple[str, int, int]] = []
    verify_files(index, manifest, progress=lambda *call: calls.append(call))
    total = sum(-(-path.stat().st_size // 1000) for path in index.iterdir() if path.name != "manifest.json")
    assert calls == [("comparing checksums", done, total) for done in range(total + 1)]
    verify_files(index, manifest, ["codes_01.npy"], lambda *call: calls.append(call))
    assert calls[-1][2] == -(-(index / "codes_01.npy").stat().st_size // 1000)


@pytest.mark.parametrize("place", [0, 999, 1000, -1])
@pytest.mark.parametrize("name", ["codes_02.npy", "scales.npy", "mixing.npy", "rows.npy", "ids.txt"])
def test_one_changed_bit_is_found(index: Path, name: str, place: int) -> None:
    if name in ("scales.npy", "ids.txt") and place > 0:
        place = 200
    data = bytearray((index / name).read_bytes())
    data[place] ^= 4
    (index / name).write_bytes(data)
    manifest = open_quantised_arrays(index)[1] if place else json_manifest(index)
    block = place % len(data) // 1000
    with pytest.raises(
        FormatError, match=rf"{name}, bytes {block * 1000} to .*the checksum differs"
    ) as caught:
        verify_files(index, manifest)
    assert "\n" not in str(caught.value)
    others = [other for other in manifest.settings["files"] if other != name]
    verify_files(index, manifest, others)


def json_manifest(index: Path):
    from lpd.storage import read_manifest

    return read_manifest(index, "quantised index")


def truncated(folder: Path) -> None:
    path = folder / "codes_01.npy"
    path.write_bytes(path.read_bytes()[:-64])


def longer(folder: Path) -> None:
    path = folder / "rows.npy"
    path.write_bytes(path.read_bytes() + b"0")


def lost_file(folder: Path) -> None:
    (folder / "mixing.npy").unlink()


def other_type(folder: Path) -> None:
    rows = np.load(folder / "rows.npy")
    np.save(folder / "rows.npy", rows.view(np.int16))


def other_shape(folder: Path) -> None:
    rows = np.load(folder / "rows.npy")
    np.save(folder / "rows.npy", rows.reshape(-1, 2 * rows.shape[1]))


def columns_first(folder: Path) -> None:
    np.save(folder / "scales.npy", np.asfortranarray(np.load(folder / "scales.npy")))


def no_array(folder: Path) -> None:
    path = folder / "scales.npy"
    path.write_bytes(b"\0" * path.stat().st_size)


def lost_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def other_kind(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("quantised index", "exact index"))


def no_sources(folder: Path) -> None:
    edited(folder / "manifest.json", lambda settings: settings.pop("sources"))


def unknown_component(folder: Path) -> None:
    edited(folder / "manifest.json", lambda settings: settings["sources"].__setitem__(2, 7))


def no_files(folder: Path) -> None:
    edited(folder / "manifest.json", lambda settings: settings.update(files={}))


@pytest.mark.parametrize(
    ("damage", "error", "sentence"),
    [
        (
            truncated,
            FormatError,
            r"codes_01.npy: truncated or another file; expected \d+ bytes; found \d+ bytes",
        ),
        (longer, FormatError, "rows.npy: truncated or another file"),
        (lost_file, FormatError, "mixing.npy: truncated or another file; .*found nothing"),
        (other_type, FormatError, "rows.npy: wrong array; .*float16; found .*int16"),
        (other_shape, FormatError, "rows.npy: wrong array"),
        (columns_first, FormatError, "scales.npy: wrong array"),
        (no_array, FormatError, "scales.npy: cannot be read"),
        (lost_manifest, StaleError, "half-written"),
        (other_kind, FormatError, "manifest of another kind"),
        (no_sources, FormatError, "damaged manifest.*sources"),
        (unknown_component, FormatError, "damaged manifest.*no component 7"),
        (no_files, FormatError, "damaged manifest.*files"),
        (shutil.rmtree, NotFoundError, "no quantised index here"),
    ],
)
def test_damage_is_named(index: Path, damage, error: type[LpdError], sentence: str) -> None:
    damage(index)
    with pytest.raises(error, match=sentence) as caught:
        open_quantised_arrays(index)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sizes",
    [
        {"widths": (40, 40, 40, 40)},
        {"widths": (40, 40, 40, 40, 39)},
        {"component_widths": (40, 40, 41)},
        {"component_widths": ()},
        {"sources": (None, None, 0, 1, 3)},
        {"sources": (None, None, 0, 1, -1)},
        {"shots": -1},
    ],
    ids=str,
)
def test_sizes_that_do_not_fit(sizes: dict) -> None:
    fitting = mixed_case(4).layout
    fitting.check()
    values = {name: getattr(fitting, name) for name in QuantisedLayout.__dataclass_fields__}
    with pytest.raises(ValueError, match="space"):
        QuantisedLayout(**(values | sizes)).check()


def test_a_component_is_one_space_only() -> None:
    layout = replace(mixed_case(4).layout, sources=(None, None, 0, 1, 0))
    with pytest.raises(ValueError, match=r"^spaces video:0 and video:2 are both component 0$"):
        layout.check()
