"""Bringing video features into a workspace: one row per shot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.features import (
    POOLS,
    FeatureSource,
    FeatureStream,
    open_source,
    picked_blocks,
    stream_source,
    write_matrix,
    write_pointer,
)
from lpd.progress import Progress, no_progress
from lpd.storage import writer_lock
from lpd.trec.id_lists import repeated_ids
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["FeatureChoices", "ImportedFeature", "import_features"]

REPEATED = ("refuse", "last")
_FRAMES = "its rows look like frames: import them with --frames"


@dataclass(frozen=True)
class FeatureChoices:
    """How a source is taken over.

    Args:
        pointer: remember the place instead of copying; rows per shot only.
        repeated: what is done with an id that occurs more than once: `refuse`, or `last`, which takes its
            last row as the official readers do.
        pool: of POOLS, how the frames of a shot become its row.
        most_frames: kept of each shot, its first ones; None keeps all. Dual Encoding and TxV read 64, LAFF
            200 (FORMATS.md, section 2).
    """

    pointer: bool = False
    repeated: str = "refuse"
    pool: str = "mean"
    most_frames: int | None = None

    def __post_init__(self) -> None:
        for what, value, known in (
            ("rule for repeated ids", self.repeated, REPEATED),
            ("way of pooling", self.pool, tuple(POOLS)),
        ):
            if value not in known:
                raise LpdError(f"unknown {what}", expected=" or ".join(known), found=repr(value))
        if self.most_frames is not None and self.most_frames < 1:
            raise LpdError("most frames of a shot", expected="at least 1", found=self.most_frames)


@dataclass(frozen=True)
class ImportedFeature:
    """What was taken over.

    Args:
        shots: rows of the feature, one for each shot of the collection.
        dimension: of a row.
        left_out: rows of the source that belong to no shot of the collection.
        frames: rows of the frame-level feature, None for rows per shot.
        notes: sentences about what was done besides copying.
    """

    shots: int
    dimension: int
    left_out: int
    frames: int | None = None
    notes: tuple[str, ...] = ()


def import_features(
    workspace: Workspace,
    collection: str,
    feature: str,
    *,
    source: FeatureSource,
    choices: FeatureChoices | None = None,
    progress: Progress = no_progress,
) -> ImportedFeature:
    """Returns what was taken of a source with one row per shot; a copy is read and written block by block.

    Args:
        workspace: where the feature goes.
        collection: its shots decide which rows are taken, and in which order.
        feature: the name of the video feature.
        source: where the matrix lies.
        choices: how it is taken over.
        progress: called after each block of rows.

    Raises:
        MismatchError: if shots have no row; all are counted, the first named.
        FormatError: if the source is damaged, a row that is taken holds NaN or infinity, or an id repeats.
    """
    choices = choices or FeatureChoices()
    shots = workspace.collection(collection).shot_ids
    folder = workspace.feature_folder(collection, feature)
    if choices.pointer:
        matrix = open_source(source, name=feature)
        _check_covered(shots, matrix.ids, source)
        with writer_lock(workspace.path):
            write_pointer(folder, source, name=feature)
        return ImportedFeature(len(shots), matrix.dimension, len(matrix) - len(shots))
    stream = stream_source(source, name=feature)
    table = {one: row for row, one in enumerate(stream.ids)}
    notes = repeated_notes(stream.ids, table, choices, source)
    _check_covered(shots, table, source)
    targets = np.full(len(stream.ids), -1, dtype=np.int64)
    targets[[table[shot] for shot in shots]] = np.arange(len(shots))
    with (
        writer_lock(workspace.path),
        picked_blocks(stream, targets, scratch=workspace.path, progress=progress) as blocks,
    ):
        write_matrix(
            folder,
            blocks,
            name=feature,
            ids=shots,
            dtype=stored_type(stream),
            settings={"source": str(source.path)},
            progress=progress,
        )
    notes += type_notes(stream)
    return ImportedFeature(len(shots), stream.dimension, len(table) - len(shots), None, tuple(notes))


def _check_covered(
    shots: Sequence[str], ids: Sequence[str] | Mapping[str, int], source: FeatureSource
) -> None:
    known = set(ids)
    missing = [shot for shot in shots if shot not in known]
    if missing:
        raise MismatchError(
            f"{len(missing)} of {len(shots)} shots have no row in this feature",
            where=source.path,
            expected="a row for each shot of the collection",
            found=f"none for {name_some(missing)}",
            next_step=_FRAMES if any(one.rpartition("_")[0] == missing[0] for one in ids) else None,
        )


def repeated_notes(
    ids: Sequence[str], table: Mapping[str, int], choices: FeatureChoices, source: FeatureSource
) -> list[str]:
    """Returns the sentence about ids that occur more than once.

    Raises:
        FormatError: if there are any and they are refused.
    """
    if len(table) == len(ids):
        return []
    repeated = repeated_ids(ids)
    if choices.repeated == "refuse":
        raise FormatError(
            "ids occur more than once",
            where=source.path,
            expected="one row per id",
            found=name_some(repeated),
            next_step="keep one row of each id, or take the last with --repeated last",
        )
    return [
        f"{counted(len(repeated), 'id')} {'occurs' if len(repeated) == 1 else 'occur'} more than once, "
        f"the last row was taken: {name_some(repeated)}"
    ]


def stored_type(stream: FeatureStream) -> str:
    """Returns the number type that the rows of a source are kept in."""
    return "float32" if stream.dtype == np.float64 else stream.dtype.name


def type_notes(stream: FeatureStream) -> list[str]:
    """Returns the sentence about another number type, if there is one."""
    return ["float64 was rounded to float32"] if stream.dtype == np.float64 else []
