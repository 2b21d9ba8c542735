"""How the lists are shown: layout, which of them, near-duplicates in one tile, the best of each video."""

from dataclasses import replace

import streamlit as st

from app.components import note
from app.lanes import FUSED
from app.search.request import ALL_SPACES, LAYOUTS, Fold, SearchRequest
from app.views.search.address import held
from app.views.search.filters import compared_labels
from app.views.search.scene import Scene

__all__ = ["draw_view"]

FOLD_FROM = 0.95
LEAST_FOLD = 0.5
SHOWN = {"lanes": "Lists shown, all if none is chosen", "grid": "List shown", "two": "Two lists shown"}
LISTS = {"lanes": None, "grid": 1, "two": 2}
"""Layout -> how many lists it shows at most."""


def draw_view(scene: Scene) -> None:
    """Draws the button and, behind it, the choices."""
    with st.popover("View", key="view"):
        _draw_layout(scene)
        _draw_lists(scene)
        _draw_spaces(scene)
        _draw_fold(scene)
        st.toggle(
            "Best shot of each video",
            help="The other shots of a video are folded into its best: post-processing",
            **held("best", scene.request.best_per_video, card=scene.card, take=_take_best),
        )


def _draw_layout(scene: Scene) -> None:
    st.segmented_control(
        "Layout",
        list(LAYOUTS),
        format_func=LAYOUTS.__getitem__,
        required=True,
        **held("layout", scene.request.layout, card=scene.card, take=_take_layout),
    )


def _take_layout(request: SearchRequest, layout: str | None) -> SearchRequest:
    return replace(request, layout=layout or "lanes", lanes=())


def _list_labels(scene: Scene) -> dict[str, str]:
    return {FUSED: "Fused"} | {space.name: space.label for space in scene.card.spaces}


def _draw_lists(scene: Scene) -> None:
    request, labels = scene.request, _list_labels(scene)
    asked = request.searched_spaces
    names = tuple(name for name in labels if asked is None or name == FUSED or name in asked)
    shown = list(request.lanes if request.layout == "lanes" else request.shown_lists(names))
    st.multiselect(
        SHOWN[request.layout],
        names,
        format_func=labels.__getitem__,
        max_selections=LISTS[request.layout],
        placeholder="all",
        **held("lanes", [name for name in shown if name in names], card=scene.card, take=_take_lists),
    )


def _take_lists(request: SearchRequest, names: list[str]) -> SearchRequest:
    return replace(request, lanes=tuple(names))


def _draw_spaces(scene: Scene) -> None:
    labels = _list_labels(scene)
    spaces = [space.name for space in scene.card.spaces]
    if len(spaces) < 2:
        return
    st.pills(
        "Spaces searched",
        spaces,
        selection_mode="multi",
        format_func=labels.__getitem__,
        help="Only these have lists, and the fused score is made of them alone; none chosen: all",
        **held("spaces", list(scene.request.spaces), card=scene.card, take=_take_spaces),
    )


def _take_spaces(request: SearchRequest, names: list[str]) -> SearchRequest:
    return replace(request, spaces=tuple(names), lanes=())


def _draw_fold(scene: Scene) -> None:
    fold, card = scene.request.fold, scene.card
    st.toggle(
        "Fold near-duplicates into one tile",
        **held("fold", fold is not None, card=card, take=_take_folding),
    )
    if fold is None:
        return
    labels = compared_labels(scene, fold.by)
    with st.container(horizontal=True, gap="small"):
        st.selectbox(
            "Shots are compared by",
            list(labels),
            format_func=labels.__getitem__,
            **held("fold_by", fold.by, card=card, take=_take_fold_by),
        )
        st.slider(
            "Alike from cosine",
            min(LEAST_FOLD, fold.threshold),
            1.0,
            step=0.01,
            **held("fold_from", fold.threshold, card=card, take=_take_fold_from),
        )
    note("The best of a group stays; +n on its tile shows the others.", "small")


def _take_folding(request: SearchRequest, folds: bool) -> SearchRequest:
    return replace(request, fold=Fold(ALL_SPACES, FOLD_FROM) if folds else None)


def _take_fold_by(request: SearchRequest, by: str) -> SearchRequest:
    return replace(request, fold=Fold(by, request.fold.threshold)) if request.fold else request


def _take_fold_from(request: SearchRequest, threshold: float) -> SearchRequest:
    return replace(request, fold=Fold(request.fold.by, round(threshold, 3))) if request.fold else request


def _take_best(request: SearchRequest, best: bool) -> SearchRequest:
    return replace(request, best_per_video=best)
