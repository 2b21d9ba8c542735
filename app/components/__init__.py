"""What is drawn by code of ours: data in, event out. Foreign text reaches the page as text only."""

from app.components.detail import FusedEnd, Neighbour, ShotFacts, SpaceScore, detail_payload, shot_detail
from app.components.grid import JUDGEMENTS, Lane, SpaceBar, Tile, bar_height, grid_payload, shot_grid
from app.components.notes import empty_state, heading, note, side_note, worth_table
from app.components.table import Column, TopicRow, full_tone, row_distances, table_payload, topic_table

__all__ = [
    "JUDGEMENTS",
    "Column",
    "FusedEnd",
    "Lane",
    "Neighbour",
    "ShotFacts",
    "SpaceBar",
    "SpaceScore",
    "Tile",
    "TopicRow",
    "bar_height",
    "detail_payload",
    "empty_state",
    "full_tone",
    "grid_payload",
    "heading",
    "note",
    "row_distances",
    "shot_detail",
    "shot_grid",
    "side_note",
    "table_payload",
    "topic_table",
    "worth_table",
]
