"""Taking the judgements away: as qrels of the edition, with which the runs are evaluated at once."""

import streamlit as st

from app import state
from app.components import note
from app.parameters import link
from app.resources import judging
from app.views.judge.scene import JudgeScene, tell
from app.words import plain
from lpd.errors import LpdError
from lpd.judging import CONFLICT_RULES
from lpd.services.judging.exporting import export_plan_qrels
from lpd.words import counted

__all__ = ["EVERYBODY", "RULE_WORDS", "chosen_judge", "chosen_rule", "draw_away"]

EVERYBODY = "all judges"
RULE_WORDS = {
    "leave out": "stay unjudged (-1)",
    "majority": "as most judges say",
    "relevant": "count as relevant",
}
"""Rule for conflicts -> what becomes of them."""

NAME, JUDGE, RULE, REPLACE, TAKEN = "away_name", "away_judge", "away_rule", "away_replace", "away_taken"


def chosen_judge() -> str | None:
    """Returns whose verdicts are taken away, None for those of all judges."""
    judge = state.remembered(JUDGE, lambda: EVERYBODY)
    return None if judge == EVERYBODY else str(judge)


def chosen_rule() -> str:
    """Returns what becomes of shots on which judges contradict each other."""
    return str(state.remembered(RULE, lambda: next(iter(RULE_WORDS))))


def draw_away(scene: JudgeScene) -> None:
    """Draws the card that puts the judgements into the edition."""
    known = judging.standing(scene.workspace, scene.plan)
    judges = [] if known.made is None else list(known.made.table.progress.judges)
    with st.container(border=True, key="card_away"):
        note("Evaluate with these judgements", "title")
        note(
            "As five columns: the whole pool in its strata, -1 where it was not judged. The Export menu has "
            "the same as a file.",
            "hint",
        )
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="away_row"):
            state.remembered(NAME, lambda: scene.plan.name)
            name = str(st.text_input("Name of the qrels", key=NAME, width=200) or "").strip()
            if state.remembered(JUDGE, lambda: EVERYBODY) not in (EVERYBODY, *judges):
                state.put(JUDGE, EVERYBODY)
            st.selectbox("Whose", [EVERYBODY, *judges], key=JUDGE, width=160)
            chosen_rule()
            st.selectbox(
                "Contradictions without a ruling",
                list(CONFLICT_RULES),
                key=RULE,
                format_func=lambda one: RULE_WORDS.get(one, one),
                width=200,
            )
            there = name in scene.edition.qrels_names
            replaces = there and st.checkbox(f"Replace {name}", key=REPLACE)
            ready = bool(name) and (not there or bool(replaces))
            if st.button("Into the edition", type="primary", key="away_take", disabled=not ready):
                _take(scene, name, replace=bool(replaces))
        _draw_taken(scene)


def _take(scene: JudgeScene, name: str, *, replace: bool) -> None:
    try:
        made = export_plan_qrels(
            scene.workspace,
            scene.plan,
            name,
            judge=chosen_judge(),
            conflicts=chosen_rule(),
            replace=replace,
        )
    except (LpdError, OSError) as error:
        st.error(plain(str(error)))
        return
    rows = made.made.qrels
    told = (
        f"Qrels {name} of {scene.plan.edition}: {counted(len(list(rows.rows())), 'row')}, {rows.digest[:6]}"
    )
    tell(told)
    state.put(TAKEN, (scene.plan.edition, name, made.notes))
    st.rerun()


def _draw_taken(scene: JudgeScene) -> None:
    taken = state.remembered(TAKEN, lambda: None)
    if taken is None or taken[0] != scene.plan.edition:
        return
    edition, name, notes = taken
    for sentence in notes:
        note(sentence, "small")
    address = link(
        "topics", {**scene.selection.parameters(), "edition": edition, "qrels": name, "table": "runs"}
    )
    st.link_button("Evaluate the runs with them: Topics", address, type="secondary")
    note(f"On a command line: lpd evaluate --edition {edition} --qrels {name}", "small")
