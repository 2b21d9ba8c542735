"""One training: how far it is, what it was asked, its curves and its log; stop, resume, index."""

import time
from collections.abc import Callable
from functools import partial

import streamlit as st

from app import state
from app.charts.curve_look import framed
from app.components import note
from app.training.lines import Line
from app.training.words import STATE_MARKS, clock, duration, measure_words, progress_words
from app.views.training.index import draw_indexes
from app.views.training.legend import draw_key
from app.views.training.panels import (
    keys_of_losses,
    keys_of_spaces,
    loss_panel,
    measure_panel,
    space_panel,
)
from app.views.training.reading import USUAL_MEASURE, curve_view, read_curves
from app.views.training.view import ask_for_training
from app.words import plain
from lpd.errors import LpdError
from lpd.services.jobs.job_states import DIED, FAILED, FINISHED, RUNNING, JobState, job_log, job_state
from lpd.services.jobs.training_jobs import StartedTraining, ask_to_stop, resume_training, stop_training
from lpd.workspace import Workspace

__all__ = ["draw_job", "tell", "told_of"]

TOLD = "training_told"
LOG_HEIGHT, CHART_HEIGHT = 220, 150
PART_WIDTH, CHART_WIDTH = 300, 186
"""Pixels that the state of a training, and a chart, need; where less is left, fewer stand side by side."""


def draw_job(workspace: Workspace, name: str, selection: state.Selection) -> None:
    """Draws the training of a model as it stands now."""
    try:
        job = job_state(workspace, name)
    except LpdError as error:
        st.error(plain(str(error)))
        return
    with st.container(border=True, key="card_job"):
        with st.grid(columns=2 if job.state == FINISHED else 1, min_column_width=PART_WIDTH, gap="medium"):
            with st.container():
                _draw_state(job)
                _draw_buttons(workspace, job)
                sentence = told_of(name)
                if sentence:
                    note(sentence, "warn")
            if job.state == FINISHED:
                with st.container():
                    draw_indexes(workspace, name, selection)
        _draw_curves(workspace, job)
        _draw_command(workspace, job)


def _draw_state(job: JobState) -> None:
    note(f"{STATE_MARKS[job.state]} {job.name} · {job.state}", "title")
    note(job.sentence, "warn" if job.state in (FAILED, DIED) else "hint")
    now = time.time()
    if job.state == RUNNING:
        share = 0.0 if job.progress is None else min(1.0, max(0.0, job.progress.share))
        st.progress(share, text=plain(progress_words(job.progress, now)))
    measured = [(which, one) for which, one in (("latest", job.latest), ("best", job.best)) if one]
    if measured:
        note(" · ".join(f"{which} {measure_words(one)}" for which, one in measured), "hint")
    ran = []
    if job.started is not None:
        ran.append(f"begun {clock(job.started)}")
        if job.state == RUNNING:
            ran.append(f"{duration(now - job.started)} so far")
        elif job.ended is not None:
            ran.append(f"ended {clock(job.ended)}")
    if job.criterion:
        ran.append(f"the epoch is selected by {job.criterion}")
    if ran:
        note(" · ".join(ran), "small")


def _draw_buttons(workspace: Workspace, job: JobState) -> None:
    name = job.name
    with st.container(horizontal=True, gap="small"):
        if job.state == RUNNING:
            st.button(
                "Stop after this epoch",
                key="training_stop",
                disabled=job.stopping,
                help="It validates and saves the epoch, then ends; nothing is lost.",
                on_click=_tried,
                args=(name, partial(ask_to_stop, workspace, name)),
            )
            st.button(
                "Stop now",
                key="training_stop_now",
                help="Its process is ended at once; what it did since the last saved epoch is done again.",
                on_click=_tried,
                args=(name, partial(stop_training, workspace, name, grace_s=0.0)),
            )
            return
        if job.resumable_epochs is not None and job.request is not None:
            st.button(
                "Resume",
                key="training_resume",
                type="primary",
                help=f"It goes on after epoch {job.resumable_epochs}, to the weights it would have had.",
                on_click=_tried,
                args=(name, partial(resume_training, workspace, name)),
            )
        if job.request is not None:
            st.button(
                "Again, with changes",
                key="training_again",
                help="Opens the form with the choices of this training.",
                on_click=ask_for_training,
                args=(job.request,),
            )


def _tried(name: str, action: Callable[[], object]) -> None:
    """Does what a button says; why not, or what the person should know, is told beside it."""
    tell(name, None)
    try:
        done = action()
    except (LpdError, OSError) as error:
        tell(name, str(error))
    else:
        if isinstance(done, StartedTraining):
            tell(name, done.warning)


def tell(name: str, sentence: str | None) -> None:
    """Keeps what is to be told of a training until the next thing is done with it."""
    state.put(TOLD, None if sentence is None else (name, sentence))


def told_of(name: str) -> str | None:
    """Returns what is to be told of a training."""
    told = state.remembered(TOLD, lambda: None)
    return told[1] if told is not None and told[0] == name else None


def _draw_curves(workspace: Workspace, job: JobState) -> None:
    line = Line(job.name, (job.name,))
    read = read_curves(workspace, [line]) if job.latest or job.state == FINISHED else None
    if read is None or read.table.empty:
        sentence = next(iter(read.unreadable.values()), None) if read is not None else None
        note(sentence or "The curves begin when the first epoch has been validated.", "small")
        return
    view = curve_view(workspace, [line], read, measure=USUAL_MEASURE, series="loss")
    drawn = {
        f"validation {view.measure}": (measure_panel(view), ()),
        "losses": (loss_panel(view, line), keys_of_losses(view)),
        "loss of each space": (space_panel(view, line), keys_of_spaces(view, line)),
    }
    there = {what: (chart, looks) for what, (chart, looks) in drawn.items() if chart is not None}
    with st.grid(columns=len(there), min_column_width=CHART_WIDTH, gap="medium"):
        for what, (chart, looks) in there.items():
            with st.container(gap="xxsmall"):
                note(what, "small")
                st.altair_chart(
                    framed(chart.properties(height=CHART_HEIGHT)),
                    theme=None,
                    key=f"job_{what}",
                    alt=f"{what} of {job.name} over the epochs",
                )
                if looks:
                    draw_key(looks)


def _draw_command(workspace: Workspace, job: JobState) -> None:
    if job.typed:
        note("The same on a command line:", "small")
        st.code(job.typed, language=None, wrap_lines=True)
    with st.expander("Log", key="training_log"):
        log = job.log or job_log(workspace, job.name)
        if log.strip():
            st.code(log, language=None, height=LOG_HEIGHT)
        else:
            note("Nothing was written, or it was begun on a command line, where its words are.", "small")
