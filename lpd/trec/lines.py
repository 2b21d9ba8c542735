"""Text files of rows, as topics, qrels, runs, captions and id lists are: decoding, places, malformed rows."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lpd.errors import FormatError, NotFoundError
from lpd.words import counted

__all__ = ["BadLine", "decoded", "lines_of", "malformed", "numbered_lines", "read_bytes", "read_text"]

GZIP_MAGIC = b"\x1f\x8b"
LFS_STUB = b"version https://git-lfs"
MAX_BYTES = 2 << 30
PART_BYTES = 8 << 20
SHOWN_CHARACTERS = 80


class BadLine(NamedTuple):
    """A line that could not be read: its number from 1, and its text."""

    number: int
    text: str


def read_text(path: Path) -> str:
    """Returns the text of a file, unpacked if it is gzip, decoded as UTF-8 or else as latin-1.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is a Git LFS pointer, a broken gzip file, binary, or larger than 2 GiB unpacked.
    """
    return decoded(read_bytes(path), where=path)


def decoded(data: bytes, *, where: Path) -> str:
    """Returns the text of a file's bytes, decoded as UTF-8 or else as latin-1.

    Raises:
        FormatError: if it is a Git LFS pointer or binary.
    """
    if data.startswith(LFS_STUB):
        raise FormatError(
            "a Git LFS pointer, not the file itself",
            where=where,
            expected="rows of text",
            next_step="run `git lfs pull` where it came from, or download it from its publisher",
        )
    if b"\x00" in data:
        raise FormatError("not a text file", where=where, expected="rows of text", found="zero bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_bytes(path: Path) -> bytes:
    """Returns the bytes of a file, unpacked if it is gzip.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is a broken gzip file, or larger than 2 GiB unpacked.
    """
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    with path.open("rb") as stream:
        packed = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            # in parts, since read(n) takes n bytes of memory whatever the file has
            while part := stream.read(PART_BYTES):
                parts.append(part)
                size += len(part)
                if size > MAX_BYTES:
                    raise FormatError(
                        "too large for a text file", where=path, expected=f"at most {MAX_BYTES} bytes"
                    )
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FormatError(
            "the gzip file is broken or cut short", where=path, found=error, next_step="copy it again"
        ) from error
    return b"".join(parts)


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Returns the lines of a file that are not blank, stripped, each with its number from 1."""
    return lines_of(read_text(path))


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Returns the lines of a text that are not blank, stripped, each with its number from 1."""
    # split("\n"), since splitlines() would also break at characters that captions may contain
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped:
            yield number, stripped


def malformed(
    path: Path, bad: Sequence[BadLine], *, expected: str, what: str = "malformed line"
) -> FormatError:
    """Returns the error that names the first of some malformed lines and counts the others."""
    first = bad[0]
    shown = first.text if len(first.text) <= SHOWN_CHARACTERS else first.text[:SHOWN_CHARACTERS] + "..."
    others = "" if len(bad) == 1 else f" (and {counted(len(bad) - 1, 'more such line')})"
    return FormatError(
        what,
        where=f"{path}:{first.number}",
        expected=expected,
        found=f"{shown!r}{others}",
        next_step="correct the line" if len(bad) == 1 else "correct the lines",
    )
