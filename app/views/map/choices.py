"""What the Map page is asked for: spaces, method, what the colours say, the query, and a shot to look for."""

from dataclasses import dataclass

import streamlit as st

from app import resources, state
from app.components import note
from app.lanes import Judged
from app.map.colouring import CLUSTER, COLOURINGS, JUDGEMENT, SCORE, VIDEO
from app.map.colours import DARK_MAP, LIGHT_MAP, MapColours
from app.map.lasso import Lasso, read_lasso
from app.resources.maps import numbered_videos
from app.views.head import HeadPlaces
from app.views.topic_picker import draw_topic_picker, find_topic, picked_topic_id
from lpd.cards import ModelCard
from lpd.editions import Edition
from lpd.maps import FUSED, METHODS
from lpd.services.map_spaces import map_spaces, why_no_fused_map
from lpd.trec import Topic
from lpd.workspace import Workspace

__all__ = ["LINKED", "MOST_PLANES", "MapChoice", "MapScene", "draw_choices", "draw_inputs"]

LINKED = ("planes", "method", "colour", "q", "videos", "lasso", "sheet", "at")
"""The parameters of the page, beside those of the sidebar."""

MOST_PLANES = 2
SHOWN_VIDEOS = 6
OFFERED_VIDEOS = 300
"""Of a collection of very many videos those with the most shots are offered; others come by the address."""


@dataclass(frozen=True)
class MapChoice:
    """What is asked for.

    Args:
        spaces: one or two names of spaces, or `fused`.
        method: of the maps.
        colour: what the colours say, one of COLOURINGS.
        query: the text, empty for none.
        topic: whose text it is; None for a free query.
        videos: those with a colour of their own.
        lasso: that takes shots; None without.
        found: row of the shot that was looked for; None without.
    """

    spaces: tuple[str, ...]
    method: str
    colour: str
    query: str = ""
    topic: Topic | None = None
    videos: tuple[str, ...] = ()
    lasso: Lasso | None = None
    found: int | None = None


@dataclass(frozen=True)
class MapScene:
    """What the parts of the page are drawn from; `searchable` says whether the model has an index."""

    workspace: Workspace
    selection: state.Selection
    card: ModelCard
    choice: MapChoice
    searchable: bool

    @property
    def asked(self) -> resources.Asked:
        """The query as a search, over all shots: a map has all of them."""
        selection = self.selection
        return resources.Asked(self.card.name, selection.collection, self.choice.query, selection.subset)

    @property
    def judged(self) -> Judged | None:
        """The judgements of the topic that the query is; None where there are none."""
        selection, topic = self.selection, self.choice.topic
        if topic is None or selection.edition is None or selection.qrels is None:
            return None
        qrels = resources.qrels(self.workspace, selection.edition, selection.qrels)
        known = topic.topic_id in qrels.topic_ids
        return Judged(qrels.judgements(topic.topic_id), {}) if known else None

    @property
    def colour(self) -> str:
        """What the colours say: clusters, where what was asked for is not known."""
        asked = self.choice.colour
        if asked == SCORE and not (self.choice.query and self.searchable):
            return CLUSTER
        return CLUSTER if asked == JUDGEMENT and self.judged is None else asked

    @property
    def colours(self) -> MapColours:
        """Those of the theme."""
        return DARK_MAP if state.is_dark() else LIGHT_MAP


def draw_choices(places: HeadPlaces, card: ModelCard) -> MapChoice:
    """Draws the controls of the head: spaces, method and colours."""
    offered = map_spaces(card)
    with places.controls:
        spaces = _choose_spaces(card, offered)
        state.settle("method", METHODS)
        method = st.segmented_control(
            "Method",
            METHODS,
            default=METHODS[0],
            required=True,
            label_visibility="collapsed",
            **state.bound("method"),
        )
        state.settle("colour", COLOURINGS)
        colour = st.segmented_control(
            "Colours by",
            COLOURINGS,
            default=CLUSTER,
            required=True,
            label_visibility="collapsed",
            **state.bound("colour"),
        )
    lasso = read_lasso(state.value("lasso"))
    return MapChoice(
        spaces,
        str(method or METHODS[0]),
        str(colour or CLUSTER),
        lasso=lasso if lasso is not None and lasso.plot in spaces else None,
    )


def _choose_spaces(card: ModelCard, offered: list[str]) -> tuple[str, ...]:
    state.settle("planes", offered)
    labels = {FUSED: "Fused"} | {space.name: space.name for space in card.spaces}
    default = offered[:1]
    picked = (state.value("planes") or tuple(default))[:MOST_PLANES]
    with st.popover(f"Spaces · {len(picked)}"):
        chosen = st.multiselect(
            "Spaces, one or two side by side",
            offered,
            default=default,
            max_selections=MOST_PLANES,
            **state.bound("planes"),
        )
        note("A lasso in one takes the same shots in the other.", "small")
        if FUSED not in offered:
            note(f"There is no map of the fusion: {why_no_fused_map(card)}.", "small")
    known = tuple(one for one in chosen if one in labels)
    return known or tuple(default)


def draw_inputs(scene: MapScene, edition: Edition | None) -> MapChoice:
    """Draws the row under the head: the query with its topics, videos, and the shot that is looked for."""
    choice = scene.choice
    query, topic = "", None
    videos: tuple[str, ...] = ()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="map_box"):
        if choice.colour == VIDEO:
            videos = _choose_videos(scene)
        elif scene.searchable or choice.colour == JUDGEMENT:
            query, topic = _choose_query(edition)
        found = _look_for(scene)
    return MapChoice(choice.spaces, choice.method, choice.colour, query, topic, videos, choice.lasso, found)


def _choose_query(edition: Edition | None) -> tuple[str, Topic | None]:
    query = st.text_input(
        "Query",
        placeholder="A query: its place on the map and its score, then Enter",
        label_visibility="collapsed",
        **state.bound("q"),
    )
    query = (query or "").strip()
    if edition is None or not edition.topics:
        return query, None
    topic = find_topic(query, edition.topics, picked_topic_id())
    draw_topic_picker(edition.topics, topic, on_take=_take_topic, width=230)
    return query, topic


def _take_topic(topic: Topic | None) -> None:
    state.fill("q", topic.text if topic else "")
    state.close_shot()


def _choose_videos(scene: MapScene) -> tuple[str, ...]:
    videos = numbered_videos(scene.workspace, scene.selection.collection)
    state.settle("videos", videos.names)
    asked = state.value("videos")
    names = [*videos.names[:OFFERED_VIDEOS], *(one for one in asked if one in videos.names[OFFERED_VIDEOS:])]
    chosen = st.multiselect(
        "Videos with a colour of their own",
        names,
        default=videos.names[:SHOWN_VIDEOS],
        max_selections=len(scene.colours.classes),
        placeholder="Videos with a colour of their own",
        label_visibility="collapsed",
        **state.bound("videos"),
    )
    return tuple(chosen)


def _look_for(scene: MapScene) -> int | None:
    text = st.text_input(
        "Shot",
        placeholder="Find a shot by its id",
        label_visibility="collapsed",
        width=190,
        **state.bound("at"),
    )
    text = (text or "").strip()
    if not text:
        return None
    shots = resources.collection(scene.workspace, scene.selection.collection)
    known = shots.known_rows([text])
    if len(known):
        return int(known[0])
    near = next((row for row, shot in enumerate(shots.shot_ids) if text in shot), None)
    note(f"No shot has {text!r} in its id" if near is None else f"→ {shots.shot_ids[near]}", "small")
    return near
