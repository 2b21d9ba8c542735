"""The form that makes a judging plan, with what it would be before it is made; and the plan at hand."""

import streamlit as st

from app import state
from app.components import empty_state, note
from app.components.result_table import result_payload, result_table
from app.judging.layers import layers_text, read_layers
from app.judging.words import OWN, SAMPLING_WORDS, plan_table, work_words
from app.views.judge.scene import DESK, jump_to, tell
from app.words import plain
from lpd.errors import LpdError
from lpd.judging.plan import JudgingPlan
from lpd.judging.pooling import SAMPLINGS, Layer
from lpd.services.judging.plans import MadePlan, extend_judging_plan, make_judging_plan
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["draw_plans"]

KEY = "plan_"
MOST_SEED = 999_999
WIDTH = 360
"""Pixels that half of the form needs; where less is left, they stand one below the other."""


def draw_plans(
    workspace: Workspace,
    selection: state.Selection,
    names: list[str] | tuple[str, ...],
    *,
    plan: JudgingPlan | None = None,
) -> None:
    """Draws the plan at hand, and the form that makes another one.

    Args:
        workspace: that keeps them.
        selection: the sidebar's choices.
        names: of the plans of the edition.
        plan: at hand; None where there is none yet.
    """
    if plan is not None:
        with st.container(border=True, key="card_plan"):
            _draw_plan(workspace, plan)
    tags = workspace.run_tags(str(selection.edition))
    with st.container(border=True, key="card_form_plan"):
        note("A new plan" if names else "Make a plan", "title")
        if not tags:
            sentence = f"A pool is made of runs, and edition {selection.edition} has none. Make one:"
            empty_state("No runs yet", sentence, f"lpd run --model MODEL --edition {selection.edition}")
            return
        note(
            "The best shots of the runs are pooled in layers by their best rank; of every layer a random "
            "share is judged, and infAP infers the rest.",
            "hint",
        )
        st.fragment(_draw_form)(workspace, str(selection.edition), tags, tuple(names))


def _draw_plan(workspace: Workspace, plan: JudgingPlan) -> None:
    note(f"Plan {plan.name}", "title")
    _draw_layers(plan, key="layers_of_plan")
    runs = ", ".join(f"{run.tag} ({run.digest[:6]})" for run in plan.runs)
    note(f"Runs: {runs} · seed {plan.seed} · {plan.overlap:.0%} judged by every judge", "small")
    if plan.sample < plan.pool:
        with st.popover("Judge more of it"):
            st.fragment(_draw_extension)(workspace, plan)


def _draw_extension(workspace: Workspace, plan: JudgingPlan) -> None:
    """The shares that are judged from now on; what was to be judged still is, in the same order."""
    note("The verdicts stay, and so does the order; samples only grow.", "small")
    rates = [
        st.number_input(
            f"Share of stratum {number}, % (to rank {layer.depth})",
            0.1,
            100.0,
            round(100 * _rate(plan, str(number)), 1),
            key=f"{KEY}rate_{plan.digest[:8]}_{number}",
        )
        for number, layer in enumerate(plan.layers, start=1)
    ]
    if st.button("Extend the plan", key=f"{KEY}extend"):
        try:
            made = extend_judging_plan(workspace, plan.name, [float(one) / 100 for one in rates])
        except (LpdError, OSError) as error:
            st.error(plain(str(error)))
            return
        tell(f"{counted(made.sample - plan.sample, 'shot')} more to judge: {work_words(made)}")
        st.rerun()


def _rate(plan: JudgingPlan, stratum: str) -> float:
    """The share of a stratum that is judged, over all topics."""
    strata = [one for topic in plan.topics.values() for one in topic.strata if one.name == stratum]
    shots = sum(len(one.shot_ids) for one in strata)
    return sum(one.sample for one in strata) / shots if shots else 1.0


def _draw_form(workspace: Workspace, edition: str, tags: list[str], names: tuple[str, ...]) -> None:
    topics = [topic.topic_id for topic in workspace.edition(edition).topics]
    left, right = st.columns(2, gap="medium")
    with left:
        name = _name(names, edition)
        runs = st.multiselect("Runs whose shots are pooled", tags, default=tags, key=f"{KEY}runs")
        chosen = st.multiselect("Topics", topics, key=f"{KEY}topics", placeholder=f"all {len(topics)}")
    with right:
        layers, problem = _layers()
        first, second = st.columns(2)
        with first:
            seed = int(st.number_input("Seed", 0, MOST_SEED, 0, key=f"{KEY}seed"))
        with second:
            overlap = int(st.number_input("Judged by every judge, %", 0, 100, 10, key=f"{KEY}overlap"))
    made: MadePlan | None = None
    if not problem:
        try:
            made = make_judging_plan(
                workspace,
                name or "unnamed",
                edition=edition,
                runs=runs,
                layers=layers,
                seed=seed,
                overlap=overlap / 100,
                topics=chosen or None,
                keep=False,
            )
        except LpdError as error:
            problem = str(error)
    if problem:
        st.error(plain(problem))
    if made is not None:
        _draw_preview(made)
    ready = made is not None and bool(name) and bool(runs)
    if st.button("Make the plan", type="primary", key=f"{KEY}make", disabled=not ready) and made is not None:
        _make(workspace, made.plan)


def _name(names: tuple[str, ...], edition: str) -> str:
    number = 1
    while (free := f"{edition}-{number}") in names:
        number += 1
    state.remembered(f"{KEY}name", lambda: free)
    if state.remembered(f"{KEY}name", str) in names:
        state.put(f"{KEY}name", free)
    return str(st.text_input("Name of the plan", key=f"{KEY}name") or "").strip()


def _layers() -> tuple[tuple[Layer, ...], str]:
    """The layers chosen, and why what was written are none."""
    options = (*SAMPLINGS, OWN)
    state.remembered(f"{KEY}sampling", lambda: "quick")
    sampling = st.selectbox(
        "Layers", options, key=f"{KEY}sampling", format_func=lambda one: f"{one} · {SAMPLING_WORDS[one]}"
    )
    if sampling != OWN:
        layers = SAMPLINGS[str(sampling)]
        note(f"Depth and share judged: {layers_text(layers)}", "small")
        return layers, ""
    state.remembered(f"{KEY}layers", lambda: layers_text(SAMPLINGS["short"]))
    text = st.text_input("Depth and share judged of each layer", key=f"{KEY}layers") or ""
    try:
        return read_layers(text), ""
    except LpdError as error:
        return (), str(error)


def _draw_layers(plan: JudgingPlan, *, key: str) -> None:
    result_table(result_payload(plan_table(plan), alt="layers of the pool"), key=key)


def _draw_preview(made: MadePlan) -> None:
    _draw_layers(made.plan, key="layers_of_new_plan")
    note(work_words(made.plan), "hint")
    for sentence in made.notes:
        note(sentence, "warn")


def _make(workspace: Workspace, plan: JudgingPlan) -> None:
    try:
        made = make_judging_plan(
            workspace,
            plan.name,
            edition=plan.edition,
            runs=[run.tag for run in plan.runs],
            layers=plan.layers,
            seed=plan.seed,
            overlap=plan.overlap,
            topics=list(plan.topics),
        )
    except (LpdError, OSError) as error:
        st.error(plain(str(error)))
        return
    state.forget(f"{KEY}name")
    tell(f"Plan {made.plan.name} is made: {work_words(made.plan)}")
    jump_to(DESK, {"plan": made.plan.name})
    st.rerun()
