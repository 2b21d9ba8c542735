"""Judge: shots are judged for the topics of a plan, and the runs are measured by what was judged so far."""

from collections.abc import Sequence

import streamlit as st

from app import resources, state
from app.components import empty_state, heading, note
from app.components.judge import WAYS
from app.resources import judging
from app.views.exporting import ExportItem
from app.views.head import HeadPlaces, fill_actions, head_places, page_head
from app.views.judge.agreement import draw_agreement
from app.views.judge.bar import draw_bar
from app.views.judge.desk import draw_desk
from app.views.judge.facts import judge_exports, judge_pin
from app.views.judge.form import draw_plans
from app.views.judge.results import draw_results, draw_results_below
from app.views.judge.scene import (
    AGREEMENT,
    DESK,
    PLANS,
    RESULTS,
    TASKS,
    JudgeScene,
    draw_told,
    follow_jump,
    judge_of_address,
)
from app.views.pinning import ViewFacts
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["show"]


def show(selection: state.Selection) -> None:
    """Draws the page."""
    if selection.edition is None:
        page_head("Judge", pin=None)
        sentence = f"No topic edition belongs to {selection.collection}. Bring topics in:"
        empty_state("No topics to judge for", sentence, "lpd import topics")
        return
    follow_jump()
    workspace = resources.named_workspace(selection.workspace)
    names, problems = judging.plans_of(workspace, selection.edition)
    places = head_places()
    pin: ViewFacts | None = None
    exports: Sequence[ExportItem] = ()
    try:
        pin, exports = _show(workspace, selection, names, places)
        for sentence in problems:
            note(sentence, "warn")
    finally:  # the keys are told whatever comes
        fill_actions(places, pin=pin, exports=exports)


def _show(
    workspace: Workspace, selection: state.Selection, names: Sequence[str], places: HeadPlaces
) -> tuple[ViewFacts | None, Sequence[ExportItem]]:
    """Draws the part of the page that was chosen, and returns what can be pinned and taken away."""
    task = _choose_task(places, names)
    if not names:
        with places.left:
            heading("Judge", f"edition {selection.edition} · no plan yet")
        draw_told()
        draw_plans(workspace, selection, ())
        return None, ()
    scene = _make_scene(workspace, selection, names, places, task=task)
    with places.left:
        _draw_title(scene)
    draw_told()
    if task == PLANS:
        draw_plans(workspace, selection, names, plan=scene.plan)
    elif task == RESULTS:
        draw_results(scene)
    elif task == AGREEMENT:
        draw_agreement(scene)
    else:
        draw_bar(scene)
        draw_desk(scene)
        draw_results_below(scene)
    return judge_pin(scene, task), judge_exports(scene, task)


def _choose_task(places: HeadPlaces, names: Sequence[str]) -> str:
    state.settle("task", TASKS)
    if not names:
        return PLANS
    with places.controls:
        task = st.segmented_control(
            "Part of the page",
            TASKS,
            default=DESK,
            required=True,
            label_visibility="collapsed",
            **state.bound("task"),
        )
    return str(task or DESK)


def _make_scene(
    workspace: Workspace, selection: state.Selection, names: Sequence[str], places: HeadPlaces, *, task: str
) -> JudgeScene:
    state.settle("plan", names)
    name = names[0]
    if len(names) == 1:
        state.write("plan", name)
    else:
        with places.controls:
            name = str(
                st.selectbox("Plan", names, label_visibility="collapsed", width=150, **state.bound("plan"))
            )
    plan = judging.plan(workspace, name)
    edition = workspace.edition(plan.edition)
    state.settle("judged", list(plan.topics))
    scene = JudgeScene(workspace, selection, edition, plan, judge_of_address(), _choose_way(places, task))
    state.write("judged", scene.topic_id)
    return scene


def _choose_way(places: HeadPlaces, task: str) -> str:
    state.settle("way", WAYS)
    if task != DESK:
        asked = state.value("way")
        return asked if asked in WAYS else WAYS[0]
    with places.controls:
        way = st.segmented_control(
            "Way to judge",
            WAYS,
            default=WAYS[0],
            required=True,
            label_visibility="collapsed",
            **state.bound("way"),
        )
    return str(way or WAYS[0])


def _draw_title(scene: JudgeScene) -> None:
    plan = scene.plan
    told = (
        f"edition {plan.edition}",
        f"{plan.sample:,} of {counted(plan.pool, 'pooled shot')} to judge",
        f"{counted(len(plan.topics), 'topic')}",
        f"plan {plan.digest[:6]}",
    )
    heading(f"Judge: {plan.name}", " · ".join(told))
