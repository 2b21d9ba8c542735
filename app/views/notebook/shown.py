"""What the open view showed when it was pinned: tables, lists of shots, charts."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

import altair as alt
import streamlit as st

from app import resources, state
from app.charts import DARK, LIGHT
from app.charts.curve_look import DARK_CURVES, LIGHT_CURVES
from app.charts.kept import (
    MOST_COLUMNS,
    kept_curves,
    kept_dots,
    kept_heatmap,
    kept_intervals,
    kept_places,
)
from app.components import note
from app.components.kept import KeptShot, kept_shots, kept_table
from app.lanes import picture_finder
from app.media import media_prefix
from lpd.errors import LpdError
from lpd.notebook import PinnedView, view_snapshot
from lpd.notebook.block_kinds import (
    Block,
    CurvesBlock,
    DotsBlock,
    HeatmapBlock,
    IntervalsBlock,
    PlacesBlock,
    ShotsBlock,
    TableBlock,
    cell_text,
)
from lpd.notebook.blocks import snapshot_blocks
from lpd.workspace import Workspace

__all__ = ["draw_shown"]

TILES = 60
"""Of a list; the others are counted."""

DECIMALS = 3
MAP_WIDTH = 300
"""Pixels that a heatmap needs; where less is left, they stand one below the other."""

FindPicture = Callable[[str], str]
"""Shot -> the address of its picture, relative to the app; empty for none."""


def draw_shown(workspace: Workspace, pinned: PinnedView, *, name: str) -> None:
    """Draws what was kept of a view; nothing else of the notebook is read.

    Args:
        workspace: of the notebook.
        pinned: the view.
        name: by which the app knows the workspace.
    """
    if not pinned.has_snapshot:
        note("Nothing was kept of what this view showed.", "small")
        return
    try:
        blocks = snapshot_blocks(view_snapshot(workspace.notebook_path, pinned.view_id))
    except LpdError as error:
        note(f"What was kept of it cannot be read: {error}", "warn")
        return
    if not blocks:
        note("Nothing was shown in this view.", "small")
    find = _finder(workspace, str(pinned.view.provenance.get("collection") or ""), name)
    for number, together in enumerate(_together(blocks)):
        key = f"kept_{pinned.view_id}_{number}"
        if len(together) == 1:
            _draw_block(together[0], find, key=key)
            continue
        with st.grid(columns=2, min_column_width=MAP_WIDTH, gap="small"):
            for place, block in enumerate(together):
                with st.container(gap="xsmall"):
                    _draw_block(block, find, key=f"{key}_{place}")


def _together(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks that stand beside each other: heatmaps that follow one another, any other one alone."""
    found: list[list[Block]] = []
    for block in blocks:
        if found and isinstance(block, HeatmapBlock) and isinstance(found[-1][-1], HeatmapBlock):
            found[-1].append(block)
        else:
            found.append([block])
    return found


def _finder(workspace: Workspace, collection: str, name: str) -> FindPicture:
    """Pictures are those that the collection has now; a shot that is gone has none."""
    if collection not in workspace.collection_names():
        return lambda shot: ""
    try:
        opened = resources.collection(workspace, collection)
    except LpdError:
        return lambda shot: ""
    find, prefix = picture_finder(opened), media_prefix(name, collection)

    def address(shot: str) -> str:
        rows = opened.known_rows([shot])
        found = find(int(rows[0]), "thumbnail") if len(rows) else False
        return f"{prefix}/thumbnail/{quote(shot, safe='')}" if found is True else found or ""

    return address


def _draw_block(block: Block, find: FindPicture, *, key: str) -> None:
    if isinstance(block, TableBlock):
        note(block.title, "title")
        rows = [[(cell_text(one, decimals=DECIMALS), _is_number(one)) for one in row] for row in block.rows]
        kept_table(block.title, block.columns, rows, foot=block.foot)
    elif isinstance(block, ShotsBlock):
        _draw_shots(block, find)
    else:
        _draw_chart(block, key)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _draw_shots(block: ShotsBlock, find: FindPicture) -> None:
    shots = []
    for rank, one in enumerate(block.shots[:TILES], start=1):
        score = "" if one.score is None else cell_text(float(one.score), decimals=DECIMALS)
        words = " · ".join(part for part in (score, one.words) if part)
        shots.append(KeptShot(rank, one.shot_id, words, find(one.shot_id)))
    left = len(block.shots) - TILES
    kept_shots(block.title, shots, more=f"and {left} more" if left > 0 else "")


def _draw_chart(
    block: HeatmapBlock | CurvesBlock | DotsBlock | IntervalsBlock | PlacesBlock, key: str
) -> None:
    if isinstance(block, DotsBlock) and len(block.columns) > MOST_COLUMNS:
        return  # its numbers stand in a table
    dark = state.is_dark()
    colours = DARK_CURVES if dark else LIGHT_CURVES
    chart: alt.TopLevelMixin
    note(block.title, "title")
    if isinstance(block, HeatmapBlock):
        if any(one is None for row in block.values for one in row):
            _draw_matrix(block)
            return
        chart = kept_heatmap(block, DARK if dark else LIGHT)
    elif isinstance(block, CurvesBlock):
        chart = kept_curves(block, colours)
    elif isinstance(block, DotsBlock):
        chart = kept_dots(block, colours)
    elif isinstance(block, IntervalsBlock):
        chart = kept_intervals(block, colours)
    else:
        chart = kept_places(block, colours)
    st.altair_chart(chart, theme=None, key=key, alt=block.title)


def _draw_matrix(block: HeatmapBlock) -> None:
    """A matrix with gaps, which a heatmap would show as if they were zero."""
    rows: Sequence[Sequence[tuple[str, bool]]] = [
        [(name, False), *((cell_text(one, decimals=DECIMALS), True) for one in row)]
        for name, row in zip(block.names, block.values, strict=True)
    ]
    kept_table(block.title, ("", *block.names), rows)
