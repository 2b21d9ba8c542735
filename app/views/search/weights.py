"""The weights of the spaces in the fused score: a slider each, which re-fuses from all scores at once."""

from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components import note
from app.search.request import SearchRequest
from app.space_words import fusion_words
from app.systems import own_weights
from app.views.search.address import change, held
from app.views.search.scene import Scene
from app.words import plain, printed_share, shortened
from lpd.cards import ModelCard, SpaceInfo
from lpd.search.filters import choose_spaces
from lpd.words import counted

__all__ = ["draw_weights", "with_weight"]

MOST = 2.0
STEP = 0.05
GROUPS = {"text": "Led by a text feature", "video": "Led by a video feature", "head": "Both ends fused"}


def draw_weights(scene: Scene) -> DeltaGenerator | None:
    """Draws the button and, behind it, the weights; returns where to put what editions make of them, None
    where there is nothing to weigh.
    """
    request, card = scene.request, scene.card
    changed = len(request.weights)
    with st.popover(f"Weights · {changed}" if changed else "Weights", key="weights_popover"):
        if len(card.spaces) < 2:
            note("The model has one space, so there is nothing to weigh.")
            return None
        note("Weights of the spaces in the fused score", "title")
        note("Every slider fuses anew from the scores of all shots; 0 switches a space off.", "small")
        shares = _shares(request, card)
        with st.container(key="weight_rows", gap="xsmall"):
            for end, title in GROUPS.items():
                spaces = [space for space in card.spaces if space.end == end]
                if spaces:
                    note(title, "small")
                for space in spaces:
                    _draw_space(request, card, space, shares.get(space.name))
        _draw_resets(request, card)
        return st.container(key="weights_edition")


def _shares(request: SearchRequest, card: ModelCard) -> dict[str, float]:
    """Space -> its share in the fused score as weighed."""
    names = [space.name for space in card.spaces]
    weights = list((own_weights(card) | dict(request.weights)).values())
    chosen = request.searched_spaces
    asked = [weight for name, weight in zip(names, weights, strict=True) if chosen is None or name in chosen]
    if not any(asked):  # the search says so itself
        return {}
    _, shares = choose_spaces(names, chosen=chosen, weights=weights)
    return dict(zip(names, shares.tolist(), strict=True))


def _draw_space(request: SearchRequest, card: ModelCard, space: SpaceInfo, share: float | None) -> None:
    weight = dict(request.weights).get(space.name, own_weights(card)[space.name])
    of_space = {"card": card, "space": space.name}
    switch, slider, told = st.columns([4, 5, 1], vertical_alignment="center", gap="small")
    with switch:
        st.checkbox(
            plain(space.label),
            **held(f"on_{space.name}", weight > 0, card=card, take=partial(_switched, **of_space)),
        )
    with slider:
        st.slider(
            f"Weight of {shortened(space.label)}",
            0.0,
            max(MOST, weight),
            step=STEP,
            label_visibility="collapsed",
            **held(f"weight_{space.name}", weight, card=card, take=partial(_weighed, **of_space)),
        )
    with told:
        note(printed_share(share, 2), "small")


def _weighed(request: SearchRequest, value: float, *, card: ModelCard, space: str) -> SearchRequest:
    return with_weight(request, card, space=space, weight=round(value, 3))


def _switched(request: SearchRequest, on: bool, *, card: ModelCard, space: str) -> SearchRequest:
    own = own_weights(card)[space]
    return with_weight(request, card, space=space, weight=(own or 1.0) if on else 0.0)


def with_weight(request: SearchRequest, card: ModelCard, *, space: str, weight: float) -> SearchRequest:
    """Returns a request with another weight of one space.

    The last space that has a weight keeps it: without any there is no fused score.
    """
    own = own_weights(card)
    weights = own | dict(request.weights) | {space: weight}
    if not any(weights.values()):
        return request
    return replace(request, weights=tuple((name, one) for name, one in weights.items() if one != own[name]))


def _draw_resets(request: SearchRequest, card: ModelCard) -> None:
    mean = _mean(request, card=card)
    own = replace(request, weights=())
    with st.container(horizontal=True, gap="small"):
        label = "Mean, as in the paper" if mean == own else f"Reset: {fusion_words(card)}"
        st.button(
            plain(label),
            key="weights_reset",
            disabled=not request.weights,
            on_click=change,
            args=(card, _reset),
        )
        if mean != own:
            st.button(
                f"Mean of {counted(len(card.spaces), 'space')}",
                key="weights_mean",
                disabled=request == mean,
                on_click=change,
                args=(card, partial(_mean, card=card)),
            )


def _reset(request: SearchRequest) -> SearchRequest:
    return replace(request, weights=())


def _mean(request: SearchRequest, *, card: ModelCard) -> SearchRequest:
    own = own_weights(card)
    return replace(request, weights=tuple((name, 1.0) for name, weight in own.items() if weight != 1.0))
