"""Space weights applied to whole editions: infAP as weighed beside the model's own, development and test
apart.
"""

from collections.abc import Sequence

import streamlit as st

from app import state
from app.background import BackgroundWork
from app.components import note, worth_table
from app.resources.search_forms import edition_weighing
from app.systems import own_weights
from app.views.background_work import show_work
from app.views.search.scene import Scene
from app.words import plain, printed_share, signed
from lpd.services.weighing import Weighing, means_by_role
from lpd.words import counted

__all__ = ["draw_edition_weights", "weighing_rows"]

GRACE_S = 0.4
"""So long nothing is drawn: a small edition is measured by then."""


def draw_edition_weights(scene: Scene) -> None:
    """Draws the choice of editions, and what they make of the weights as they are set."""
    note("Apply to the edition", "title")
    editions = _fitting(scene)
    if not editions:
        note(f"No edition of {scene.selection.collection} has qrels.", "small")
        return
    chosen = _choose(scene, editions)
    works = {name: _work(scene, name) for name in chosen}
    waiting = [work for work in works.values() if work.look().state == "idle"]
    if waiting:
        label = f"Measure these weights on {', '.join(chosen)}"
        st.button(plain(label), key="weights_apply", on_click=_start, args=(waiting,))
    for name, work in works.items():
        if work.look().state == "running":
            work.wait(GRACE_S)
        show_work(work, name, key=f"weighing_{name}")
    _draw_table([work.made for work in works.values() if work.made is not None])


def _fitting(scene: Scene) -> list[str]:
    opened = {name: scene.workspace.edition(name) for name in scene.workspace.edition_names()}
    return [
        name
        for name, edition in opened.items()
        if edition.collection == scene.selection.collection and edition.qrels_names and edition.topics
    ]


def _choose(scene: Scene, editions: Sequence[str]) -> list[str]:
    if len(editions) == 1:
        return list(editions)
    default = scene.selection.edition if scene.selection.edition in editions else editions[0]
    chosen = state.remembered("weighed_editions", lambda: [default])
    state.put("weighed_editions", [name for name in chosen if name in editions] or [default])
    return list(
        st.pills(
            "Editions", editions, selection_mode="multi", label_visibility="collapsed", key="weighed_editions"
        )
    )


def _work(scene: Scene, edition: str) -> BackgroundWork[Weighing]:
    request, card = scene.request, scene.card
    opened = scene.workspace.edition(edition)
    here = edition == scene.selection.edition
    name = scene.selection.qrels if here and scene.selection.qrels else opened.default_qrels
    assert name is not None, "only editions with qrels are offered"
    return edition_weighing(
        scene.workspace,
        card.name,
        edition=edition,
        qrels_name=name,
        weights=request.all_weights(card) or tuple(own_weights(card).values()),
        spaces=request.spaces or None,
    )


def _start(works: Sequence[BackgroundWork[Weighing]]) -> None:
    for work in works:
        work.start()


def _draw_table(weighings: Sequence[Weighing]) -> None:
    """Editions of one role together, with their mean where there are several, and what that may be used
    for."""
    if not weighings:
        return
    worth_table(("infAP", "as set", "model's own", "difference", "p"), weighing_rows(weighings))
    for words in dict.fromkeys(one.words for one in weighings):
        note(words, "small")
    first = weighings[0]
    topics = ", ".join(f"{one.edition} {counted(len(one.as_set.topics), 'topic')}" for one in weighings)
    digests = ", ".join(f"{one.edition} {one.qrels[:6]}" for one in weighings)
    note(f"model {first.model} · {topics} · qrels {digests} · lists {first.exactness.words}", "small")
    note("p of the two-sided randomization test over the topics, not corrected", "small")


def weighing_rows(weighings: Sequence[Weighing]) -> list[tuple[str, tuple[str, ...]]]:
    """Returns the rows of the table: the editions of each role, then the mean over them where there are
    several.

    There is no mean over editions of different roles.
    """
    rows: list[tuple[str, tuple[str, ...]]] = []
    for group in means_by_role(weighings):
        for one in group.editions:
            set_to, own = one.as_set.mean["infAP"], one.own.mean["infAP"]
            numbers = (printed_share(set_to), printed_share(own), signed(set_to - own))
            name = f"{one.edition} ({one.role})"
            rows.append(("", (name, *numbers, printed_share(one.difference.p_value))))
        if len(group.editions) > 1:
            numbers = (
                printed_share(group.as_set),
                printed_share(group.own),
                signed(group.as_set - group.own),
            )
            rows.append(("fused", (f"mean of {len(group.editions)} ({group.role})", *numbers, "–")))
    return rows
