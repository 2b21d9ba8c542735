"""The cards of the curves: the measure of all trainings, their losses, their spaces, a table of them."""

from collections.abc import Sequence

import altair as alt
import streamlit as st

from app.charts.curve_look import Look, framed
from app.components import note
from app.components.result_table import result_payload, result_table
from app.training.lines import Line, facts_of, lines_table
from app.views.training.legend import draw_key, draw_shares_key
from app.views.training.panels import (
    SELECTION,
    SERIES,
    CurveView,
    keys_of_losses,
    keys_of_measure,
    keys_of_spaces,
    loss_panel,
    measure_panel,
    space_panel,
)

__all__ = ["draw_losses", "draw_measure", "draw_spaces", "draw_table"]

PANEL_WIDTH = 186
"""Pixels that a panel needs; where less is left, fewer stand side by side."""

Chart = alt.Chart | alt.LayerChart


def draw_measure(view: CurveView) -> None:
    """Draws the validation measure of all trainings in one chart."""
    note(f"{view.measure} on the validation captions", "title")
    means = any(len(line.models) > 1 for line in view.lines)
    band = " · band: one sample standard deviation over the seeds" if means else ""
    note(f"a line per training, as in LPD, Fig. 4{band}", "small")
    draw_key(keys_of_measure(view))
    st.altair_chart(
        framed(measure_panel(view)),
        theme=None,
        key="measure_curves",
        alt=f"Validation {view.measure} over the epochs of {', '.join(line.name for line in view.lines)}",
    )


def draw_losses(view: CurveView) -> None:
    """Draws the losses of each training, side by side on one axis."""
    drawn = [(line, loss_panel(view, line)) for line in view.lines]
    with st.container(border=True, key="card_losses"):
        note("Losses", "title")
        note("mean of an epoch's batches; the total is what is minimised", "small")
        draw_key(keys_of_losses(view))
        _draw_panels(view, drawn, what="losses", facts=True)
        _say_absent(drawn, "no losses were recorded")


def draw_spaces(view: CurveView) -> None:
    """Draws what the spaces of each training did, side by side on one axis."""
    series = SERIES[view.series]
    drawn = [(line, space_panel(view, line)) for line in view.lines]
    with st.container(border=True, key="card_spaces"):
        note(series.heading, "title")
        note(series.words, "small")
        shown = [line for line, chart in drawn if chart is not None]
        if shown and view.series == SELECTION:
            draw_shares_key(view.colours)
        else:
            _draw_keys(view, shown)
        _draw_panels(view, drawn, what=f"{view.series} of each space")
        _say_absent(drawn, series.absent)


def _draw_keys(view: CurveView, lines: Sequence[Line]) -> None:
    """One key for all trainings with the same spaces; where they differ, it says whose it is."""
    names_of: dict[tuple[Look, ...], list[str]] = {}
    for line in lines:
        names_of.setdefault(tuple(keys_of_spaces(view, line)), []).append(line.name)
    for looks, names in names_of.items():
        draw_key(looks, of=", ".join(names) if len(names_of) > 1 else "")


def _draw_panels(
    view: CurveView, drawn: Sequence[tuple[Line, Chart | None]], *, what: str, facts: bool = False
) -> None:
    there = [(line, chart) for line, chart in drawn if chart is not None]
    if not there:
        return
    # titles may need two lines; the charts stand on one line all the same
    with st.grid(columns=len(there), min_column_width=PANEL_WIDTH, gap="medium", vertical_alignment="bottom"):
        for line, chart in there:
            with st.container(gap="xxsmall", key=f"panel_{what}_{line.name}"):
                note(line.words if facts else line.name, "title")
                if facts:
                    note(facts_of(line, view.cards), "small")
                alt_text = f"{what} of {line.name} over the epochs"
                st.altair_chart(framed(chart), theme=None, key=f"{what}_{line.name}", alt=alt_text)


def _say_absent(drawn: Sequence[tuple[Line, Chart | None]], words: str) -> None:
    absent = [line.name for line, chart in drawn if chart is None]
    if absent:
        note(f"{', '.join(absent)}: {words}.", "small")


def draw_table(view: CurveView) -> None:
    """Draws the trainings side by side as a table."""
    with st.container(border=True, key="card_compared"):
        table = lines_table(view.lines, view.cards, view.epochs)
        note(table.title, "title")
        result_table(result_payload(table, alt=table.title), key="trainings_compared")
        for sentence in table.notes:
            note(sentence, "small")
