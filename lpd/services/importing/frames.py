"""Bringing frame-level features into a workspace: one row per frame, and a row per shot made of them."""

from collections.abc import Sequence

from lpd.errors import LpdError
from lpd.features import (
    FeatureSource,
    FeatureStream,
    FrameRows,
    find_video2frames,
    open_frame_matrix,
    order_frames,
    picked_blocks,
    read_video2frames,
    stream_source,
    write_frame_matrix,
    write_matrix,
)
from lpd.progress import Progress, no_progress
from lpd.services.importing.features import (
    FeatureChoices,
    ImportedFeature,
    repeated_notes,
    stored_type,
    type_notes,
)
from lpd.storage import writer_lock
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["import_frames"]

_SHOTS_AT_ONCE = 1024


def import_frames(
    workspace: Workspace,
    collection: str,
    feature: str,
    *,
    source: FeatureSource,
    choices: FeatureChoices | None = None,
    progress: Progress = no_progress,
) -> ImportedFeature:
    """Returns what was taken of a source with one row per frame: the frames of each shot in the order of
    their numbers, and a row per shot pooled of them; read and written block by block.

    Args:
        workspace: where both go, under the same name.
        collection: its shots decide which frames are taken.
        feature: the name of the video feature.
        source: where the matrix lies; ids are `<shot>_<number>`, or a BigFile has video2frames.txt in it or
            beside it.
        choices: how it is taken over.
        progress: called after each block of rows.

    Raises:
        MismatchError: if shots have no frames, or frames that are listed no row.
        FormatError: if the source is damaged, a row that is taken holds NaN or infinity, or an id repeats.
        LpdError: for a pointer; frames are sorted, and so copied.
    """
    choices = choices or FeatureChoices()
    if choices.pointer:
        raise LpdError(
            "frames are sorted by shot and number, so they are copied",
            where=source.path,
            next_step="leave --pointer out",
        )
    shots = workspace.collection(collection).shot_ids
    stream = stream_source(source, name=feature)
    notes = repeated_notes(stream.ids, {one: 0 for one in stream.ids}, choices, source)
    rows = _frame_rows(stream, shots, source=source, most=choices.most_frames)
    if rows.cut:
        notes.append(
            f"{counted(rows.cut, 'frame')} beyond the first {choices.most_frames} of a shot left out"
        )
    with writer_lock(workspace.path):
        with picked_blocks(stream, rows.targets, scratch=workspace.path, progress=progress) as blocks:
            write_frame_matrix(
                workspace.frame_feature_folder(collection, feature),
                blocks,
                name=feature,
                ids=shots,
                offsets=rows.offsets,
                dtype=stored_type(stream),
                settings={"source": str(source.path), "most_frames": choices.most_frames},
                progress=progress,
            )
        _pool(workspace, collection, feature, pool=choices.pool, progress=progress)
    taken = int(rows.offsets[-1])
    left_out = len(set(stream.ids)) - taken - rows.cut
    return ImportedFeature(len(shots), stream.dimension, left_out, taken, tuple(notes + type_notes(stream)))


def _frame_rows(
    stream: FeatureStream, shots: Sequence[str], *, source: FeatureSource, most: int | None
) -> FrameRows:
    listing = find_video2frames(source.path) if source.form == "bigfile" else None
    listed = None if listing is None else read_video2frames(listing, videos=set(shots))
    return order_frames(stream.ids, shots, listed=listed, most=most, where=listing or source.path)


def _pool(
    workspace: Workspace, collection: str, feature: str, *, pool: str, progress: Progress = no_progress
) -> None:
    """Writes the shots' rows, made of the frames that were just written."""
    frames = open_frame_matrix(workspace.frame_feature_folder(collection, feature))
    starts = range(0, len(frames), _SHOTS_AT_ONCE)
    write_matrix(
        workspace.feature_folder(collection, feature),
        (frames.pooled(frames.ids[start : start + _SHOTS_AT_ONCE], pool=pool) for start in starts),
        name=feature,
        ids=frames.ids,
        made_from={"frame features": str(frames.digest)},
        settings={"pool": pool},
        progress=lambda _, done, total: progress("pooling frames", done, total),
    )
