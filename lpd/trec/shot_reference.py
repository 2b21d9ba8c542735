"""TRECVID's master shot reference: which shots there are in each video, from when to when."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from lpd.errors import FormatError, LpdError, name_some
from lpd.trec.id_lists import repeated_ids
from lpd.trec.lines import BadLine, malformed
from lpd.trec.reference_files import TextFile, text_files
from lpd.trec.shot_reference_xml import read_mpeg7, read_video_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REFERENCE_ENDINGS", "is_shot_reference", "read_shot_reference"]

TSV_COLUMNS = ("startframe", "starttime", "endframe", "endtime")
VIDEO_COLUMNS = ("video", "video_id", "item")
TSV_ROW = "tab-separated `startframe starttime endframe endtime`, times in seconds"
MSB_ROW = "`start end`, two frame numbers from 0, the end not before the start"
SEGMENTATIONS = {".tsv": "tsv", ".msb": "msb", ".sb": "msb", ".mp7.xml": "mp7"}
REFERENCE_ENDINGS = tuple(SEGMENTATIONS)
"""How the files of a master shot reference end."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
VIDEO_NAMES = "collection.xml"


class _Span(NamedTuple):
    shot_id: str
    video_id: str
    start_s: float
    end_s: float


def is_shot_reference(path: Path) -> bool:
    """Returns whether a path is a folder, an archive, or ends as the files of a master shot reference do."""
    return path.is_dir() or path.name.lower().endswith((*REFERENCE_ENDINGS, *ARCHIVES))


def read_shot_reference(path: Path, *, frame_rate: float | None = None) -> "pd.DataFrame":
    """Returns the shots as a table with the columns shot_id, video_id, start_s, end_s (seconds).

    Three forms are known; a folder or an archive (zip, tar, tar.gz) holds one of them, a file per video:

    - `.tsv` of V3C: a line of titles, then startframe, starttime, endframe, endtime; one table with a further
      column `video` may hold all videos;
    - `.msb` (or `.sb`) of IACC: frame numbers of the first and last frame, lines of titles before them;
    - `.mp7.xml` of IACC: MPEG-7 segments with ids of their own.

    In the first two the video is the file's name and its n-th row is shot `shot<video>_<n>`, from 1. A
    `collection.xml` beside them says which number stands for which file name.

    Args:
        path: a file, a folder or an archive.
        frame_rate: frames per second of the videos; needed by `.msb`, which has no times.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if a row is malformed (`path:line`), a shot occurs twice, or nothing is found.
        LpdError: if frame numbers come without a frame rate, or a folder holds several forms.

    Source: NOTES of TRECVID's IACC.2 master shot reference; the video browser showdown's `.tsv` files.
    """
    files = list(text_files(path, endings=(*REFERENCE_ENDINGS, VIDEO_NAMES)))
    names: dict[str, str] = {}
    for file in files:
        if PurePosixPath(file.name).name == VIDEO_NAMES:
            names |= read_video_names(file)
    segmentations = [(file, _form(file)) for file in files if _form(file) is not None]
    forms = sorted({str(form) for _, form in segmentations})
    if not forms:
        raise FormatError("no master shot reference", where=path, expected=" or ".join(REFERENCE_ENDINGS))
    if len(forms) > 1:
        raise LpdError(
            "several forms of the master shot reference",
            where=path,
            expected="one of them",
            found=", ".join(forms),
            next_step="name the folder of one form",
        )
    if frame_rate is not None and not 0 < frame_rate <= 1000:
        raise LpdError("not a frame rate", expected="frames per second, up to 1000", found=frame_rate)
    spans = [span for file, _ in segmentations for span in _spans(file, names, frame_rate=frame_rate)]
    return _table(spans, where=path)


def _form(file: TextFile) -> str | None:
    ending = next((one for one in REFERENCE_ENDINGS if file.name.lower().endswith(one)), None)
    return None if ending is None else SEGMENTATIONS[ending]


def _spans(file: TextFile, names: dict[str, str], *, frame_rate: float | None) -> list[_Span]:
    form = _form(file)
    if form == "mp7":
        return [_Span(*row) for row in read_mpeg7(file)]
    stem = PurePosixPath(file.name).name.rpartition(".")[0]
    video = names.get(stem, stem).removeprefix("shot")
    if form == "tsv":
        return _tsv(file, video)
    if frame_rate is None:
        raise LpdError(
            "frame numbers without a frame rate",
            where=file.where,
            expected="frames per second",
            next_step="lpd import shots ... --frame-rate 25, or import the .mp7.xml files, which have times",
        )
    return _msb(file, video, frame_rate)


def _tsv(file: TextFile, video: str) -> list[_Span]:
    lines = list(file.lines())
    if not lines:
        raise FormatError("no shots", where=file.where, expected=TSV_ROW)
    titles = [title.strip().lower() for title in lines[0][1].split("\t")]
    if not set(TSV_COLUMNS) <= set(titles) or len(set(titles)) != len(titles):
        raise malformed(
            file.where, [BadLine(*lines[0])], what="wrong titles of columns", expected=", ".join(TSV_COLUMNS)
        )
    start, end = titles.index("starttime"), titles.index("endtime")
    named = next((titles.index(one) for one in VIDEO_COLUMNS if one in titles), None)
    counts: dict[str, int] = {}
    spans: list[_Span] = []
    bad: list[BadLine] = []
    for number, line in lines[1:]:
        fields = [field.strip() for field in line.split("\t")]
        times = _times(fields[start], fields[end]) if len(fields) == len(titles) else None
        if times is None:
            bad.append(BadLine(number, line))
            continue
        of = video if named is None else fields[named].removeprefix("shot")
        counts[of] = counts.get(of, 0) + 1
        spans.append(_Span(f"shot{of}_{counts[of]}", of, *times))
    if bad:
        raise malformed(file.where, bad, expected=TSV_ROW)
    return spans


def _msb(file: TextFile, video: str, frame_rate: float) -> list[_Span]:
    spans: list[_Span] = []
    bad: list[BadLine] = []
    for number, line in file.lines():
        words = line.split()
        if len(words) == 2 and all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
            first, last = int(words[0]), int(words[1])
            if first <= last:
                times = (first / frame_rate, (last + 1) / frame_rate)
                spans.append(_Span(f"shot{video}_{len(spans) + 1}", video, *times))
                continue
        elif not spans:
            continue  # titles stand before the first shot
        bad.append(BadLine(number, line))
    if bad:
        raise malformed(file.where, bad, expected=MSB_ROW)
    if not spans:
        raise FormatError("no shots", where=file.where, expected=f"lines {MSB_ROW}")
    return spans


def _times(start: str, end: str) -> tuple[float, float] | None:
    try:
        times = float(start), float(end)
    except ValueError:
        return None
    return times if 0 <= times[0] <= times[1] < 1e9 and "_" not in start + end else None


def _table(spans: Sequence[_Span], *, where: Path) -> "pd.DataFrame":
    import pandas as pd

    if not spans:
        raise FormatError("no shots", where=where, expected="a row per shot")
    bad = [span.shot_id for span in spans if span.shot_id.split() != [span.shot_id] or not span.video_id]
    if bad:
        raise FormatError(
            "ids that are not one word", where=where, expected="no blanks", found=name_some(bad)
        )
    repeated = repeated_ids([span.shot_id for span in spans])
    if repeated:
        raise FormatError("shots occur twice", where=where, expected="each once", found=name_some(repeated))
    return pd.DataFrame(spans, columns=list(_Span._fields))
