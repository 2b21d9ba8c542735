"""What was extracted from each video, or from some pictures in a row, kept beside the collection, so that an
extraction goes on where it was stopped and a folder can grow.

    collections/<name>/extraction/<key>/part.json        shots
    collections/<name>/extraction/<key>/<feature>.npz    their rows
    collections/<name>/media/<key>/                      their pictures

The key is decided by the files (place, size, time) and by how shots are looked at; what has another key is
another part, so nothing that a reader sees is written over.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from lpd.errors import FormatError, LpdError
from lpd.names import check_name
from lpd.services.extraction.sources import SourceFile
from lpd.storage import atomic_directory, digest_bytes, read_json, write_json
from lpd.video.shot_frames import ShotRows

__all__ = [
    "FeatureMark",
    "FeatureRows",
    "FileNote",
    "Part",
    "ShotEntry",
    "feature_rows",
    "part_key",
    "read_part",
    "read_parts",
    "remove_other_parts",
    "remove_unfinished",
    "write_part",
]

EXTRACTION_FOLDER = "extraction"
PART_FILE = "part.json"


class ShotEntry(NamedTuple):
    """A row of the shot table; times are None for pictures."""

    shot_id: str
    video_id: str
    start_s: float | None
    end_s: float | None
    thumbnail: str
    preview: str | None


class FeatureMark(NamedTuple):
    """Which extractor or encoder made a feature, and whether its frames' rows were kept."""

    digest: str
    frames: bool


class FileNote(NamedTuple):
    """A sentence about a file."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Part:
    """What is known of one video, or of some pictures in a row.

    Args:
        key: see part_key.
        files: name in the source folder -> video id.
        is_picture: pictures rather than a video.
        shots: in order; at least one.
        frames: how many were decoded.
        notes: what was wrong with files, and survived.
        skipped: pictures that are no shots, and why.
        features: name -> mark, of those whose rows are there.
    """

    key: str
    files: Mapping[str, str]
    is_picture: bool
    shots: tuple[ShotEntry, ...]
    frames: int
    notes: tuple[FileNote, ...] = ()
    skipped: tuple[FileNote, ...] = ()
    features: Mapping[str, FeatureMark] = field(default_factory=dict)


class FeatureRows(NamedTuple):
    """Rows of one feature of a part's n shots: (n, D) float32; frames' rows (F, D) float16 or None; how many
    of these each shot has, (n,) int64.
    """

    rows: np.ndarray
    frames: np.ndarray | None
    counts: np.ndarray


def part_key(files: Sequence[SourceFile], how: str) -> str:
    """Returns the key of what is extracted from a video or from some pictures.

    Args:
        files: as found.
        how: the digest of what decides shots and pictures.
    """
    facts = [[file.name, file.video_id, file.size, file.mtime_ns] for file in files]
    return digest_bytes(json.dumps([facts, how]).encode("utf-8", "surrogateescape"))


def read_part(collection_folder: Path, key: str) -> Part | None:
    """Returns a part, or None where it is absent or cannot be read."""
    folder = collection_folder / EXTRACTION_FOLDER / key
    try:
        document = read_json(folder / PART_FILE)
        features = {name: FeatureMark(*mark) for name, mark in document["features"].items()}
        shots = tuple(ShotEntry(*shot) for shot in document["shots"])
        notes = tuple(FileNote(*one) for one in document["notes"])
        skipped = tuple(FileNote(*one) for one in document["skipped"])
        part = Part(
            key=document["key"],
            files=document["files"],
            is_picture=document["is_picture"],
            shots=shots,
            frames=document["frames"],
            notes=notes,
            skipped=skipped,
            features=features,
        )
    except (LpdError, TypeError, KeyError, ValueError, AttributeError):
        return None
    there = all((folder / f"{name}.npz").is_file() for name in part.features)
    media = collection_folder / "media"
    whole = part.shots and all(_is_written(media / shot.thumbnail) for shot in part.shots)
    return part if there and whole and part.key == key else None


def _is_written(path: Path) -> bool:
    """Returns False for the empty file that a power cut may leave."""
    return path.is_file() and path.stat().st_size > 0


def read_parts(collection_folder: Path) -> Iterator[Part]:
    """Yields all parts, whatever they were made with."""
    for path in sorted((collection_folder / EXTRACTION_FOLDER).glob(f"*/{PART_FILE}")):
        part = read_part(collection_folder, path.parent.name)
        if part is not None:
            yield part


def write_part(collection_folder: Path, part: Part, rows: Mapping[str, Sequence[ShotRows]]) -> None:
    """Writes a part whole; features that an earlier part of this key has stay.

    Args:
        collection_folder: of the collection.
        part: its features are those of `rows` and the earlier ones.
        rows: feature name -> rows per shot.
    """
    place = collection_folder / EXTRACTION_FOLDER / part.key
    with atomic_directory(place) as folder:
        for name, shots in rows.items():
            _save_rows(folder / f"{check_name(name, 'video feature')}.npz", shots, part.features[name].frames)
        for name in part.features:
            if name not in rows:
                shutil.copyfile(place / f"{name}.npz", folder / f"{name}.npz")
        write_json(folder / PART_FILE, asdict(part))


def _save_rows(path: Path, shots: Sequence[ShotRows], keep_frames: bool) -> None:
    arrays: dict[str, Any] = {"rows": np.stack([shot.row for shot in shots]).astype(np.float32)}
    if keep_frames:
        frames = [shot.frames for shot in shots if shot.frames is not None]
        arrays["frames"] = np.concatenate(frames).astype(np.float16)
        arrays["counts"] = np.array([len(one) for one in frames], dtype=np.int64)
    np.savez(path, **arrays)


def feature_rows(collection_folder: Path, part: Part, feature: str) -> FeatureRows:
    """Returns the rows of one feature of a part.

    Raises:
        FormatError: if the file is damaged.
    """
    path = collection_folder / EXTRACTION_FOLDER / part.key / f"{feature}.npz"
    try:
        with np.load(path, allow_pickle=False) as arrays:
            rows = arrays["rows"]
            frames = arrays.get("frames")
            counts = arrays.get("counts", np.zeros(0, dtype=np.int64))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise FormatError(
            f"extracted rows cannot be read ({error})",
            where=path,
            next_step="remove this folder; extract again",
        ) from error
    if rows.ndim != 2 or len(rows) != len(part.shots):
        raise FormatError(
            "extracted rows and shots differ in number", where=path, expected=len(part.shots), found=len(rows)
        )
    return FeatureRows(rows, frames, counts)


def remove_other_parts(collection_folder: Path, keys: set[str]) -> None:
    """Removes the parts, and their pictures, that are not among the keys."""
    for parent in (collection_folder / EXTRACTION_FOLDER, collection_folder / "media"):
        if parent.is_dir():
            for entry in parent.iterdir():
                if entry.is_dir() and entry.name not in keys and _is_key(entry.name):
                    shutil.rmtree(entry, ignore_errors=True)


def remove_unfinished(collection_folder: Path) -> None:
    """Removes what a killed extraction left half-written. Only whoever holds the extraction's lock may."""
    for parent in (collection_folder / EXTRACTION_FOLDER, collection_folder / "media"):
        for ending in ("part", "old"):
            for entry in parent.glob(f".*.{ending}"):
                if _is_key(entry.name[1:17]):
                    shutil.rmtree(entry, ignore_errors=True)


def _is_key(name: str) -> bool:
    return len(name) == 16 and all(letter in "0123456789abcdef" for letter in name)
