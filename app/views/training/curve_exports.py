"""What the curves of trainings can be taken away as, and what they say of themselves."""

from dataclasses import replace
from functools import partial

import pandas as pd

from app import state
from app.charts.curve_look import LIGHT_CURVES, side_by_side
from app.training.lines import lines_table
from app.views.exporting import (
    MIMES,
    ExportItem,
    chart_exports,
    file_stem,
    frame_exports,
    table_exports,
)
from app.views.pinning import ViewFacts
from app.views.training.panels import CurveView, loss_panel, measure_panel, space_panel
from app.views.training.view import CURVES, parameters_of
from lpd.exports import Digested, Provenance
from lpd.notebook.recipes import CurvesAgain, recipe_document
from lpd.workspace import Workspace

__all__ = ["curve_exports", "curve_facts", "curve_snippet"]

SNIPPET = """\
from pathlib import Path

from lpd.services.training_curves import curve_points
from lpd.workspace import open_workspace

workspace = open_workspace(Path({path!r}))
for point in curve_points(workspace, {models!r}):
    print(*point, sep="\\t")
"""


def curve_provenance(workspace: Workspace, view: CurveView) -> Provenance:
    """Returns what the curves were made from."""
    models = [model for line in view.lines for model in line.models]
    digests = [
        Digested(model, view.cards[model].digest if model in view.cards else "not finished")
        for model in models
    ]
    recorded = ", ".join(f"{model} {view.epochs.get(model, 0)}" for model in models)
    return Provenance(
        workspace=workspace.name,
        source=workspace.source,
        models=tuple(digests),
        measure=f"validation {view.measure}, losses and spaces per epoch; epochs recorded: {recorded}",
    )


def curve_facts(workspace: Workspace, selection: state.Selection, view: CurveView) -> ViewFacts:
    """Returns what the view says of itself, with the curves of the measure."""
    names = tuple(line.name for line in view.lines)
    more = {"tab": CURVES, "models": names, "measure": view.measure, "series": view.series}
    rows = view.of_group("validation", [view.measure])
    curves = {
        name: rows.loc[rows["line"] == name, ["epoch", "mean", "low", "high", "seeds"]].to_dict("list")
        for name in names
    }
    recipe = CurvesAgain({line.name: line.models for line in view.lines}, view.measure)
    return ViewFacts(
        "training",
        f"Trainings {', '.join(names)}: validation {view.measure}, {view.series} of each space",
        parameters_of(selection, more),
        curve_provenance(workspace, view),
        snapshot={"measure": view.measure, "curves": curves, "recipe": recipe_document(recipe)},
    )


def curve_exports(workspace: Workspace, view: CurveView) -> list[ExportItem]:
    """Returns the charts, the numbers behind them, the table, and the script that reads them again.

    The charts are those of the light theme, since files have a white ground, and have their legends in them.
    """
    view = replace(view, colours=LIGHT_CURVES, keyed=True)
    provenance = curve_provenance(workspace, view)
    stem = file_stem("training", *(line.name for line in view.lines))
    items = chart_exports(measure_panel(view), f"{stem}-{view.measure}", provenance, label=view.measure)
    for what, panel in (("losses", loss_panel), (f"{view.series} of the spaces", space_panel)):
        charts = [(line.words, panel(view, line)) for line in view.lines]
        drawn = [(title, chart) for title, chart in charts if chart is not None]
        if drawn:
            joined = side_by_side(drawn, view.colours)
            items += chart_exports(joined, file_stem(stem, what), provenance, label=what.capitalize())
    items += frame_exports(partial(_numbers, view), f"{stem}-curves", provenance, label="Curves")
    table = partial(lines_table, view.lines, view.cards, view.epochs)
    items += table_exports(table, f"{stem}-compared", provenance, label="Trainings compared")
    snippet = partial(curve_snippet, workspace, view, provenance)
    return [*items, ExportItem("Curves, Python", f"{stem}.py", MIMES["py"], snippet)]


def _numbers(view: CurveView) -> pd.DataFrame:
    return view.table


def curve_snippet(workspace: Workspace, view: CurveView, provenance: Provenance) -> bytes:
    """Returns a script that prints the numbers of the curves; every word in it is a Python literal."""
    models = [model for line in view.lines for model in line.models]
    text = SNIPPET.format(path=str(workspace.path.resolve()), models=models)
    return f"{provenance.comment('#')}\n{text}".encode()
