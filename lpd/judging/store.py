"""The verdicts of a workspace in its `judgements.sqlite`: every one is kept, the latest of each judge counts.

A workspace without the file has no verdicts, and reading creates nothing.
"""

import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from lpd.databases import Layout, check_text, parse_utc, read_database, utc_text, write_database
from lpd.errors import FormatError, name_some
from lpd.judging.needs import NAME_LIMIT, Need, check_need
from lpd.judging.verdicts import NOT_RELEVANT, RELEVANT, WITHDRAWN

__all__ = [
    "JUDGEMENTS",
    "GivenVerdict",
    "entry_of",
    "give_verdicts",
    "latest_of_needs",
    "latest_verdicts",
    "verdict_history",
    "withdraw_verdicts",
]

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

INSERT = """INSERT INTO verdicts (collection, edition, need, shot_id, verdict, judge, view, given)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

OF_NEED = "collection = ? AND edition = ? AND need = ?"

LATEST = f"""SELECT shot_id, judge, verdict, max(verdict_id) FROM verdicts WHERE {OF_NEED}
    GROUP BY shot_id, judge ORDER BY judge, shot_id"""
"""With max() the other columns are those of the row that has it."""


class GivenVerdict(NamedTuple):
    """One entry of the history: `verdict` is `relevant`, `not relevant` or `withdrawn`; `view` names the page
    it was given on; `given` is UTC.
    """

    shot_id: str
    verdict: str
    judge: str
    view: str
    given: datetime


# --- writing ------------------------------------------------------------------------------------------------


def give_verdicts(path: Path, need: Need, *, verdicts: Mapping[str, str], judge: str, view: str) -> None:
    """Keeps what a judge says of some shots, all of it or nothing; earlier verdicts stay in the history.

    Args:
        path: of the file, which is begun if absent.
        need: what the shots are judged for.
        verdicts: shot -> `relevant` or `not relevant`; the caller knows that the collection has the shots.
        judge: who says so; blanks around the name do not count.
        view: the page it was said on: `search`, `judge`.

    Raises:
        FormatError: naming verdicts that are neither, or texts that cannot be kept.
        LpdError: if the file cannot be written.
    """
    unknown = [one for one in verdicts.values() if one not in (RELEVANT, NOT_RELEVANT)]
    if unknown:
        raise FormatError(
            "not a verdict", expected=f"`{RELEVANT}` or `{NOT_RELEVANT}`", found=name_some(unknown)
        )
    _check_shots(verdicts)
    rows = _rows(need, verdicts.items(), judge=judge, view=view)
    if rows:
        with write_database(path, JUDGEMENTS, create=True) as connection:
            connection.executemany(INSERT, rows)


def withdraw_verdicts(
    path: Path, need: Need, *, shot_ids: Collection[str], judge: str, view: str
) -> list[str]:
    """Returns the shots, in the given order, on which a verdict of the judge stood; it does so no longer.

    The withdrawal is an entry of its own; what was said before stays in the history.

    Raises:
        FormatError: naming texts that cannot be kept.
        LpdError: if the file cannot be written.
    """
    _check_shots(shot_ids)
    own = _judge(judge)
    with write_database(path, JUDGEMENTS) as connection:
        standing = _latest(connection, path, need=need).get(own, {})
        chosen = [shot_id for shot_id in dict.fromkeys(shot_ids) if shot_id in standing]
        withdrawn = [(shot_id, WITHDRAWN) for shot_id in chosen]
        connection.executemany(INSERT, _rows(need, withdrawn, judge=own, view=view))
    return chosen


def _rows(need: Need, verdicts: Iterable[tuple[str, str]], *, judge: str, view: str) -> list[tuple[str, ...]]:
    key, name = _key(need), _judge(judge)
    check_text(view, "view of a verdict", limit=NAME_LIMIT)
    given = utc_text(datetime.now(UTC))
    return [(*key, shot_id, verdict, name, view, given) for shot_id, verdict in verdicts]


def _key(need: Need) -> tuple[str, str, str]:
    check_need(need)
    return need.collection, need.edition or "", need.name


def _judge(judge: str) -> str:
    check_text(judge, "name of a judge", limit=JUDGE_LIMIT)
    return unicodedata.normalize("NFC", " ".join(judge.split()))


def _check_shots(shot_ids: Collection[str]) -> None:
    bad = []
    for shot_id in shot_ids:
        try:
            check_text(shot_id, "shot", limit=NAME_LIMIT)
        except FormatError:
            bad.append(str(shot_id)[:40])
    if bad:
        raise FormatError(
            "shot ids that cannot be kept; nothing was",
            expected=f"text of 1 to {NAME_LIMIT:,} bytes",
            found=name_some(bad),
        )


# --- reading ------------------------------------------------------------------------------------------------


def latest_verdicts(path: Path, need: Need) -> dict[str, dict[str, str]]:
    """Returns judge -> shot -> `relevant` or `not relevant`, the latest of each; what was withdrawn is out.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    return latest_of_needs(path, [need])[0]


def latest_of_needs(path: Path, needs: Sequence[Need]) -> list[dict[str, dict[str, str]]]:
    """Returns `latest_verdicts` of every need, all of one moment."""
    with read_database(path, JUDGEMENTS) as connection:
        return [_latest(connection, path, need=need) for need in needs]


def verdict_history(path: Path, need: Need, *, shot_id: str | None = None) -> list[GivenVerdict]:
    """Returns all that was said for a need, withdrawals included, in the order in which it was kept.

    Args:
        path: of the file.
        need: what was judged for.
        shot_id: only of this shot; None for all.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    _check_shots([] if shot_id is None else [shot_id])
    of_shot, values = ("", ()) if shot_id is None else ("AND shot_id = ?", (shot_id,))
    with read_database(path, JUDGEMENTS) as connection:
        rows = connection.execute(
            "SELECT shot_id, judge, verdict, view, given FROM verdicts "
            f"WHERE {OF_NEED} {of_shot} ORDER BY verdict_id",
            (*_key(need), *values),
        ).fetchall()
    history = []
    for row in rows:
        shot, judge, verdict, view, given = entry_of(row, path)
        history.append(GivenVerdict(shot, verdict, judge, view, parse_utc(given)))
    return history


def _latest(connection: sqlite3.Connection, path: Path, *, need: Need) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(LATEST, _key(need)):
        shot_id, judge, verdict = entry_of(row[:3], path)
        if verdict != WITHDRAWN:
            found.setdefault(judge, {})[shot_id] = verdict
    return found


def entry_of(row: tuple[Any, ...], path: Path) -> tuple[str, ...]:
    """Returns a row that begins with shot, judge and verdict if all of it is text and the verdict is one;
    SQLite itself would let a column of text hold bytes.
    """
    if not all(isinstance(value, str) for value in row) or row[2] not in (RELEVANT, NOT_RELEVANT, WITHDRAWN):
        raise FormatError("not an entry of a judge", where=path, found=repr(row)[:200])
    return row
