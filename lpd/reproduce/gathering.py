"""From finished trainings and measurings to what every row of the tables achieved."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lpd.errors import LpdError, StaleError
from lpd.evaluation import evaluate_run
from lpd.fusion import late_average
from lpd.reproduce.measured import (
    MeasuredOnTopics,
    caption_path,
    caption_sources,
    measured_path,
    read_measured,
    topic_measures,
    topic_sources,
)
from lpd.reproduce.measurements import measuring_key, topic_request
from lpd.reproduce.recipes import Row
from lpd.reproduce.requests import lacking, run_tag
from lpd.reproduce.results import RowResult, SeedResult
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.trainings import PlannedTraining
from lpd.training import HISTORY_NAME, read_history
from lpd.trec import Run, write_run

__all__ = ["BRING_A_RUN", "averaged_runs", "gather_results"]

BRING_A_RUN = "cannot be computed from frozen features; bring its run: lpd import run"


def gather_results(
    reproduction: Reproduction,
    rows: Sequence[Row],
    *,
    planned: Sequence[PlannedTraining],
    failures: Mapping[str, str],
) -> dict[str, RowResult]:
    """Returns key of a row -> what it achieved; the runs of rows that average others are written.

    Args:
        reproduction: of the rows.
        rows: those that others average before these.
        planned: trained or reused.
        failures: model, or `measuring_key` -> why it could not be trained or measured.
    """
    results: dict[str, RowResult] = {}
    for row in rows:
        needs = lacking(row, reproduction)
        if row.brought is not None:
            results[row.key] = _brought(reproduction, row)
        elif needs is not None:
            results[row.key] = RowResult(row, needs=needs)
        elif row.fuses:
            results[row.key] = averaged_runs(reproduction, row, results=results)
        else:
            models = [one for one in planned if one.row.key == row.key]
            results[row.key] = _trained(reproduction, row, models, failures)
    return results


def _trained(
    reproduction: Reproduction, row: Row, models: Sequence[PlannedTraining], failures: Mapping[str, str]
) -> RowResult:
    found: dict[int, SeedResult] = {}
    failed: dict[int, str] = {}
    for one in models:
        name, seed = one.request.name, one.request.seed
        measured = (*reproduction.edition_names, reproduction.setup.validation)
        keys = [name, *(measuring_key(name, what) for what in measured)]
        told = [failures[key] for key in keys if key in failures]
        if told:
            failed[seed] = told[0]
        if name not in failures:
            found[seed] = _of_seed(reproduction, one, failures)
    return RowResult(row, found, failures=failed)


def _of_seed(reproduction: Reproduction, one: PlannedTraining, failures: Mapping[str, str]) -> SeedResult:
    workspace, name = reproduction.workspace, one.request.name
    validation = reproduction.setup.validation
    card = workspace.model_card(name)
    topics = {}
    for edition in reproduction.editions:
        if measuring_key(name, edition.name) in failures:
            continue
        request = topic_request(reproduction, one, edition=edition.name)
        reranked = request.reranked[0] if request.reranked else None
        sources = topic_sources(workspace, card, edition=edition, qrels=request.qrels, reranked=reranked)
        document = read_measured(measured_path(workspace, name, what=edition.name), sources)
        topics[edition.name] = topic_measures(_still_true(document, name))
    captions = None
    if measuring_key(name, validation) not in failures:
        sources = caption_sources(workspace, card, captions=validation)
        document = read_measured(caption_path(workspace, name, captions=validation), sources)
        captions = np.array(_still_true(document, name)["average_precision"], dtype=np.float64)
    epochs = None
    if card.config["training"]["stopped"] in ("epochs", "patience"):
        epochs = len(read_history(workspace.model_folder(name) / HISTORY_NAME))
    return SeedResult(topics, card, epochs, captions)


def _still_true(document: dict[str, Any] | None, model: str) -> dict[str, Any]:
    if document is None:
        raise StaleError(
            "the model or what it was measured on changed meanwhile", where=model, next_step="ask again"
        )
    return document


def averaged_runs(reproduction: Reproduction, row: Row, *, results: Mapping[str, RowResult]) -> RowResult:
    """Returns the late average of other rows' runs, written and evaluated seed by seed.

    The scores are means of cosines, and so are averaged as they are.

    Args:
        reproduction: of the rows.
        row: says which others it averages.
        results: of these.
    """
    workspace, setup = reproduction.workspace, reproduction.setup
    found: dict[int, SeedResult] = {}
    failed: dict[int, str] = {}
    for seed in setup.seeds_of(row):
        topics = {}
        for edition in reproduction.edition_names:
            members = [results[key] for key in row.fuses]
            missing = [
                one.row.label
                for one in members
                if seed not in one.seeds or edition not in one.seeds[seed].topics
            ]
            if missing:
                failed[seed] = f"it needs {', '.join(missing)}, which failed"
                continue
            runs = [workspace.run(edition, run_tag(setup, one.row, seed=seed)) for one in members]
            fused = late_average(runs, tag=run_tag(setup, row, seed=seed))
            write_run(workspace.run_path(edition, fused.tag), fused)
            topics[edition] = _evaluated(reproduction, edition, fused)
        if topics:
            found[seed] = SeedResult(topics)
    return RowResult(row, found, failures=failed)


def _brought(reproduction: Reproduction, row: Row) -> RowResult:
    workspace, tag = reproduction.workspace, str(row.brought)
    topics: dict[str, MeasuredOnTopics] = {}
    failed: dict[int, str] = {}
    seed = reproduction.setup.seeds[0]
    for edition in reproduction.edition_names:
        if tag in workspace.run_tags(edition):
            try:
                topics[edition] = _evaluated(reproduction, edition, workspace.run(edition, tag))
            except LpdError as error:
                failed[seed] = str(error)
    if not topics and not failed:
        return RowResult(row, text=BRING_A_RUN)
    return RowResult(row, {seed: SeedResult(topics)} if topics else {}, failures=failed)


def _evaluated(reproduction: Reproduction, edition: str, run: Run) -> MeasuredOnTopics:
    qrels = reproduction.workspace.qrels(edition, reproduction.setup.qrels)
    evaluated = evaluate_run(run, qrels, missing="zero")
    return MeasuredOnTopics(
        {topic_id: measures["infAP"] for topic_id, measures in evaluated.topics.items()},
        warnings=tuple(evaluated.warnings),
    )
