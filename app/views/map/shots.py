"""The shots of a lasso as tiles: best score first where there is a query, a page at a time."""

from typing import NamedTuple

import numpy as np
import streamlit as st

from app import resources, state
from app.components import Lane, Tile, grid_payload, note, shot_grid
from app.lanes import judgement_kind, picture_finder
from app.media import media_prefix
from app.resources.maps import all_scores
from app.views.map.choices import MapScene
from lpd.words import counted

__all__ = ["GRID", "PER_SHEET", "TakenShots", "draw_taken", "order_taken"]

GRID = "map_shots"
PER_SHEET = 60


class TakenShots(NamedTuple):
    """Rows in the order shown, and their fused score; None without a query."""

    rows: np.ndarray
    scores: np.ndarray | None


def order_taken(scene: MapScene, rows: np.ndarray) -> TakenShots:
    """Returns shots by falling fused score of the query, or in the order of the collection.

    Args:
        scene: of the page.
        rows: rising.
    """
    if not scene.choice.query or not scene.searchable:
        return TakenShots(rows, None)
    scores = all_scores(scene.workspace, scene.asked)[0][rows]
    order = np.argsort(-scores, kind="stable")
    return TakenShots(rows[order], scores[order])


def draw_taken(scene: MapScene, taken: TakenShots | None) -> None:
    """Draws the shots of the lasso, or what to do to have some."""
    with st.container(border=True, key="card_taken"):
        if taken is None:
            note("Draw a lasso around some points: their shots stand here.")
            return
        if not len(taken.rows):
            note("No shot is inside the lasso.")
            return
        sheet, sheets = _sheet(len(taken.rows))
        _draw_head(scene, len(taken.rows), sheet, sheets)
        lane = Lane("taken", "", "plain", (), _tiles(scene, taken, sheet * PER_SHEET))
        media = media_prefix(scene.selection.workspace, scene.selection.collection)
        payload = grid_payload([lane], media=media, layout="grid", marker=f"{state.value('lasso')} {sheet}")
        shot_grid(payload, key=GRID, selected=state.shot(), on_open=_open)


def _sheet(count: int) -> tuple[int, int]:
    """Number of the page shown, from 0, and how many there are."""
    sheets = -(-count // PER_SHEET)
    asked = (state.value("sheet") or 1) - 1
    return min(max(asked, 0), sheets - 1), sheets


def _draw_head(scene: MapScene, count: int, sheet: int, sheets: int) -> None:
    how = "best score first" if scene.choice.query and scene.searchable else "in the order of the collection"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="taken_head"):
        first = sheet * PER_SHEET + 1
        last = min(count, first + PER_SHEET - 1)
        told = how if sheets == 1 else f"{first:,} to {last:,}, {how}"
        note(f"{counted(count, 'shot')} in the lasso · {told}", "title")
        if sheets > 1:
            st.button("‹ Before", key="sheet_before", disabled=sheet == 0, on_click=_turn, args=(sheet,))
            st.button(
                "Next ›", key="sheet_next", disabled=sheet + 1 == sheets, on_click=_turn, args=(sheet + 2,)
            )


def _turn(number: int) -> None:
    state.write("sheet", number if number > 1 else None)


def _open() -> None:
    state.open_shot(GRID)


def _tiles(scene: MapScene, taken: TakenShots, first: int) -> tuple[Tile, ...]:
    collection = resources.collection(scene.workspace, scene.selection.collection)
    picture, judged = picture_finder(collection), scene.judged
    tiles = []
    for place, row in enumerate(taken.rows[first : first + PER_SHEET].tolist(), start=first):
        shot_id = collection.shot_ids[row]
        tiles.append(
            Tile(
                shot_id=shot_id,
                rank=place + 1,
                similarity=None if taken.scores is None else float(taken.scores[place]),
                judgement=judgement_kind(shot_id, judged),
                thumbnail=picture(row, "thumbnail"),
                preview=picture(row, "preview"),
            )
        )
    return tuple(tiles)
