"""Tables 4 to 6 as `lpd reproduce` wrote them into the workspace, with the papers' figures beside."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from app import state
from app.components import empty_state, heading, note
from app.components.result_table import result_payload, result_table
from app.resources import training as trained
from app.training.reproduced_tables import WrittenTable, published_alone, reproduce_command
from app.views.exporting import ExportItem, table_exports
from app.views.head import HeadPlaces
from app.views.pinning import ViewFacts
from app.views.training.view import Shown, parameters_of
from lpd.errors import LpdError
from lpd.exports import Provenance
from lpd.notebook.recipes import RECIPE_KEY, Kept, TableAgain, recipe_document
from lpd.tables import ResultTable
from lpd.workspace import Workspace

__all__ = ["show_table"]

TITLES = {
    "table4": "Table 4: ablation of LPD",
    "table5": "Table 5: DcL added to other systems",
    "table6": "Table 6: complexity",
}
PUBLISHED = "These figures are the published ones; nothing in this workspace makes them."


def show_table(
    workspace: Workspace, selection: state.Selection, places: HeadPlaces, *, tab: str, name: str
) -> Shown:
    """Draws this part of the page.

    Args:
        workspace: whose tables are shown.
        selection: of the sidebar.
        places: of the head.
        tab: name of the part, in the address.
        name: of the table.
    """
    with places.left:
        heading(TITLES[name], "own figures with their spread over seeds · published ones in italics")
    written = trained.written_tables(workspace, name)
    if not written:
        return _say_missing(workspace, selection, tab=tab, name=name)
    exports: list[ExportItem] = []
    for one in written:
        _draw_written(workspace, one)
        exports += _exports(workspace, one)
    first = written[0]
    facts = ViewFacts(
        "training",
        first.table.title,
        parameters_of(selection, {"tab": tab}),
        first.provenance(workspace),
        snapshot={**{one.recipe: _numbers(one.table) for one in written}, RECIPE_KEY: _again(name, written)},
    )
    return Shown(facts, exports)


def _again(name: str, written: Sequence[WrittenTable]) -> dict[str, Any]:
    """What the tables are read again from."""
    return recipe_document(TableAgain(name, tuple(one.recipe for one in written)))


def _say_missing(workspace: Workspace, selection: state.Selection, *, tab: str, name: str) -> Shown:
    """Draws the command that makes the table and the published figures alone."""
    empty_state(
        f"{TITLES[name].partition(':')[0]} was not made on this workspace",
        "This trains what is missing, measures it and writes the table; a stopped one goes on:",
        reproduce_command(workspace, name),
    )
    try:
        table = published_alone(name)
    except LpdError as error:
        note(str(error), "warn")
        return Shown()
    with st.container(border=True, key="card_published"):
        note(f"{table.title}, as published", "title")
        _draw_table(table, key=f"published_{name}")
    provenance = Provenance(workspace=workspace.name, measure=f"published figures, {table.published_in}")
    exports = table_exports(lambda: table, f"published-{name}", provenance, label="Published figures")
    facts = ViewFacts(
        "training",
        table.title,
        parameters_of(selection, {"tab": tab}),
        provenance,
        snapshot={"published": _numbers(table), RECIPE_KEY: recipe_document(Kept(PUBLISHED))},
    )
    return Shown(facts, exports)


def _draw_written(workspace: Workspace, one: WrittenTable) -> None:
    with st.container(border=True, key=f"card_{one.name}_{one.recipe}"):
        note(f"Recipe {one.recipe}", "title")
        note(f"{one.table.title} · {one.path} · written {one.written:%Y-%m-%d %H:%M} UTC", "small")
        if one.newer:
            command = reproduce_command(workspace, one.name)
            note(f"Trained after the table was written: {', '.join(one.newer)}. Anew: {command}", "warn")
        _draw_table(one.table, key=f"{one.name}_{one.recipe}")
        if one.tests is not None:
            with st.expander("The tests behind the marks"):
                _draw_table(one.tests, key=f"{one.name}_tests_{one.recipe}")


def _draw_table(table: ResultTable, *, key: str) -> None:
    result_table(result_payload(table, alt=table.title), key=key)
    for sentence in table.notes:
        note(sentence, "small")


def _exports(workspace: Workspace, one: WrittenTable) -> list[ExportItem]:
    provenance = one.provenance(workspace)
    stem = f"{one.name}-{one.recipe}"
    items = table_exports(lambda: one.table, stem, provenance, label=f"{one.name} ({one.recipe})")
    tests = one.tests
    if tests is not None:
        items += table_exports(lambda: tests, f"{stem}-tests", provenance, label=f"{one.name}, tests")
    return items


def _numbers(table: ResultTable) -> list[dict[str, object]]:
    """Returns what a notebook keeps of a table: a line per cell that holds anything."""
    return [
        {
            "group": row.group,
            "row": row.label,
            "column": column.name,
            "mean": cell.mean,
            "spread": cell.spread,
            "p_value": cell.p_value,
            "published": cell.published,
        }
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell.mean is not None or cell.published is not None
    ]
