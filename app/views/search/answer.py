"""The answer to a query: its lists as tiles, the detail of a shot, and where the time went."""

import time
from collections.abc import Mapping
from functools import partial

import streamlit as st

from app import state
from app.components import TileEvents, empty_state, grid_payload, note, shot_grid
from app.components.paint import timing_note
from app.events import unheard
from app.lanes import FUSED, Judged, space_bars
from app.media import media_prefix
from app.resources import search_forms
from app.search.found_lanes import MOST_TILES, FoundView, found_lanes
from app.search.request_words import shape_words
from app.search.shown_lists import shape_of
from app.views.search.detail import draw_detail
from app.views.search.files import Answer
from app.views.search.marks import marked, wanted_like
from app.views.search.scene import Scene, seen_shots
from app.views.warming import await_indexes
from app.words import milliseconds
from lpd.search import SearchResult
from lpd.words import counted

__all__ = ["draw_answer", "find_answer", "judged_answer", "timing_line"]

GRID = "search_grid"
LAYOUTS = {"lanes": "lanes", "grid": "grid", "two": "columns"}
"""Layout of the page -> that of the grid."""

ENGINE_TIMES = ("encode", "search")
"""The engine's own timings; what else a result holds are steps of its index."""


def find_answer(scene: Scene) -> Answer:
    """Returns what the query brings; while its index is read into memory the page shows that, and no more.

    Raises:
        LpdError: if the query cannot be answered.
    """
    await_indexes(scene.workspace, [scene.card.name], scene.selection.collection)
    asked = scene.asked
    found = search_forms.found_lists(scene.workspace, asked)
    shown = search_forms.shown_lists(scene.workspace, asked, shape_of(scene.request, scene.selection.k))
    names = scene.request.shown_lists(tuple(found.result.lists))
    return Answer(scene, asked, found, shown, names)


def judged_answer(answer: Answer) -> Judged | None:
    """Returns the judgements of the topic, and what the lists are worth where that can be measured."""
    scene, selection = answer.scene, answer.scene.selection
    inf_ap: Mapping[str, float] = {}
    if scene.relevance is not None and scene.measurable and scene.topic and selection.edition:
        inf_ap = search_forms.list_inf_ap(
            scene.workspace,
            answer.asked,
            shape_of(scene.request, selection.k),
            edition=selection.edition,
            qrels_name=str(selection.qrels),
            topic=scene.topic.topic_id,
        )
    return scene.judged(inf_ap)


def draw_answer(answer: Answer, judged: Judged | None) -> None:
    """Draws the lists and, if one is open, a shot at length."""
    scene, result = answer.scene, answer.found.result
    if not len(result.lists[FUSED].rows):
        _say_why_empty(scene)
        return
    started = time.perf_counter()
    media = media_prefix(scene.selection.workspace, scene.selection.collection)
    view = _view(answer, judged)
    layout = scene.request.layout
    payload = grid_payload(
        found_lanes(view, answer.names, most=MOST_TILES[layout]),
        media=media,
        spaces=space_bars(scene.card, view.spaces),
        layout=LAYOUTS[layout],
        marker=result.query,
    )
    fetch_ms = 1000 * (time.perf_counter() - started)
    _draw_steps_note(answer)
    opened = state.shot()
    events = TileEvents(
        mark=partial(marked, GRID, scene),
        like=partial(wanted_like, GRID, scene),
        unfold=partial(_unfold, answer),
    )
    shot_grid(payload, key=GRID, selected=opened, on_open=_open_shot, events=events)
    _draw_foot(answer, fetch_ms)
    if opened is not None:
        draw_detail(answer, judged, media)


def _say_why_empty(scene: Scene) -> None:
    request, selection = scene.request, scene.selection
    if request.then:
        sentence = f"No shot is followed by another one within {request.within_s} s of its video."
        empty_state("No pairs of shots", f"{sentence} Allow more seconds, or take the second step away.")
    elif request.filters:
        empty_state("No shots", "No shot fulfils all filters; take one of them away.")
    else:
        sentence = f"The subset {selection.subset} of {selection.collection} is empty; choose another one."
        empty_state("No shots", sentence)


def _view(answer: Answer, judged: Judged | None) -> FoundView:
    scene, found = answer.scene, answer.found
    return FoundView(
        result=found.result,
        shown=answer.shown,
        card=scene.card,
        collection=scene.collection,
        k=scene.selection.k,
        judged=judged,
        verdicts=scene.marks.own,
        seen=frozenset(seen_shots(scene.selection)),
        wordings=_wordings(answer),
        pairs=found.steps.pairs if found.steps else {},
        unfolded=frozenset(_unfolded(answer)),
        done=shape_words(scene.request),
    )


def _wordings(answer: Answer) -> dict[int, str]:
    """Row -> the wording that finds a shot best, of the shots that are drawn; none for a single wording."""
    texts = answer.found.form.wordings
    if len(texts) < 2:
        return {}
    most = min(answer.scene.selection.k, MOST_TILES[answer.scene.request.layout])
    rows = [row for name in answer.names for row in answer.shown[name].hits.rows[:most].tolist()]
    rows += [row for name in answer.names for one in answer.shown[name].members.values() for row in one.rows]
    best = search_forms.found_by(answer.scene.workspace, answer.asked, [int(row) for row in rows])
    return {row: texts[number] for row, number in best.items()}


def _draw_steps_note(answer: Answer) -> None:
    steps = answer.found.steps
    if steps is not None and steps.untimed:
        note(f"{counted(steps.untimed, 'shot')} without known times begin no pair.", "small")


def _open_shot() -> None:
    state.open_shot(GRID)


# --- near-duplicates ----------------------------------------------------------------------------------------


def _unfolded(answer: Answer) -> set[str]:
    """The shots whose near-duplicates stand beside them; another query begins with none."""
    query = (answer.scene.card.name, answer.asked.key, answer.scene.request.fold)
    kept: dict[str, object] = state.remembered("unfolded", dict)
    if kept.get("query") != query:
        kept.update(query=query, shots=set())
    shots: set[str] = kept["shots"]  # type: ignore[assignment]
    return shots


def _unfold(answer: Answer) -> None:
    for event in unheard(GRID, "unfold"):
        if isinstance(event.get("shot"), str):
            _unfolded(answer).symmetric_difference_update({event["shot"]})


# --- under the lists ----------------------------------------------------------------------------------------


def _draw_foot(answer: Answer, fetch_ms: float) -> None:
    result = answer.found.result
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="search_foot"):
        timing_note(timing_line(result, fetch_ms), marker=result.query, key="timings")
        st.button(
            "Call these shots seen",
            key="call_seen",
            type="tertiary",
            help="Filters can hide the shots seen in this session",
            on_click=_call_seen,
            args=(answer,),
        )


def _call_seen(answer: Answer) -> None:
    ids, k = answer.scene.collection.shot_ids, answer.scene.selection.k
    rows = {row for name in answer.names for row in answer.shown[name].hits.rows[:k].tolist()}
    seen_shots(answer.scene.selection).update(ids[row] for row in rows)


def timing_line(result: SearchResult, fetch_ms: float) -> str:
    """Returns where the time went on the server, and over how many shots."""
    times = result.timings_ms
    steps = [f"{name} {milliseconds(took)}" for name, took in times.items() if name not in ENGINE_TIMES]
    within = f" ({', '.join(steps)})" if steps else ""
    return " · ".join(
        (
            f"encode {milliseconds(times['encode'])}",
            f"search {milliseconds(times['search'])}{within} over {result.shots_searched:,}",
            f"fetch {milliseconds(fetch_ms)}",
        )
    )
