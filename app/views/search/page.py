"""Search: one query, the fused list and the list of every common space, side by side."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import resources, state
from app.components import empty_state, note
from app.lanes import Judged
from app.search.known_words import unknown_sentence
from app.search.request import SearchRequest
from app.search.request_words import asked_parts
from app.views.head import HeadPlaces, fill_actions
from app.views.search.address import asked_now, change
from app.views.search.answer import draw_answer, find_answer, judged_answer
from app.views.search.box import draw_box, topic_words
from app.views.search.edition import draw_edition_weights
from app.views.search.files import Answer, answer_exports, answer_facts
from app.views.search.filters import draw_filters, draw_rerank
from app.views.search.first import invite, offer_topics
from app.views.search.history import draw_history, note_query
from app.views.search.marks import draw_feedback_line
from app.views.search.refine import draw_refine
from app.views.search.scene import Scene, make_scene
from app.views.search.vectors_only import offer_searchable_topics, tell_what_is_searchable
from app.views.search.view import draw_view
from app.views.search.weights import draw_weights
from app.words import plain, shortened
from lpd.cards import ModelCard
from lpd.errors import LpdError

__all__ = ["show"]

PART_LENGTH = 48
STYLE = Path(__file__).with_name("search.css")


def show(selection: state.Selection) -> None:
    """Draws the page."""
    st.html(STYLE)
    workspace = resources.named_workspace(selection.workspace)
    edition = workspace.edition(selection.edition) if selection.edition else None
    card = workspace.model_card(selection.model) if selection.model else None
    topics = edition.topics if edition else ()
    asked = asked_now(card)
    box = draw_box(topics, card)
    places = _places(box.actions)
    for sentence in asked.notices:
        note(sentence, "warn")
    if card is None:
        fill_actions(places)
        sentence = "A query is searched in the common spaces of a model. Train one:"
        empty_state("No model yet", sentence, "lpd train lpd")
        return
    request = replace(asked.request, query=box.query)
    scene = make_scene(workspace, selection, edition=edition, card=card, request=request, topic=box.topic)
    with places.controls:
        history = st.container(width="content", key="past_queries")
    answered = False
    try:  # the lists first: nobody waits for a closed menu
        if request.is_empty:
            fill_actions(places)
            tell_what_is_searchable(workspace, card, edition)
            invite(scene, topics)
        else:
            answered = _answer(scene, places)
    finally:  # also where the index is still read, which ends the run
        weighing = _draw_controls(scene, places)
        with history:
            draw_history(workspace, selection.collection, card)
    if answered and weighing is not None:
        with weighing:
            draw_edition_weights(scene)


def _places(actions: DeltaGenerator) -> HeadPlaces:
    """Returns the row under the box: what the query is at the left, the popovers at the right."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search_head"):
        left = st.container(key="head_left", gap=None)
        controls = st.container(horizontal=True, width="content", gap="xsmall", key="head_controls")
    return HeadPlaces(left, controls, actions)


def _draw_controls(scene: Scene, places: HeadPlaces) -> DeltaGenerator | None:
    """Draws the popovers; returns where to put what editions make of the weights."""
    with places.controls:
        draw_refine(scene)
        weighing = draw_weights(scene)
        draw_filters(scene)
        draw_rerank(scene)
        draw_view(scene)
    return weighing


def _answer(scene: Scene, places: HeadPlaces) -> bool:
    """Answers the query and returns whether that could be done; what prevents it is told."""
    _draw_parts(scene.request, scene.card)
    try:
        answer = find_answer(scene)
    except LpdError as error:
        fill_actions(places)
        st.error(plain(str(error)))
        _offer_what_works(scene)
        return False
    judged = judged_answer(answer)
    with places.left:
        _draw_words(answer, judged)
    _draw_warnings(answer)
    draw_feedback_line(scene)
    draw_answer(answer, judged)
    note_query(scene.workspace, scene.request)
    fill_actions(places, pin=answer_facts(answer, state.shot()), exports=answer_exports(answer))
    return True


def _draw_words(answer: Answer, judged: Judged | None) -> None:
    """One line: the topic, and over how many shots the answer is."""
    scene, result = answer.scene, answer.found.result
    parts = topic_words(scene.topic, judged, scene.selection.edition)
    if scene.request.form.texts and not scene.card.has_weights:
        parts.append("by the topic's vectors")
    elif scene.request.form.texts and not _unknown(answer):
        parts.append("all words known")
    parts += [f"{result.shots_searched:,} shots searched", result.exactness.words]
    note(" · ".join(parts))


def _draw_warnings(answer: Answer) -> None:
    """Words that encoders do not know, and what was done to the lists after the search."""
    if _unknown(answer):
        note(_unknown(answer), "warn")
    done = answer.shown[answer.names[0]].labels
    if done:
        note(" · ".join(done), "small")


def _unknown(answer: Answer) -> str:
    texts, unknown = answer.scene.request.form.texts, answer.found.result.unknown_words
    return unknown_sentence(texts, unknown, list(answer.scene.card.text_features))


def _draw_parts(request: SearchRequest, card: ModelCard) -> None:
    """What is asked beyond the text: a click takes a part away."""
    parts = asked_parts(request, {space.name: space.label for space in card.spaces})
    if not parts:
        return
    with st.container(horizontal=True, gap="xsmall", key="asked_parts"):
        for number, part in enumerate(parts):
            st.button(
                f"{plain(shortened(part.words, PART_LENGTH))} ✕",
                key=f"part_{number}",
                help=plain(f"Take away: {shortened(part.words)}"),
                on_click=change,
                args=(card, partial(_replaced, by=part.without)),
            )


def _replaced(request: SearchRequest, by: SearchRequest) -> SearchRequest:
    return by


def _offer_what_works(scene: Scene) -> None:
    """Where an encoder is absent, topics whose text features were computed can still be searched; where all
    weights are, topics that have vectors.
    """
    if not scene.card.has_weights:
        offer_searchable_topics(scene.workspace, scene.card, scene.edition)
        return
    try:
        engine = resources.engine(scene.workspace, scene.card.name, scene.selection.collection)
    except LpdError:  # told already
        return
    missing = engine.encoder.missing_encoders
    if missing and scene.edition is not None:
        encoders = ", ".join(missing)
        note(f"Without the text encoder {encoders}, topics with computed text features still work:", "hint")
        offer_topics(scene.edition.topics, scene.card)
