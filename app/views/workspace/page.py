"""Workspace: what is in it, its health, and what brings things in or makes them."""

import streamlit as st

from app import resources, state
from app.components import heading, note
from app.parameters import Value
from app.resources.examined import Examination, examination
from app.views.background_work import show_work
from app.views.exporting import ExportItem, table_exports
from app.views.head import fill_actions, head_places
from app.views.pinning import ViewFacts
from app.views.workspace.contents import draw_contents, things_in_words
from app.views.workspace.form import draw_form
from app.views.workspace.health import draw_health
from app.views.workspace.view import BRING, CONTENTS, HEALTH, PARTS, Place, draw_told, follow_jump
from app.views.workspace.work import draw_all_work, draw_work
from app.words import plain
from app.workspace.words import contents_table, health_table
from lpd.errors import LpdError
from lpd.exports import Provenance
from lpd.notebook.recipes import RECIPE_KEY, Kept, recipe_document
from lpd.words import counted

__all__ = ["show", "show_alone"]

PATIENCE_S = 1.5
"""An examination that takes longer shows how far it is."""

AGAIN = "workspace_examined_again"


def show(selection: state.Selection) -> None:
    """Draws the page."""
    _show(selection.workspace, selection)


def show_alone(name: str, *, problem: LpdError | None = None) -> None:
    """Draws the page of a workspace from which nothing can be chosen yet, or not any more.

    Args:
        name: of the workspace.
        problem: why nothing can be chosen, if something is damaged.
    """
    if problem is not None:
        st.error(plain(str(problem)))
    _show(name, None)


def _show(name: str, selection: state.Selection | None) -> None:
    place = Place(resources.named_workspace(name), name, selection)
    follow_jump()
    places = head_places()
    with places.controls:
        part = _choose_part()
    draw_told()
    draw_work(place.workspace)
    work = examination(place.workspace, again=state.remembered(AGAIN, lambda: 0))
    work.start()
    view: dict[str, Value] = {"part": part}
    if part == BRING:
        view["bring"] = draw_form(place)
        draw_all_work(place.workspace)
    work.wait(PATIENCE_S)
    found = work.made
    with places.left:
        told = "" if found is None else things_in_words(found.contents)
        heading(f"Workspace {place.workspace.name}", told)
        note(str(place.workspace.path), "small")
    if found is None:
        if part != BRING:
            show_work(work, "Examining the workspace", key="examination")
        fill_actions(places)
        return
    if part == CONTENTS:
        draw_contents(place, found)
    elif part == HEALTH:
        draw_health(place, found)
        hint = "What lies in the workspace is examined again by itself when it has changed"
        st.button("Examine again", key="examine_again", help=hint, on_click=_examine_again)
    fill_actions(places, pin=_facts(place, view, found), exports=_exports(place, part, found))


def _choose_part() -> str:
    state.settle("part", PARTS)
    part = st.segmented_control(
        "Part of the page",
        PARTS,
        default=CONTENTS,
        required=True,
        label_visibility="collapsed",
        **state.bound("part"),
    )
    return str(part or CONTENTS)


def _examine_again() -> None:
    state.put(AGAIN, state.remembered(AGAIN, lambda: 0) + 1)


def _facts(place: Place, view: dict[str, Value], found: Examination) -> ViewFacts:
    part = str(view["part"])
    problems = found.health.problems
    snapshot = {
        "things": [one._asdict() for one in found.contents],
        **({"problems": [one._asdict() for one in problems]} if problems else {}),
        "possible": {goal.goal: goal.possible for goal in found.health.goals},
        RECIPE_KEY: recipe_document(Kept("What a workspace holds is told as it was then.")),
    }
    title = f"Workspace {place.workspace.name}, {part}: {counted(len(problems), 'problem')}"
    return ViewFacts("workspace", title, place.parameters(view), _provenance(place, part), snapshot=snapshot)


def _provenance(place: Place, measure: str) -> Provenance:
    return Provenance(workspace=place.workspace.name, source=place.workspace.source, measure=measure)


def _exports(place: Place, part: str, found: Examination) -> list[ExportItem]:
    name = place.workspace.name
    if part == HEALTH:
        provenance = _provenance(place, "health check")
        return table_exports(lambda: health_table(found.health), f"{name}-health", provenance, label="Health")
    if part == CONTENTS and found.contents:
        provenance = _provenance(place, "what is in the workspace")
        table = contents_table(name, found.contents)
        return table_exports(lambda: table, f"{name}-contents", provenance, label="Contents")
    return []
