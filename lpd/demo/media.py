"""The files of rendered shots: an animated WebP and a still each, written by several processes, resumable."""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from lpd.demo.render import render_shot
from lpd.demo.shots import FRAMES_PER_SECOND, Shot
from lpd.demo.world import GENERATOR_VERSION
from lpd.errors import FormatError
from lpd.progress import Progress, no_progress
from lpd.storage import digest_bytes, read_json, write_json

__all__ = ["STAMP_NAME", "MediaFiles", "render_media", "write_shot_media"]

STAMP_NAME = "media.json"

_CHUNK = 24
_QUALITY = 66


class MediaFiles(NamedTuple):
    """Where a shot's pictures are, relative to the media folder, with forward slashes."""

    shot_id: str
    preview: str
    thumbnail: str


def render_media(
    shots: Sequence[Shot], directory: Path, *, workers: int = 1, progress: Progress = no_progress
) -> list[MediaFiles]:
    """Returns the files of the shots, in their order, after writing those that are not there yet.

    Names come from a shot's position in `shots`, never from its id. The bytes do not depend on `workers`.
    Files that an interrupted call left whole are kept if the folder was begun for the same shots; otherwise
    all are written anew.

    Args:
        directory: the media folder; made if absent.
        workers: processes; 1 renders in this one.
        progress: called with the stage `render` and numbers of shots.
    """
    files = [
        MediaFiles(shot.shot_id, f"previews/{k:06d}.webp", f"thumbnails/{k:06d}.webp")
        for k, shot in enumerate(shots)
    ]
    for folder in ("previews", "thumbnails"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    same = _claim(directory, shots)
    todo = [k for k, file in enumerate(files) if not (same and _is_written(directory, file))]
    done = len(shots) - len(todo)
    progress("render", done, len(shots))
    chunks = [todo[start : start + _CHUNK] for start in range(0, len(todo), _CHUNK)]
    tasks = [([shots[k] for k in chunk], [files[k] for k in chunk], directory) for chunk in chunks]
    if workers <= 1 or len(tasks) <= 1:
        for task in tasks:
            done += _write_chunk(*task)
            progress("render", done, len(shots))
        return files
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(_write_chunk, *task) for task in tasks]):
            done += future.result()
            progress("render", done, len(shots))
    return files


def write_shot_media(shot: Shot, preview: Path, thumbnail: Path) -> None:
    """Writes the animated preview and the still of the middle frame of one shot."""
    pictures = [Image.fromarray(frame) for frame in render_shot(shot)]
    _save(thumbnail, [pictures[len(pictures) // 2]])
    _save(preview, pictures)


def _save(path: Path, pictures: list[Image.Image]) -> None:
    temporary = path.with_suffix(".part")
    duration = round(1000 / FRAMES_PER_SECOND)
    with temporary.open("wb") as stream:
        if len(pictures) == 1:
            pictures[0].save(stream, "WEBP", quality=80, method=1)
        else:
            options = {
                "duration": duration,
                "loop": 0,
                "quality": _QUALITY,
                "method": 1,
                "kmin": 0,
                "kmax": 0,
            }
            pictures[0].save(stream, "WEBP", save_all=True, append_images=pictures[1:], **options)
    temporary.replace(path)


def _write_chunk(shots: Sequence[Shot], files: Sequence[MediaFiles], directory: Path) -> int:
    for shot, file in zip(shots, files, strict=True):
        write_shot_media(shot, directory / file.preview, directory / file.thumbnail)
    return len(shots)


def _claim(directory: Path, shots: Sequence[Shot]) -> bool:
    """Returns True when the folder was begun for the same shots; if not, it is begun for these."""
    facts = json.dumps([GENERATOR_VERSION, _QUALITY, shots], sort_keys=True)
    stamp = {"shots": digest_bytes(facts.encode()), "count": len(shots)}
    path = directory / STAMP_NAME
    try:
        if path.is_file() and read_json(path) == stamp:
            return True
    except FormatError:
        pass
    write_json(path, stamp)
    return False


def _is_written(directory: Path, file: MediaFiles) -> bool:
    return all(_is_whole(directory / name) for name in (file.preview, file.thumbnail))


def _is_whole(path: Path) -> bool:
    """Returns True when a WebP file is as long as its own header says."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        header = stream.read(8)
    return header[:4] == b"RIFF" and int.from_bytes(header[4:8], "little") + 8 == path.stat().st_size
