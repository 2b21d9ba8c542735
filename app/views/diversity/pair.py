"""The two lists behind a cell of a heatmap: what both have, and what only one of them has."""

from collections.abc import Collection as AnyCollection
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from app import resources, state
from app.components import Lane, Tile, grid_payload, note, shot_grid
from app.diversity.compared_models import ComparedModel
from app.diversity.comparison import rows_of
from app.lanes import Judged, judgement_kind, picture_finder
from app.media import media_prefix
from app.views.diversity.choices import Scene
from app.words import printed_share
from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.diversity import iou_at
from lpd.list_comparison import ListComparison, compare_lists
from lpd.trec import Topic

__all__ = ["NO_PAIR", "Pair", "ShownShots", "choose_pair", "draw_pair", "judged_topic", "pair_lanes"]

SHOWN_PER_COLUMN = 24
BOX_WIDTH = 190


class Pair(NamedTuple):
    """Two lists of a model that are looked at; None where not chosen yet, no model where none has lists."""

    model: str
    first: str | None
    second: str | None

    @property
    def chosen(self) -> bool:
        """Whether these are two lists."""
        return self.first is not None and self.second is not None and self.first != self.second


NO_PAIR = Pair("", None, None)


class ShownShots(NamedTuple):
    """Shots that stand on the page, for which topic of which model: what their detail is told of."""

    model: str
    topic: Topic
    shots: AnyCollection[str]


def choose_pair(cards: Mapping[str, ModelCard], selection: state.Selection, *, extra: Sequence[str]) -> Pair:
    """Draws the choice of model and two lists, also for those without a mouse; returns what is chosen.

    A click on a heatmap sets the same three. These widgets must be drawn before the heatmaps: the URL follows
    a value that is set only for a widget that the browser knows already.

    Args:
        cards: of the models whose lists can be looked at.
        selection: whose model comes first.
        extra: lists beside the spaces.
    """
    if not cards:
        note("There are no lists to look at.")
        return NO_PAIR
    models = list(cards)
    state.settle("pair_model", models)
    preferred = selection.model if selection.model in models else models[-1]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pair_boxes"):
        model = st.selectbox(
            "Model",
            models,
            index=models.index(preferred),
            label_visibility="collapsed",
            width=BOX_WIDTH,
            **state.bound("pair_model"),
        )
        names = [row.name for row in rows_of(cards[model], extra)]
        first = _choose_list("pair_a", "one space", names)
        second = _choose_list("pair_b", "another space", names)
        note("or click a cell of a heatmap: what both lists have, and what only one has")
    return Pair(model, first, second)


def _choose_list(name: str, words: str, names: Sequence[str]) -> str | None:
    state.settle(name, names)
    picked: str | None = st.selectbox(
        words,
        names,
        index=None,
        placeholder=words,
        label_visibility="collapsed",
        width=BOX_WIDTH,
        **state.bound(name),
    )
    return picked


def draw_pair(model: ComparedModel | None, pair: Pair, *, scene: Scene, few: int) -> ShownShots | None:
    """Draws two lists for one topic or the query.

    Args:
        model: whose lists they are; None where no model has any.
        pair: of its lists.
        scene: what the page is asked for.
        few: up to so many shots in a column they are shown larger.

    Returns:
        What stands there; None where nothing does.
    """
    first, second = pair.first, pair.second
    if first is None or second is None or model is None or model.problem is not None:
        note("There are no lists to look at.")
        return None
    lists = model.models[pair.model]
    if first not in lists or second not in lists:
        note("The re-ranked list is being made.")
        return None
    topic = scene.over.edition.topics[_choose_topic(lists[first].topics, lists[second].topics, scene)]
    one, other = (lists[name].topics[topic.topic_id].shot_ids for name in (first, second))
    compared = compare_lists(one, other, k=scene.k)
    rows = {row.name: row for row in rows_of(model.card, scene.choice.extra)}
    overlap = f"IoU@{scene.k} {printed_share(compared.iou, 2)}"
    note(f"{rows[first].words} and {rows[second].words} · {overlap}", "title")
    note(_told(scene.workspace.model_card(pair.model), model.exactness, compared), "small")
    collection = resources.collection(scene.workspace, scene.over.edition.collection)
    judged = judged_topic(scene, topic)
    lanes = pair_lanes(collection, compared, labels=(rows[first].label, rows[second].label), judged=judged)
    media = media_prefix(scene.selection.workspace, collection.name)
    marker = f"{pair.model} {topic.topic_id} {first} {second}"
    payload = grid_payload(lanes, media=media, layout="columns", marker=marker)
    large = max(len(lane.tiles) for lane in lanes) <= few
    with st.container(key="pair_large" if large else "pair_small"):  # see theme.css
        shot_grid(payload, key="pair_grid", selected=state.shot(), on_open=_open_shot)
    return ShownShots(pair.model, topic, {tile.shot_id for lane in lanes for tile in lane.tiles})


def _open_shot() -> None:
    state.open_shot("pair_grid")


def _told(card: ModelCard, exactness: str, compared: ListComparison[str]) -> str:
    """Where the two lists are from, and how alike their ranks are."""
    parts = [f"{card.name} {card.digest[:6]}", f"RBO {printed_share(compared.rbo.extrapolated, 2)}"]
    if compared.kendall is not None:
        parts.append(f"Kendall {printed_share(compared.kendall, 2)} of the shared ranks")
    return " · ".join(
        [*parts, f"lists {exactness}", f"under each shot its rank in the other list of {resources.DEPTH:,}"]
    )


def _choose_topic(one: Mapping, other: Mapping, scene: Scene) -> int:
    """Place of the topic whose lists are shown; each is offered with its own IoU."""
    if not scene.over.whole:
        return 0
    words = {}
    for topic in scene.over.edition.topics:
        lists = one[topic.topic_id].shot_ids, other[topic.topic_id].shot_ids
        overlap = printed_share(iou_at(*lists, scene.k), 2)
        words[topic.topic_id] = f"{topic.topic_id} · IoU {overlap} · {topic.text}"
    ids = list(words)
    picked = st.selectbox(
        "Topic",
        ids,
        format_func=words.__getitem__,
        label_visibility="collapsed",
        **state.mirrored("pair_topic", ids),
    )
    return ids.index(picked)


def judged_topic(scene: Scene, topic: Topic) -> Judged | None:
    """Returns the judgements of a topic; None where there are none."""
    qrels = scene.over.qrels
    if qrels is None or topic.topic_id not in qrels.topic_ids:
        return None
    return Judged(qrels.judgements(topic.topic_id), {})


def pair_lanes(
    collection: Collection, compared: ListComparison[str], *, labels: tuple[str, str], judged: Judged | None
) -> list[Lane]:
    """Returns three lanes: shared shots with their rank in the first list, then those of only one list; under
    each its rank in the other.

    Args:
        collection: whose shots they are.
        compared: the two lists.
        labels: how they are called.
        judged: the judgements of the topic.
    """
    shared = [(one.shot, one.first_rank, f"{one.second_rank} there") for one in compared.both]
    alone = [
        [(one.shot, one.rank, f"{one.other_rank or 'not'} there") for one in shots]
        for shots in (compared.only_first, compared.only_second)
    ]
    parts = (
        ("shared", "shared", shared),
        ("first", f"only {labels[0]}", alone[0]),
        ("second", f"only {labels[1]}", alone[1]),
    )
    lanes = []
    for name, title, shots in parts:
        notes = (f"first {SHOWN_PER_COLUMN} shown",) if len(shots) > SHOWN_PER_COLUMN else ()
        tiles = _tiles(collection, shots[:SHOWN_PER_COLUMN], judged)
        lanes.append(Lane(name, f"{title} · {len(shots)}", "plain", notes, tiles, empty="none"))
    return lanes


def _tiles(
    collection: Collection, shots: Sequence[tuple[str, int, str]], judged: Judged | None
) -> tuple[Tile, ...]:
    picture = picture_finder(collection)
    rows = collection.rows([shot for shot, _, _ in shots]).tolist()
    return tuple(
        Tile(
            shot_id=shot,
            rank=rank,
            similarity=None,
            judgement=judgement_kind(shot, judged),
            thumbnail=picture(row, "thumbnail"),
            preview=picture(row, "preview"),
            note=words,
        )
        for (shot, rank, words), row in zip(shots, rows, strict=True)
    )
