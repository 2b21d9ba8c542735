"""The tests behind a table of systems."""

import math
from collections.abc import Mapping, Sequence

from lpd.reproduce.notes import data_notes, test_notes
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.significance import Comparison, compare_rows
from lpd.reproduce.system_tables import Results, table_rows
from lpd.reproduce.tables import TableRecipe
from lpd.tables import Cell, Column, ResultTable
from lpd.tables import Row as TableRow

__all__ = ["compare_all", "tests_table"]


def compare_all(
    reproduction: Reproduction, recipe: TableRecipe, *, results: Results
) -> dict[str, list[Comparison]]:
    """Returns key of a row -> its tests against the row that it is compared with."""
    found = {}
    for _, row in table_rows(recipe, reproduction):
        reference = recipe.reference_of(row.key)
        if reference is not None and results[row.key].seeds and results[reference].seeds:
            found[row.key] = compare_rows(
                results[row.key], results[reference], editions=reproduction.edition_names
            )
    return found


def tests_table(
    reproduction: Reproduction,
    recipe: TableRecipe,
    *,
    comparisons: Mapping[str, Sequence[Comparison]],
) -> ResultTable:
    """Returns the tests behind the p-values of a table: difference, p, and what could have been seen."""
    rows = []
    for _, row in table_rows(recipe, reproduction):
        for one in comparisons.get(row.key, ()):
            smallest = Cell(one.smallest) if math.isfinite(one.smallest) else Cell(text="none suffices")
            cells = (Cell(one.pairs), Cell(one.difference), Cell(one.p_value), smallest)
            rows.append(TableRow(one.where, cells, row.full_label))
    return ResultTable(
        title=f"{recipe.title}: tests against {recipe.compared_with}",
        row_name="over",
        columns=(
            Column("pairs", "count"),
            Column("difference", decimals=4),
            Column("p", decimals=4),
            Column("smallest difference", decimals=4),
        ),
        rows=tuple(rows),
        notes=(
            *data_notes(reproduction),
            *test_notes(recipe.compared_with),
            "smallest difference: what the difference has to exceed to give p ≤ .05, the scatter over topics "
            "or captions being as it is",
        ),
    )
