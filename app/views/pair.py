"""The two lists behind a cell of a heatmap: what both spaces share, and what only one of them has."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from app import resources, state
from app.comparison import Comparison, shared_and_alone
from app.components import Lane, Tile, grid_payload, note, shot_grid
from app.lanes import Judged, judgement_kind, picture_finder
from app.media import media_prefix
from app.views.shot import show_shot
from app.words import printed_share
from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.diversity import iou_at
from lpd.editions import Edition

__all__ = ["Pair", "choose_pair", "draw_pair", "pair_lanes"]

SHOWN_PER_COLUMN = 24


class Pair(NamedTuple):
    """Two spaces of a model whose lists are shown; None where not chosen yet."""

    model: str
    first: str | None
    second: str | None


def draw_pair(comparison: Comparison, pair: Pair) -> None:
    """Draws the lists of two spaces for one topic or the query."""
    selection, k = comparison.selection, comparison.selection.k
    model, first, second = pair
    if first is None or second is None or first == second:
        note(
            "Click a cell of a heatmap, or choose two spaces here, "
            "to see what both lists share and what only one has."
        )
        return
    lists = comparison.lists[model]
    overlaps = [iou_at(a, b, k) for a, b in zip(lists[first], lists[second], strict=True)]
    number = _choose_topic(comparison.edition, overlaps) if comparison.edition else 0
    one, other = lists[first][number], lists[second][number]
    labels = {space.name: space.label for space in comparison.cards[model].spaces}
    note(f"{labels[first]} and {labels[second]} · IoU@{k} {printed_share(overlaps[number], 2)}", "title")
    note(f"lists {comparison.exactness(model)}", "small")
    collection = resources.collection(comparison.workspace, selection.collection)
    judged = _judged(comparison, number)
    lanes = pair_lanes(collection, (one, other), labels=(labels[first], labels[second]), k=k, judged=judged)
    media = media_prefix(selection.workspace, selection.collection)
    payload = grid_payload(lanes, media=media, layout="columns", marker=f"{first} {second}")
    opened = state.shot()
    shot_grid(payload, key="pair_grid", selected=opened, on_open=_open_shot)
    if opened is not None:
        subset = comparison.edition.subset if comparison.edition else selection.subset
        asked = resources.Asked(model, selection.collection, comparison.texts[number], subset)
        show_shot(comparison.workspace, asked, media, judged)


def _open_shot() -> None:
    state.open_shot("pair_grid")


def choose_pair(cards: Mapping[str, ModelCard], selection: state.Selection) -> Pair:
    """Draws the choice of model and two spaces, also for those without a mouse; returns what is chosen.

    A click on a heatmap sets the same three. These widgets must be drawn before the heatmaps: the URL follows
    a value that is set only for a widget that the browser knows already.
    """
    boxes = st.columns(3)
    models = list(cards)
    state.settle("pair_model", models)
    preferred = selection.model if selection.model in models else models[0]
    with boxes[0]:
        model = st.selectbox(
            "Model",
            models,
            index=models.index(preferred),
            label_visibility="collapsed",
            **state.bound("pair_model"),
        )
    labels = {space.name: space.label for space in cards[model].spaces}
    picked = []
    for box, name, words in zip(boxes[1:], ("pair_a", "pair_b"), ("one space", "another space"), strict=True):
        state.settle(name, list(labels))
        with box:
            space = st.selectbox(
                words,
                list(labels),
                index=None,
                placeholder=words,
                label_visibility="collapsed",
                **state.bound(name),
            )
        picked.append(space)
    return Pair(model, picked[0], picked[1])


def _choose_topic(edition: Edition, overlaps: Sequence[float]) -> int:
    """Place of the topic whose lists are shown; each is offered with its own IoU."""
    words = {
        topic.topic_id: f"{topic.topic_id} · IoU {printed_share(overlap, 2)} · {topic.text}"
        for topic, overlap in zip(edition.topics, overlaps, strict=True)
    }
    ids = list(words)
    picked = st.selectbox(
        "Topic",
        ids,
        format_func=words.__getitem__,
        label_visibility="collapsed",
        **state.mirrored("pair_topic", ids),
    )
    return ids.index(picked)


def _judged(comparison: Comparison, number: int) -> Judged | None:
    edition, qrels_name = comparison.edition, comparison.selection.qrels
    if edition is None or qrels_name is None:
        return None
    qrels = resources.qrels(comparison.workspace, edition.name, qrels_name)
    topic_id = edition.topics[number].topic_id
    return Judged(qrels.judgements(topic_id), {}) if topic_id in qrels.topic_ids else None


def pair_lanes(
    collection: Collection,
    lists: tuple[Sequence[str], Sequence[str]],
    *,
    labels: tuple[str, str],
    k: int,
    judged: Judged | None,
) -> list[Lane]:
    """Returns three lanes: shared shots with their rank in the first list, then those of only one list."""
    shared, only_first, only_second = shared_and_alone(*lists, k)
    ranks = [{shot: rank for rank, shot in enumerate(one, start=1)} for one in lists]
    parts = (
        ("shared", "shared", shared, ranks[0]),
        ("first", f"only {labels[0]}", only_first, ranks[0]),
        ("second", f"only {labels[1]}", only_second, ranks[1]),
    )
    lanes = []
    for name, title, shots, rank in parts:
        notes = (f"first {SHOWN_PER_COLUMN} shown",) if len(shots) > SHOWN_PER_COLUMN else ()
        tiles = _tiles(collection, shots[:SHOWN_PER_COLUMN], rank, judged)
        lanes.append(Lane(name, f"{title} · {len(shots)}", "plain", notes, tiles, empty="none"))
    return lanes


def _tiles(
    collection: Collection, shots: Sequence[str], ranks: Mapping[str, int], judged: Judged | None
) -> tuple[Tile, ...]:
    picture = picture_finder(collection)
    return tuple(
        Tile(
            shot_id=shot,
            rank=ranks[shot],
            similarity=None,
            judgement=judgement_kind(shot, judged),
            thumbnail=picture(row, "thumbnail"),
            preview=picture(row, "preview"),
        )
        for shot, row in zip(shots, collection.rows(shots).tolist(), strict=True)
    )
