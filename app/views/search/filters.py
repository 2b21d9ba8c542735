"""Which shots are returned, and how lists are re-ranked after the search."""

from dataclasses import replace

import streamlit as st

from app.components import note
from app.resources import search_forms
from app.search.request import ALL_SPACES, HIDDEN, Rerank, SearchRequest
from app.search.request_words import rerank_words
from app.views.search.address import held
from app.views.search.scene import Scene, seen_shots
from lpd.services.live_reranking import LIVE_METHODS
from lpd.words import counted

__all__ = ["compared_labels", "draw_filters", "draw_rerank"]

OFFERED_VIDEOS = 500
"""A collection of more videos has its ids typed: the page would send all of them to the browser."""

LAMBDAS = {"mmr": 0.7, "xquad": 0.5}


def draw_filters(scene: Scene) -> None:
    """Draws the button and, behind it, the filters; all of them act inside the search."""
    request = scene.request
    count = sum((bool(request.videos), request.from_s is not None or request.to_s is not None))
    count += len(request.hide) + (request.minimum is not None)
    with st.popover(f"Filters · {count}" if count else "Filters", key="filters"):
        _draw_videos(scene)
        _draw_times(scene)
        st.number_input(
            "Score at least",
            value=None,
            step=0.01,
            format="%.3f",
            placeholder="any",
            help="A similarity in the list of a space, the fused score in the fused list",
            **held("min", request.minimum, card=scene.card, take=_take_minimum),
        )
        _draw_hidden(scene)


def _draw_videos(scene: Scene) -> None:
    videos = search_forms.video_ids(scene.workspace, scene.selection.collection)
    many = len(videos) > OFFERED_VIDEOS
    options = sorted({*(() if many else videos), *scene.request.videos})
    st.multiselect(
        "Videos",
        options,
        accept_new_options=True,
        placeholder="all; type an id" if many else "all",
        **held("videos", list(scene.request.videos), card=scene.card, take=_take_videos),
    )


def _take_videos(request: SearchRequest, videos: list[str]) -> SearchRequest:
    return replace(request, videos=tuple(videos))


def _draw_times(scene: Scene) -> None:
    request, card = scene.request, scene.card
    with st.container(horizontal=True, gap="small"):
        st.number_input(
            "Begins from second",
            min_value=0.0,
            value=None,
            placeholder="any",
            **held("from", request.from_s, card=card, take=_take_from),
        )
        st.number_input(
            "to second",
            min_value=0.0,
            value=None,
            placeholder="any",
            **held("to", request.to_s, card=card, take=_take_to),
        )
    if request.from_s is None and request.to_s is None:
        return
    untimed = search_forms.shot_masks(scene.workspace, scene.selection.collection).untimed
    if untimed:
        note(f"{counted(untimed, 'shot')} without a time are not returned.", "small")


def _take_from(request: SearchRequest, from_s: float | None) -> SearchRequest:
    return replace(request, from_s=from_s)


def _take_to(request: SearchRequest, to_s: float | None) -> SearchRequest:
    return replace(request, to_s=to_s)


def _take_minimum(request: SearchRequest, minimum: float | None) -> SearchRequest:
    return replace(request, minimum=minimum)


def _draw_hidden(scene: Scene) -> None:
    st.pills(
        "Hide",
        list(HIDDEN),
        selection_mode="multi",
        format_func=HIDDEN.__getitem__,
        **held("hide", list(scene.request.hide), card=scene.card, take=_take_hide),
    )
    seen = len(seen_shots(scene.selection))
    note(f"Seen is what was opened, or called seen under the lists: {seen:,} so far.", "small")


def _take_hide(request: SearchRequest, kinds: list[str]) -> SearchRequest:
    return replace(request, hide=tuple(kind for kind in HIDDEN if kind in kinds))


# --- re-ranking ---------------------------------------------------------------------------------------------


def draw_rerank(scene: Scene) -> None:
    """Draws the button, which says how the lists are re-ranked, and behind it the choice."""
    request, card = scene.request, scene.card
    method = request.rerank.method if request.rerank else "none"
    with st.popover(f"Re-rank: {rerank_words(request)}", key="rerank_popover"):
        st.segmented_control(
            "After the search",
            list(LIVE_METHODS),
            format_func=LIVE_METHODS.__getitem__,
            required=True,
            **held("rerank", method, card=card, take=_take_method),
        )
        if request.rerank is not None:
            _draw_trade_off(scene, request.rerank)
        note("Re-ranked lists are post-processing, and say so wherever they go.", "small")


def _draw_trade_off(scene: Scene, rerank: Rerank) -> None:
    hints = {
        "mmr": "1 is the order of the search, 0 looks at differences alone",
        "xquad": "0 is the order of the search, 1 looks at the spaces not yet served alone",
    }
    st.slider(
        "Lambda",
        0.0,
        1.0,
        step=0.05,
        help=hints[rerank.method],
        **held("lambda", rerank.trade_off, card=scene.card, take=_take_lambda),
    )
    if rerank.method == "mmr":
        labels = compared_labels(scene, rerank.by)
        st.selectbox(
            "Shots are compared by",
            list(labels),
            format_func=labels.__getitem__,
            **held("rerank_by", rerank.by, card=scene.card, take=_take_rerank_by),
        )


def compared_labels(scene: Scene, chosen: str | None) -> dict[str, str]:
    """Returns what shots can be compared by, and the words for it: all spaces, one, or a video feature."""
    labels = {ALL_SPACES: f"all {len(scene.card.spaces)} spaces"}
    labels |= {space.name: f"space {space.label}" for space in scene.card.spaces}
    features = scene.workspace.feature_names(scene.selection.collection)
    labels |= {name: f"video feature {name}" for name in features if name not in labels}
    # what an address asks for and is not here is told by the search itself
    return labels if chosen is None or chosen in labels else {**labels, chosen: chosen}


def _take_method(request: SearchRequest, method: str | None) -> SearchRequest:
    if method is None or method == "none":
        return replace(request, rerank=None)
    by = request.rerank.by if request.rerank else ALL_SPACES
    return replace(request, rerank=Rerank(method, LAMBDAS[method], by))


def _take_lambda(request: SearchRequest, trade_off: float) -> SearchRequest:
    if request.rerank is None:
        return request
    return replace(request, rerank=request.rerank._replace(trade_off=round(trade_off, 2)))


def _take_rerank_by(request: SearchRequest, by: str) -> SearchRequest:
    return request if request.rerank is None else replace(request, rerank=request.rerank._replace(by=by))
