"""Refining the query: further wordings, what to stay away from, a second step, a shot, feedback."""

from dataclasses import replace
from functools import partial

import streamlit as st

from app import state
from app.components import note
from app.search.request import STRENGTH, WITHIN_S, SearchRequest
from app.views.search.address import change, held
from app.views.search.scene import Scene, judge_name, rename_judge
from app.words import plain, shortened
from lpd.cards import ModelCard

__all__ = ["draw_refine"]

MOST_STRENGTH = 2.0
CHIP_LENGTH = 28
MOST_CHIPS = 40


def draw_refine(scene: Scene) -> None:
    """Draws the button and, behind it, the parts of the query beyond its text."""
    count = _count(scene.request)
    with st.popover(f"Refine · {count}" if count else "Refine", key="refine"):
        _draw_texts(scene.request, scene.card)
        _draw_steps(scene.request, scene.card)
        _draw_shot(scene.request, scene.card)
        _draw_feedback(scene)


def _count(request: SearchRequest) -> int:
    """How many parts the query has beyond its text."""
    single = (request.like, request.then, request.relevant or request.not_relevant)
    return len(request.also) + len(request.without) + sum(bool(one) for one in single)


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in (text or "").splitlines() if line.strip()))


def _draw_texts(request: SearchRequest, card: ModelCard) -> None:
    st.text_area(
        "Other wordings of the same need, one per line",
        height=80,
        placeholder="a crimson automobile",
        **held("also", "\n".join(request.also), card=card, take=_take_also),
    )
    with st.container(horizontal=True, gap="small"):
        st.text_area(
            "Without, one per line",
            height=80,
            placeholder="a dog",
            **held("without", "\n".join(request.without), card=card, take=_take_without),
        )
        st.slider(
            "Strength",
            0.0,
            max(MOST_STRENGTH, request.strength),
            step=0.1,
            width=140,
            help="Share of the similarity with each of these texts that is taken off a shot's score",
            **held("strength", request.strength, card=card, take=_take_strength),
        )


def _take_also(request: SearchRequest, text: str | None) -> SearchRequest:
    return replace(request, also=_lines(text))


def _take_without(request: SearchRequest, text: str | None) -> SearchRequest:
    lines = _lines(text)
    return replace(request, without=lines, strength=request.strength if lines else STRENGTH)


def _take_strength(request: SearchRequest, strength: float) -> SearchRequest:
    return replace(request, strength=round(strength, 2))


def _draw_steps(request: SearchRequest, card: ModelCard) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            "Then, in a later shot of the same video",
            placeholder="a boat",
            **held("then", request.then, card=card, take=_take_then),
        )
        st.number_input(
            "Within seconds",
            min_value=0,
            step=5,
            width=140,
            help="So long after the end of the first shot the second one may begin",
            **held("within", request.within_s, card=card, take=_take_within),
        )


def _take_then(request: SearchRequest, text: str | None) -> SearchRequest:
    then = (text or "").strip()
    return replace(request, then=then, within_s=request.within_s if then else WITHIN_S)


def _take_within(request: SearchRequest, within_s: int | None) -> SearchRequest:
    return replace(request, within_s=WITHIN_S if within_s is None else int(within_s))


def _draw_shot(request: SearchRequest, card: ModelCard) -> None:
    st.text_input(
        "Like a shot, beside the text or alone",
        placeholder="id of a shot; ≈ on a tile sets it",
        **held("like", request.like or "", card=card, take=_take_like),
    )


def _take_like(request: SearchRequest, shot: str | None) -> SearchRequest:
    return replace(request, like=(shot or "").strip() or None, like_space=None)


# --- feedback -----------------------------------------------------------------------------------------------


def _draw_feedback(scene: Scene) -> None:
    request, weights = scene.request, (scene.request.form.rocchio if not scene.request.is_empty else None)
    note("Feedback", "title")
    if weights is None or not (request.relevant or request.not_relevant):
        note(
            "Mark shots (r, n), then let them move the query; a shot taken away here keeps its mark.", "small"
        )
    else:
        formula = f"{weights.alpha:g} query + {weights.beta:g} relevant - {weights.gamma:g} not relevant"
        note(
            f"Rocchio in every space: {formula}, of means; a click takes a shot out, its mark stays.", "small"
        )
        _draw_chips(request.relevant, "relevant", scene.card)
        _draw_chips(request.not_relevant, "not", scene.card)
    state.put("judge_box", judge_name())
    st.text_input("Marks are kept under the name", key="judge_box", on_change=_rename)


def _rename() -> None:
    rename_judge(state.remembered("judge_box", str))


def _draw_chips(shots: tuple[str, ...], mark: str, card: ModelCard) -> None:
    sign = {"relevant": "✓", "not": "✕"}[mark]
    with st.container(horizontal=True, gap="xsmall", key=f"feedback_{mark}"):
        for number, shot in enumerate(shots[:MOST_CHIPS]):
            st.button(
                f"{sign} {plain(shortened(shot, CHIP_LENGTH))}",
                key=f"feedback_{mark}_{number}",
                help=plain(f"Take {shortened(shot)} out of the feedback"),
                on_click=change,
                args=(card, partial(_without_shot, shot=shot)),
            )
    if len(shots) > MOST_CHIPS:
        note(f"and {len(shots) - MOST_CHIPS} more", "small")


def _without_shot(request: SearchRequest, shot: str) -> SearchRequest:
    return replace(
        request,
        relevant=tuple(one for one in request.relevant if one != shot),
        not_relevant=tuple(one for one in request.not_relevant if one != shot),
    )
