"""Relevant shots that one space alone finds: what would be lost without it."""

from collections.abc import Sequence

from app import resources, state
from app.components import Lane, Tile, grid_payload, note, shot_grid
from app.diversity.compared_models import ComparedModel
from app.diversity.comparison import rows_of
from app.diversity.measured_spaces import FoundShot, found_shots
from app.lanes import picture_finder
from app.media import media_prefix
from app.views.diversity.choices import Scene
from app.views.diversity.pair import ShownShots
from app.words import shortened
from lpd.collection import Collection
from lpd.words import counted

__all__ = ["draw_found", "found_lane"]

SHOWN_PER_SPACE = 60
TOPIC_LENGTH = 40


def draw_found(model: ComparedModel | None, name: str, *, scene: Scene) -> list[ShownShots]:
    """Draws a row of shots per space.

    Args:
        model: whose spaces they are; None where there is none.
        name: of the model, or of one of its seeds.
        scene: what the page is asked for.

    Returns:
        The shots that stand there, by topic.
    """
    note("Relevant shots that one space alone finds", "title")
    if scene.over.qrels is None:
        note("Which shots are relevant is known with judgements, and there are none.")
        return []
    if model is None or name not in model.worth:
        note("They stand here once there are lists to look at.")
        return []
    if len(model.card.spaces) < 2:
        note("With one space there is no other to miss them.")
        return []
    runs = {space.name: model.worth[name].runs[space.name] for space in model.card.spaces}
    found = found_shots(runs, scene.over.qrels, k=scene.k)
    total = sum(len(shots) for shots in found.values())
    told = f"{name} · in the first {scene.k} of one space and of no other"
    note(f"{told} · {counted(total, 'shot')} · qrels {scene.over.qrels_name}", "small")
    edition = scene.over.edition
    texts = {topic.topic_id: topic.text for topic in edition.topics}
    collection = resources.collection(scene.workspace, edition.collection)
    rows = rows_of(model.card)
    lanes = [
        found_lane(collection, found[row.name], texts, title=(row.name, row.label, row.end)) for row in rows
    ]
    media = media_prefix(scene.selection.workspace, edition.collection)
    payload = grid_payload(lanes, media=media, marker=f"found {name} {scene.k} {scene.over.words}")
    shot_grid(payload, key="found_grid", selected=state.shot(), on_open=_open_shot)
    return _by_topic(name, found, scene)


def _open_shot() -> None:
    state.open_shot("found_grid")


def _by_topic(model: str, found: dict[str, list[FoundShot]], scene: Scene) -> list[ShownShots]:
    shots: dict[str, set[str]] = {}
    for of_space in found.values():
        for one in of_space[:SHOWN_PER_SPACE]:
            shots.setdefault(one.topic_id, set()).add(one.shot_id)
    return [
        ShownShots(model, topic, shots[topic.topic_id])
        for topic in scene.over.edition.topics
        if topic.topic_id in shots
    ]


def found_lane(
    collection: Collection, found: Sequence[FoundShot], texts: dict[str, str], *, title: tuple[str, str, str]
) -> Lane:
    """Returns the row of one space: every shot with its rank there and, under it, its topic.

    Args:
        collection: whose shots they are.
        found: the shots, in order.
        texts: topic -> text.
        title: name, label and end of the space.
    """
    name, label, end = title
    shown, picture = found[:SHOWN_PER_SPACE], picture_finder(collection)
    rows = collection.rows([one.shot_id for one in shown]).tolist()
    tiles = tuple(
        Tile(
            shot_id=one.shot_id,
            rank=one.rank,
            similarity=None,
            judgement="relevant",
            thumbnail=picture(row, "thumbnail"),
            preview=picture(row, "preview"),
            note=shortened(f"{one.topic_id} {texts.get(one.topic_id, '')}".strip(), TOPIC_LENGTH),
        )
        for one, row in zip(shown, rows, strict=True)
    )
    notes = [f"{counted(len(found), 'shot')} only here"]
    if len(shown) < len(found):
        notes.append(f"first {SHOWN_PER_SPACE} shown")
    return Lane(name, label, end, tuple(notes), tiles, empty="none: another space has each of them")
