"""Compare: two lists of one query from any two of model, space, run and weights, and the topics on which the
two differ most."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import resources, state
from app.compare.exports import comparison_script, lists_frame
from app.compare.lists import Compared, figures
from app.compare.recipe import compare_recipe, shown_lists, shown_topics
from app.compare.topics import differences_table
from app.components import empty_state, heading, note
from app.resources.compare import Need, system_run
from app.systems import system_options
from app.views.compare.choices import choose_p, choose_query, choose_systems, settled_p
from app.views.compare.figures import draw_figures
from app.views.compare.lists import compare_query, draw_compared, rank_chart_of, unknown_words
from app.views.compare.scene import RANKS, Scene
from app.views.compare.topics import by_of, draw_topics, find_differences
from app.views.exporting import (
    MIMES,
    ExportItem,
    chart_exports,
    file_stem,
    frame_exports,
    run_export,
    table_exports,
)
from app.views.head import HeadPlaces, fill_actions, head_places
from app.views.pinning import ViewFacts
from app.views.warming import await_indexes
from app.words import plain
from lpd.errors import LpdError
from lpd.rank_overlap import weight_of_top
from lpd.services.topic_differences import TopicDifferences
from lpd.trec import Run

__all__ = ["show"]

TITLE = "Compare two lists"
COLUMN_WIDTH = 430
"""Pixels that two lists side by side, and a topic with five numbers, need."""


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    edition = workspace.edition(selection.edition) if selection.edition else None
    places = head_places()
    ready = [name for name in workspace.model_names() if selection.collection in workspace.index_names(name)]
    cards = {name: workspace.model_card(name) for name in ready}
    options = system_options(cards, workspace.run_tags(edition.name) if edition else [])
    if not options:
        _say_nothing_here(places, selection)
        return
    query = choose_query(edition.topics if edition else ())
    systems = choose_systems(options, cards, selection.model)
    scene = Scene(workspace, selection, edition, cards, systems, query, settled_p())
    _draw_head(places, scene)
    compared, found = None, None
    try:
        await_indexes(workspace, scene.models, selection.collection)
        compared, problem = _compared(scene)
        lists, topics = _draw_numbers(scene, compared)
        with lists:
            _draw_lists(scene, compared, problem)
        with topics:
            found = _draw_differences(scene)
    finally:
        fill_actions(places, pin=_facts(scene, compared, found), exports=_exports(scene, compared, found))


def _say_nothing_here(places: HeadPlaces, selection: state.Selection) -> None:
    with places.left:
        heading(TITLE)
    fill_actions(places)
    command = f"lpd index --model MODEL --collection {selection.collection}"
    sentence = "Lists come from an index of this collection, or from a run of its topics. Make an index:"
    empty_state("Nothing to compare", sentence, command)


def _draw_head(places: HeadPlaces, scene: Scene) -> None:
    with places.left:
        heading(TITLE, " · ".join(_sub(scene)))
    with places.controls:
        weight = weight_of_top(scene.selection.k, p=scene.p)
        choose_p(scene.p, f"With p {scene.p:g} the first {scene.selection.k} shots have {weight:.1%} of it.")


def _sub(scene: Scene) -> list[str]:
    """The parts of the line under the title: what is asked, and where."""
    need, topic = scene.need, scene.query.topic
    said = ["one query"] if topic is None else [f"topic {topic.topic_id} of {need.edition}"]
    said.append(f"shots of {need.subset}" if need.subset else f"all shots of {need.collection}")
    if topic is not None and need.subset != scene.selection.subset:
        said[-1] += ", as the edition has it"
    if topic is not None and scene.relevance is None:
        said.append("not judged")
    return said


def _compared(scene: Scene) -> tuple[Compared | None, str]:
    """The two lists, or None and why there are none; no reason where nothing is asked."""
    if not scene.query.text:
        return None, ""
    try:
        return compare_query(scene), ""
    except LpdError as error:  # the topics stand beside it all the same
        return None, str(error)


def _draw_numbers(scene: Scene, compared: Compared | None) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Draws the numbers of the two lists; returns the places of the lists and of the topics under them."""
    if scene.systems[0] == scene.systems[1]:
        note("Both sides are the same system; choose another one to see a difference.", "warn")
    if compared is not None:
        for sentence in unknown_words(scene):
            note(sentence, "warn")
        draw_figures(figures(compared))
    with st.grid(min_column_width=COLUMN_WIDTH, gap="medium"):
        lists = st.container(border=True, key="card_compare_lists")
        topics = st.container(border=True, key="card_compare_topics")
    return lists, topics


def _draw_lists(scene: Scene, compared: Compared | None, problem: str) -> None:
    if problem:
        st.error(plain(problem))
    elif compared is None:
        empty_state("Which query?", "Type one above or take a topic; the two lists stand here side by side.")
    elif compared.is_empty:
        where = f"subset {scene.need.subset}" if scene.need.subset else "no subset"
        empty_state("No shots", f"Neither system has a shot for it in {scene.need.collection}, {where}.")
    else:
        draw_compared(scene, compared)


def _draw_differences(scene: Scene) -> TopicDifferences | None:
    """The topics, which are returned once both systems' lists of them are searched."""
    note("Topics on which A and B differ most", "title")
    if scene.edition is None or not scene.edition.topics:
        note("There is no edition of topics for this collection: import one to compare over all of them.")
        return None
    found = find_differences(scene)
    if found is not None:
        draw_topics(scene, found)
    return found


# --- what can be taken away ---------------------------------------------------------------------------------


def _facts(scene: Scene, compared: Compared | None, found: TopicDifferences | None) -> ViewFacts | None:
    """What the page says of its view; None while it shows nothing."""
    if compared is None and found is None:
        return None
    first, second = scene.labels
    title = f"{first} against {second}"
    shown: dict[str, object] = {"A": first, "B": second, "recipe": _recipe(scene, compared, found)}
    if compared is not None:
        title += f": {scene.query.text}"
        shown |= shown_lists(compared)
    if found is not None:
        shown["topics"] = shown_topics(found)
    provenance = scene.provenance(topics=compared is None)
    return ViewFacts("compare", title, scene.parameters, provenance, shown)


def _recipe(scene: Scene, compared: Compared | None, found: TopicDifferences | None) -> dict[str, Any]:
    """What the lists and the topics are made again from."""
    need = scene.need if compared is not None else Need(scene.need.collection, "", scene.need.subset)
    edition = None if found is None or scene.edition is None else scene.edition.name
    judged = need.topic is not None or edition is not None
    return compare_recipe(
        scene.systems,
        scene.cards,
        need=need,
        qrels=scene.selection.qrels if judged else None,
        k=scene.selection.k,
        p=scene.p,
        depth=resources.DEPTH,
        edition=edition,
    )


def _exports(scene: Scene, compared: Compared | None, found: TopicDifferences | None) -> list[ExportItem]:
    items: list[ExportItem] = []
    if compared is not None and not compared.is_empty:
        items += _list_exports(scene, compared)
    if found is not None and scene.edition is not None:
        items += _topic_exports(scene, found, scene.edition.name)
    return items


def _list_exports(scene: Scene, compared: Compared) -> list[ExportItem]:
    exact = "; ".join(f"{side.letter} {side.exactness}" for side in compared.sides)
    provenance = scene.provenance(exactness=exact)
    name = file_stem("compare", *scene.labels, scene.query.topic.topic_id if scene.query.topic else "query")
    workspace, need = scene.workspace, scene.need
    script = ExportItem(
        "Python script of both lists",
        f"{name}.py",
        MIMES["py"],
        lambda: comparison_script(workspace, compared, need=need, provenance=provenance),
    )
    items = [*frame_exports(lambda: lists_frame(compared), name, provenance, label="Both lists"), script]
    if state.value("layout") == RANKS:
        chart = rank_chart_of(compared, dark=False)
        items += chart_exports(chart, f"{name}-ranks", provenance, label="Rank against rank")
    return items


def _topic_exports(scene: Scene, found: TopicDifferences, edition: str) -> list[ExportItem]:
    provenance, labels, by = scene.provenance(topics=True), scene.labels, by_of(scene)
    texts = {topic.topic_id: topic.text for topic in scene.edition.topics} if scene.edition else {}
    name = file_stem("compare", *labels, edition)
    items = table_exports(
        lambda: differences_table(found, texts=texts, labels=labels, by=by), name, provenance, label="Topics"
    )
    for letter, system in zip("AB", scene.systems, strict=True):
        run = system_run(scene.workspace, system, edition)
        if run is not None:
            label = f"TREC run of {letter}"
            items.append(run_export(_held(run), file_stem(run.tag, edition), provenance, label=label))
    return items


def _held(run: Run) -> Callable[[], Run]:
    return lambda: run
