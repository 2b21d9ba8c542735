"""lpd doctor."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json, print_table
from lpd.errors import LpdError
from lpd.words import counted

if TYPE_CHECKING:
    from lpd.services.doctor import IndexReport
    from lpd.services.health.workspace import Health
    from lpd.workspace import Workspace

__all__ = ["add_to"]

MARKS = {"ok": "✓", "advice": "·", "problem": "✕"}
"""Level of a finding -> what stands before it."""


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(doctor)


def doctor(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MODEL@COLLECTION...]", help="With --index: which; else all."),
    ] = None,
    index: Annotated[
        bool,
        typer.Option(
            "--index",
            "--indexes",
            help="Examine indexes thoroughly: checksums, vectors, scores, and the recall of each list.",
        ),
    ] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Say what is there, what fits together and what is missing, with the command that mends it."""
    if index:
        _examine_indexes(opened(workspace), names or [], json)
        return
    if names:
        raise LpdError(
            "only indexes can be named",
            expected="--index",
            found=", ".join(names),
            next_step=f"lpd doctor --index {' '.join(names)}",
        )
    from lpd.services.health.workspace import workspace_health

    health = workspace_health(opened(workspace), progress=drawn_progress(delay_s=1.0))
    if json:
        print_json(_health_document(health))
    else:
        _print_health(health)
    if health.problems:
        first = health.problems[0]
        many = counted(len(health.problems), "problem")
        raise LpdError(f"{many}; the first: {first.subject}: {first.sentence}", next_step=first.command)


def _health_document(health: "Health") -> dict[str, Any]:
    return {
        "workspace": health.workspace,
        "problems": len(health.problems),
        "goals": [
            {
                "goal": goal.goal,
                "possible": goal.possible or None,
                "findings": [finding._asdict() for finding in goal.findings],
            }
            for goal in health.goals
        ],
    }


def _print_health(health: "Health") -> None:
    for goal in health.goals:
        print(f"{goal.goal}: {goal.possible or 'not possible yet'}")
        for level, subject, sentence, command in goal.findings:
            print(f"  {MARKS[level]} {subject}: {sentence}")
            if command is not None:
                print(f"      {command}")


def _examine_indexes(space: "Workspace", names: Sequence[str], json: bool) -> None:
    from lpd.services.doctor import IndexReport, chosen_indexes, examine_index

    found: dict[str, IndexReport | LpdError] = {}
    for model, collection in chosen_indexes(space, names):
        name = f"{model}@{collection}"
        try:
            found[name] = examine_index(space, model, collection, progress=drawn_progress(delay_s=1.0))
        except LpdError as error:
            found[name] = error
    if json:
        print_json({"indexes": [_document(name, one) for name, one in found.items()]})
    else:
        _print_reports([one for one in found.values() if not isinstance(one, LpdError)])
    _raise_first({name: one for name, one in found.items() if isinstance(one, LpdError)}, len(found))


def _document(name: str, report: "IndexReport | LpdError") -> dict[str, Any]:
    if isinstance(report, LpdError):
        return {"name": name, "right": False, "error": str(report)}
    return {
        "name": name,
        "right": True,
        "kind": report.exactness.kind,
        "exactness": report.exactness.words,
        "shots": report.shots,
        "checks": list(report.checks),
        "recall": None if report.recall is None else report.recall.settings,
        "recorded_recall": None if report.recorded is None else report.recorded.settings,
    }


def _print_reports(reports: Sequence["IndexReport"]) -> None:
    for report in reports:
        note(f"{report.name}: {counted(report.shots, 'shot')}, {report.exactness.words}")
        note("\n".join(f"  {check}" for check in report.checks))
    rows = [row for report in reports for row in _recall_rows(report)]
    if rows:
        print_table(("index", "list", "mean recall", "worst", "of the first", "queries"), rows)


def _recall_rows(report: "IndexReport") -> list[tuple[object, ...]]:
    """Returns what was measured of each list; rounded down, so that a recall below 1 never prints as 1."""
    recall = report.recall
    if recall is None:
        return []
    asked = f"{recall.queries} {recall.source}"
    return [
        (report.name, name, _down(mean), _down(recall.worst[name]), recall.depth, asked)
        for name, mean in recall.mean.items()
    ]


def _down(recall: float) -> float:
    return math.floor(round(recall * 10_000, 6)) / 10_000


def _raise_first(errors: dict[str, LpdError], examined: int) -> None:
    """Ends with the sentence about the index that is wrong; with several, one that names them all."""
    if not errors:
        return
    first = next(iter(errors.values()))
    if examined == 1:
        raise first
    raise LpdError(f"{len(errors)} of {examined} indexes are wrong ({', '.join(errors)}); the first: {first}")
