"""What is drawn by code of ours: data in, event out. Foreign text reaches the page as text only."""

from app.components.detail import FusedEnd, Neighbour, ShotFacts, SpaceScore, detail_payload, shot_detail
from app.components.grid import LAYOUTS, grid_payload, shot_grid
from app.components.links import link_payload, linked_lists
from app.components.notes import empty_state, heading, note, side_note, worth_table
from app.components.table import table_payload, topic_table
from app.components.table_parts import (
    Column,
    Footer,
    FooterCell,
    TableParts,
    TopicRow,
    full_tone,
    row_distances,
)
from app.components.tiles import (
    JUDGEMENTS,
    VERDICTS,
    Lane,
    Partner,
    SpaceBar,
    Tile,
    TileEvents,
    bar_height,
)

__all__ = [
    "JUDGEMENTS",
    "LAYOUTS",
    "VERDICTS",
    "Column",
    "Footer",
    "FooterCell",
    "FusedEnd",
    "Lane",
    "Neighbour",
    "Partner",
    "ShotFacts",
    "SpaceBar",
    "SpaceScore",
    "TableParts",
    "Tile",
    "TileEvents",
    "TopicRow",
    "bar_height",
    "detail_payload",
    "empty_state",
    "full_tone",
    "grid_payload",
    "heading",
    "link_payload",
    "linked_lists",
    "note",
    "row_distances",
    "shot_detail",
    "shot_grid",
    "side_note",
    "table_payload",
    "topic_table",
    "worth_table",
]
