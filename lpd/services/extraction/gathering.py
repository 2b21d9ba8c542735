"""From the parts of an extraction to the collection: shot table, features, manifest."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lpd.collection import SHOTS_FILE, make_collection, read_collection, write_collection
from lpd.errors import LpdError
from lpd.features import write_frame_matrix, write_matrix
from lpd.progress import Progress
from lpd.services.extraction.parts import (
    EXTRACTION_FOLDER,
    FeatureMark,
    Part,
    feature_rows,
    remove_other_parts,
)
from lpd.storage import Manifest, write_manifest, writer_lock
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["publish"]

_ROWS_AT_ONCE = 8192


def publish(
    workspace: Workspace,
    collection: str,
    parts: Sequence[Part],
    *,
    marks: Mapping[str, FeatureMark],
    settings: Mapping[str, Any],
    progress: Progress,
) -> list[str]:
    """Writes the collection that the parts make up, and returns what happened to its subsets, in sentences.

    The shot table comes last: until then readers see the collection as it was. Rows are read part by part.

    Args:
        workspace: of the collection.
        collection: its name.
        parts: in the order of its shots.
        marks: the features.
        settings: how it was made, for the manifest.
        progress: called per feature.
    """
    folder = workspace.collection_folder(collection)
    ids = [shot.shot_id for part in parts for shot in part.shots]
    subsets, notes = _subsets(folder, set(ids))
    made = make_collection(collection, _table(parts), subsets=subsets)
    with writer_lock(workspace.path):
        progress("writing features", 0, len(marks))
        for number, (name, mark) in enumerate(marks.items(), start=1):
            _write_feature(workspace, collection, parts, name=name, mark=mark, how=settings["look"])
            progress("writing features", number, len(marks))
        write_collection(folder, made)
        write_manifest(folder / EXTRACTION_FOLDER, Manifest("extraction", settings=dict(settings)))
        remove_other_parts(folder, {part.key for part in parts})
    return notes


def _table(parts: Sequence[Part]) -> pd.DataFrame:
    rows = [shot for part in parts for shot in part.shots]
    return pd.DataFrame(
        {
            "shot_id": [row.shot_id for row in rows],
            "video_id": [row.video_id for row in rows],
            "start_s": [row.start_s for row in rows],
            "end_s": [row.end_s for row in rows],
            "thumbnail": [row.thumbnail for row in rows],
            "preview": [row.preview for row in rows],
        }
    )


def _subsets(folder: Path, known: set[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Returns the subsets that the collection has, without shots that it has no more."""
    if not (folder / SHOTS_FILE).is_file():
        return {}, []
    try:
        before = read_collection(folder).subsets
    except LpdError:
        return {}, []
    kept = {name: [one for one in ids if one in known] for name, ids in before.items()}
    notes = [
        f"subset {name} lost {counted(len(ids) - len(kept[name]), 'shot')}"
        for name, ids in before.items()
        if len(kept[name]) < len(ids)
    ]
    return {name: ids for name, ids in kept.items() if ids}, notes


def _write_feature(
    workspace: Workspace,
    collection: str,
    parts: Sequence[Part],
    *,
    name: str,
    mark: FeatureMark,
    how: Mapping[str, Any],
) -> None:
    folder = workspace.collection_folder(collection)
    ids = [shot.shot_id for part in parts for shot in part.shots]
    made_from = {"extractor": mark.digest}
    write_matrix(
        workspace.feature_folder(collection, name),
        _blocks(feature_rows(folder, part, name).rows for part in parts),
        name=name,
        ids=ids,
        made_from=made_from,
        settings=dict(how),
    )
    if mark.frames:
        counts = np.concatenate([feature_rows(folder, part, name).counts for part in parts])
        write_frame_matrix(
            workspace.frame_feature_folder(collection, name),
            _blocks(_frames(folder, parts, name)),
            name=name,
            ids=ids,
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            dtype="float16",
            made_from=made_from,
            settings=dict(how),
        )


def _frames(folder: Path, parts: Sequence[Part], name: str) -> Iterator[np.ndarray]:
    for part in parts:
        frames = feature_rows(folder, part, name).frames
        assert frames is not None, "a part whose feature keeps frames has them"
        yield frames


def _blocks(pieces: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """Yields many small pieces as fewer blocks."""
    waiting: list[np.ndarray] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
            yield np.concatenate(waiting)
            waiting = []
    if waiting:
        yield np.concatenate(waiting)
