"""How the Workspace page says things, and what it offers as tables to be taken away."""

import shlex
from collections.abc import Iterable, Sequence
from itertools import pairwise

from app.words import seconds
from lpd.services.contents import Thing
from lpd.services.health.findings import ADVICE, LEVELS, OK, PROBLEM, Finding
from lpd.services.health.workspace import Health
from lpd.services.jobs.requests import index_request
from lpd.services.jobs.work_files import WorkPosition, WorkRequest
from lpd.services.sizes import printed_size
from lpd.tables import Cell, Column, ResultTable, Row
from lpd.words import counted

__all__ = [
    "LEVEL_MARKS",
    "LEVEL_WORDS",
    "contents_table",
    "health_table",
    "position_words",
    "runnable",
    "worst_first",
]

LEVEL_MARKS = {OK: "✓", ADVICE: "·", PROBLEM: "✕"}
LEVEL_WORDS = {OK: "fits", ADVICE: "missing", PROBLEM: "wrong"}
"""Level of a finding -> the mark before it, and what the mark says to those who do not see it."""

REPAIRS = ("index", "encode", "map", "run")
"""Verbs whose commands are whole as a finding tells them, unless a word in capitals stands in them."""


def runnable(finding: Finding) -> WorkRequest | None:
    """Returns what does as the command of a finding says; None if the person has to fill it in."""
    parts = shlex.split(finding.command or "")
    if len(parts) < 2 or parts[1] not in REPAIRS or any(_stands_for_more(part) for part in parts):
        return None
    given = dict(pairwise(parts))
    if parts[1] == "index":
        return index_request(given["--model"], given["--collection"])
    return WorkRequest(" ".join(part.removeprefix("--") for part in parts[1:]), tuple(parts[1:]))


def _stands_for_more(part: str) -> bool:
    return part.isalpha() and part.isupper() and len(part) > 2


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Returns findings, those that are wrong first, in their order otherwise; each once."""
    return sorted(dict.fromkeys(findings), key=lambda one: LEVELS.index(one.level))


def position_words(position: WorkPosition | None) -> str:
    """Returns how far a work is: `embedding shots 45 % · about 12.0 s more`."""
    if position is None:
        return "beginning"
    left = "" if position.seconds_left is None else f" · about {seconds(position.seconds_left)} more"
    return f"{position.stage} {position.share:.0%}{left}"


def health_table(health: Health) -> ResultTable:
    """Returns the findings of all goals as a table."""
    rows: list[Row] = []
    for goal in health.goals:
        group = f"{goal.goal}: {goal.possible or 'not possible yet'}"
        used: dict[str, int] = {}
        for level, subject, sentence, command in goal.findings:
            used[subject] = used.get(subject, 0) + 1
            label = subject if used[subject] == 1 else f"{subject} ({used[subject]})"
            rows.append(Row(label, tuple(_cell(one) for one in (level, sentence, command)), group))
    columns = tuple(Column(name, "text") for name in ("level", "finding", "command"))
    told = counted(len(health.problems), "problem")
    return ResultTable(f"Health of {health.workspace}: {told}", "subject", columns, tuple(rows))


def contents_table(workspace: str, things: Sequence[Thing]) -> ResultTable:
    """Returns what a workspace holds as a table."""
    rows = []
    for one in things:
        cells = (one.sentence, one.state, printed_size(one.size), one.digest, one.made_from)
        rows.append(Row(one.name, tuple(_cell(cell) for cell in cells), f"{one.section}: {one.group}"))
    columns = tuple(Column(name, "text") for name in ("what", "state", "size", "digest", "made from"))
    return ResultTable(f"What is in {workspace}", "thing", columns, tuple(rows))


def _cell(text: str | None) -> Cell:
    return Cell(text=text) if text else Cell()
