"""Which rows of a frame-level source are the frames of which shot, in which order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lpd.errors import FormatError, MismatchError, name_some
from lpd.features.video2frames import VIDEO2FRAMES

__all__ = ["FrameRows", "order_frames"]

LONGEST_NUMBER = 18


class FrameRows(NamedTuple):
    """Where the rows of a frame-level source go.

    Args:
        offsets: (N + 1,) int64, where the frames of each shot begin.
        targets: for each row of the source the row that it becomes, or -1.
        cut: rows of the shots that have more than the most frames.
    """

    offsets: np.ndarray
    targets: np.ndarray
    cut: int


def order_frames(
    frame_ids: Sequence[str],
    shots: Sequence[str],
    *,
    listed: Mapping[str, Sequence[str]] | None = None,
    most: int | None = None,
    where: object,
) -> FrameRows:
    """Returns the frames of each shot, sorted by their number.

    Args:
        frame_ids: `<shot>_<number>`, of each row of the source; of an id that is there twice the last counts.
        shots: the N shots of the collection.
        listed: shot -> its frames; if None the shot of a frame is everything before the last underscore.
        most: frames kept of a shot, its first ones; None keeps all.
        where: the place for messages.

    Raises:
        FormatError: for a frame without a number.
        MismatchError: if shots have no frames, or a listed frame has no row; all are counted, some named.
    """
    row_of_shot = {shot: row for row, shot in enumerate(shots)}
    table = {one: row for row, one in enumerate(frame_ids)}
    owners = np.full(len(frame_ids), -1, dtype=np.int64)
    numbers = np.zeros(len(frame_ids), dtype=np.int64)
    bad: list[str] = []
    for frame, owner in _owned(table, row_of_shot, listed, where):
        number = frame.rpartition("_")[2]
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER:
            owners[table[frame]], numbers[table[frame]] = owner, int(number)
        else:
            bad.append(frame)
    if bad:
        raise FormatError(
            "frames without a number", where=where, expected="ids like shot1_1_25", found=name_some(bad)
        )
    return _placed(owners, numbers, shots, most=most, where=where)


def _owned(
    table: Mapping[str, int],
    row_of_shot: Mapping[str, int],
    listed: Mapping[str, Sequence[str]] | None,
    where: object,
) -> Iterator[tuple[str, int]]:
    """Yields each frame of the collection's shots with the row of its shot."""
    if listed is None:
        for frame in table:
            owner = row_of_shot.get(frame.rpartition("_")[0])
            if owner is not None:
                yield frame, owner
        return
    owned = {shot: listed[shot] for shot in row_of_shot if shot in listed}
    missing = [frame for frames in owned.values() for frame in frames if frame not in table]
    if missing:
        raise MismatchError(
            f"{len(missing)} frames of {VIDEO2FRAMES} have no row", where=where, found=name_some(missing)
        )
    seen: set[str] = set()
    for shot, frames in owned.items():
        twice = seen.intersection(frames)
        if twice or len(set(frames)) != len(frames):
            raise FormatError(f"{VIDEO2FRAMES} lists frames twice", where=where, found=f"those of {shot!r}")
        seen.update(frames)
        yield from ((frame, row_of_shot[shot]) for frame in frames)


def _placed(
    owners: np.ndarray, numbers: np.ndarray, shots: Sequence[str], *, most: int | None, where: object
) -> FrameRows:
    kept = np.flatnonzero(owners >= 0)
    order = kept[np.lexsort((numbers[kept], owners[kept]))]
    counts = np.bincount(owners[kept], minlength=len(shots))
    empty = np.flatnonzero(counts == 0).tolist()
    if empty:
        raise MismatchError(
            f"{len(empty)} of {len(shots)} shots have no frames",
            where=where,
            expected="rows named <shot>_<number> for each shot of the collection",
            found=f"none for {name_some(shots[row] for row in empty)}",
        )
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    taken = counts if most is None else np.minimum(counts, most)
    offsets = np.concatenate([[0], np.cumsum(taken)]).astype(np.int64)
    inside = rank < np.repeat(taken, counts)
    targets = np.full(len(owners), -1, dtype=np.int64)
    targets[order[inside]] = (offsets[owners[order]] + rank)[inside]
    return FrameRows(offsets, targets, int((~inside).sum()))
