"""Work in the background: what runs, with its progress and the button that stops it, and what has ended."""

import time
from functools import partial

import streamlit as st

from app.components import note
from app.components.findings import FindingLine, finding_lines
from app.training.words import STATE_MARKS, clock, duration
from app.views.training.view import ask_for_whole_page, live
from app.views.workspace.view import start, tell
from app.words import plain
from app.workspace.words import position_words
from lpd.errors import LpdError
from lpd.services.health.findings import ADVICE, OK, PROBLEM
from lpd.services.jobs.job_states import DIED, FAILED, FINISHED, RUNNING
from lpd.services.jobs.workspace_jobs import WorkState, forget_work, stop_work, work_states
from lpd.workspace import Workspace

__all__ = ["draw_all_work", "draw_work"]

LOG_HEIGHT = 160


def draw_work(workspace: Workspace) -> None:
    """Draws the work that runs, or else the latest one that has ended until somebody dismisses it."""
    if work_states(workspace):
        live(partial(_draw, workspace), partial(_running, workspace))


def _running(workspace: Workspace) -> tuple[str, ...]:
    return tuple(one.name for one in work_states(workspace) if one.state == RUNNING)


def _draw(workspace: Workspace) -> None:
    states = work_states(workspace)
    if not states:
        return
    one = states[0]
    with st.container(border=True, key="card_work"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="work_head"):
            note(f"{STATE_MARKS[one.state]} {one.title} · {one.state}", "title")
            if one.state == RUNNING:
                label, hint = "Stop", "What it was writing is whole or absent."
                call = partial(_tried, partial(stop_work, workspace, one.name))
            else:
                label, hint = "Dismiss", "Takes this note away; what was made stays."
                call = partial(_tried, partial(forget_work, workspace, one.name))
            if one.state in (FAILED, DIED) and one.request is not None:
                again = partial(start, workspace, one.request)
                st.button("Try again", key="work_again", help=plain(one.request.typed), on_click=again)
            st.button(label, key="work_end", help=hint, disabled=one.stopping, on_click=call)
        _draw_state(one)


def _draw_state(one: WorkState) -> None:
    now = time.time()
    if one.state == RUNNING:
        share = 0.0 if one.position is None else one.position.share
        so_far = "" if one.started is None else f" · {duration(now - one.started)} so far"
        st.progress(share, text=plain(f"{position_words(one.position)}{so_far}"))
        if one.stopping:
            note(one.sentence, "small")
        return
    note(one.sentence, "hint" if one.state == FINISHED else "warn")
    if one.log and one.state in (FAILED, DIED):
        with st.expander("Its last words"):
            st.code(one.log, language=None, wrap_lines=True, height=LOG_HEIGHT)


def _tried(call: partial) -> None:
    """Calls what a button asks for; why it cannot be done is told in the next run."""
    try:
        call()
    except (LpdError, OSError) as error:
        tell(str(error))
    ask_for_whole_page()


def draw_all_work(workspace: Workspace) -> None:
    """Draws all that was done in the background, as far as it is kept."""
    states = work_states(workspace)
    if not states:
        return
    with st.container(border=True, key="card_all_work"):
        note("Done in the background", "title")
        finding_lines([_line(one) for one in states])


def _line(one: WorkState) -> FindingLine:
    level = {FINISHED: OK, FAILED: PROBLEM, DIED: PROBLEM}.get(one.state, ADVICE)
    sentence = f"{one.sentence} · {clock(one.started)}"
    typed = "" if one.request is None else one.request.typed
    return FindingLine(level, STATE_MARKS[one.state], one.state, one.title, sentence, typed)
