"""The health of the workspace: what can be done with it now, what is missing, what is wrong."""

import streamlit as st

from app.components import note
from app.resources.examined import Examination
from app.views.workspace.repairs import draw_findings
from app.views.workspace.view import Place
from app.workspace.words import LEVEL_MARKS, worst_first
from lpd.services.health.findings import OK, PROBLEM
from lpd.services.health.workspace import GoalHealth
from lpd.words import counted

__all__ = ["draw_health"]

GOAL_TITLES = {"live queries": "Live queries", "evaluation": "Evaluation", "training": "Training"}


FEW = 4
"""So many things that fit are shown beside those that do not; more are behind a line."""


def draw_health(place: Place, found: Examination) -> None:
    """Draws this part of the page: a card for each goal."""
    for goal in found.health.goals:
        with st.container(border=True, key=f"card_{goal.goal.replace(' ', '_')}"):
            _draw_goal(place, goal)


def _draw_goal(place: Place, goal: GoalHealth) -> None:
    wrong = sum(one.level == PROBLEM for one in goal.findings)
    open_ones = worst_first(one for one in goal.findings if one.level != OK)
    fitting = [one for one in goal.findings if one.level == OK]
    title = GOAL_TITLES.get(goal.goal, goal.goal)
    note(f"{title} · {counted(wrong, 'problem')}" if wrong else title, "title")
    mark = LEVEL_MARKS[OK] if goal.possible else "–"
    note(f"{mark} {goal.possible or 'not possible yet'}", "hint")
    draw_findings(place.workspace, open_ones, key=f"mend_{goal.goal}")
    if open_ones and len(fitting) > FEW:
        with st.expander(f"{counted(len(fitting), 'thing')} that fit"):
            draw_findings(place.workspace, fitting, key=f"fit_{goal.goal}")
    elif fitting:
        draw_findings(place.workspace, fitting, key=f"fit_{goal.goal}")
