"""Shots that are given before an extraction: a table, or TRECVID's master shot reference."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import pandas as pd

from lpd.collection import make_collection
from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.services.extraction.sources import SourceFile
from lpd.trec.shot_reference import is_shot_reference, read_shot_reference
from lpd.video.shot_detection import GivenShot

__all__ = ["match_videos", "read_given_shots"]


def read_given_shots(path: Path, *, frame_rate: float | None = None) -> dict[str, tuple[GivenShot, ...]]:
    """Returns the shots of each video of a shot list, in order of time.

    Args:
        path: a `.csv` or `.parquet` table with shot_id, video_id, start_s and end_s, or a file, folder or
            archive of TRECVID's master shot reference.
        frame_rate: of the videos, where the reference counts in frames.

    Raises:
        FormatError: if columns or times are missing, ids repeat, or times are impossible.
    """
    reference = is_shot_reference(path)
    table = read_shot_reference(path, frame_rate=frame_rate) if reference else _read_table(path)
    missing = [name for name in ("shot_id", "video_id", "start_s", "end_s") if name not in table]
    if missing:
        raise FormatError("the shot list lacks columns", where=path, expected=", ".join(missing))
    shots = make_collection("given", table[["shot_id", "video_id", "start_s", "end_s"]]).shots
    without = shots["shot_id"][shots["start_s"].isna() | shots["end_s"].isna()].tolist()
    if without:
        raise FormatError("shots without times", where=path, found=name_some(without))
    return {str(video): _in_order(rows) for video, rows in shots.groupby("video_id", sort=False)}


def _read_table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise NotFoundError("shot list is missing", where=path)
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, dtype={"shot_id": str, "video_id": str})
    except (ValueError, OSError, OverflowError) as error:  # of pandas and of pyarrow
        raise FormatError(
            "not a shot list",
            where=path,
            expected=".csv or .parquet, or a master shot reference",
            found=error,
        ) from error


def _in_order(rows: pd.DataFrame) -> tuple[GivenShot, ...]:
    columns = (rows[name].tolist() for name in ("shot_id", "start_s", "end_s"))
    return tuple(sorted((GivenShot(*row) for row in zip(*columns, strict=True)), key=lambda shot: shot[1:]))


def match_videos(
    files: Sequence[SourceFile], given: Mapping[str, tuple[GivenShot, ...]], *, where: Path
) -> tuple[list[SourceFile], dict[str, tuple[GivenShot, ...]], list[str]]:
    """Returns the videos that a shot list knows, under its video ids; name -> shots; and what has no partner,
    in sentences.

    A video is known by its file's name without the ending, with or without `shot` before it.

    Raises:
        MismatchError: if no file is a video of the list.
    """
    ids = {video.removeprefix("shot"): video for video in given}
    matched, shots, strangers = [], {}, []
    taken: dict[str, str] = {}
    for file in files:
        stem = PurePosixPath(file.name).stem.removeprefix("shot")
        video = ids.get(stem)
        if file.is_picture or video is None or video in taken:
            strangers.append(file.name)
            continue
        taken[video] = file.name
        matched.append(file._replace(video_id=video))
        shots[file.name] = given[video]
    if not matched:
        raise MismatchError(
            "no file is a video of the shot list",
            where=where,
            expected=f"files named {name_some(given, 3)}",
            found=name_some((file.name for file in files), 3),
        )
    notes = []
    if strangers:
        notes.append(f"not in the shot list, left out: {name_some(strangers)}")
    absent = [video for video in given if video not in taken]
    if absent:
        notes.append(f"in the shot list, but no file here: {name_some(absent)}")
    return matched, shots, notes
