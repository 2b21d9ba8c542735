"""Figures 3 and 4 of the LPD paper on a workspace: the numbers behind them, then the drawing."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from lpd.published import published_table
from lpd.reproduce.figures import curves_chart, overlap_chart
from lpd.reproduce.notes import data_notes, slip_notes
from lpd.reproduce.results import RowResult, SeedResult
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.system_tables import Results, row_cell
from lpd.reproduce.tables import needed_rows
from lpd.reproduce.writing import write_figure, write_rows
from lpd.tables import Cell, Column, ResultTable, Row, mean_and_spread
from lpd.training import HISTORY_NAME, read_history

__all__ = ["learning_curves", "overlap_table", "space_overlaps", "write_fig3", "write_fig4"]

OVERLAP_COLUMNS = ("edition", "model", "row", "column", "iou", "spread", "seeds")
CURVE_COLUMNS = ("model", "epoch", "mean", "low", "high", "seeds")


def write_fig3(reproduction: Reproduction, results: Results, *, folder: Path) -> list[Path]:
    """Writes the heatmaps of inter-space IoU@20 of LAFF, LPD without DcL and LPD; returns the files."""
    shown = [results[key] for key in needed_rows("fig3")]
    rows = space_overlaps(reproduction, shown)
    files = [write_rows(folder / "fig3.csv", OVERLAP_COLUMNS, rows=rows)]
    if rows:
        table = pd.DataFrame(rows, columns=list(OVERLAP_COLUMNS))
        models = [result.row.full_label for result in shown if result.seeds]
        files.append(write_figure(folder / "fig3.svg", overlap_chart(table, models=models)))
    return files


def overlap_table(reproduction: Reproduction, results: Results) -> ResultTable:
    """Returns the mean IoU@20 of two different spaces per edition, beside the pair that the paper names."""
    published = published_table("lpd-fig3")
    [pair] = published.columns
    names = reproduction.edition_names
    rows = []
    for key in needed_rows("fig3"):
        result = results[key]
        overlaps = {seed: _mean_overlaps(one) for seed, one in result.seeds.items()}
        cells = [
            row_cell(result, {seed: one[name] for seed, one in overlaps.items() if name in one})
            for name in names
        ]
        whole = {
            seed: float(np.mean(list(one.values())))
            for seed, one in overlaps.items()
            if len(one) == len(names)
        }
        label = result.row.full_label
        printed = published.value(label, pair) if label in published.labels else None
        rows.append(Row(label, (*cells, row_cell(result, whole), Cell(published=printed))))
    return ResultTable(
        title="Fig. 3: mean inter-space IoU@20",
        row_name="model",
        columns=(*(Column(name) for name in names), Column("MEAN"), Column(pair)),
        rows=tuple(rows),
        published_in=f"{published.source}; {published.place}; other data and features",
        notes=(*data_notes(reproduction), *slip_notes("lpd-fig3")),
    )


def _mean_overlaps(seed: SeedResult) -> dict[str, float]:
    found = {edition: measured.overlap for edition, measured in seed.topics.items()}
    return {edition: overlap for edition, overlap in found.items() if overlap is not None}


def space_overlaps(
    reproduction: Reproduction, shown: list[RowResult]
) -> list[tuple[str, str, str, str, float, float | None, int]]:
    """Returns edition, model, two spaces, IoU@20 (mean over seeds), its spread, and the number of seeds."""
    rows = []
    for edition in reproduction.edition_names:
        for result in shown:
            measured = [one.topics[edition] for one in result.seeds.values() if edition in one.topics]
            matrices = [one.iou for one in measured if one.iou is not None]
            if not matrices:
                continue
            spaces = measured[0].spaces
            for (first, second), _ in np.ndenumerate(matrices[0]):
                mean, spread = mean_and_spread([float(one[first, second]) for one in matrices])
                pair = spaces[first], spaces[second]
                rows.append((edition, result.row.full_label, *pair, mean, spread, len(matrices)))
    return rows


def write_fig4(reproduction: Reproduction, results: Results, *, folder: Path) -> list[Path]:
    """Writes the validation mAP per epoch of LPD and of LPD without EF-MTRL; returns the files."""
    shown = [results[key] for key in needed_rows("fig4")]
    rows = [
        row
        for result in shown
        for row in learning_curves(result.row.full_label, _validation_curves(reproduction, result))
    ]
    files = [write_rows(folder / "fig4.csv", CURVE_COLUMNS, rows=rows)]
    if rows:
        table = pd.DataFrame(rows, columns=list(CURVE_COLUMNS))
        models = [result.row.full_label for result in shown if result.seeds]
        files.append(write_figure(folder / "fig4.svg", curves_chart(table, models=models)))
    return files


def _validation_curves(reproduction: Reproduction, result: RowResult) -> dict[int, list[float]]:
    """Returns seed -> validation mAP of each epoch."""
    found = {}
    for seed, one in result.seeds.items():
        if one.card is not None:
            path = reproduction.workspace.model_folder(one.card.name) / HISTORY_NAME
            found[seed] = [float(row["validation"]["mAP"]) for row in read_history(path)]
    return found


def learning_curves(
    label: str, curves: Mapping[int, list[float]]
) -> list[tuple[str, int, float, float, float, int]]:
    """Returns label, epoch (from 1), mean, mean less and plus one spread, and how many seeds got so far.

    A training that stopped early has no part in the later epochs.
    """
    rows = []
    for epoch in range(max((len(curve) for curve in curves.values()), default=0)):
        values = [curve[epoch] for curve in curves.values() if len(curve) > epoch]
        mean, spread = mean_and_spread(values)
        width = spread or 0.0
        rows.append((label, epoch + 1, mean, mean - width, mean + width, len(values)))
    return rows
