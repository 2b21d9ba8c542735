"""The verdicts of a workspace in its `judgements.sqlite`: every one is kept, the latest of each judge counts.

A workspace without the file has no verdicts, and reading creates nothing. An entry that another program or a
failing disk has damaged is left out, stays in the file, and is found by `damaged_verdicts`.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lpd.databases import (
    DamagedRow,
    check_text,
    keep_aside,
    read_database,
    sort_rows,
    utc_text,
    write_database,
)
from lpd.errors import FormatError, name_some
from lpd.judging.entries import ADJUDICATE_VIEW, COLUMNS, JUDGEMENTS, GivenVerdict, entry_of, judge_name
from lpd.judging.needs import NAME_LIMIT, Need, check_need
from lpd.judging.verdicts import NOT_RELEVANT, RELEVANT, WITHDRAWN

__all__ = [
    "damaged_verdicts",
    "give_verdicts",
    "histories",
    "keep_damaged_aside",
    "latest_of",
    "latest_of_needs",
    "latest_verdicts",
    "verdict_history",
    "withdraw_verdicts",
]

INSERT = """INSERT INTO verdicts (collection, edition, need, shot_id, verdict, judge, view, given)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

OF_NEED = "collection = ? AND edition = ? AND need = ?"

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

    The withdrawal is an entry of its own; what was said before stays in the history. A ruling (given on
    `ADJUDICATE_VIEW`) is withdrawn on that view, and what the same person said as a judge on another.

    Raises:
        FormatError: naming texts that cannot be kept.
        LpdError: if the file cannot be written.
    """
    _check_shots(shot_ids)
    own = judge_name(judge)
    with write_database(path, JUDGEMENTS) as connection:
        ruled = view == ADJUDICATE_VIEW
        said = [one for one in _history(connection, need) if (one.view == ADJUDICATE_VIEW) == ruled]
        standing = latest_of(said).get(own, {})
        chosen = [shot_id for shot_id in dict.fromkeys(shot_ids) if shot_id in standing]
        withdrawn = [(shot_id, WITHDRAWN) for shot_id in chosen]
        connection.executemany(INSERT, _rows(need, withdrawn, judge=own, view=view))
    return chosen


def _rows(need: Need, verdicts: Iterable[tuple[str, str]], *, judge: str, view: str) -> list[tuple[str, ...]]:
    key, name = _key(need), judge_name(judge)
    check_text(view, "view of a verdict", limit=NAME_LIMIT)
    given = utc_text(datetime.now(UTC))
    return [(*key, shot_id, verdict, name, view, given) for shot_id, verdict in verdicts]


def _key(need: Need) -> tuple[str, str, str]:
    check_need(need)
    return need.collection, need.edition or "", need.name


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
        return [latest_of(_history(connection, need)) for need in needs]


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
    (history,) = histories(path, [need])
    return [said for said in history if shot_id is None or said.shot_id == shot_id]


def histories(path: Path, needs: Sequence[Need]) -> list[list[GivenVerdict]]:
    """Returns `verdict_history` of every need, all of one moment."""
    with read_database(path, JUDGEMENTS) as connection:
        return [_history(connection, need) for need in needs]


def damaged_verdicts(path: Path) -> tuple[DamagedRow, ...]:
    """Returns the entries of the file that cannot be read and that no other function returns.

    Raises:
        FormatError: if the file as a whole is damaged or of a newer version.
    """
    with read_database(path, JUDGEMENTS) as connection:
        rows = connection.execute(f"SELECT {COLUMNS} FROM verdicts ORDER BY verdict_id")
        return sort_rows(rows, entry_of, table="verdicts").damaged


def keep_damaged_aside(path: Path) -> str | None:
    """Returns one sentence that tells the damaged entries, of which copies were put beside the file; None
    where all can be read.

    Raises:
        FormatError: as `damaged_verdicts`.
    """
    return keep_aside(path, JUDGEMENTS, damaged_verdicts(path))


def _history(connection: sqlite3.Connection, need: Need) -> list[GivenVerdict]:
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM verdicts WHERE {OF_NEED} ORDER BY verdict_id", _key(need)
    )
    return [entry.said for entry in sort_rows(rows, entry_of, table="verdicts").read]


def latest_of(history: Iterable[GivenVerdict]) -> dict[str, dict[str, str]]:
    """Returns judge -> shot -> the latest verdict, of what was not withdrawn; judges and shots sorted."""
    latest = {(said.judge, said.shot_id): said.verdict for said in history}
    found: dict[str, dict[str, str]] = {}
    for (judge, shot_id), verdict in sorted(latest.items()):
        if verdict != WITHDRAWN:
            found.setdefault(judge, {})[shot_id] = verdict
    return found
