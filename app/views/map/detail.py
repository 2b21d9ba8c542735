"""The detail of a shot of the map: as the query sees it, or without a query the shot alone."""

import streamlit as st

from app import resources, state
from app.components import ShotFacts, detail_payload, note, shot_detail
from app.lanes import judgement_kind, picture_finder
from app.media import media_prefix
from app.views.map.choices import MapScene
from app.views.search.shot import has_shot, neighbours_of, place_in_video, show_shot

__all__ = ["draw_detail"]

KEY = "map_shot_detail"
SHOWN_CAPTIONS = 5


def draw_detail(scene: MapScene) -> None:
    """Draws the shot that the address names; nothing where it names none."""
    if state.shot() is None:
        return
    if scene.searchable and scene.choice.query:
        media = media_prefix(scene.selection.workspace, scene.selection.collection)
        show_shot(scene.workspace, scene.asked, media, scene.judged)
    else:
        _show_alone(scene)


@st.dialog("Shot", width="large", on_dismiss=state.close_shot)
def _show_alone(scene: MapScene) -> None:
    """Draws a shot without ranks: nothing was searched."""
    shot_id, selection = state.shot(), scene.selection
    collection = resources.collection(scene.workspace, selection.collection)
    if shot_id is None or not has_shot(collection, shot_id):
        note(f"Collection {collection.name} has no shot {shot_id!r}.", "warn")
        return
    row, picture, judged = collection.row(shot_id), picture_finder(collection), scene.judged
    captions = resources.captions(scene.workspace, collection.name).get(shot_id, ())
    facts = ShotFacts(
        shot_id=shot_id,
        thumbnail=picture(row, "thumbnail"),
        preview=picture(row, "preview"),
        lines=(shot_id, *place_in_video(collection, row)),
        captions=tuple(captions[:SHOWN_CAPTIONS]),
        judgement=judgement_kind(shot_id, judged),
    )
    payload = detail_payload(
        facts,
        media=media_prefix(selection.workspace, collection.name),
        neighbours=neighbours_of(collection, row, judged),
        scores=[],
        weights=[],
    )
    shot_detail(payload, key=KEY, on_open=_open_neighbour)
    note("Type a query to see the rank of the shot in every space.", "small")


def _open_neighbour() -> None:
    state.open_shot(KEY)
