"""The topics on which two systems differ most, each one click away."""

import streamlit as st

from app import resources, state
from app.compare.topics import BY_RBO, ORDERS, mean_difference, ordered_topics
from app.components import Column, TopicRow, note, table_payload, topic_table
from app.resources.compare import edition_work, system_differences
from app.systems import MODEL
from app.views.background_work import show_work
from app.views.compare.choices import open_topic
from app.views.compare.scene import Scene
from lpd.services.topic_differences import TopicDifference, TopicDifferences
from lpd.words import counted

__all__ = ["by_of", "draw_topics", "find_differences"]

KEY = "compare_topics"

GRACE_S = 0.4
"""So long nothing is drawn: the topics of a small edition are searched by then."""


def find_differences(scene: Scene) -> TopicDifferences | None:
    """Returns how the systems differ on every topic; None while it is drawn how far the search is.

    Raises:
        LpdError: if a system has no lists of the edition, or lists and qrels do not fit.
    """
    assert scene.edition is not None, "topics belong to an edition"
    works = {
        label: edition_work(scene.workspace, system, scene.edition.name)
        for label, system in zip(scene.labels, scene.systems, strict=True)
        if system.kind == MODEL
    }
    for work in works.values():
        work.start()
    for number, (label, work) in enumerate(works.items()):
        if not work.wait(GRACE_S):
            show_work(work, label, key=f"compare_{number}")
    if any(work.look().state != "done" for work in works.values()):
        return None
    return system_differences(
        scene.workspace,
        scene.systems,
        edition=scene.edition.name,
        qrels_name=scene.selection.qrels,
        k=scene.selection.k,
        p=scene.p,
    )


def by_of(scene: Scene) -> str:
    """Returns the order of the topics; without judgements there is one only."""
    asked = str(state.value("by"))
    if scene.selection.qrels is None:
        return BY_RBO
    return asked if asked in ORDERS else next(iter(ORDERS))


def draw_topics(scene: Scene, found: TopicDifferences) -> None:
    """Draws the choice of order and the table; a row opens its topic."""
    if scene.selection.qrels is not None:
        state.settle("by", list(ORDERS))
        st.segmented_control(
            "Ordered by the difference in",
            list(ORDERS),
            default=next(iter(ORDERS)),
            required=True,
            label_visibility="collapsed",
            **state.bound("by"),
        )
    topic = scene.query.topic
    topic_table(
        _payload(scene, found),
        key=KEY,
        selected=topic.topic_id if topic else None,
        on_open=lambda: _open(scene),
    )
    for sentence in _sentences(scene, found):
        note(sentence, "small")


def _open(scene: Scene) -> None:
    event = state.event(KEY, "open")
    asked = event.get("topic") if event else None
    topics = scene.edition.topics if scene.edition else ()
    topic = next((topic for topic in topics if topic.topic_id == asked), None)
    if topic is not None:  # a run may have topics that the edition does not list
        open_topic(topic)


def _payload(scene: Scene, found: TopicDifferences) -> dict:
    (first, second), (end, other) = scene.labels, scene.ends
    columns = (
        Column("A", end, f"{found.measure} of A, {first}"),
        Column("B", other, f"{found.measure} of B, {second}"),
        Column("A − B", "", f"difference in {found.measure}", plain=True),
        Column("RBO", "", f"rank-biased overlap of the two lists, p {found.p:g}", plain=True),
        Column("IoU", "", f"shots in both first {found.k} over those in either's", plain=True),
    )
    texts = {topic.topic_id: topic.text for topic in scene.edition.topics} if scene.edition else {}
    rows = [_row(one, texts.get(one.topic_id)) for one in ordered_topics(found, by_of(scene))]
    means = mean_difference(found)
    a, b = means if means is not None else (None, None)
    difference = None if a is None or b is None else a - b
    judged = sum(one.difference is not None for one in found.topics)
    return table_payload(
        columns,
        rows,
        means=(a, b, difference, found.mean_rbo, found.mean_iou),
        note=f"{judged} of {counted(len(found.topics), 'topic')} judged",
        measure=found.measure,
    )


def _row(one: TopicDifference, text: str | None) -> TopicRow:
    bounds = f"RBO from {one.rbo.lowest:.4f} to {one.rbo.highest:.4f}"
    return TopicRow(
        one.topic_id,
        text or "(not among the edition's topics)",
        (one.first, one.second, one.difference, one.rbo.extrapolated, one.iou),
        titles=("", "", "", bounds, ""),
    )


def _sentences(scene: Scene, found: TopicDifferences) -> list[str]:
    """Where the numbers come from, and which topics only one system has."""
    said = []
    if scene.edition is not None:
        source = f"edition {scene.edition.name} · {_judgements(scene)}"
        said.append(f"{source} · RBO p {found.p:g} · IoU@{found.k}. A row opens its topic.")
    missing = (("B", found.only_first), ("A", found.only_second))
    said += [f"{letter} has no list of {', '.join(topics)}." for letter, topics in missing if topics]
    return said


def _judgements(scene: Scene) -> str:
    edition, name = scene.edition, scene.selection.qrels
    if edition is None or name is None:
        return "no qrels, so no infAP"
    return f"qrels {name} {resources.qrels(scene.workspace, edition.name, name).digest[:6]}"
