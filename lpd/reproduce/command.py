"""From names of tables to files: train what is missing, measure what is new, write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lpd.progress import Progress, no_progress
from lpd.reproduce.comparisons import compare_all, tests_table
from lpd.reproduce.complexity import complexity_table
from lpd.reproduce.diversity import look_closer, model_table, space_table, write_trade_offs
from lpd.reproduce.gathering import gather_results
from lpd.reproduce.measured import FOLDER
from lpd.reproduce.measurements import measure_models
from lpd.reproduce.paper_figures import overlap_table, write_fig3, write_fig4
from lpd.reproduce.requests import rows_of, with_needed_rows
from lpd.reproduce.setup import Reproduction, Setup, open_reproduction
from lpd.reproduce.system_tables import Results, system_table
from lpd.reproduce.tables import SYSTEM_TABLES, needed_rows, table_names
from lpd.reproduce.trainings import PlannedTraining, plan_trainings, train_planned
from lpd.reproduce.tv20 import run_table, topic_table
from lpd.reproduce.workers import Outcome, WorkerPool
from lpd.reproduce.writing import write_table
from lpd.storage import writer_lock
from lpd.tables import ResultTable
from lpd.workspace import Workspace

__all__ = ["ReproductionReport", "reproduce"]


@dataclass(frozen=True)
class ReproductionReport:
    """What a reproduction made.

    Args:
        tables: in the order of the files.
        files: all that were written.
        trained: models trained now.
        reused: models that were there.
        failures: model or measuring -> a sentence.
        bugs: likewise, with a traceback of what is not the person's mistake.
        lacking: label of a row -> what the workspace has not got.
    """

    tables: dict[str, ResultTable]
    files: list[Path]
    trained: list[str]
    reused: list[str]
    failures: dict[str, str]
    bugs: dict[str, str]
    lacking: dict[str, str]


def reproduce(
    workspace: Workspace,
    tables: Sequence[str],
    *,
    setup: Setup,
    out: Path | None = None,
    progress: Progress = no_progress,
    say: Callable[[str], None] = lambda sentence: None,
) -> ReproductionReport:
    """Returns what was made of the tables and figures asked for.

    A training that fails fills its row with a sentence, and the others go on. Nothing that is finished is
    done again: the same call after a kill goes on where it stopped.

    Args:
        workspace: gets models, runs, measures and, if nothing else is said, the tables.
        tables: names in `TABLES`, or `all`.
        setup: what all rows share.
        out: folder of tables and figures; None is reproduce/<preset> in the workspace.
        progress: draws a bar over trainings, and one over measurings.
        say: is given a sentence per training, and one per failure.

    Raises:
        LpdError: if the setup cannot be used, or something else is reproducing on this workspace.
    """
    names = table_names(list(tables))
    reproduction = open_reproduction(workspace, setup)
    keys = [key for name in names for key in needed_rows(name)]
    rows = with_needed_rows(rows_of(keys, reproduction.available), setup)
    folder = out or workspace.path / FOLDER / setup.preset
    with writer_lock(workspace.path / FOLDER), WorkerPool(setup.processes) as pool:
        planned = plan_trainings(reproduction, rows)
        outcomes = train_planned(workspace, planned, pool=pool, progress=progress, say=say)
        trained = [one for one in planned if _succeeded(outcomes, one.request.name)]
        closer = needed_rows("diversity") if "diversity" in names else ()
        outcomes |= measure_models(reproduction, trained, closer=closer, pool=pool, progress=progress)
        failures = {
            key: one.failure or str(one.bug).strip().splitlines()[-1]
            for key, one in outcomes.items()
            if not one.succeeded
        }
        results = gather_results(reproduction, rows, planned=planned, failures=failures)
        made, files = _write_all(reproduction, names, results=results, trained=trained, folder=folder)
    trained_now = [one.request.name for one in trained if one.reason is not None]
    return ReproductionReport(
        tables=made,
        files=files,
        trained=trained_now,
        reused=[one.request.name for one in trained if one.reason is None],
        failures=failures | _failed_rows(results),
        bugs={key: one.bug for key, one in outcomes.items() if one.bug is not None},
        lacking={one.row.full_label: one.needs for one in results.values() if one.needs is not None},
    )


def _succeeded(outcomes: Mapping[str, Outcome], model: str) -> bool:
    return model not in outcomes or outcomes[model].succeeded


def _failed_rows(results: Results) -> dict[str, str]:
    """Returns label -> sentence of those rows that no model was trained for."""
    return {
        one.row.full_label: failure
        for one in results.values()
        if not one.row.system
        for failure in one.failures.values()
    }


def _write_all(
    reproduction: Reproduction,
    names: Sequence[str],
    *,
    results: Results,
    trained: Sequence[PlannedTraining],
    folder: Path,
) -> tuple[dict[str, ResultTable], list[Path]]:
    tables: dict[str, ResultTable] = {}
    files: list[Path] = []
    for name in names:
        made: dict[str, ResultTable] = {}
        if name in SYSTEM_TABLES:
            recipe = SYSTEM_TABLES[name]
            compared = compare_all(reproduction, recipe, results=results)
            made[name] = system_table(reproduction, recipe, results=results, comparisons=compared)
            made[f"{name}-tests"] = tests_table(reproduction, recipe, comparisons=compared)
        elif name == "table6":
            made[name] = complexity_table(reproduction)
        elif name == "sea-tv20":
            made[name] = run_table(reproduction, results)
            for edition in reproduction.editions:
                made[f"{name}-{edition.name}"] = topic_table(reproduction, edition, results=results)
        elif name == "diversity":
            looked = look_closer(reproduction, trained)
            made[name] = model_table(reproduction, results, looked=looked)
            made[f"{name}-spaces"] = space_table(reproduction, results, looked=looked)
            files += write_trade_offs(reproduction, results, looked=looked, folder=folder)
        elif name == "fig3":
            made[f"{name}-means"] = overlap_table(reproduction, results)
            files += write_fig3(reproduction, results, folder=folder)
        elif name == "fig4":
            files += write_fig4(reproduction, results, folder=folder)
        for title, table in made.items():
            files += write_table(folder, title, table=table)
        tables |= made
    return tables, files
