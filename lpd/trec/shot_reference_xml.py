"""The XML of TRECVID's older master shot references: MPEG-7 segments, and the table of video names."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from lpd.errors import FormatError
from lpd.trec.reference_files import TextFile
from lpd.trec.safe_xml import xml_events

__all__ = ["read_mpeg7", "read_video_names"]

SHOT = re.compile(r"shot([^\s_]+)_\d+")
POINT = re.compile(r"T(\d{1,3}):(\d{2}):(\d{2})(?::(\d{1,9})F(\d{1,9}))?")
DURATION = re.compile(
    r"P(?:(\d{1,3})D)?T?(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?(?:(\d{1,9})N)?(?:(\d{1,9})F)?"
)


def read_mpeg7(file: TextFile) -> list[tuple[str, str, float, float]]:
    """Returns (shot id, video id, start, end in seconds) of every segment whose id is `shot<video>_<n>`.

    Segments with longer ids are parts of shots or key frames, and passed over. A time point is
    `T00:00:16:4484F30000`, a duration `PT16S4484N30000F`: seconds, and a number of fractions of a second.

    Raises:
        FormatError: if it is not well-formed XML, declares entities, or a segment has no such times.

    Source: `time.elements` of TRECVID 2002's common shot boundary reference.
    """
    rows: list[tuple[str, str, float, float]] = []
    for element in _closed(file, "VideoSegment"):
        found = SHOT.fullmatch(element.get("id", ""))
        if found is None:
            continue
        times = {_local(one): (one.text or "").strip() for one in element.iter()}
        point = POINT.fullmatch(times.get("MediaTimePoint", ""))
        duration = DURATION.fullmatch(times.get("MediaDuration", ""))
        if point is None or duration is None or not any(duration.groups()):
            raise FormatError(
                "a segment without times",
                where=f"{file.where}, {found[0]}",
                expected="MediaTimePoint T00:00:16:4484F30000 and MediaDuration PT16S4484N30000F",
                found=f"{times.get('MediaTimePoint', '')!r} and {times.get('MediaDuration', '')!r}"[:160],
            )
        start = _seconds(0, *_numbers(point))
        rows.append((found[0], found[1], start, start + _seconds(*_numbers(duration))))
    return rows


def read_video_names(file: TextFile) -> dict[str, str]:
    """Returns file name without ending -> number of the video, as a `collection.xml` lists them.

    Raises:
        FormatError: if it is not well-formed XML or declares entities.
    """
    names: dict[str, str] = {}
    for element in _closed(file, "VideoFile"):
        values = {_local(one): (one.text or "").strip() for one in element}
        if values.get("id") and values.get("filename"):
            names[PurePosixPath(values["filename"]).stem] = values["id"]
    return names


def _closed(file: TextFile, name: str) -> Iterator[Element]:
    """Yields the elements of one name, without their name space, when they end."""
    for event, element in xml_events(file.data, where=file.where, root=name):
        if event == "end" and _local(element) == name:
            yield element
            element.clear()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _numbers(found: "re.Match[str]") -> list[int]:
    return [int(group or 0) for group in found.groups()]


def _seconds(days: int, hours: int, minutes: int, seconds: int, parts: int, per_second: int) -> float:
    whole = float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    return whole + parts / per_second if per_second else whole
