"""A folder of videos or pictures becomes a collection that can be searched."""

import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lpd.errors import LpdError, name_some
from lpd.progress import Progress, no_progress
from lpd.services.extraction.gathering import publish
from lpd.services.extraction.parts import EXTRACTION_FOLDER, FileNote, Part, read_part, remove_unfinished
from lpd.services.extraction.plan import ExtractSettings, Plan, feature_marks, make_plan, read_extraction
from lpd.services.extraction.pool import extract_tasks
from lpd.services.extraction.searching import make_searchable, stale_indexes
from lpd.services.extraction.work import Recipe
from lpd.storage import Manifest, writer_lock
from lpd.video.decoding import check_video_packages
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.video.encoders import VideoEncoder

__all__ = ["ExtractSettings", "ExtractionReport", "extract_collection"]


@dataclass(frozen=True)
class ExtractionReport:
    """What an extraction made.

    Args:
        collection: its name.
        shots: in the collection.
        videos, pictures: files that they come from.
        new: files that were extracted now; the others were there already.
        others: files in the folder that are neither videos nor pictures.
        features: video features of the collection that were extracted.
        models: that were made and indexed, so that texts can be searched.
        unsearchable: encoders that have no partner for texts, and why, in sentences.
        skipped: files that gave no shots, and why.
        notes: what else should be known, in sentences.
        seconds: it took.
    """

    collection: str
    shots: int
    videos: int
    pictures: int
    new: int
    others: int
    features: tuple[str, ...]
    models: tuple[str, ...]
    unsearchable: tuple[str, ...]
    skipped: tuple[FileNote, ...]
    notes: tuple[str, ...]
    seconds: float


def extract_collection(
    workspace: Workspace,
    source: Path,
    *,
    collection: str,
    settings: ExtractSettings | None = None,
    progress: Progress = no_progress,
) -> ExtractionReport:
    """Makes a collection of the videos and pictures in a folder, or makes it complete, and returns a report.

    What was extracted is kept per file: stopped, it goes on where it was; called again later, it takes in
    what is new. Features that the collection has stay among those that are extracted. The result depends on
    the files and the settings alone, not on `workers` or on how often it was stopped.

    Args:
        workspace: of the collection.
        source: the folder, or one file.
        collection: its name.
        settings: None takes the defaults.
        progress: called with megabytes of files, then per feature and per block of the index.

    Raises:
        NotFoundError: if there is nothing to extract, or an extractor or encoder does not exist.
        LpdError: if no file gave a shot, or the collection was made in another way.
        MissingExtraError: if a package is missing.
    """
    started = time.perf_counter()
    settings = settings or ExtractSettings()
    check_video_packages()
    folder = workspace.collection_folder(collection)
    earlier = read_extraction(folder)
    encoders = _encoders(workspace, settings, earlier)
    marks = feature_marks(settings, {name: one.digest for name, one in encoders.items()}, earlier=earlier)
    recipe = Recipe(
        folder,
        settings.look,
        None if settings.whole_videos else settings.detector,
        encoders={name: workspace.video_encoder_folder(name) for name in encoders},
        marks=marks,
        device=_device(settings.device) if encoders else "cpu",
    )
    with writer_lock(folder / EXTRACTION_FOLDER):
        remove_unfinished(folder)
        plan = make_plan(source, recipe, settings, earlier=earlier)
        skipped = _extract(plan, recipe, settings.workers or os.cpu_count() or 1, progress)
        parts = _finished_parts(plan, recipe, skipped)
        skipped += [one for part in plan.done for one in part.skipped]
        facts = _facts(source, plan, settings, recipe, skipped)
        told = publish(workspace, collection, parts, marks=marks, settings=facts, progress=progress)
    models, unsearchable = make_searchable(
        workspace, collection, encoders, changed=bool(plan.tasks), device=settings.device, progress=progress
    )
    left_out = {one.name for one in skipped}
    pictures = sum(len(part.files) - len(part.skipped) for part in parts if part.is_picture)
    notes = [f"{note.name}: {note.sentence}" for part in parts for note in part.notes]
    notes += stale_indexes(workspace, collection, models)
    return ExtractionReport(
        collection,
        shots=sum(len(part.shots) for part in parts),
        videos=sum(not part.is_picture for part in parts),
        pictures=pictures,
        new=sum(file.name not in left_out for task in plan.tasks for file in task.files),
        others=plan.others,
        features=tuple(marks),
        models=models,
        unsearchable=unsearchable,
        skipped=tuple(sorted(skipped)),
        notes=(*plan.notes, *told, *notes),
        seconds=time.perf_counter() - started,
    )


def _encoders(
    workspace: Workspace, settings: ExtractSettings, earlier: Manifest | None
) -> "dict[str, VideoEncoder]":
    """Returns the encoders that are asked for, and those that the collection has rows of."""
    kept = earlier.settings.get("features", {}) if earlier is not None else {}
    names = [*settings.encoders, *(name for name, facts in kept.items() if facts.get("encoder"))]
    if not names:
        return {}
    from lpd.video.encoders import load_video_encoder

    return {name: load_video_encoder(workspace.video_encoder_folder(name)) for name in dict.fromkeys(names)}


def _device(name: str) -> str:
    from lpd.training import choose_device

    return str(choose_device(name))


def _extract(plan: Plan, recipe: Recipe, workers: int, progress: Progress) -> list[FileNote]:
    done = sum(file.size for file in plan.files) - sum(task.size for task in plan.tasks)
    workers = min(workers, len(plan.tasks))
    return extract_tasks(plan.tasks, recipe, workers=workers, progress=progress, done_bytes=done)


def _finished_parts(plan: Plan, recipe: Recipe, skipped: Sequence[FileNote]) -> list[Part]:
    """Returns all parts in the collection's order.

    Raises:
        LpdError: if there is none.
    """
    read = (read_part(recipe.collection_folder, key) for key in plan.keys)
    parts = [part for part in read if part is not None and set(recipe.marks) <= set(part.features)]
    if not parts:
        raise LpdError(
            "no file gave a shot",
            found=name_some(f"{one.name}: {one.sentence}" for one in skipped),
            next_step="look at the files with a video player",
        )
    return parts


def _facts(
    source: Path, plan: Plan, settings: ExtractSettings, recipe: Recipe, skipped: Sequence[FileNote]
) -> dict[str, Any]:
    """Returns what the manifest says."""
    detector = None if recipe.detector is None else asdict(recipe.detector)
    return {
        "source": str(source.resolve()),
        "files": [file.name for file in plan.files],
        "skipped": {one.name: one.sentence for one in skipped},
        "look": asdict(recipe.settings),
        "detector": None if settings.shots is not None else detector,
        "shots": None if settings.shots is None else str(settings.shots.resolve()),
        "features": {
            name: {"digest": mark.digest, "frames": mark.frames, "encoder": name in recipe.encoders}
            for name, mark in recipe.marks.items()
        },
    }
