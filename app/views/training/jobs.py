"""Trainings that run or ran, wherever they were begun: one of them, the form for a new one, all of them."""

from functools import partial

import streamlit as st

from app import state
from app.components import heading, note, worth_table
from app.training.words import STATE_MARKS, clock, measure_words
from app.views.head import HeadPlaces
from app.views.pinning import ViewFacts
from app.views.training.form import draw_form
from app.views.training.index import running_builds
from app.views.training.job import draw_job
from app.views.training.view import (
    NEW,
    TRAININGS,
    Shown,
    ask_for_training,
    live,
    parameters_of,
    running_trainings,
)
from lpd.exports import Digested, Provenance
from lpd.notebook.recipes import RECIPE_KEY, Kept, recipe_document
from lpd.services.jobs.job_states import RUNNING, JobState, job_states
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["show_jobs"]

THEN = "How far a training was is told as it was then; its curves are a view of their own."


def show_jobs(workspace: Workspace, selection: state.Selection, places: HeadPlaces) -> Shown:
    """Draws this part of the page."""
    states = {one.name: one for one in job_states(workspace)}
    running = sum(one.state == RUNNING for one in states.values())
    with places.left:
        told = f"{counted(running, 'training')} running" if running else "none is running"
        heading("Trainings", f"{told} · each is a process of its own, which goes on without this page")
    job = _choose_job([*states, NEW])
    if job == NEW:
        draw_form(workspace)
    live(partial(_draw, workspace, job, selection), partial(_running, workspace, job))
    return Shown(_facts(workspace, selection, states[job])) if job in states else Shown()


def _choose_job(names: list[str]) -> str:
    state.settle("job", names)
    if names == [NEW]:
        return NEW
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        job = st.selectbox("Training", names, label_visibility="collapsed", width=320, **state.bound("job"))
        if job != NEW:
            st.button("New training", type="primary", on_click=ask_for_training, args=(None,))
    return str(job)


def _running(workspace: Workspace, job: str) -> tuple[str, ...]:
    """What is drawn again and again for: trainings, and indexes of the one looked at."""
    return (*running_trainings(workspace), *(() if job == NEW else running_builds(workspace, job)))


def _draw(workspace: Workspace, job: str, selection: state.Selection) -> None:
    if job != NEW:
        draw_job(workspace, job, selection)
    states = job_states(workspace)
    if not states:
        note("Trainings begun here or by lpd train are listed here while they run, and afterwards.", "small")
        return
    with st.container(border=True, key="card_trainings"):
        note("Trainings begun here or by lpd train", "title")
        header = ("training", "state", "latest epoch", "best epoch", "begun")
        worth_table(header, [("fused" if one.state == RUNNING else "", _cells(one)) for one in states])


def _cells(one: JobState) -> tuple[str, ...]:
    told = f"{STATE_MARKS[one.state]} {one.state}"
    return (one.name, told, measure_words(one.latest), measure_words(one.best), clock(one.started))


def _facts(workspace: Workspace, selection: state.Selection, one: JobState) -> ViewFacts:
    """Returns what the view of a training says of itself."""
    digest = one.report.get("digest") or "not finished"
    provenance = Provenance(
        workspace=workspace.name,
        source=workspace.source,
        models=(Digested(one.name, str(digest)),),
        measure=f"training, {one.state}: {one.typed}",
    )
    snapshot = {
        "state": one.state,
        "latest": dict(one.latest),
        "best": dict(one.best),
        RECIPE_KEY: recipe_document(Kept(THEN)),
    }
    parameters = parameters_of(selection, {"tab": TRAININGS, "job": one.name})
    return ViewFacts("training", f"Training {one.name}", parameters, provenance, snapshot=snapshot)
