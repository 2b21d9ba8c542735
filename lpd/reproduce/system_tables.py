"""Tables of systems: infAP per edition and in all, what was seen in validation, and the tests behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lpd.published import PublishedTable, published_table
from lpd.reproduce.notes import data_notes, slip_notes, test_notes
from lpd.reproduce.recipes import Row
from lpd.reproduce.requests import rows_of
from lpd.reproduce.results import RowResult, SeedResult
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.significance import ALL_TOPICS, CAPTIONS, Comparison
from lpd.reproduce.tables import TableRecipe
from lpd.tables import Cell, Column, ResultTable, relative_gain, seeds_cell
from lpd.tables import Row as TableRow

__all__ = ["Results", "label_of", "row_cell", "system_table", "table_rows"]

_FURTHER = (
    Column("mAP"),
    Column("R@10"),
    Column("IoU@20"),
    Column("seconds", "number", 1),
    Column("epochs", "number", 0),
    Column("parameters", "count"),
)
"""In validation, between the spaces, and what the training cost."""

Results = Mapping[str, RowResult]
"""Key of a row -> what it achieved."""


def system_table(
    reproduction: Reproduction,
    recipe: TableRecipe,
    *,
    results: Results,
    comparisons: Mapping[str, Sequence[Comparison]],
) -> ResultTable:
    """Returns a table of systems.

    Args:
        reproduction: of the rows.
        recipe: of the table.
        results: of its rows.
        comparisons: key of a row -> its tests against the row that it is compared with.
    """
    published = published_table(recipe.published)
    rows = []
    for heading, row in table_rows(recipe, reproduction):
        cells = _cells(
            reproduction,
            recipe,
            results[row.key],
            p_values={one.where: one.p_value for one in comparisons.get(row.key, ())},
            published=published,
        )
        if recipe.gain:
            cells.append(_gain_cell(reproduction, recipe, results, row=row, published=published))
        rows.append(TableRow(label_of(row), tuple(cells), heading))
    return ResultTable(
        title=recipe.title,
        row_name="system",
        columns=_columns(reproduction, recipe),
        rows=tuple(rows),
        compared_with=recipe.compared_with,
        published_in=f"{published.source}; {published.place}; other data and features",
        notes=(*data_notes(reproduction), *test_notes(recipe.compared_with), *slip_notes(recipe.published)),
    )


def label_of(row: Row) -> str:
    """Returns a row's label, marked if the paper has no such row."""
    return f"{row.label} (own)" if row.own else row.label


def table_rows(recipe: TableRecipe, reproduction: Reproduction) -> list[tuple[str | None, Row]]:
    """Returns the rows of a table, each with the heading above it."""
    return [
        (heading, row) for heading, keys in recipe.groups for row in rows_of(keys, reproduction.available)
    ]


def _columns(reproduction: Reproduction, recipe: TableRecipe) -> tuple[Column, ...]:
    columns = [
        *(Column(name) for name in reproduction.edition_names),
        Column(recipe.total),
        Column(f"published {recipe.total}"),
        *_FURTHER,
    ]
    if recipe.gain:
        columns.append(Column(f"gain in {recipe.total}", "gain", 1))
    return tuple(columns)


def _cells(
    reproduction: Reproduction,
    recipe: TableRecipe,
    result: RowResult,
    *,
    p_values: Mapping[str, float],
    published: PublishedTable,
) -> list[Cell]:
    printed = _printed(published, result.row.published)
    editions = [
        row_cell(
            result,
            {seed: one.topics[name].mean for seed, one in result.seeds.items() if name in one.topics},
            p_value=p_values.get(name),
            published=printed.get(name.upper()),
        )
        for name in reproduction.edition_names
    ]
    editions[0] = _told(editions[0], result)
    measured = [
        *editions,
        row_cell(result, _totals(reproduction, recipe, result), p_value=p_values.get(ALL_TOPICS)),
        Cell(published=printed.get(recipe.total)),
    ]
    if result.needs is not None:
        return [*measured, *[Cell()] * len(_FURTHER)]
    return [
        *measured,
        row_cell(result, _of_card(result, _best("mAP")), p_value=p_values.get(CAPTIONS)),
        row_cell(result, _of_card(result, _best("R@10"))),
        row_cell(result, _overlaps(reproduction, result)),
        row_cell(result, _of_card(result, lambda one: one.seconds)),
        row_cell(result, _of_card(result, lambda one: one.epochs)),
        _parameters(result),
    ]


def row_cell(
    result: RowResult,
    values: Mapping[int, float],
    *,
    p_value: float | None = None,
    published: float | None = None,
) -> Cell:
    """Returns the cell of a row: one measure over its seeds, or what the row needs.

    Args:
        result: of the row.
        values: seed -> measure; none where nothing was measured.
        p_value: of the row's difference to another.
        published: the paper's figure.
    """
    if result.needs is not None:
        return Cell(needs=result.needs, published=published)
    if not values:
        return Cell(published=published)
    if not result.row.seeded:
        [value] = values.values()
        return Cell(float(value), p_value=p_value, published=published)
    return seeds_cell(values, published=published, p_value=p_value)


def _parameters(result: RowResult) -> Cell:
    counted = {one.parameters for one in result.seeds.values() if one.parameters is not None}
    return Cell(float(counted.pop())) if len(counted) == 1 else row_cell(result, {})


def _told(cell: Cell, result: RowResult) -> Cell:
    """Returns the first cell of a row with what is to be said of the row."""
    failed = "; ".join(
        f"{label_of(result.row)}, seed {seed}: {failure}" for seed, failure in result.failures.items()
    )
    text = result.text or ("failed" if failed and not result.seeds else None)
    warnings = [
        warning
        for one in result.seeds.values()
        for measured in one.topics.values()
        for warning in measured.warnings
    ]
    note = " ".join(dict.fromkeys([failed, *warnings])).strip() or None
    return replace(cell, text=text if cell.mean is None else None, note=note)


def _totals(reproduction: Reproduction, recipe: TableRecipe, result: RowResult) -> dict[int, float]:
    """Returns seed -> mean or sum of the editions, where all of them were measured."""
    found = {}
    for seed, one in result.seeds.items():
        means = [one.topics[name].mean for name in reproduction.edition_names if name in one.topics]
        if len(means) == len(reproduction.editions):
            found[seed] = float(np.sum(means) if recipe.total == "SUM" else np.mean(means))
    return found


def _overlaps(reproduction: Reproduction, result: RowResult) -> dict[int, float]:
    found = {}
    for seed, one in result.seeds.items():
        overlaps = [measured.overlap for measured in one.topics.values()]
        known = [overlap for overlap in overlaps if overlap is not None]
        if len(known) == len(reproduction.editions):
            found[seed] = float(np.mean(known))
    return found


def _of_card(result: RowResult, value: Callable[[SeedResult], float | None]) -> dict[int, float]:
    found = {seed: value(one) for seed, one in result.seeds.items()}
    return {seed: float(one) for seed, one in found.items() if one is not None}


def _best(measure: str) -> Callable[[SeedResult], float | None]:
    return lambda one: None if one.card is None else float(one.card.best[measure])


def _printed(table: PublishedTable, label: str | None) -> dict[str, float]:
    """Returns column -> figure of a published row; none if the paper has no such row."""
    if label not in table.labels or label is None:
        return {}
    found = {}
    for column in table.columns:
        if column.isupper() and table.text(label, column):
            found[column] = float(table.text(label, column))
    return found


def _gain_cell(
    reproduction: Reproduction,
    recipe: TableRecipe,
    results: Results,
    *,
    row: Row,
    published: PublishedTable,
) -> Cell:
    reference = recipe.reference_of(row.key)
    printed = published.text(row.published, "gain_percent") if row.published in published.labels else ""
    share = float(printed) / 100 if printed else None
    if reference is None:
        return Cell(published=share)
    own, other = (_totals(reproduction, recipe, results[key]) for key in (row.key, reference))
    if not own or not other:
        return Cell(published=share)
    gain = relative_gain(float(np.mean(list(own.values()))), float(np.mean(list(other.values()))))
    return Cell(gain, published=share)
