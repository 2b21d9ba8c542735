"""The table of `judgements.sqlite`, and its rows as entries of judges."""

import unicodedata
from datetime import datetime
from typing import Any, NamedTuple

from lpd.databases import Layout, check_text, parse_utc
from lpd.errors import FormatError
from lpd.judging.verdicts import NOT_RELEVANT, RELEVANT, WITHDRAWN

__all__ = [
    "ADJUDICATE_VIEW",
    "COLUMNS",
    "JUDGEMENTS",
    "Entry",
    "GivenVerdict",
    "entry_of",
    "judge_name",
]

ADJUDICATE_VIEW = "adjudicate"
"""The view of a verdict that decides over those of the judges."""

JUDGE_LIMIT = 200
"""Bytes of UTF-8."""

JUDGEMENTS = Layout(
    kind="file of verdicts",
    application_id=0x4C50444A,  # LPDJ
    version=1,
    statements=(
        """CREATE TABLE verdicts (
            verdict_id INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, edition TEXT NOT NULL,
            need TEXT NOT NULL, shot_id TEXT NOT NULL, judge TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('relevant', 'not relevant', 'withdrawn')),
            view TEXT NOT NULL, given TEXT NOT NULL)""",
        "CREATE INDEX verdicts_of_need ON verdicts (collection, edition, need, shot_id, judge, verdict)",
    ),
)

COLUMNS = "verdict_id, collection, edition, need, shot_id, judge, verdict, view, given"


class GivenVerdict(NamedTuple):
    """One entry of the history: `verdict` is `relevant`, `not relevant` or `withdrawn`; `view` names the page
    it was given on; `given` is UTC.
    """

    shot_id: str
    verdict: str
    judge: str
    view: str
    given: datetime


class Entry(NamedTuple):
    """A row of the file: what it is about, as `collection, edition (or empty), need`, and what was said."""

    key: tuple[str, str, str]
    said: GivenVerdict


def entry_of(row: tuple[Any, ...]) -> Entry:
    """Returns a row of `COLUMNS`.

    Raises:
        FormatError: if it is no text, or its verdict or its time is none; SQLite itself would let a column of
            text hold bytes.
    """
    _, collection, edition, need, shot_id, judge, verdict, view, given = row
    if not all(isinstance(value, str) for value in row[1:]):
        raise FormatError("not an entry of a judge", found=repr(row[1:])[:200])
    if verdict not in (RELEVANT, NOT_RELEVANT, WITHDRAWN):
        raise FormatError("not an entry of a judge", found=repr(verdict)[:200])
    said = GivenVerdict(shot_id, verdict, judge, view, parse_utc(given))
    return Entry((collection, edition, need), said)


def judge_name(judge: str) -> str:
    """Returns a judge's name as it is kept: blanks and ways of coding a letter make no other judge.

    Raises:
        FormatError: if it is blank or longer than `JUDGE_LIMIT` bytes.
    """
    check_text(judge, "name of a judge", limit=JUDGE_LIMIT)
    return unicodedata.normalize("NFC", " ".join(judge.split()))
