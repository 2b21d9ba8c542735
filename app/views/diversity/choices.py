"""What the Diversity page is asked for: models, the order of their spaces, lists beside them, and whether
over an edition or for one query."""

from dataclasses import dataclass
from typing import NamedTuple

import streamlit as st

from app import resources, state
from app.components import heading, note
from app.diversity.comparison import EXTRA_LISTS, ORDERS, Over, over_query, over_topics
from app.resources import reproduced
from app.views.head import HeadPlaces
from app.views.topic_picker import draw_topic_picker, find_topic, picked_topic_id
from app.words import shortened
from lpd.editions import Edition
from lpd.trec import Topic
from lpd.workspace import Workspace

__all__ = ["EDITION", "LINKED", "QUERY", "Choice", "OfferedModels", "Scene", "draw_choices", "offered_models"]

EDITION, QUERY = "edition mean", "one query"

LINKED = ("models", "over", "q", "space_order", "post", "pair_model", "pair_a", "pair_b", "pair_topic")
"""The parameters of the page, beside those of the sidebar."""

DEFAULT_MODELS = 3
SUB_LENGTH = 90


class OfferedModels(NamedTuple):
    """Models with an index of the collection, and reproduced ones: name of the family -> seed -> model."""

    ready: list[str]
    families: dict[str, dict[int, str]]


@dataclass(frozen=True)
class Choice:
    """What is asked for.

    Args:
        models: names of models and families, in the order shown.
        over: topics or the query; None while there is no query.
        extra: lists beside the spaces.
        order: of the spaces.
    """

    models: tuple[str, ...]
    over: Over | None
    extra: tuple[str, ...]
    order: str


@dataclass(frozen=True)
class Scene:
    """What the parts of the page are drawn from: the workspace, the sidebar's choices, the page's own, and
    what these are over."""

    workspace: Workspace
    selection: state.Selection
    choice: Choice
    over: Over

    @property
    def k(self) -> int:
        """The cut-off."""
        return self.selection.k


def offered_models(workspace: Workspace, selection: state.Selection) -> OfferedModels:
    """Returns what can stand side by side."""
    trained = workspace.searchable_models()
    ready = [name for name in trained if selection.collection in workspace.index_names(name)]
    families = {}
    if selection.edition is not None:
        families = reproduced.offered_families(workspace, selection.edition)
    return OfferedModels(ready, families)


def draw_choices(
    places: HeadPlaces, workspace: Workspace, *, selection: state.Selection, offered: OfferedModels
) -> Choice:
    """Draws title and choices.

    Args:
        places: of the head; its actions are left to the page.
        workspace: of the edition.
        selection: the sidebar's choices.
        offered: at least one model.
    """
    edition = workspace.edition(selection.edition) if selection.edition else None
    with places.controls:
        asked = _choose_over(edition)
        models = _choose_models(offered, selection)
        order, extra = _choose_lists()
    query = _ask(edition) if asked == QUERY else ""
    over = _over(workspace, selection, edition=edition, query=query if asked == QUERY else None)
    with places.left:
        told = over.words if over is not None else "one query"
        if query:
            told = f"“{shortened(query, SUB_LENGTH)}”" + ("" if told == "one query" else f", {told}")
        heading(
            f"Inter-space IoU@{selection.k}", f"{told} · one colour scale · click a cell to see both lists"
        )
    return Choice(models, over, extra, order)


def _choose_over(edition: Edition | None) -> str:
    options = [EDITION, QUERY] if edition else [QUERY]
    state.settle("over", options)
    over = st.segmented_control(
        "Over",
        options,
        default=options[0],
        required=True,
        label_visibility="collapsed",
        **state.bound("over"),
    )
    return str(over or options[0])


def _choose_models(offered: OfferedModels, selection: state.Selection) -> tuple[str, ...]:
    options = [*offered.ready, *offered.families]
    state.settle("models", options)
    default = _default_models(offered, selection.model)
    picked = state.value("models") or default
    with st.popover(f"Models · {len(picked)}"):
        models = st.multiselect(
            "Models shown side by side", options, default=default, **state.bound("models")
        )
        if offered.families:
            note("rep-…: a reproduced model with all its seeds, as mean and spread.", "small")
    return tuple(models or default)


def _default_models(offered: OfferedModels, chosen: str | None) -> list[str]:
    """The first models, the one of the sidebar last; reproduced ones where there are no others."""
    if not offered.ready:
        return list(offered.families)[:DEFAULT_MODELS]
    if chosen not in offered.ready:
        return offered.ready[:DEFAULT_MODELS]
    others = [name for name in offered.ready if name != chosen]
    return [*others[: DEFAULT_MODELS - 1], str(chosen)]


def _choose_lists() -> tuple[str, tuple[str, ...]]:
    """Order of the spaces, and lists beside them."""
    state.settle("space_order", ORDERS)
    state.settle("post", EXTRA_LISTS)
    with st.popover("Order, lists"):
        order = st.segmented_control(
            "Order of the spaces", ORDERS, default=ORDERS[0], required=True, **state.bound("space_order")
        )
        note("cluster: like spaces side by side (average linkage on 1 − IoU), one order for all.", "small")
        extra = st.multiselect("Lists beside the spaces", EXTRA_LISTS, default=[], **state.bound("post"))
        note(
            "fused: as searched. mmr@λ and xquad@λ: its first 100 shots re-ranked afterwards; "
            "the order of relevance is at λ 1 for MMR and at 0 for xQuAD.",
            "small",
        )
    return str(order or ORDERS[0]), tuple(extra)


def _ask(edition: Edition | None) -> str:
    """The query box, and the topics that fill it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="diversity_box"):
        query = st.text_input(
            "Query",
            placeholder="The query whose lists are compared, then Enter",
            label_visibility="collapsed",
            **state.bound("q"),
        )
        query = (query or "").strip()
        if edition is not None and edition.topics:
            topic = find_topic(query, edition.topics, picked_topic_id())
            draw_topic_picker(edition.topics, topic, on_take=_take_topic, width=300)
    return query


def _take_topic(topic: Topic | None) -> None:
    state.fill("q", topic.text if topic else "")
    state.close_shot()


def _over(
    workspace: Workspace, selection: state.Selection, *, edition: Edition | None, query: str | None
) -> Over | None:
    """The edition, or the query with the judgements of the topic that it is; None for an empty query."""
    qrels = None
    if edition is not None and selection.qrels is not None:
        qrels = resources.qrels(workspace, edition.name, selection.qrels)
    if query is None and edition is not None:
        return over_topics(edition, qrels_name=selection.qrels, qrels=qrels)
    if not query:
        return None
    searched = (selection.collection, selection.subset)
    return over_query(query, edition, searched=searched, qrels_name=selection.qrels, qrels=qrels)
