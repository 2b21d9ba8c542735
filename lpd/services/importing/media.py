"""Bringing pictures into a workspace: thumbnails and previews named by shot id, from a folder or a tar or zip
archive.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from PIL import Image, UnidentifiedImageError

from lpd.collection import write_collection
from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.progress import Progress, no_progress
from lpd.storage import atomic_directory, writer_lock
from lpd.trec.reference_files import BROKEN_ARCHIVE
from lpd.workspace import Workspace

__all__ = ["MEDIA_KINDS", "import_media", "set_media_template"]

MEDIA_KINDS = ("thumbnail", "preview")
"""What a shot may have: a small picture, and a short clip."""
_PICTURES = {".webp": "WEBP", ".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF"}
_LARGEST_FILE = 20_000_000
_LARGEST_SIDE = 4096
_BAD_PICTURE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
)
"""What Pillow raises for damaged headers."""


def import_media(
    workspace: Workspace,
    collection: str,
    source: Path,
    *,
    kind: str = "thumbnail",
    progress: Progress = no_progress,
) -> tuple[int, int]:
    """Returns how many pictures were taken and how many shots stay without one.

    Files are named `<shot_id>.webp|jpg|png|gif`, in any folder of the source. They are stored under their row
    number, so an id never becomes a path.

    Raises:
        FormatError: if the source is no folder or archive, or a picture cannot be read or is too large.
        MismatchError: if no file is named like a shot.
    """
    _check_kind(kind)
    opened = workspace.collection(collection)
    entries: list[str | None] = list(opened.shots[kind].where(opened.shots[kind].notna(), None))
    row_of = {shot: row for row, shot in enumerate(opened.shot_ids)}
    folder = workspace.collection_folder(collection) / "media" / f"{kind}s"
    with writer_lock(workspace.path):
        with atomic_directory(folder) as temporary:
            taken = _store_pictures(temporary, source, row_of, entries, kind, progress)
        write_collection(
            workspace.collection_folder(collection),
            replace(opened, shots=opened.shots.assign(**{kind: entries})),
        )
    return taken, sum(entry is None for entry in entries)


def _store_pictures(
    folder: Path,
    source: Path,
    row_of: dict[str, int],
    entries: list[str | None],
    kind: str,
    progress: Progress,
) -> int:
    """Writes the pictures of known shots, notes them in `entries`, and returns their number."""
    strangers: list[str] = []
    taken = 0
    for name, content in _pictures(source):
        path = PurePosixPath(name)
        row = row_of.get(path.stem)
        if row is None:
            strangers.append(path.stem)
            continue
        _check_picture(content, f"{source}:{name}", _PICTURES[path.suffix.lower()])
        file = f"{row:08d}{path.suffix.lower()}"
        (folder / file).write_bytes(content)
        entries[row] = f"{kind}s/{file}"
        taken += 1
        progress("pictures", taken, len(row_of))
    if not taken:
        raise MismatchError(
            "no picture is named like a shot",
            where=source,
            expected=f"names like {name_some(row_of, 2)}",
            found=name_some(strangers) or "no pictures",
        )
    return taken


def set_media_template(
    workspace: Workspace, collection: str, template: str, *, kind: str = "thumbnail"
) -> None:
    """Lets the browser fetch pictures from a media server: a URL with {shot}, and {video} where needed.

    Raises:
        FormatError: if it is not an http(s) URL with {shot} or {video} and no other braces.
    """
    _check_kind(kind)
    try:
        filled = template.format(shot="S", video="V")
    except (KeyError, IndexError, ValueError) as error:
        raise FormatError(
            "not a template", expected="a URL with {shot} and {video}", found=template
        ) from error
    if not template.startswith(("http://", "https://")) or filled == template:
        raise FormatError("not a template", expected="http(s)://... with {shot} or {video}", found=template)
    opened = workspace.collection(collection)
    with writer_lock(workspace.path):
        write_collection(
            workspace.collection_folder(collection),
            replace(opened, shots=opened.shots.assign(**{kind: template})),
        )


def _check_kind(kind: str) -> None:
    if kind not in MEDIA_KINDS:
        raise LpdError("unknown kind of media", expected=" or ".join(MEDIA_KINDS), found=repr(kind))


def _pictures(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yields what `_found` does; an archive that cannot be read is told."""
    try:
        yield from _found(source)
    except BROKEN_ARCHIVE as error:
        raise FormatError(
            "not an archive that can be read", where=source, found=error, next_step="copy it again"
        ) from error


def _read_at_most(stream: IO[bytes], where: object) -> bytes:
    content = stream.read(_LARGEST_FILE + 1)
    _check_size(len(content), where)
    return content


def _found(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yields (name, bytes) of every picture file; links, folders and other files are passed over."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.suffix.lower() in _PICTURES and path.is_file():
                _check_size(path.stat().st_size, path)
                yield str(path.relative_to(source)), path.read_bytes()
    elif source.is_file() and tarfile.is_tarfile(source):
        with tarfile.open(source) as archive:
            for member in archive:
                if member.isfile() and PurePosixPath(member.name).suffix.lower() in _PICTURES:
                    _check_size(member.size, f"{source}:{member.name}")
                    stream = archive.extractfile(member)
                    assert stream is not None, "a regular file has a stream"
                    yield member.name, _read_at_most(stream, f"{source}:{member.name}")
    elif source.is_file() and zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if not info.is_dir() and PurePosixPath(info.filename).suffix.lower() in _PICTURES:
                    _check_size(info.file_size, f"{source}:{info.filename}")
                    with archive.open(info) as packed:
                        yield info.filename, _read_at_most(packed, f"{source}:{info.filename}")
    else:
        raise FormatError("no pictures here", where=source, expected="a folder, a tar or a zip archive")


def _check_size(size: int, where: object) -> None:
    if size > _LARGEST_FILE:
        raise FormatError(
            "picture is too large", where=where, expected=f"at most {_LARGEST_FILE} bytes", found=size
        )


def _check_picture(content: bytes, where: str, kind: str) -> None:
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            width, height = picture.size
    except _BAD_PICTURE as error:
        raise FormatError("not a picture", where=where, expected=kind, found=str(error)) from error
    if max(width, height) > _LARGEST_SIDE:
        raise FormatError(
            "picture is too large",
            where=where,
            expected=f"sides up to {_LARGEST_SIDE}",
            found=f"{width} x {height}",
        )
