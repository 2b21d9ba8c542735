"""Judgements of the Video Browser Showdown's ad-hoc tasks, as exported from its server DRES."""

import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lpd.errors import FormatError, LpdError
from lpd.trec.lines import BadLine, malformed, numbered_lines
from lpd.trec.qrels import ONLY_STRATUM, Qrels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLLAPSING", "DresRow", "collapse_verdicts", "place_rows", "read_dres"]

COLLAPSING = ("any", "majority", "last")
"""How several verdicts on one shot become one."""

RELEVANCE = {
    "correct": 1,
    "wrong": 0,
    "undecidable": -1,
    "indeterminate": -1,
    "1": 1,
    "1.0": 1,
    "0": 0,
    "0.0": 0,
    "-1": -1,
    "-1.0": -1,
}
TITLES = {
    "topic": ("taskname", "stask", "task", "topic", "topic_id"),
    "video": ("item", "sitem", "itemname", "video", "video_id"),
    "shot": ("shot_id", "shot"),
    "start_s": ("start_s",),
    "end_s": ("end_s",),
    "start_ms": ("start", "sstart", "start_ms"),
    "end_ms": ("end", "ending", "sending", "end_ms"),
    "verdict": ("judgement", "verdict", "status", "sstatus"),
}
"""What a row says -> how exports title it, the first that is there counts."""

EXPECTED_TITLES = "taskName, item, start_s and end_s (or start and end in ms), judgement; or shot_id"
EXPECTED_ROW = "a topic, a video with start and end (or a shot), and CORRECT, WRONG or UNDECIDABLE (1, 0, -1)"
PLAIN_WIDTH = 5


class DresRow(NamedTuple):
    """One verdict: on a shot, or on a stretch of a video in seconds (then `shot_id` is None)."""

    topic_id: str
    video_id: str | None
    shot_id: str | None
    start_s: float
    end_s: float
    relevance: int


def read_dres(path: Path) -> list[DresRow]:
    """Returns the verdicts in a file, in its order: 1 correct, 0 wrong, -1 undecided.

    The fields stand between tabs (or commas, where the line of titles has no tab). Titles say which is
    which: `taskName junk item start_fr start_s end_fr end_s stratum judgement` and other exports' names.
    Without titles a row is `topic 0 shot stratum judgement`; unlike in qrels, shots may be judged repeatedly
    and differently, and a row without a shot is passed over.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if titles are missing, or a row is malformed (`path:line`).

    Source: avs.vbs2022_dres.txt and the description of the judgements in the VBS archive (L. Rossetto,
    W. Bailer).
    """
    lines = list(numbered_lines(path))
    if not lines:
        raise FormatError("no judgements", where=path, expected=EXPECTED_ROW)
    separator = "\t" if "\t" in lines[0][1] else ","
    titles = [title.strip().lower() for title in lines[0][1].split(separator)]
    places = _places(titles)
    if "verdict" not in places and len(titles) == PLAIN_WIDTH and titles[-1] in RELEVANCE:
        places = {"topic": 0, "shot": 2, "verdict": 4}
    else:
        _check_titles(places, path, lines[0])
        lines = lines[1:]
    rows: list[DresRow] = []
    bad: list[BadLine] = []
    for number, line in lines:
        fields = [field.strip() for field in line.split(separator)]
        if len(fields) == len(titles) and "video" not in places and not fields[places["shot"]]:
            continue
        row = _row(fields, places) if len(fields) == len(titles) else None
        if row is None:
            bad.append(BadLine(number, line))
        else:
            rows.append(row)
    if bad:
        raise malformed(path, bad, expected=EXPECTED_ROW)
    if not rows:
        raise FormatError("no judgements", where=path, expected=EXPECTED_ROW)
    return rows


def _places(titles: Sequence[str]) -> dict[str, int]:
    return {
        what: titles.index(next(name for name in names if name in titles))
        for what, names in TITLES.items()
        if any(name in titles for name in names)
    }


def _check_titles(places: Mapping[str, int], path: Path, line: tuple[int, str]) -> None:
    timed = "video" in places and (
        {"start_s", "end_s"} <= set(places) or {"start_ms", "end_ms"} <= set(places)
    )
    if not {"topic", "verdict"} <= set(places) or not (timed or "shot" in places):
        raise malformed(path, [BadLine(*line)], what="wrong titles of columns", expected=EXPECTED_TITLES)


def _row(fields: Sequence[str], places: Mapping[str, int]) -> DresRow | None:
    relevance = RELEVANCE.get(fields[places["verdict"]].lower())
    topic_id = fields[places["topic"]]
    if relevance is None or topic_id.split() != [topic_id]:
        return None
    shot_id = fields[places["shot"]] if "shot" in places else ""
    if shot_id:
        good = shot_id.split() == [shot_id]
        return DresRow(topic_id, None, shot_id, math.nan, math.nan, relevance) if good else None
    if "video" not in places:
        return None
    video_id = fields[places["video"]]
    seconds = {"start_s", "end_s"} <= set(places)
    names, scale = (("start_s", "end_s"), 1.0) if seconds else (("start_ms", "end_ms"), 1000.0)
    if video_id.split() != [video_id] or not set(names) <= set(places):
        return None
    try:
        start, end = (float(fields[places[name]]) / scale for name in names)
    except ValueError:
        return None
    return DresRow(topic_id, video_id, None, start, end, relevance) if 0 <= start <= end < 1e9 else None


def place_rows(rows: Sequence[DresRow], shots: "pd.DataFrame") -> tuple[list[tuple[str, str, int]], int]:
    """Returns (topic, shot, relevance) of the verdicts in their order, and how many lie in no known shot.

    A stretch of a video belongs to the shot that it overlaps longest, the earlier of two alike; a stretch
    without length to the shot that it lies in.

    Args:
        rows: as `read_dres` returns them; item `00009` is video `00009` or `shot00009`.
        shots: with the columns shot_id, video_id, start_s, end_s.
    """
    known = set(shots["shot_id"])
    wanted = {row.video_id for row in rows if row.video_id is not None}
    spans = _spans_by_video(shots, wanted | {f"shot{one}" for one in wanted})
    placed: list[tuple[str, str, int]] = []
    outside = 0
    for row in rows:
        shot_id = row.shot_id
        if shot_id is None:
            at = spans.get(str(row.video_id)) or spans.get(f"shot{row.video_id}")
            shot_id = None if at is None else _longest_overlap(at, row.start_s, row.end_s)
        if shot_id is None or shot_id not in known:
            outside += 1
        else:
            placed.append((row.topic_id, shot_id, row.relevance))
    return placed, outside


def _spans_by_video(
    shots: "pd.DataFrame", videos: Collection[str]
) -> dict[str, tuple[list[str], np.ndarray, np.ndarray]]:
    """Returns video -> its shots that have times, in time order, with (n,) starts and ends."""
    timed = shots[shots["video_id"].isin(list(videos)) & shots["start_s"].notna() & shots["end_s"].notna()]
    return {
        str(video): (part["shot_id"].tolist(), part["start_s"].to_numpy(), part["end_s"].to_numpy())
        for video, part in timed.sort_values("start_s", kind="stable").groupby("video_id", sort=False)
    }


def _longest_overlap(spans: tuple[list[str], np.ndarray, np.ndarray], start: float, end: float) -> str | None:
    shot_ids, starts, ends = spans
    overlap = np.minimum(ends, end) - np.maximum(starts, start)
    best = int(np.argmax(overlap))
    return shot_ids[best] if overlap[best] > 0 or (start == end and overlap[best] == 0) else None


def collapse_verdicts(placed: Sequence[tuple[str, str, int]], *, rule: str = "any") -> tuple[Qrels, int]:
    """Returns qrels with one judgement per topic and shot, and the number of contradictory pairs of them.

    Undecided verdicts count only where there is no other. Of the others

    - `any`: one correct verdict makes the shot relevant. A shot shows whatever a part of it shows, so a wrong
      verdict about one stretch says nothing against a right one about another (TRECVID's assessors judge so,
      too);
    - `majority`: the more frequent one; as many of each make it relevant;
    - `last`: the one that stands last in the file.

    Args:
        placed: (topic, shot, relevance).
        rule: one of `COLLAPSING`.

    Raises:
        LpdError: for another rule.
    """
    if rule not in COLLAPSING:
        raise LpdError("unknown rule for verdicts", expected=" or ".join(COLLAPSING), found=repr(rule))
    verdicts: dict[tuple[str, str], list[int]] = {}
    for topic_id, shot_id, relevance in placed:
        decided = verdicts.setdefault((topic_id, shot_id), [])
        if relevance >= 0:
            decided.append(relevance)
    rows = [
        (topic_id, shot_id, ONLY_STRATUM, _collapsed(decided, rule))
        for (topic_id, shot_id), decided in verdicts.items()
    ]
    return Qrels(rows), sum(len(set(decided)) > 1 for decided in verdicts.values())


def _collapsed(decided: Sequence[int], rule: str) -> int:
    if not decided:
        return -1
    if rule == "last":
        return decided[-1]
    if rule == "any":
        return max(decided)
    return int(2 * sum(decided) >= len(decided))
