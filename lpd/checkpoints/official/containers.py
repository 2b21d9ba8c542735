"""The two containers of `torch.save`: a zip archive, and the row of pickles that PyTorch wrote before 1.6."""

import struct
import sys
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from lpd.checkpoints.official.rebuilding import QUIET, REBUILD, Storages
from lpd.checkpoints.official.unpickling import LARGEST_PICKLE, PickleReader
from lpd.errors import FormatError

__all__ = ["Content", "read_legacy", "read_plain_pickle", "read_zip"]

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
ZIP_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
)


class Content(NamedTuple):
    """What was saved, and the names of classes that were not made."""

    value: Any
    refused: tuple[str, ...]


def read_zip(path: Path) -> Content:
    """Returns what a zip archive of `torch.save` holds.

    Raises:
        FormatError: if it is none, is damaged, compressed, or says that it holds more than the file does.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_archive(archive, path.stat().st_size)
    except ZIP_FAILURES as error:
        raise FormatError(f"a damaged archive ({type(error).__name__}: {str(error)[:80]})") from error


def _read_archive(archive: zipfile.ZipFile, size: int) -> Content:
    entries = {entry.filename: entry for entry in archive.infolist()}
    pickles = [name for name in entries if name.endswith("/data.pkl") or name == "data.pkl"]
    if len(pickles) != 1:
        raise FormatError(
            "an archive, but not one of torch.save", expected="one data.pkl", found=len(pickles)
        )
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
        raise FormatError("a compressed archive", expected="one as torch.save writes it, uncompressed")
    if sum(entry.file_size for entry in entries.values()) > size:
        raise FormatError("an archive that says it holds more than the file does")
    root = pickles[0].removesuffix("data.pkl")
    order = archive.read(f"{root}byteorder") if f"{root}byteorder" in entries else b"little"
    if order != sys.byteorder.encode():
        raise FormatError("numbers of another byte order", expected=sys.byteorder, found=order[:16])

    def fill(key: str, memory: memoryview) -> None:
        entry = entries.get(f"{root}data/{key}")
        if entry is None or entry.file_size < len(memory):
            raise FormatError("a storage that the archive lacks, in part or whole", found=key[:40])
        with archive.open(entry) as stream:
            _fill_whole(stream, memory)

    if entries[pickles[0]].file_size > LARGEST_PICKLE:
        raise FormatError("a pickle too large for a checkpoint", expected=f"at most {LARGEST_PICKLE} bytes")
    storages = Storages(size, fill=fill)
    reader = PickleReader(REBUILD, quiet=QUIET, persistent=storages.open)
    value = reader.read(BytesIO(archive.read(pickles[0])))
    return Content(value, tuple(reader.refused))


def _fill_whole(stream: Any, memory: memoryview) -> None:
    done = 0
    while done < len(memory):
        count = stream.readinto(memory[done:])
        if not count:
            raise FormatError("a storage that ends early")
        done += count


def read_legacy(path: Path) -> Content:
    """Returns what a file of `torch.save` before version 1.6 holds.

    Raises:
        FormatError: if it is none, or damaged.
    """
    size = path.stat().st_size
    storages = Storages(size)
    reader = PickleReader(REBUILD, quiet=QUIET, persistent=storages.open)
    with path.open("rb") as stream:
        pickled = BytesIO(stream.read(LARGEST_PICKLE))
        if reader.read(pickled) != LEGACY_MAGIC or reader.read(pickled) != LEGACY_PROTOCOL:
            raise FormatError("a pickle, but not one of torch.save")
        system = reader.read(pickled)
        if not isinstance(system, dict) or system.get("little_endian") != (sys.byteorder == "little"):
            raise FormatError("numbers of another byte order", expected=sys.byteorder)
        value = reader.read(pickled)
        keys = reader.read(pickled)
        stream.seek(pickled.tell())
        if not isinstance(keys, list) or {str(key) for key in keys} != set(storages.memory):
            raise FormatError("storages that were listed and storages that were used differ")
        for key in keys:
            memory = storages.memory[str(key)]
            header = stream.read(8)
            if len(header) < 8 or struct.unpack("<q", header)[0] * storages.element_sizes[str(key)] != len(
                memory
            ):
                raise FormatError("a storage of another size than its tensors say", found=str(key)[:40])
            _fill_whole(stream, memory)
    return Content(value, tuple(reader.refused))


def read_plain_pickle(path: Path) -> Content:
    """Returns what a file of Python's pickle holds, without tensors.

    Raises:
        FormatError: if it is none, or damaged.
    """
    if path.stat().st_size > LARGEST_PICKLE:
        raise FormatError("a pickle too large to be a vocabulary", expected=f"at most {LARGEST_PICKLE} bytes")
    reader = PickleReader(REBUILD, quiet=QUIET)
    value = reader.read(BytesIO(path.read_bytes()))
    return Content(value, tuple(reader.refused))
