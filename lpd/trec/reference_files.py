"""Text files by their ending, from a file, a folder, or a tar or zip archive, without unpacking anything."""

import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lpd.errors import FormatError, NotFoundError
from lpd.trec.lines import decoded, lines_of

__all__ = ["BROKEN_ARCHIVE", "TextFile", "text_files"]

MAX_FILE_BYTES = 64 << 20
"""Of one video's shots; thousands of times what a long video has."""

MAX_BYTES = 1 << 30
"""Of all files of an archive, unpacked."""

BROKEN_ARCHIVE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    UnicodeDecodeError,
    ValueError,
    OverflowError,
    IndexError,
    KeyError,
    struct.error,
)
"""What the standard library raises for archives that are damaged, packed in unknown ways, or locked."""


@dataclass(frozen=True)
class TextFile:
    """A text with its place.

    Args:
        name: of the file, in its archive or on its own.
        where: the path for messages.
        data: its bytes.
    """

    name: str
    where: Path
    data: bytes

    def lines(self) -> Iterator[tuple[int, str]]:
        """Returns the lines that are not blank, stripped, each with its number from 1."""
        return lines_of(decoded(self.data, where=self.where))


def text_files(path: Path, *, endings: Sequence[str]) -> Iterator[TextFile]:
    """Yields the files that end in one of `endings`, sorted by name; in a folder also those of its folders.

    Raises:
        NotFoundError: if there is nothing at `path`.
        FormatError: if an archive is damaged, or a file is larger than 64 MiB or all of them than 1 GiB.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if _wanted(file.name, endings) and file.is_file():
                yield _read(file, file.name)
    elif not path.is_file():
        raise NotFoundError("file is missing", where=path)
    elif _wanted(path.name, endings):
        yield _read(path, path.name)
    else:
        try:
            members = list(_members(path, endings))
        except BROKEN_ARCHIVE as error:
            raise FormatError(
                "not an archive that can be read", where=path, found=error, next_step="copy it again"
            ) from error
        yield from sorted(members, key=lambda one: one.name)


def _wanted(name: str, endings: Sequence[str]) -> bool:
    return name.lower().endswith(tuple(endings)) and not PurePosixPath(name).name.startswith(".")


def _read(path: Path, name: str) -> TextFile:
    with path.open("rb") as stream:
        data = stream.read(MAX_FILE_BYTES + 1)
    _check_size(len(data), path, MAX_FILE_BYTES)
    return TextFile(name, path, data)


def _members(path: Path, endings: Sequence[str]) -> Iterator[TextFile]:
    total = 0
    for name, data in _zipped(path, endings) if zipfile.is_zipfile(path) else _tarred(path, endings):
        total += len(data)
        _check_size(total, path, MAX_BYTES)
        yield TextFile(name, path / name, data)


def _zipped(path: Path, endings: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir() and _wanted(info.filename, endings):
                with archive.open(info) as stream:
                    data = stream.read(MAX_FILE_BYTES + 1)
                _check_size(len(data), path / info.filename, MAX_FILE_BYTES)
                yield info.filename, data


def _tarred(path: Path, endings: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and _wanted(member.name, endings):
                stream = archive.extractfile(member)
                assert stream is not None, "a regular file has a stream"
                data = stream.read(MAX_FILE_BYTES + 1)
                _check_size(len(data), path / member.name, MAX_FILE_BYTES)
                yield member.name, data


def _check_size(size: int, where: Path, limit: int) -> None:
    if size > limit:
        raise FormatError("too large for a shot reference", where=where, expected=f"at most {limit} bytes")
