"""video2frames.txt: the list of each video's frames that stands beside frame-level BigFiles."""

import ast
import re
import warnings
from collections.abc import Container, Iterator
from pathlib import Path

from lpd.errors import FormatError, NotFoundError
from lpd.trec.lines import read_text

__all__ = ["VIDEO2FRAMES", "find_video2frames", "read_video2frames"]

VIDEO2FRAMES = "video2frames.txt"
LARGEST_BYTES = 1 << 30

# Possessive, so that a damaged file is refused at once and not tried in every way.
_TEXT = r"""u?+(?:'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+")"""
_LIST = rf"\[\s*+(?:{_TEXT}\s*+(?:,\s*+)?+)*+\]"
_OPENING = re.compile(r"\s*+\{")
_ENTRY = re.compile(rf"\s*+({_TEXT}\s*+:\s*+{_LIST})\s*+(,?)")
_CLOSING = re.compile(r"\s*+\}\s*+\Z")


def find_video2frames(directory: Path) -> Path | None:
    """Returns the video2frames.txt in a BigFile folder or beside it, None where there is neither."""
    for path in (directory / VIDEO2FRAMES, directory.parent / VIDEO2FRAMES):
        if path.is_file():
            return path
    return None


def read_video2frames(path: Path, *, videos: Container[str]) -> dict[str, list[str]]:
    """Returns the frame ids of those videos of a video2frames.txt that are asked for.

    The file is a Python dict literal `{'video': ['video_0', ...], ...}`. Nothing of it is run: it is taken
    apart entry by entry, and each is read as a literal.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it is not such a literal, or too large; a video that is there twice.

    Source: FORMATS.md, section 2.
    """
    if not path.is_file():
        raise NotFoundError("file is missing", where=path)
    if path.stat().st_size > LARGEST_BYTES:
        raise FormatError(
            "too large", where=path, expected=f"at most {LARGEST_BYTES} bytes", found=path.stat().st_size
        )
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a backslash that means nothing
        for video, frames in _entries(read_text(path), path):
            if video in seen:
                raise FormatError("a video is there twice", where=path, found=repr(video))
            seen.add(video)
            if video in videos:
                found[video] = frames
    return found


def _entries(text: str, path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yields the entries of a dict literal of lists of texts."""
    opening = _OPENING.match(text)
    start = opening.end() if opening else 0
    entry = _ENTRY.match(text, start) if opening else None
    while entry is not None:
        yield from _literal("{" + entry[1] + "}", path).items()
        start = entry.end()
        entry = _ENTRY.match(text, start) if entry[2] else None
    if opening is None or _CLOSING.match(text, start) is None:
        start = len(text) - len(text[start:].lstrip())
        raise FormatError(
            "not a list of each video's frames",
            where=f"{path}:{text.count(chr(10), 0, start) + 1}",
            expected="{'video': ['video_0', 'video_1', ...], ...}",
            found=repr(text[start : start + 60]),
        )


def _literal(text: str, path: Path) -> dict[str, list[str]]:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise FormatError("not a literal", where=path, found=repr(text[:60])) from error
