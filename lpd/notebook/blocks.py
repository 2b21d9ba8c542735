"""What a pinned view showed, as blocks that a page or a file can draw: tables, lists of shots, charts.

A snapshot may come from anywhere and have any form: what is not of a known one becomes a plain table of its
places and values.
"""

from collections.abc import Callable, Mapping
from typing import Any

from lpd.notebook.block_kinds import Block, Cell, TableBlock
from lpd.notebook.blocks_of_lists import compared_blocks, list_blocks
from lpd.notebook.blocks_of_numbers import (
    curve_blocks,
    interval_blocks,
    overlap_blocks,
    place_blocks,
    topic_blocks,
    worth_blocks,
)
from lpd.notebook.blocks_of_tables import cells_blocks, thing_blocks
from lpd.notebook.recipes import RECIPE_KEY

__all__ = ["MOST_ROWS", "plain_block", "snapshot_blocks"]

MOST_ROWS = 2_000
"""Of a plain table; what is beyond is counted."""

MAKERS: tuple[Callable[[dict[str, Any]], list[Block]], ...] = (
    compared_blocks,
    list_blocks,
    overlap_blocks,
    worth_blocks,
    topic_blocks,
    curve_blocks,
    interval_blocks,
    place_blocks,
    thing_blocks,
    cells_blocks,
)
"""Each takes the keys it knows out of a snapshot, if they are of its form, and returns their blocks."""


def snapshot_blocks(snapshot: Any) -> list[Block]:
    """Returns the blocks of a snapshot, in the order in which a page shows them; none for an empty one.

    Args:
        snapshot: plain JSON of any form; its recipe is no block.
    """
    if not isinstance(snapshot, Mapping):
        return [] if snapshot is None else [plain_block("What was kept", snapshot)]
    left = {str(key): value for key, value in snapshot.items() if key != RECIPE_KEY}
    blocks = [block for make in MAKERS for block in make(left)]
    more = plain_block("More that was kept", left)
    return [*blocks, *([more] if more.rows else [])]


def plain_block(title: str, document: Any) -> TableBlock:
    """Returns any plain JSON as a table of places and values; what is None or empty has no row."""
    rows: list[tuple[Cell, ...]] = []
    more = _walk(document, "", rows)
    if more:
        rows.append((f"and {more:,} more", None))
    return TableBlock(title, ("place", "value"), tuple(rows))


def _walk(document: Any, place: str, rows: list[tuple[Cell, ...]]) -> int:
    """Adds a row per value until there are enough; returns how many were left out."""
    waiting, left = [(place, document)], 0
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, Mapping) and value:
            waiting += [(f"{where}, {key}" if where else str(key), one) for key, one in value.items()][::-1]
        elif isinstance(value, list) and value:
            waiting += [(f"{where} {number}", one) for number, one in enumerate(value, start=1)][::-1]
        elif not isinstance(value, (str, int, float)):
            continue
        elif len(rows) < MOST_ROWS:
            rows.append((where, value))
        else:
            left += 1
    return left
