"""One topic under the glass: what every list found and missed, what the spaces did, how often its words were
met in training."""

import streamlit as st

from app import resources, state
from app.components import empty_state, grid_payload, note, shot_grid
from app.lanes import Judged
from app.media import media_prefix
from app.parameters import link
from app.resources import topics as measured
from app.topics.case import case_bars, case_lanes, published_words, value_words
from app.topics.choices import RUNS, SPACES
from app.topics.gathering import TopicsPage
from app.topics.lists import space_lists
from app.views.exporting import ExportItem
from app.views.search.shot import show_shot
from app.views.topics.cards import CaseLists, OpenedTopic, draw_lists, draw_words, opened_topic
from app.views.topics.controls import pick_case
from app.views.topics.exports import case_exports
from app.views.warming import await_indexes
from lpd.evaluation import measure_label
from lpd.services.case_study import case_study
from lpd.trec import JudgedTopic
from lpd.words import counted

__all__ = ["show_case"]

GRID = "topics_case_grid"


def show_case(page: TopicsPage, topic_id: str) -> list[ExportItem]:
    """Draws the case study of a topic; returns what it can be taken away as.

    Args:
        page: the table it was opened from.
        topic_id: one of its topics.
    """
    opened = opened_topic(page, topic_id)
    _draw_ways(opened)
    _draw_facts(opened)
    lists = _lists_shown(opened)
    if lists.case is None:
        empty_state("No list of this topic", "None of the columns shown has it; choose others behind View.")
        return []
    with st.container(key="case_cards"):
        left, right = st.columns(2, gap="small")
    with left, st.container(border=True, key="card_case_lists"):
        draw_lists("What each list found", lists, key="case_lists")
    shorter = right
    if page.asked.kind == RUNS:
        with right, st.container(border=True, key="card_case_spaces"):
            spaces = _draw_spaces(opened)
        shorter = left if len(lists.values) <= spaces else right
    with shorter, st.container(border=True, key="card_case_words"):
        draw_words(opened)
    _draw_lanes(opened, lists)
    return case_exports(page, lists.case)


def _draw_ways(opened: OpenedTopic) -> None:
    """Back to the table, to its next topics as they are sorted, and to the search for this one."""
    page = opened.page
    ids = [page.shown.table.topic_ids[row] for row in page.rows]
    at = ids.index(opened.topic.topic_id)
    before, after = ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
    texts = dict(zip(page.shown.table.topic_ids, page.shown.table.texts, strict=True))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="case_ways"):
        st.button("← All topics", key="case_back", on_click=_go, args=(None,))
        for words, other in (("Previous", before), ("Next", after)):
            key = f"case_{words.lower()}"
            st.button(words, key=key, disabled=other is None, on_click=_go, args=(other,))
        if opened.topic.text:
            parameters = {**page.selection.parameters(), "q": opened.topic.text}
            st.link_button("Search it", link("", parameters))
        pick_case({one: texts[one] for one in ids}, opened.topic.topic_id)


def _go(topic_id: str | None) -> None:
    state.close_shot()
    state.write("case", topic_id)


def _draw_facts(opened: OpenedTopic) -> None:
    """Its difficulty, and how many shots are relevant and judged."""
    shown, topic_id = opened.page.shown, opened.topic.topic_id
    judged, relevance = opened.judged, opened.judged.relevance
    parts = [shown.group_of(topic_id), f"{counted(int((relevance > 0).sum()), 'shot')} judged relevant"]
    if not shown.table.complete:
        parts.append(f"about {shown.table.relevant[opened.row]:,.0f} estimated to be")
    parts.append(f"{int((relevance >= 0).sum()):,} of {len(judged.shot_ids):,} shots in the pool judged")
    note(" · ".join(part for part in parts if part))
    published = shown.beside.runs
    if published is not None:
        note(published_words(published, topic_id), "small")


def _lists_shown(opened: OpenedTopic) -> CaseLists:
    """The columns that are lists; the best space is none. Nothing is studied where none has the topic."""
    page, topic_id = opened.page, opened.topic.topic_id
    table, kept = page.shown.table, measured.list_runs(page.workspace, page.asked)
    runs = {name: kept[name] for name in table.columns if name in kept}
    having = [name for name, run in runs.items() if topic_id in run.topics]
    values = {name: float(table.of(name)[opened.row]) for name in having}
    facts = {one.name: one for one in page.shown.lists}
    lists = CaseLists(runs, facts, values, page.asked.measure)
    return _studied(opened, lists) if having else lists


def _studied(opened: OpenedTopic, lists: CaseLists) -> CaseLists:
    k = opened.page.selection.k
    return lists._replace(case=case_study(lists.runs, opened.topic, judged=opened.judged, k=k))


def _draw_spaces(opened: OpenedTopic) -> int:
    """What the spaces of the sidebar's model did, beside the runs; returns how many lists these are."""
    page, model = opened.page, opened.page.selection.model
    if model is None or not opened.has_index:
        note("What the spaces did", "title")
        note("It takes a model with an index of this collection; choose one in the sidebar.")
        return 0
    edition = page.shown.edition
    await_indexes(page.workspace, [model], edition.collection)
    facts = {one.name: one for one in space_lists(page.workspace.model_card(model))}
    runs = resources.edition_lists(page.workspace, model, edition.name)
    table = measured.table(page.workspace, page.asked._replace(kind=SPACES, model=model, shown=tuple(runs)))
    row = table.topic_ids.index(opened.topic.topic_id)
    values = {name: float(table.of(name)[row]) for name in runs}
    lists = _studied(opened, CaseLists(runs, facts, values, page.asked.measure))
    draw_lists(f"What the spaces of {model} did", lists, key="case_spaces")
    return len(runs)


def _draw_lanes(opened: OpenedTopic, lists: CaseLists) -> None:
    """Hits and misses of every list, with pictures; a click opens the shot as the sidebar's model sees it."""
    assert lists.case is not None, "some list has the topic"
    page, edition = opened.page, opened.page.shown.edition
    collection = resources.collection(page.workspace, edition.collection)
    values = {name: value_words(measure_label(lists.measure), value) for name, value in lists.values.items()}
    payload = grid_payload(
        case_lanes(lists.case, lists.facts, collection=collection, values=values),
        media=media_prefix(page.selection.workspace, edition.collection),
        spaces=case_bars(lists.case, lists.facts),
        marker=f"case {opened.topic.topic_id}",
    )
    shot = state.shot()
    shot_grid(payload, key=GRID, selected=shot, on_open=_open_shot)
    if shot is not None:
        _show_shot(opened)


def _show_shot(opened: OpenedTopic) -> None:
    page, model, edition = opened.page, opened.page.selection.model, opened.page.shown.edition
    if model is None or not opened.has_index:
        note("The detail of a shot takes a model with an index of this collection.", "warn")
        return
    await_indexes(page.workspace, [model], edition.collection)
    asked = resources.Asked(model, edition.collection, opened.topic.text, edition.subset)
    media = media_prefix(page.selection.workspace, edition.collection)
    show_shot(page.workspace, asked, media, Judged(_relevance(opened.judged), {}))


def _relevance(judged: JudgedTopic) -> dict[str, int]:
    """Shot -> -1, 0 or 1; a higher grade is relevant too."""
    grades = zip(judged.shot_ids, judged.relevance.tolist(), strict=True)
    return {shot: min(grade, 1) for shot, grade in grades}


def _open_shot() -> None:
    state.open_shot(GRID)
