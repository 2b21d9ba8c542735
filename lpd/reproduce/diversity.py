"""What the variety of a model's spaces is worth: two tables, and the curve of infAP against diversity."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from lpd.reproduce.figures import trade_off_chart
from lpd.reproduce.measurements import space_request
from lpd.reproduce.notes import data_notes
from lpd.reproduce.results import RowResult
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.space_by_space import MeasuredSpaces, read_spaces
from lpd.reproduce.tables import needed_rows
from lpd.reproduce.trainings import PlannedTraining
from lpd.reproduce.writing import write_figure, write_rows
from lpd.services.richness import TradeOffPoint
from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell

__all__ = ["Looked", "look_closer", "model_table", "space_table", "write_trade_offs"]

Looked = Mapping[str, Mapping[str, Mapping[int, MeasuredSpaces]]]
"""Key of a row -> edition -> seed -> what was seen."""

FUSED = "fused"
CURVE_COLUMNS = (
    "edition",
    "what",
    "kind",
    "trade_off",
    "inf_ap",
    "diversity",
    "subtopic_recall",
    "seeds",
)


def look_closer(reproduction: Reproduction, trained: Sequence[PlannedTraining]) -> Looked:
    """Returns what was seen of the models whose spaces were looked at one by one; no failed ones."""
    found: dict[str, dict[str, dict[int, MeasuredSpaces]]] = {}
    for one in trained:
        if one.row.key in needed_rows("diversity"):
            for edition in reproduction.edition_names:
                seen = read_spaces(reproduction.workspace, space_request(reproduction, one, edition=edition))
                if seen is not None:
                    of_edition = found.setdefault(one.row.key, {}).setdefault(edition, {})
                    of_edition[one.request.seed] = seen
    return found


def model_table(
    reproduction: Reproduction, results: Mapping[str, RowResult], *, looked: Looked
) -> ResultTable:
    """Returns a row per edition and model: the fused list beside its spaces, overlap, and what it covers."""
    rows = [
        Row(
            results[key].row.full_label,
            tuple(_model_cells(results[key], looked.get(key, {}), edition)),
            edition,
        )
        for edition in reproduction.edition_names
        for key in needed_rows("diversity")
    ]
    return ResultTable(
        title="Diversity: models",
        row_name="model",
        columns=(
            Column("infAP"),
            Column("best space"),
            Column("mean of spaces"),
            Column("IoU@20"),
            Column("relevant shots of one space only", "number", 1),
            Column("worst loss without a space"),
            Column("looks covered"),
            Column("alpha-nDCG@20"),
            Column("diversity"),
        ),
        rows=tuple(rows),
        notes=(*_notes(reproduction), *data_notes(reproduction)),
    )


def _model_cells(
    result: RowResult, looked: Mapping[str, Mapping[int, MeasuredSpaces]], edition: str
) -> list[Cell]:
    seen = looked.get(edition, {})
    if not seen:
        why = "; ".join(result.failures.values()) or None
        return [Cell(needs=result.needs) if result.needs else Cell(text="failed", note=why), *[Cell()] * 8]
    overlaps = {seed: result.seeds[seed].topics[edition].overlap for seed in seen if seed in result.seeds}
    return [
        _cell(seen, lambda one: one.richness.inf_ap[FUSED]),
        _cell(seen, lambda one: max(_of_spaces(one.richness.inf_ap))),
        _cell(seen, lambda one: float(np.mean(_of_spaces(one.richness.inf_ap)))),
        seeds_cell({seed: one for seed, one in overlaps.items() if one is not None}),
        _cell(seen, lambda one: float(sum(one.richness.found_by_one.values()))),
        _cell(seen, lambda one: one.richness.inf_ap[FUSED] - min(one.richness.without.values())),
        _cell(seen, lambda one: _value(one.richness.subtopic_recall, FUSED)),
        _cell(seen, lambda one: _value(one.richness.alpha_ndcg, FUSED)),
        _cell(seen, lambda one: one.as_it_is.diversity),
    ]


def _of_spaces(values: Mapping[str, float]) -> list[float]:
    return [value for name, value in values.items() if name != FUSED]


def _value(values: Mapping[str, float] | None, name: str) -> float | None:
    return None if values is None else values[name]


def _cell(seen: Mapping[int, MeasuredSpaces], value: Callable[[MeasuredSpaces], float | None]) -> Cell:
    found = {seed: value(one) for seed, one in seen.items()}
    known = {seed: one for seed, one in found.items() if one is not None}
    return seeds_cell(known) if known else Cell()


def space_table(
    reproduction: Reproduction, results: Mapping[str, RowResult], *, looked: Looked
) -> ResultTable:
    """Returns a row per edition, model and space: it alone, what only it finds, the rest without it."""
    rows = []
    for edition in reproduction.edition_names:
        for key in needed_rows("diversity"):
            seen = looked.get(key, {}).get(edition, {})
            for space in next(iter(seen.values())).richness.found_by_one if seen else ():
                heading = f"{edition}: {results[key].row.full_label}"
                rows.append(Row(space, tuple(_space_cells(seen, space)), heading))
    return ResultTable(
        title="Diversity: spaces",
        row_name="space",
        columns=(
            Column("infAP alone"),
            Column("relevant shots only here", "number", 1),
            Column("infAP of the others"),
            Column("looks covered"),
            Column("alpha-nDCG@20"),
        ),
        rows=tuple(rows),
        notes=(*_notes(reproduction), *data_notes(reproduction)),
    )


def _space_cells(seen: Mapping[int, MeasuredSpaces], space: str) -> list[Cell]:
    return [
        _cell(seen, lambda one: one.richness.inf_ap[space]),
        _cell(seen, lambda one: float(one.richness.found_by_one[space])),
        _cell(seen, lambda one: one.richness.without.get(space)),
        _cell(seen, lambda one: _value(one.richness.subtopic_recall, space)),
        _cell(seen, lambda one: _value(one.richness.alpha_ndcg, space)),
    ]


def _notes(reproduction: Reproduction) -> tuple[str, ...]:
    seen_by = (
        reproduction.setup.diversity_feature
        or (
            *reproduction.available.pairs,
            *reproduction.available.video,
        )[0]
    )
    return (
        "relevant shots of one space only: in the first 100 of one space and of no other, summed over topics",
        "worst loss: infAP less that of the fused list when the space whose absence costs most is left out",
        "looks covered: share of the looks of a topic's relevant shots in the first 20; alpha-nDCG: looks "
        "are the subtopics; both only in a generated world, where the looks are known",
        f"diversity: 1 less the mean cosine of every two of the first 20 shots in video feature {seen_by}",
    )


def write_trade_offs(
    reproduction: Reproduction, results: Mapping[str, RowResult], *, looked: Looked, folder: Path
) -> list[Path]:
    """Writes infAP against diversity: LAFF re-ranked with MMR and xQuAD, and every model as it is."""
    rows = []
    for edition in reproduction.edition_names:
        for key in needed_rows("diversity"):
            label, seen = results[key].row.full_label, looked.get(key, {}).get(edition, {})
            for method in next(iter(seen.values())).curves if seen else ():
                by_seed = [one.curves[method] for one in seen.values()]
                for points in zip(*by_seed, strict=True):
                    rows.append((edition, f"{label}, {method}", "curve", *_mean_point(points)))
            if seen:
                as_it_is = [one.as_it_is for one in seen.values()]
                rows.append((edition, label, "point", *_mean_point(as_it_is)))
    files = [write_rows(folder / "diversity-curves.csv", CURVE_COLUMNS, rows=rows)]
    if rows:
        table = pd.DataFrame(rows, columns=list(CURVE_COLUMNS))
        files.append(write_figure(folder / "diversity-curves.svg", trade_off_chart(table)))
    return files


def _mean_point(
    points: Sequence[TradeOffPoint],
) -> tuple[float, float, float, float | None, int]:
    recalls = [point.subtopic_recall for point in points if point.subtopic_recall is not None]
    return (
        points[0].trade_off,
        float(np.mean([point.inf_ap for point in points])),
        float(np.mean([point.diversity for point in points])),
        float(np.mean(recalls)) if recalls else None,
        len(points),
    )
