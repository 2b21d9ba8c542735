"""Who is judging, and what the judge should know of the plan before going on."""

import streamlit as st

from app import state
from app.components import note
from app.resources import judging
from app.views.judge.scene import JudgeScene
from app.views.search.scene import rename_judge
from lpd.judging.store import keep_damaged_aside
from lpd.services.judging.plans import plan_changes

__all__ = ["draw_bar"]

NAME_BOX = "judge_name_box"


def draw_bar(scene: JudgeScene) -> None:
    """Draws who judges, with the field that changes it, and what has changed since the plan was made."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="judge_bar"):
        note(f"You judge as {scene.judge}", "hint")
        with st.popover("Another judge"):
            state.remembered(NAME_BOX, lambda: scene.judge)
            st.text_input("Name of the judge", key=NAME_BOX, on_change=_rename)
            note("Every judge goes through the plan under an own name; verdicts are kept under it.", "small")
    for sentence in (*plan_changes(scene.workspace, scene.plan), *_damage(scene)):
        note(sentence, "warn")


def _rename() -> None:
    rename_judge(str(state.remembered(NAME_BOX, str)))


def _damage(scene: JudgeScene) -> tuple[str, ...]:
    """What of the file of verdicts cannot be read; looked for again when the file has changed."""
    path = scene.workspace.judgements_path
    place = ("judge_damage", str(path))
    stamp = judging.verdicts_stamp(scene.workspace)
    kept = state.remembered(str(place), lambda: (None, ()))
    if kept[0] != stamp:
        sentence = keep_damaged_aside(path)
        kept = (stamp, (sentence,) if sentence else ())
        state.put(str(place), kept)
    told: tuple[str, ...] = kept[1]
    return told
