"""The files of a quantised index: what lies where, opened without reading, and their checksums.

Sizes: N shots, S spaces, C components of widths D_c, M mixtures; P_c is D_c padded to a multiple of 64.

codes_00.npy ...  (N, P_c) uint8, one file per component: `rint(u 127 / max|u|) + 128`; what pads a row is 128
scales.npy        (N, C) float32, `max|u| / 127`
mixing.npy        (N, M, C) float32, only where spaces are mixtures
rows.npy          (N, sum D_c) float16, the components side by side, for exact re-ranking
ids.txt           one shot per line
manifest.json     last: sizes, and of each file its bytes and the CRC-32 of every 64 MiB of it
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from io import FileIO
from pathlib import Path
from typing import Any, overload

import numpy as np

from lpd.errors import FormatError, NotFoundError
from lpd.progress import Progress, no_progress
from lpd.search.quantised_layout import CHECKED_BYTES, IDS_FILE, QuantisedLayout, codes_file
from lpd.storage import Manifest, read_manifest

__all__ = [
    "QUANTISED_KIND",
    "QuantisedArrays",
    "open_arrays",
    "open_quantised_arrays",
    "verify_files",
]

QUANTISED_KIND = "quantised index"
_READ_BYTES = 4 << 20
_AGAIN = "lpd index"


@dataclass(frozen=True)
class QuantisedArrays:
    """A quantised index as arrays, memory-mapped where they come from files.

    Args:
        spaces, widths, component_widths, sources: as in `QuantisedLayout`.
        codes: C arrays (N, P_c) uint8.
        scales: (N, C) float32.
        mixing: (N, M, C) float32; None without mixtures.
        rows: (N, sum D_c) float16.
        shot_ids: N ids in the order of the rows.
    """

    spaces: tuple[str, ...]
    widths: tuple[int, ...]
    component_widths: tuple[int, ...]
    sources: tuple[int | None, ...]
    codes: tuple[np.ndarray, ...]
    scales: np.ndarray
    mixing: np.ndarray | None
    rows: np.ndarray
    shot_ids: Sequence[str]


class _IdFile(Sequence[str]):
    """The lines of ids.txt, read when the first is asked for."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._ids[index]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        ids = tuple(self._path.read_text(encoding="utf-8").split("\n")[:-1])
        if len(ids) != self._count:
            raise _damaged("wrong number of ids", self._path, self._count, len(ids))
        return ids


def open_quantised_arrays(directory: Path) -> tuple[QuantisedArrays, Manifest]:
    """Returns the arrays in a folder, memory-mapped, and its manifest; no row is read.

    Sizes, shapes and types are checked against the manifest; checksums only by `verify_files`.

    Raises:
        NotFoundError, StaleError: if it is not there or half-written.
        FormatError: if the manifest is damaged, or a file has another size or shape than it says.
    """
    manifest = read_manifest(directory, QUANTISED_KIND)
    try:
        settings = manifest.settings
        sizes = {name: tuple(settings[name]) for name in ("spaces", "widths", "component_widths", "sources")}
        layout = QuantisedLayout(**sizes, shots=int(settings["shots"]))
        layout.check()
        described = {name: int(facts["bytes"]) for name, facts in settings["files"].items()}
        if set(described) != {*layout.files, IDS_FILE}:
            raise ValueError(f"files {sorted(described)}")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FormatError(f"damaged manifest ({error!r})", where=directory, next_step=_AGAIN) from error
    for name, size in described.items():
        path = directory / name
        if not path.is_file() or path.stat().st_size != size:
            found = f"{path.stat().st_size} bytes" if path.is_file() else "nothing"
            raise _damaged("truncated or another file", path, f"{size} bytes", found)
    return open_arrays(directory, layout), manifest


def open_arrays(directory: Path, layout: QuantisedLayout) -> QuantisedArrays:
    """Returns the arrays of a folder whose sizes are known.

    Raises:
        FormatError: if an array cannot be read or has another shape or type.
    """
    arrays = {
        name: _open_array(directory / name, shape, dtype) for name, (shape, dtype) in layout.files.items()
    }
    return QuantisedArrays(
        layout.spaces,
        layout.widths,
        layout.component_widths,
        layout.sources,
        codes=tuple(arrays[codes_file(number)] for number in range(len(layout.component_widths))),
        scales=arrays["scales.npy"],
        mixing=arrays.get("mixing.npy"),
        rows=arrays["rows.npy"],
        shot_ids=_IdFile(directory / IDS_FILE, layout.shots),
    )


def _open_array(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise FormatError(f"cannot be read ({error})", where=path, next_step=_AGAIN) from error
    if array.shape != shape or array.dtype != dtype or not array.flags.c_contiguous:
        raise _damaged("wrong array", path, f"{shape} {dtype}", f"{array.shape} {array.dtype}")
    return np.asarray(array)


def verify_files(
    directory: Path,
    manifest: Manifest,
    names: Sequence[str] | None = None,
    progress: Progress = no_progress,
    *,
    into: Mapping[str, memoryview] | None = None,
) -> None:
    """Reads files of an index and compares their checksums, two blocks of 64 MiB at a time.

    Args:
        directory: of the index.
        manifest: of the index, which holds the checksums.
        names: the files; None takes all.
        progress: called with the blocks read.
        into: file name -> where its bytes are to stay; those of other files are forgotten.

    Raises:
        FormatError: naming the first file and the place in it that differ.
        NotFoundError: if a file is gone.
    """
    described: Mapping[str, Mapping[str, Any]] = manifest.settings["files"]
    kept = {} if into is None else into
    blocks = [
        (directory / name, number * CHECKED_BYTES, int(expected), kept.get(name))
        for name in (described if names is None else names)
        for number, expected in enumerate(described[name]["crc32"])
    ]
    stage = "comparing checksums"
    progress(stage, 0, len(blocks))
    pool = ThreadPoolExecutor(2, thread_name_prefix="checksums")
    try:
        found = pool.map(lambda block: _checksum(block[0], block[1], into=block[3]), blocks)
        for number, ((path, start, expected, _), checksum) in enumerate(zip(blocks, found, strict=True)):
            if checksum != expected:
                place = f"{path}, bytes {start} to {start + CHECKED_BYTES}"
                raise _damaged("the checksum differs", place, f"{expected:08x}", f"{checksum:08x}")
            progress(stage, number + 1, len(blocks))
    finally:
        pool.shutdown(cancel_futures=True)


def _checksum(path: Path, start: int, *, into: memoryview | None) -> int:
    """Returns the CRC-32 of a block of a file, whose bytes go to their place in `into`."""
    checksum, left = 0, CHECKED_BYTES
    try:
        with path.open("rb", buffering=0) as stream:
            stream.seek(start)
            while piece := _next_bytes(stream, min(left, _READ_BYTES), into=into):
                checksum, left = zlib.crc32(piece, checksum), left - len(piece)
    except FileNotFoundError as error:
        raise NotFoundError("a file of the index is gone", where=path, next_step=_AGAIN) from error
    return checksum


def _next_bytes(stream: FileIO, most: int, *, into: memoryview | None) -> bytes | memoryview:
    """Returns some bytes from where a file stands, nothing at its end; those of `into` are written there."""
    if into is None:
        return stream.read(most)
    place = stream.tell()
    room = into[place : place + most]
    return room[: stream.readinto(room)]


def _damaged(what: str, where: object, expected: object, found: object) -> FormatError:
    return FormatError(what, where=where, expected=expected, found=found, next_step=_AGAIN)
