"""The curves of trainings: Fig. 4 with any of them, the parts of each loss, what each space did."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd
import streamlit as st

from app import state
from app.charts.curves import MOST_LINES
from app.components import empty_state, heading, note
from app.resources import training as trained
from app.training.choices import request_of, without_selection
from app.training.lines import Line, first_lines, lines_of
from app.training.lines import without_selection as line_without_selection
from app.views.head import HeadPlaces
from app.views.training.cards import draw_losses, draw_measure, draw_spaces, draw_table
from app.views.training.curve_exports import curve_exports, curve_facts
from app.views.training.panels import SERIES, CurveView
from app.views.training.reading import USUAL_MEASURE, curve_view, read_curves
from app.views.training.view import Shown, ask_for_training, ask_for_whole_page, live, running_trainings
from app.words import plain
from lpd.cards import ModelCard
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["show_curves"]


class _Choice(NamedTuple):
    """Which trainings are shown, and of them what."""

    lines: tuple[Line, ...]
    measure: str
    series: str


def show_curves(workspace: Workspace, selection: state.Selection, places: HeadPlaces) -> Shown:
    """Draws this part of the page."""
    lines = lines_of(trained.drawable(workspace))
    if not lines:
        _say_empty(places)
        return Shown()
    with places.controls:
        chosen = _choose_lines(lines, selection.model, workspace)
    read = read_curves(workspace, chosen)
    with places.left:
        shown = counted(len(chosen), "training")
        heading("How they learnt", f"{shown} · validation, losses and spaces, epoch by epoch")
    for model, sentence in read.unreadable.items():
        note(f"{model} is left out: {sentence}", "warn")
    if read.table.empty:
        if not read.unreadable:
            empty_state("No epoch yet", "The curves begin when the first epoch has been validated.")
        return Shown()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        choice = _Choice(tuple(chosen), _choose_measure(read.table), _choose_series())
    live(partial(_draw, workspace, choice), partial(_running, workspace, chosen))
    view = curve_view(workspace, chosen, read, measure=choice.measure, series=choice.series)
    return Shown(curve_facts(workspace, selection, view), curve_exports(workspace, view))


def _say_empty(places: HeadPlaces) -> None:
    with places.left:
        heading("How they learnt", "no training yet")
    command = "lpd train lpd --captions train --validation valid"
    empty_state("No training yet", "Begin one here, or on a command line:", command)
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.button("Start a training", type="primary", on_click=ask_for_training, args=(None,))


def _choose_lines(lines: Mapping[str, Line], preferred: str | None, workspace: Workspace) -> list[Line]:
    names = list(lines)
    state.settle("models", names)
    default = list(first_lines(lines, trained.cards(workspace), preferred))
    picked = state.value("models") or tuple(default)
    with st.popover(f"Trainings · {len(picked)}"):
        chosen = st.multiselect(
            "Trainings shown side by side",
            names,
            default=default,
            max_selections=MOST_LINES,
            **state.bound("models"),
        )
        note("NAME-s* is the mean over all seeds of a row that lpd reproduce trained.", "small")
    return [lines[name] for name in (chosen or default)]


def _choose_measure(table: pd.DataFrame) -> str:
    measures = list(dict.fromkeys(table.loc[table["group"] == "validation", "series"])) or [USUAL_MEASURE]
    state.settle("measure", measures)
    measure = st.selectbox(
        "Validation measure",
        measures,
        index=measures.index(USUAL_MEASURE) if USUAL_MEASURE in measures else 0,
        label_visibility="collapsed",
        width=130,
        **state.bound("measure"),
    )
    return str(measure)


def _choose_series() -> str:
    state.settle("series", list(SERIES))
    series = st.segmented_control(
        "Of each space",
        list(SERIES),
        default=next(iter(SERIES)),
        required=True,
        label_visibility="collapsed",
        **state.bound("series"),
    )
    return str(series or next(iter(SERIES)))


def _running(workspace: Workspace, lines: Sequence[Line]) -> tuple[str, ...]:
    """Those of the models shown that are being trained now."""
    shown = {model for line in lines for model in line.models}
    return tuple(name for name in running_trainings(workspace) if name in shown)


def _draw(workspace: Workspace, choice: _Choice) -> None:
    read = read_curves(workspace, choice.lines)
    view = curve_view(workspace, choice.lines, read, measure=choice.measure, series=choice.series)
    with st.container(border=True, key="card_measure"):
        draw_measure(view)
        _offer_the_other(workspace, view)
    draw_losses(view)
    draw_spaces(view)
    draw_table(view)


def _offer_the_other(workspace: Workspace, view: CurveView) -> None:
    """Fig. 4 needs the same training without EF-MTRL: it is put beside, or begun, from here."""
    line = view.lines[0]
    card = view.cards.get(line.models[0])
    if card is None or card.config["training"].get("ef") != "entropy":
        return
    other = line_without_selection(line, lines_of(trained.drawable(workspace)), view.cards)
    if other is None and len(line.models) == 1:
        label = f"Set up the other half of Fig. 4: {line.name} without EF-MTRL"
        st.button(plain(label), key="fig4_set_up", on_click=_set_up, args=(card,))
    elif other is not None and other not in view.lines:
        label = f"As in Fig. 4: only {line.name} and {other.name}, the same without EF-MTRL"
        names = (line.name, other.name)
        st.button(plain(label), key="fig4_show", on_click=_show_only, args=(names,))


def _set_up(card: ModelCard) -> None:
    ask_for_training(without_selection(request_of(card)))


def _show_only(names: tuple[str, ...]) -> None:
    state.fill("models", names)
    ask_for_whole_page()
