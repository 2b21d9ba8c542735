"""Training: how models learnt, trainings that run, and the papers' tables about them."""

import streamlit as st

from app import resources, state
from app.views.head import fill_actions, head_places
from app.views.training.curves import show_curves
from app.views.training.jobs import show_jobs
from app.views.training.tables import show_table
from app.views.training.view import CURVES, TABLES, TABS, TRAININGS, follow_jump

__all__ = ["show"]


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    follow_jump()
    places = head_places()
    with places.controls:
        tab = _choose_tab()
    if tab == CURVES:
        shown = show_curves(workspace, selection, places)
    elif tab == TRAININGS:
        shown = show_jobs(workspace, selection, places)
    else:
        shown = show_table(workspace, selection, places, tab=tab, name=TABLES[tab])
    fill_actions(places, pin=shown.pin, exports=shown.exports)


def _choose_tab() -> str:
    state.settle("tab", TABS)
    tab = st.segmented_control(
        "Part of the page",
        TABS,
        default=CURVES,
        required=True,
        label_visibility="collapsed",
        **state.bound("tab"),
    )
    return str(tab or CURVES)
