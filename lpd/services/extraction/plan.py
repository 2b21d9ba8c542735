"""What an extraction has to do: which files, under which keys, and which of their features are not there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from lpd.collection import SHOTS_FILE
from lpd.errors import FormatError, LpdError, NotFoundError, StaleError, name_some
from lpd.services.extraction.parts import (
    EXTRACTION_FOLDER,
    FeatureMark,
    Part,
    part_key,
    read_part,
    read_parts,
)
from lpd.services.extraction.shots import match_videos, read_given_shots
from lpd.services.extraction.sources import SourceFile, find_sources
from lpd.services.extraction.work import Recipe, Task
from lpd.storage import Manifest, digest_bytes, read_manifest
from lpd.video.extractors import EXTRACTORS, extractors_named
from lpd.video.shot_detection import DetectorSettings, GivenShot
from lpd.video.shot_frames import LookSettings

__all__ = ["ExtractSettings", "Plan", "make_plan", "read_extraction"]

VERSION = 1
"""Counted up when the same file would give other shots, pictures or rows."""

_PICTURES_AT_ONCE = 256


@dataclass(frozen=True)
class ExtractSettings:
    """How a folder becomes a collection.

    Args:
        features: built-in extractors, see lpd.video.EXTRACTORS; None takes all, or those of the last time.
        encoders: names of video encoders of the workspace.
        shots: a shot list; see extraction_shots.
        frame_rate: of the videos, for a shot list that counts in frames.
        whole_videos: each video is one shot.
        detector: how cuts are found.
        look: how shots are looked at.
        keep_frames: rows per frame are kept beside their mean.
        workers: processes; None takes the machine's cores.
        device: the encoders work on: auto, cpu or cuda.
    """

    features: tuple[str, ...] | None = None
    encoders: tuple[str, ...] = ()
    shots: Path | None = None
    frame_rate: float | None = None
    whole_videos: bool = False
    detector: DetectorSettings = field(default_factory=DetectorSettings)
    look: LookSettings = field(default_factory=LookSettings)
    keep_frames: bool = False
    workers: int | None = None
    device: str = "auto"


class Plan(NamedTuple):
    """What is to be done.

    Args:
        tasks: files whose part is not there, or lacks features.
        done: parts that are there already, complete.
        keys: of all parts, in the order of the collection.
        files: all files that are extracted.
        others: files that were left alone.
        notes: what should be known, in sentences.
    """

    tasks: list[Task]
    done: list[Part]
    keys: list[str]
    files: list[SourceFile]
    others: int
    notes: list[str]


def make_plan(source: Path, recipe: Recipe, settings: ExtractSettings, *, earlier: Manifest | None) -> Plan:
    """Returns what is to be done so that the collection holds what lies in the folder now.

    Args:
        source: the folder.
        recipe: what is done with every file.
        settings: shots that are given.
        earlier: of the extraction before, if there was one.

    Raises:
        NotFoundError, FormatError, MismatchError: as `find_sources`, `read_given_shots` and `match_videos`.
        LpdError: if the collection was made of another folder.
    """
    folder = recipe.collection_folder
    before = {name: part for part in read_parts(folder) for name in part.files}
    listed = settings.shots is not None
    known = {} if listed else {name: part.files[name] for name, part in before.items()}
    found = find_sources(source, known=known)
    files, notes = found.files, list(found.notes)
    given: dict[str, tuple[GivenShot, ...]] = {}
    if settings.shots is not None:
        shots = read_given_shots(settings.shots, frame_rate=settings.frame_rate)
        files, given, notes = match_videos(files, shots, where=settings.shots)
    _check_same_folder(source, files, earlier)
    tasks, done, keys = [], [], []
    for group in _groups(files):
        shots_of_it = given.get(group[0].name)
        key = part_key(group, _how(recipe, shots_of_it))
        part = read_part(folder, key)
        lacking = _lacking(part, recipe.marks)
        keys.append(key)
        if part is not None and not lacking:
            done.append(part)
        else:
            tasks.append(Task(tuple(group), key, shots_of_it, lacking))
    notes += _changes(files, before, set(keys))
    return Plan(tasks, done, keys, files, found.others, notes)


def _groups(files: Sequence[SourceFile]) -> list[list[SourceFile]]:
    """Returns each video alone, and pictures in runs. A picture's name decides whether a run ends with it, so
    a new picture changes its own run only.
    """
    groups: list[list[SourceFile]] = []
    run: list[SourceFile] | None = None
    for file in files:
        if not file.is_picture:
            groups.append([file])
            continue
        if run is None:
            run = []
            groups.append(run)
        run.append(file)
        last = digest_bytes(file.name.encode("utf-8", "surrogateescape")).endswith(("00", "40", "80", "c0"))
        if last or len(run) == _PICTURES_AT_ONCE:
            run = None
    return groups


def _how(recipe: Recipe, given: tuple[GivenShot, ...] | None) -> str:
    """Returns the digest of what decides a file's shots and pictures."""
    detector = None if recipe.detector is None or given is not None else asdict(recipe.detector)
    facts = [VERSION, asdict(recipe.settings), detector, given]
    return digest_bytes(json.dumps(facts).encode("utf-8", "surrogateescape"))


def _lacking(part: Part | None, marks: Mapping[str, FeatureMark]) -> tuple[str, ...]:
    """Returns the features that a part does not have as they are wanted."""
    if part is None:
        return tuple(marks)
    return tuple(name for name, mark in marks.items() if not _serves(part.features.get(name), mark))


def _serves(there: FeatureMark | None, wanted: FeatureMark) -> bool:
    return there is not None and there.digest == wanted.digest and (there.frames or not wanted.frames)


def _check_same_folder(source: Path, files: Sequence[SourceFile], earlier: Manifest | None) -> None:
    """A folder that was moved is the same folder if some of its files are."""
    if earlier is None or earlier.settings.get("source") == str(source.resolve()):
        return
    before = set(earlier.settings.get("files", ()))
    if before and not before & {file.name for file in files}:
        raise LpdError(
            "this collection was made of another folder",
            expected=earlier.settings.get("source"),
            found=source,
            next_step="choose another --collection, or put the files into one folder",
        )


def _changes(files: Sequence[SourceFile], before: Mapping[str, Part], keys: set[str]) -> list[str]:
    """Says what is different from the last time: files that are gone, that changed, or settings that did."""
    now = {file.name for file in files}
    notes = []
    gone = sorted(set(before) - now)
    if gone:
        notes.append(f"no longer in the folder, so their shots leave the collection: {name_some(gone)}")
    anew = sorted(
        name for name, part in before.items() if name in now and part.key not in keys and not part.is_picture
    )
    if anew:
        notes.append(f"extracted anew, as the file or the settings changed: {name_some(anew)}")
    return notes


def read_extraction(collection_folder: Path) -> Manifest | None:
    """Returns the manifest of the extraction that made a collection, or None if there was none.

    Raises:
        LpdError: if the collection was made in another way.
    """
    try:
        return read_manifest(collection_folder / EXTRACTION_FOLDER, "extraction")
    except (NotFoundError, StaleError):
        if (collection_folder / SHOTS_FILE).is_file():
            raise LpdError(
                "there is a collection of this name that was not extracted",
                where=collection_folder,
                next_step="choose another --collection",
            ) from None
        return None
    except FormatError:
        return None


def feature_marks(
    settings: ExtractSettings, encoder_digests: Mapping[str, str], *, earlier: Manifest | None
) -> dict[str, FeatureMark]:
    """Returns what makes each feature of the collection: those asked for, and those that it has already.

    Raises:
        NotFoundError: if a built-in extractor does not exist.
    """
    kept = earlier.settings.get("features", {}) if earlier is not None else {}
    built_in = settings.features if settings.features is not None else () if kept else EXTRACTORS
    names = [one.name for one in extractors_named(dict.fromkeys(built_in))]
    names += [name for name in kept if name in EXTRACTORS and name not in names]
    frames = settings.keep_frames
    marks = {}
    for name in names:
        keeps = (frames or _kept_frames(earlier, name)) and EXTRACTORS[name].frame_level
        marks[name] = FeatureMark(f"{name} {VERSION}", keeps)
    for name, digest in encoder_digests.items():
        marks[name] = FeatureMark(digest, frames or _kept_frames(earlier, name))
    return marks


def _kept_frames(earlier: Manifest | None, name: str) -> bool:
    features = earlier.settings.get("features", {}) if earlier is not None else {}
    return bool(features.get(name, {}).get("frames", False))
