"""What lies in a folder that becomes a collection: videos and pictures, each with a video id of its own."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lpd.errors import NotFoundError
from lpd.storage import digest_bytes

__all__ = ["PICTURE_ENDINGS", "VIDEO_ENDINGS", "FoundFiles", "SourceFile", "find_sources"]

VIDEO_ENDINGS = frozenset(
    {
        ".mp4",
        ".m4v",
        ".mov",
        ".qt",
        ".mkv",
        ".webm",
        ".avi",
        ".ts",
        ".mts",
        ".m2ts",
        ".mpg",
        ".mpeg",
        ".mpe",
        ".m1v",
        ".m2v",
        ".vob",
        ".wmv",
        ".asf",
        ".flv",
        ".f4v",
        ".3gp",
        ".3g2",
        ".ogv",
        ".ogm",
        ".mxf",
        ".dv",
        ".rm",
        ".rmvb",
        ".divx",
        ".h264",
        ".264",
        ".hevc",
        ".265",
        ".ivf",
        ".nut",
        ".y4m",
    }
)
"""Names of files that are opened as videos."""
PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif"})
"""Names of files that are opened as pictures."""

_LONGEST_ID = 100


class SourceFile(NamedTuple):
    """A file to be extracted.

    Args:
        path: where it lies.
        name: its place in the source folder, with forward slashes.
        video_id: of the video in the collection.
        is_picture: a picture rather than a video.
        size, mtime_ns: as found.
    """

    path: Path
    name: str
    video_id: str
    is_picture: bool
    size: int
    mtime_ns: int


class FoundFiles(NamedTuple):
    """What a folder holds.

    Args:
        files: videos and pictures, by name.
        others: how many other files were left alone.
        notes: ids that had to differ from the files' names, in sentences.
    """

    files: list[SourceFile]
    others: int
    notes: list[str]


def find_sources(folder: Path, *, known: Mapping[str, str] | None = None) -> FoundFiles:
    """Returns the videos and pictures in a folder and the folders in it; hidden ones are passed over.

    The video id is the path in the folder without its ending, as one word: `trip/day 1.mp4` is `trip-day-1`.
    Of files with the same id the first keeps it; the others get a few letters that their path decides.

    Args:
        folder: may be a single file too.
        known: name -> video id that a file already has; it keeps it.

    Raises:
        NotFoundError: if there is no such folder, or neither videos nor pictures in it.
    """
    if not folder.exists():
        raise NotFoundError("no such folder", where=folder, expected="a folder with videos or pictures")
    root = folder if folder.is_dir() else folder.parent
    paths = _visible_files(folder) if folder.is_dir() else [folder]
    wanted = [path for path in paths if path.suffix.lower() in VIDEO_ENDINGS | PICTURE_ENDINGS]
    if not wanted:
        raise NotFoundError(
            "neither videos nor pictures here",
            where=folder,
            expected="files like *.mp4, *.mkv, *.webm, *.jpg, *.png",
            found=f"{len(paths)} other files",
        )
    names = [path.relative_to(root).as_posix() for path in wanted]
    ids, notes = video_ids(names, known=known or {})
    return FoundFiles(
        [_source_file(path, name, ids[name]) for path, name in zip(wanted, names, strict=True)],
        len(paths) - len(wanted),
        notes,
    )


def _visible_files(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file()]
    visible = [
        path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    return sorted(visible, key=lambda path: path.relative_to(folder).as_posix())


def _source_file(path: Path, name: str, video_id: str) -> SourceFile:
    facts = path.stat()
    picture = path.suffix.lower() in PICTURE_ENDINGS
    return SourceFile(path, name, video_id, picture, facts.st_size, facts.st_mtime_ns)


def video_ids(names: Sequence[str], *, known: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Returns a video id for each file name, no two alike, and sentences about those that clashed."""
    ids = {name: known[name] for name in names if name in known}
    taken = set(ids.values())
    notes = []
    for name in names:
        if name in ids:
            continue
        plain = safe_word(str(PurePosixPath(name).with_suffix("")))
        chosen = plain
        length = 4
        while chosen in taken:
            chosen = f"{plain}-{digest_bytes(name.encode('utf-8', 'surrogateescape'))[:length]}"
            length += 4
        if chosen != plain:
            notes.append(f"{name} is {chosen}: another file has the id {plain}")
        taken.add(chosen)
        ids[name] = chosen
    return ids, notes


def safe_word(name: str) -> str:
    """Returns a name as one word of letters, digits and `_ . + -`; a long one is cut, a digest marks it."""
    text = unicodedata.normalize("NFC", name)
    word = re.sub(r"[^\w.+-]+", "-", text.encode("utf-8", "replace").decode("utf-8")).strip("-.")
    if not word or len(word) > _LONGEST_ID:
        digest = digest_bytes(name.encode("utf-8", "surrogateescape"))[:8]
        word = f"{word[: _LONGEST_ID - 9]}-{digest}" if word else f"video-{digest}"
    return word
