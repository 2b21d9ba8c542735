"""The page while nothing is asked: topics, queries asked before and pictures to begin with."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from app import state
from app.components import Lane, Tile, empty_state, grid_payload, note, shot_grid
from app.lanes import picture_finder
from app.media import media_prefix
from app.views.search.address import change
from app.views.search.history import asked_lately, draw_queries
from app.views.search.marks import wanted_like
from app.views.search.scene import Scene
from app.words import plain, shortened
from lpd.cards import ModelCard
from lpd.trec import Topic

__all__ = ["invite", "offer_topics"]

SUGGESTED_TOPICS = 8
SHOWN_SHOTS = 16
BUTTON_LENGTH = 60
GRID = "first_shots"


def invite(scene: Scene, topics: Sequence[Topic]) -> None:
    """Draws what to do, and what one can begin with."""
    can = "Type what the shots should show and press Enter."
    if not scene.card.has_weights:
        can = "Take a topic, or search with a shot."
    empty_state("What are you looking for?", can)
    lately = asked_lately(scene.workspace)
    with st.container(horizontal=True, horizontal_alignment="center", gap="medium", key="invitation"):
        if topics and scene.edition is not None:
            with st.container(width=420, gap=None):
                note(f"Begin with a topic of {scene.edition.name}", "title")
                offer_topics(topics, scene.card)
        if lately:
            with st.container(width=420, gap=None):
                draw_queries("first", "Asked before", lately, scene.card)
    _draw_shots(scene)


def offer_topics(topics: Sequence[Topic], card: ModelCard | None) -> None:
    """Draws the first topics as buttons."""
    with st.container(gap=None, key="offered_topics"):
        for topic in topics[:SUGGESTED_TOPICS]:
            st.button(
                plain(shortened(topic.text, BUTTON_LENGTH)),
                key=f"suggested_{topic.topic_id}",
                type="tertiary",
                on_click=_suggested,
                args=(topic, card),
            )


def _suggested(topic: Topic, card: ModelCard | None) -> None:
    state.write("topic", topic.topic_id)
    change(card, lambda request: request.for_need(topic.text))


def _draw_shots(scene: Scene) -> None:
    """Shots from all over the collection; a click searches for more like one."""
    tiles = _spread_tiles(scene)
    if not tiles:
        return
    lane = Lane("first", "Or with a shot", "plain", ("a click finds more like it",), tiles)
    media = media_prefix(scene.selection.workspace, scene.selection.collection)
    payload = grid_payload([lane], media=media, layout="grid")
    asks = partial(wanted_like, GRID, scene, event="open")
    with st.container(key="first_place"):
        shot_grid(payload, key=GRID, selected=None, on_open=asks)


def _spread_tiles(scene: Scene) -> tuple[Tile, ...]:
    """Shots with a picture, evenly over those that are searched; none where pictures are absent."""
    collection = scene.collection
    rows = collection.subset_rows(scene.selection.subset)
    rows = rows[collection.shots["thumbnail"].notna().to_numpy()[rows]]
    chosen = np.unique(np.linspace(0, len(rows) - 1, SHOWN_SHOTS).round().astype(int)) if len(rows) else []
    find, ids = picture_finder(collection), collection.shot_ids
    return tuple(
        Tile(ids[row], 0, None, thumbnail=find(row, "thumbnail"), preview=find(row, "preview"))
        for row in (int(rows[place]) for place in chosen)
    )
