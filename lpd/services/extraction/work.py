"""The work on one video or on some pictures in a row, in any process: decode, keep pictures, write rows."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpd.errors import FormatError, LpdError, MissingExtraError
from lpd.services.extraction.parts import FeatureMark, FileNote, Part, ShotEntry, read_part, write_part
from lpd.services.extraction.sources import SourceFile
from lpd.storage import replace_directory
from lpd.video.decoding import open_video
from lpd.video.previews import write_preview, write_thumbnail
from lpd.video.shot_detection import DetectorSettings, GivenShot
from lpd.video.shot_frames import LookSettings, SeenShot, ShotRows
from lpd.video.shots_of_file import Look, shot_of_picture, shots_of_video
from lpd.words import counted

if TYPE_CHECKING:
    from lpd.video.encoders import VideoEncoder

__all__ = ["ExtractionStopped", "Recipe", "Task", "extract_files"]


class ExtractionStopped(Exception):
    """Somebody asked for the end while a file was being read."""


@dataclass(frozen=True)
class Recipe:
    """What is done with every file.

    Args:
        collection_folder: where parts and pictures go.
        settings: how shots are looked at.
        detector: how cuts are found; None makes each video one shot.
        encoders: feature name -> folder of the video encoder.
        marks: feature name -> what makes it, of encoders and built-in extractors.
        device: the encoders work on.
    """

    collection_folder: Path
    settings: LookSettings
    detector: DetectorSettings | None
    encoders: Mapping[str, Path] = field(default_factory=dict)
    marks: Mapping[str, FeatureMark] = field(default_factory=dict)
    device: str = "cpu"


class Task(NamedTuple):
    """One video, or some pictures in a row.

    Args:
        files: as found; one if it is a video.
        key: of the part.
        given: the video's shots, where they are given.
        features: those whose rows are wanted and not there yet.
    """

    files: tuple[SourceFile, ...]
    key: str
    given: tuple[GivenShot, ...] | None
    features: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


Tell = Callable[[int], bool]
"""Called with the bytes read so far; True asks for the end."""


def extract_files(task: Task, recipe: Recipe, *, tell: Tell) -> tuple[FileNote, ...]:
    """Returns the files that were skipped, and why, after the part of the others was written.

    Raises:
        ExtractionStopped: if `tell` asked for it; nothing of this task is kept.
        MissingExtraError: if a package is missing.
    """
    earlier = read_part(recipe.collection_folder, task.key)
    place = recipe.collection_folder / "media" / task.key
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{task.key}.", suffix=".part", dir=place.parent))
    try:
        work = _Work(task, recipe, tell, temporary, earlier)
        for file in task.files:
            work.take(file)
        if not work.shots:
            return tuple(work.skipped)
        if earlier is None:
            temporary.chmod(0o755)
            replace_directory(temporary, place)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    write_part(recipe.collection_folder, work.part(), work.rows)
    return tuple(work.skipped)


class _Work:
    """What came out of a task's files so far.

    Args:
        task, recipe, tell: see extract_files.
        folder: where pictures are written.
        earlier: the part that lacks features; its shots and pictures stay.
    """

    def __init__(self, task: Task, recipe: Recipe, tell: Tell, folder: Path, earlier: Part | None) -> None:
        self.task, self.recipe, self.tell, self.folder, self.earlier = task, recipe, tell, folder, earlier
        self.shots: list[ShotEntry] = []
        self.rows: dict[str, list[ShotRows]] = {name: [] for name in task.features}
        self.notes: list[FileNote] = []
        self.skipped: list[FileNote] = []
        self.frames = 0
        self._read_bytes = 0

    def take(self, file: SourceFile) -> None:
        """Takes the shots of one file, or notes why it has none."""
        self._hear(0)
        before = len(self.shots)
        try:
            if file.is_picture:
                self._keep(file, None, shot_of_picture(file.path, self._look))
                self.frames += 1
            else:
                self._take_video(file)
            self._check(file, before)
        except MissingExtraError:
            raise
        except LpdError as error:
            self._skip(file, before, str(error).removeprefix(f"{file.path}: "))
        except (OSError, MemoryError) as error:
            self._skip(file, before, f"{type(error).__name__}: {error}")
        self._read_bytes += file.size

    def part(self) -> Part:
        """Returns the part of what was taken."""
        task, earlier = self.task, self.earlier
        features = dict(earlier.features) if earlier is not None else {}
        features |= {name: self.recipe.marks[name] for name in task.features}
        shots = tuple(self.shots) if earlier is None else earlier.shots
        names = {file.name: file.video_id for file in task.files}
        picture = task.files[0].is_picture
        notes, skipped = tuple(self.notes), tuple(self.skipped)
        return Part(task.key, names, picture, shots, self.frames, notes, skipped, features)

    @cached_property
    def _look(self) -> Look:
        """What is done with the files; encoders are loaded only when there is something to look at."""
        wanted, recipe = self.task.features, self.recipe
        encoders = {
            name: _encoder(recipe.encoders[name], recipe.marks[name].digest, recipe.device)
            for name in wanted
            if name in recipe.encoders
        }
        extractors = [name for name in wanted if name not in encoders]
        return Look(recipe.settings, recipe.detector, extractors, encoders)

    def _take_video(self, file: SourceFile) -> None:
        given = self.task.given
        with open_video(file.path, watch=lambda read: self._hear(min(read, file.size))) as video:
            for shot, seen in shots_of_video(video, self._look, given=given):
                self._keep(file, shot, seen)
            self.frames += video.frames_read
            problems = list(video.problems)
        if given is not None and len(self.shots) < len(given):
            missing = len(given) - len(self.shots)
            problems.append(
                f"{missing} of its {counted(len(given), 'given shot')} begin after its last frame"
            )
        if not self.shots:
            raise FormatError(
                "no frame of it could be decoded", where=file.path, found="; ".join(problems) or None
            )
        if problems:
            self.notes.append(FileNote(file.name, "; ".join(problems)))

    def _keep(self, file: SourceFile, given: GivenShot | None, seen: SeenShot) -> None:
        number = len(self.shots)
        still, moving = f"{number:06d}.webp", f"{number:06d}-preview.webp"
        if self.earlier is None:
            write_thumbnail(self.folder / still, seen.still)
            write_preview(self.folder / moving, seen.moving)
        shot_id = f"{file.video_id}_1" if file.is_picture else f"{file.video_id}_{number + 1}"
        start, end = (None, None) if file.is_picture else (seen.start_s, seen.end_s)
        if given is not None:
            shot_id, start, end = given
        key = self.task.key
        self.shots.append(ShotEntry(shot_id, file.video_id, start, end, f"{key}/{still}", f"{key}/{moving}"))
        for name, rows in self.rows.items():
            rows.append(seen.rows[name])

    def _check(self, file: SourceFile, before: int) -> None:
        for name, rows in self.rows.items():
            if not all(np.isfinite(shot.row).all() for shot in rows[before:]):
                raise FormatError(f"feature {name} is not finite here", where=file.path)
        if self.earlier is None or not self._is_last(file):
            return
        expected, found = [one.shot_id for one in self.earlier.shots], [one.shot_id for one in self.shots]
        if expected != found:
            raise FormatError(
                "its shots are not those of the last time",
                where=file.path,
                expected=counted(len(expected), "shot"),
                found=counted(len(found), "shot"),
                next_step=f"remove {self.recipe.collection_folder / 'extraction' / self.task.key}",
            )

    def _is_last(self, file: SourceFile) -> bool:
        return file == self.task.files[-1]

    def _skip(self, file: SourceFile, before: int, why: str) -> None:
        del self.shots[before:]
        for rows in self.rows.values():
            del rows[before:]
        self.skipped.append(FileNote(file.name, why))

    def _hear(self, read_bytes: int) -> None:
        if self.tell(self._read_bytes + read_bytes):
            raise ExtractionStopped


@lru_cache(maxsize=8)
def _encoder(folder: Path, digest: str, device: str) -> "VideoEncoder":
    """Returns the video encoder of this digest, loaded once per process; it works on one thread.

    Sums of floats depend on how they are shared out among threads, and other files are under way beside.
    """
    import torch

    torch.set_num_threads(1)
    from lpd.video.encoders import load_video_encoder

    return load_video_encoder(folder, device=device)
