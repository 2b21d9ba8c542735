"""How much was judged: per need, and in all."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lpd.databases import DamagedRow, read_database, sort_rows
from lpd.judging.entries import COLUMNS, JUDGEMENTS, entry_of
from lpd.judging.needs import Need
from lpd.judging.verdicts import NOT_RELEVANT, RELEVANT, WITHDRAWN

__all__ = ["NeedCounts", "VerdictCounts", "judged_needs", "verdict_counts"]


@dataclass(frozen=True)
class NeedCounts:
    """The shots judged for one need; each shot is in one of the three numbers.

    Args:
        need: what they were judged for.
        judges: how many judges have a verdict that stands.
        relevant: shots that all who judged them find relevant.
        not_relevant: shots that none of them does.
        conflicting: shots on which judges contradict each other.
    """

    need: Need
    judges: int
    relevant: int
    not_relevant: int
    conflicting: int

    @property
    def shots(self) -> int:
        """All judged shots."""
        return self.relevant + self.not_relevant + self.conflicting


@dataclass(frozen=True)
class VerdictCounts:
    """What a file of verdicts holds.

    Args:
        entries: all that was ever said, withdrawals included.
        standing: verdicts that count, one per judge, need and shot at most.
        judges: whose verdicts those are.
        needs: for which they are.
        conflicting: shots, counted per need, on which judges contradict each other.
        damaged: entries that cannot be read; they are in none of the other numbers but `entries`.
    """

    entries: int
    standing: int
    judges: int
    needs: int
    conflicting: int
    damaged: int = 0


def judged_needs(path: Path) -> list[NeedCounts]:
    """Returns the needs that have a verdict that stands, collection by collection: topics by edition and
    number, then queries by text; none where there is no file.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    with read_database(path, JUDGEMENTS) as connection:
        standing, _ = _standing(connection)
    return _need_counts(standing)


def verdict_counts(path: Path) -> VerdictCounts:
    """Returns how much a file of verdicts holds; zeros where there is no file.

    Raises:
        FormatError: if the file is damaged or of a newer version.
    """
    with read_database(path, JUDGEMENTS) as connection:
        (entries,) = connection.execute("SELECT count(*) FROM verdicts").fetchone()
        standing, damaged = _standing(connection)
    needs = _need_counts(standing)
    judges = {judge for shots in standing.values() for said in shots.values() for judge in said}
    return VerdictCounts(
        entries=entries,
        standing=sum(len(said) for shots in standing.values() for said in shots.values()),
        judges=len(judges),
        needs=len(needs),
        conflicting=sum(one.conflicting for one in needs),
        damaged=len(damaged),
    )


def _standing(
    connection: sqlite3.Connection,
) -> tuple[dict[Need, dict[str, dict[str, str]]], tuple[DamagedRow, ...]]:
    """Returns need -> shot -> judge -> verdict, of what was not withdrawn, and the damaged entries."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM verdicts ORDER BY verdict_id")
    entries = sort_rows(rows, entry_of, table="verdicts")
    latest = {(one.key, one.said.shot_id, one.said.judge): one.said.verdict for one in entries.read}
    found: dict[Need, dict[str, dict[str, str]]] = {}
    for ((collection, edition, name), shot_id, judge), verdict in latest.items():
        if verdict != WITHDRAWN:
            need = Need(collection, name, edition or None)
            found.setdefault(need, {}).setdefault(shot_id, {})[judge] = verdict
    return found, entries.damaged


def _need_counts(standing: dict[Need, dict[str, dict[str, str]]]) -> list[NeedCounts]:
    counts = []
    for need, shots in standing.items():
        said = Counter(frozenset(verdicts.values()) for verdicts in shots.values())
        relevant, not_relevant = said[frozenset({RELEVANT})], said[frozenset({NOT_RELEVANT})]
        judges = len({judge for verdicts in shots.values() for judge in verdicts})
        conflicting = len(shots) - relevant - not_relevant
        counts.append(NeedCounts(need, judges, relevant, not_relevant, conflicting))
    return sorted(counts, key=_place)


def _place(counts: NeedCounts) -> tuple[str, bool, str, str]:
    need = counts.need
    return need.collection, need.edition is None, need.edition or "", need.name
