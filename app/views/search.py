"""Search: one query, the fused list and the list of every common space, side by side."""

import time
from collections.abc import Sequence

import streamlit as st

from app import resources, state
from app.components import empty_state, grid_payload, note, shot_grid
from app.lanes import FUSED, Judged, lanes_of, space_bars
from app.media import media_prefix
from app.views.share import share_button
from app.views.shot import show_shot
from app.views.warming import await_indexes
from app.words import milliseconds
from lpd.search import SearchResult
from lpd.trec import Topic
from lpd.workspace import Workspace

__all__ = ["describe_words", "find_topic", "show", "timing_line"]

SUGGESTED_TOPICS = 6
ENGINE_TIMES = ("encode", "search")
"""The engine's own timings; what else a result holds are steps of its index."""


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    edition = workspace.edition(selection.edition) if selection.edition else None
    topics = edition.topics if edition else ()
    query, topic = _ask(topics, selection)
    if selection.model is None:
        empty_state(
            "No model yet", "A query is searched in the common spaces of a model. Train one:", "lpd train lpd"
        )
    elif not query:
        _suggest(topics)
    else:
        _show_lists(workspace, selection, query, topic)


def find_topic(query: str, topics: Sequence[Topic], preferred: str | None = None) -> Topic | None:
    """Returns the topic whose text is the query, blanks aside; the preferred one of several."""
    words = query.split()
    same = [topic for topic in topics if topic.text.split() == words]
    return next((topic for topic in same if topic.topic_id == preferred), same[0] if same else None)


def _ask(topics: Sequence[Topic], selection: state.Selection) -> tuple[str, Topic | None]:
    """Query box and topic picker; the picker fills the box and shows the topic whose text stands there."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        query = st.text_input(
            "Query",
            placeholder="Describe the shots you look for, then Enter",
            label_visibility="collapsed",
            **state.bound("q"),
        )
        query = (query or "").strip()
        topic = find_topic(query, topics, state.remembered("topic_picked", lambda: None))
        if topics:
            _pick_topic(topics, topic)
        share_button("", selection, names=("q",))
    return query, topic


def _pick_topic(topics: Sequence[Topic], topic: Topic | None) -> None:
    texts = {one.topic_id: one.text for one in topics}
    state.put("topic_picked", topic.topic_id if topic else None)
    st.selectbox(
        "Topic",
        list(texts),
        index=None,
        format_func=lambda one: f"{one}  {texts[one]}",
        placeholder="Take a topic",
        label_visibility="collapsed",
        width=300,
        key="topic_picked",
        on_change=_take_topic,
        args=(texts,),
    )


def _take_topic(texts: dict[str, str]) -> None:
    picked = state.remembered("topic_picked", lambda: None)
    state.fill("q", texts.get(picked, ""))
    state.close_shot()


def _suggest(topics: Sequence[Topic]) -> None:
    if not topics:
        empty_state("What are you looking for?", "Type what the shots should show and press Enter.")
        return
    empty_state(
        "What are you looking for?", "Type what the shots should show and press Enter, or begin with a topic:"
    )
    with st.container(horizontal_alignment="center", gap=None):
        for topic in topics[:SUGGESTED_TOPICS]:
            st.button(
                topic.text,
                key=f"suggested_{topic.topic_id}",
                type="tertiary",
                on_click=state.fill,
                args=("q", topic.text),
            )


def _show_lists(workspace: Workspace, selection: state.Selection, query: str, topic: Topic | None) -> None:
    assert selection.model is not None, "asked for before"
    await_indexes(workspace, [selection.model], selection.collection)
    engine = resources.engine(workspace, selection.model, selection.collection)
    asked = resources.Asked(selection.model, selection.collection, query, selection.subset)
    result = resources.search(workspace, asked)
    started = time.perf_counter()
    judged = _judgements(workspace, selection, asked, topic)
    lanes = lanes_of(result, card=engine.card, collection=engine.collection, k=selection.k, judged=judged)
    payload = grid_payload(
        lanes,
        media=media_prefix(selection.workspace, selection.collection),
        spaces=space_bars(engine.card),
        marker=query,
    )
    fetch_ms = 1000 * (time.perf_counter() - started)
    note(
        describe_words(result.unknown_words, topic, judged, selection.edition),
        "warn" if result.unknown_words else "hint",
    )
    note(timing_line(result, fetch_ms), "small")
    if not len(result.lists[FUSED].rows):
        empty_state(
            "No shots",
            f"The subset {selection.subset} of {selection.collection} is empty; choose another one.",
        )
        return
    opened = state.shot()
    shot_grid(payload, key="search_grid", selected=opened, on_open=_open_shot)
    if opened is not None:
        show_shot(workspace, asked, media_prefix(selection.workspace, selection.collection), judged)


def _open_shot() -> None:
    state.open_shot("search_grid")


def describe_words(
    unknown: dict[str, list[str]], topic: Topic | None, judged: Judged | None, edition: str | None
) -> str:
    """Returns the line under the query box: which topic it is, how much is judged, words that no or few
    encoders know."""
    parts = []
    if topic is not None:
        parts.append(f"topic {topic.topic_id} of {edition}")
        parts.append(
            f"{_relevant(judged)} judged relevant"
            if judged is not None
            else "no judgements for the shots searched"
        )
    if not unknown:
        return " · ".join([*parts, "all words known"])
    by_word: dict[str, list[str]] = {}
    for feature, words in unknown.items():
        for word in words:
            by_word.setdefault(word, []).append(feature)
    listed = ", ".join(f"“{word}” ({', '.join(features)})" for word, features in by_word.items())
    return " · ".join([*parts, f"not known to the text encoders: {listed}"])


def _relevant(judged: Judged) -> int:
    return sum(relevance == 1 for relevance in judged.relevance.values())


def timing_line(result: SearchResult, fetch_ms: float) -> str:
    """Returns where the time went, over how many shots, and whether the lists are exact."""
    times = result.timings_ms
    steps = [f"{name} {milliseconds(time)}" for name, time in times.items() if name not in ENGINE_TIMES]
    within = f" ({', '.join(steps)})" if steps else ""
    return " · ".join(
        (
            f"encode {milliseconds(times['encode'])}",
            f"search {milliseconds(times['search'])}{within} over {result.shots_searched:,}",
            f"fetch {milliseconds(fetch_ms)}",
            result.exactness.words,
        )
    )


def _judgements(
    workspace: Workspace, selection: state.Selection, asked: resources.Asked, topic: Topic | None
) -> Judged | None:
    """The topic's judgements; infAP only where the lists come from the subset that was judged."""
    if topic is None or selection.edition is None or selection.qrels is None:
        return None
    qrels = resources.qrels(workspace, selection.edition, selection.qrels)
    if topic.topic_id not in qrels.topic_ids:
        return None
    inf_ap = {}
    if workspace.edition(selection.edition).subset == asked.subset:
        inf_ap = resources.query_inf_ap(
            workspace, asked, edition=selection.edition, qrels_name=selection.qrels, topic=topic.topic_id
        )
    return Judged(qrels.judgements(topic.topic_id), inf_ap)
