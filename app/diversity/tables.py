"""What the Diversity page shows as tables to take away, and as a script that makes its numbers again."""

from collections.abc import Sequence

from app.charts import CurveSeries
from app.diversity.comparison import ModelOverlap, extra_label
from app.diversity.measured_spaces import COVERED_AT, WorthRow
from lpd.exports import Provenance
from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell
from lpd.workspace import Workspace

__all__ = ["curve_table", "diversity_script", "overlap_table", "worth_table"]


def overlap_table(
    overlaps: Sequence[ModelOverlap], k: int, *, orders: dict[str, list[int]], over: str
) -> ResultTable:
    """Returns a row per model and space, a column per space, and per model the mean off the diagonal last.

    A cell on the diagonal is empty; a column that a model does not have, too.

    Args:
        overlaps: known at k.
        k: the cut-off.
        orders: name of a model -> the order of its rows.
        over: what the numbers are the mean of.
    """
    names = list(dict.fromkeys(one.rows[place].name for one in overlaps for place in orders[one.name]))
    rows = []
    for one in overlaps:
        column_of = {row.name: place for place, row in enumerate(one.rows)}
        for place in orders[one.name]:
            cells = [
                Cell() if column_of.get(name, place) == place else _seeds(one, place, column_of[name], k)
                for name in names
            ]
            rows.append(Row(one.rows[place].name, (*cells, Cell()), one.name))
        mean = one.mean(k)
        rows.append(Row("all spaces", (*(Cell() for _ in names), mean or Cell()), one.name))
    return ResultTable(
        title=f"Inter-space IoU@{k}, {over}",
        row_name="space",
        columns=(*(Column(name, decimals=2) for name in names), Column("mean off the diagonal")),
        rows=tuple(rows),
        notes=tuple(one.source for one in overlaps),
    )


def _seeds(one: ModelOverlap, row: int, column: int, k: int) -> Cell:
    values = {}
    for seed, curve in one.curves.items():
        values[seed] = float(curve.matrices[curve.cutoffs.index(k)][row, column])
    return seeds_cell(values)


def worth_table(rows: Sequence[WorthRow], *, model: str, k: int, fused: Sequence[str]) -> ResultTable:
    """Returns a row per list: its infAP, the relevant shots that it alone finds, and the rest without it.

    Args:
        rows: of the model's lists.
        model: its name.
        k: the cut-off of the shots counted.
        fused: lists that spaces were left out of.
    """
    covered = any(row.alpha_ndcg is not None for row in rows)
    columns = [Column("infAP alone"), Column(f"relevant shots found by it only, k {k}", "count")]
    columns += [Column(f"infAP of {extra_label(name)} without it") for name in fused]
    if covered:
        columns += [Column(f"alpha-nDCG@{COVERED_AT}"), Column(f"subtopic recall@{COVERED_AT}")]
    return ResultTable(
        title=f"What each space of {model} is worth",
        row_name="list",
        columns=tuple(columns),
        rows=tuple(Row(row.row.name, tuple(_cells(row, fused, covered))) for row in rows),
    )


def _cells(row: WorthRow, fused: Sequence[str], covered: bool) -> list[Cell]:
    cells = [_cell(row.inf_ap), _cell(None if row.found is None else float(row.found))]
    cells += [_cell(row.without.get(name)) for name in fused]
    return [*cells, _cell(row.alpha_ndcg), _cell(row.subtopic_recall)] if covered else cells


def _cell(value: float | None) -> Cell:
    return Cell() if value is None else Cell(value)


def curve_table(series: Sequence[CurveSeries], *, over: str) -> ResultTable:
    """Returns a row per cut-off and a column per line."""
    cutoffs = sorted({k for one in series for k in one.ks})
    rows = []
    for k in cutoffs:
        cells = []
        for one in series:
            place = list(one.ks).index(k) if k in one.ks else None
            spread = None if place is None or one.spread is None else float(one.spread[place])
            cells.append(Cell() if place is None else Cell(float(one.iou[place]), spread))
        rows.append(Row(str(k), tuple(cells)))
    return ResultTable(
        title=f"IoU against k, {over}",
        row_name="k",
        columns=tuple(Column(one.label) for one in series),
        rows=tuple(rows),
        notes=tuple(f"{one.label}: {one.source}" for one in series),
    )


SCRIPT = """\
from pathlib import Path

from lpd.diversity import mean_off_diagonal
from lpd.search import open_engine
from lpd.services.diversity import edition_diversity
from lpd.workspace import open_workspace

workspace = open_workspace(Path({path!r}))
edition = workspace.edition({edition!r})
for model in {models!r}:
    engine = open_engine(workspace, model=model, collection=edition.collection)
    overlap = edition_diversity(engine, edition, k={k!r})
    print(model, engine.spaces)
    print(overlap.round(4))
    if len(overlap) > 1:
        print("mean off the diagonal", mean_off_diagonal(overlap))
"""


def diversity_script(
    workspace: Workspace, models: Sequence[str], *, edition: str, k: int, provenance: Provenance
) -> str:
    """Returns the text of a script that makes the overlap of the spaces of models over an edition again.

    Every word of it that is foreign is a Python literal, so none can end its place.
    """
    script = SCRIPT.format(path=str(workspace.path), edition=edition, models=list(models), k=k)
    return f"{provenance.comment('#')}\n{script}"
