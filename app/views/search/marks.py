"""Marking shots, and letting the marks move the query: feedback."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from app import state
from app.components import note
from app.events import unheard
from app.search.request import SearchRequest
from app.views.search.address import change
from app.views.search.scene import Scene, mark_shot, unkept_reason
from lpd.words import counted

__all__ = ["MOST_FEEDBACK", "draw_feedback_line", "feedback_of", "marked", "wanted_like"]

MOST_FEEDBACK = 200
"""So many shots of either kind move a query at most: all of them stand in its address."""


def marked(key: str, scene: Scene) -> None:
    """Keeps the marks that a component reported; for use as its callback."""
    for event in unheard(key, "mark"):
        shot, verdict = event.get("shot"), event.get("verdict")
        if scene.need is not None and isinstance(shot, str) and verdict in ("relevant", "not", "none"):
            mark_shot(scene.workspace, scene.need, shot=shot, mark=str(verdict))


def wanted_like(key: str, scene: Scene, *, event: str = "like") -> None:
    """Asks for more like the shot that a component reported, in one space if it names one; for use as its
    callback.

    Args:
        key: of the component.
        scene: of the run.
        event: what the component reported.
    """
    told = state.event(key, event)
    if not isinstance(told, Mapping) or not isinstance(told.get("shot"), str):
        return
    space = told.get("space")
    names = {one.name for one in scene.card.spaces}
    state.close_shot()
    change(scene.card, partial(_like, shot=told["shot"], space=space if space in names else None))


def _like(request: SearchRequest, shot: str, space: str | None) -> SearchRequest:
    return request.for_need("", like=shot, like_space=space)


def feedback_of(scene: Scene) -> SearchRequest:
    """Returns the request moved by the marks as they stand now."""
    marks = scene.marks
    return replace(
        scene.request,
        relevant=marks.relevant[:MOST_FEEDBACK],
        not_relevant=marks.not_relevant[:MOST_FEEDBACK],
    )


def draw_feedback_line(scene: Scene) -> None:
    """Draws what is marked and whether it moves the query, with the buttons that change this."""
    request, marks = scene.request, scene.marks
    moved = bool(request.relevant or request.not_relevant)
    if not moved and not marks.own:
        return
    wanted = feedback_of(scene)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="feedback_line"):
        note(_feedback_words(scene), "hint")
        if marks.own and wanted != request:
            label = "Move the query by these marks" if not moved else "Move it by the marks of now"
            st.button(
                label, key="feedback_use", on_click=change, args=(scene.card, partial(_moved, by=wanted))
            )
        if moved:
            stopped = replace(request, relevant=(), not_relevant=())
            st.button(
                "Stop", key="feedback_stop", on_click=change, args=(scene.card, partial(_moved, by=stopped))
            )
    if unkept_reason():
        note(f"Marks are kept for this session only: {unkept_reason()}", "warn")


def _feedback_words(scene: Scene) -> str:
    request, marks = scene.request, scene.marks
    said = f"You marked {len(marks.relevant)} relevant and {len(marks.not_relevant)} not relevant"
    if max(len(marks.relevant), len(marks.not_relevant)) > MOST_FEEDBACK:
        said += f"; of either kind {MOST_FEEDBACK} move a query at most, the first by their ids"
    if not request.relevant and not request.not_relevant:
        return said
    shots = counted(len(request.relevant) + len(request.not_relevant), "shot")
    return f"Feedback: the query is moved by {shots} (run class {request.form.run_class}) · {said}"


def _moved(request: SearchRequest, by: SearchRequest) -> SearchRequest:
    return replace(request, relevant=by.relevant, not_relevant=by.not_relevant)
