"""Blocks of ranked lists: those of a search, and two systems compared."""

from typing import Any

from lpd.notebook.block_forms import as_number, is_object
from lpd.notebook.block_kinds import Block, Cell, ShotsBlock, ShotTile, TableBlock

__all__ = ["compared_blocks", "list_blocks"]

SIDES = ("A", "B")


def list_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the lists of `lists`: name -> [[shot, score], ...]; takes the key if it is of this form."""
    lists = left.get("lists")
    if not is_object(lists):
        return []
    found: list[Block] = []
    for name, shots in lists.items():
        tiles = _tiles(shots)
        if tiles is None:
            return []
        found.append(ShotsBlock(f"List {name}", tiles))
    del left["lists"]
    return found


def _tiles(shots: Any) -> tuple[ShotTile, ...] | None:
    """The shots of a list, with or without scores; None for another form."""
    if not isinstance(shots, list):
        return None
    tiles = []
    for one in shots:
        shot_id, score = (
            (one[0], as_number(one[1])) if isinstance(one, list) and len(one) == 2 else (one, None)
        )
        if not isinstance(shot_id, str):
            return None
        tiles.append(ShotTile(shot_id, score))
    return tuple(tiles)


def compared_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns two systems' figures, lists and topics; takes the keys that are of this form."""
    labels = [left.get(side) for side in SIDES]
    if not all(isinstance(one, str) for one in labels):
        return []
    for side in SIDES:
        del left[side]
    left.pop("numbers", None)  # the figures say them in words
    first, second = map(str, labels)
    found: list[Block] = [*_figures(left), *_two_lists(left, first, second)]
    topics = _rows(left.get("topics"), 4)
    if topics is not None:
        del left["topics"]
        columns = ("topic", f"A, {first}", f"B, {second}", "rank-biased overlap")
        found.append(TableBlock("Topics", columns, topics))
    return found


def _figures(left: dict[str, Any]) -> list[Block]:
    figures = _rows(left.get("figures"), 3)
    if figures is None:
        return []
    del left["figures"]
    return [TableBlock("Figures", ("figure", "value", ""), figures)]


def _two_lists(left: dict[str, Any], first: str, second: str) -> list[Block]:
    lists = left.get("lists")
    if not is_object(lists) or set(lists) != set(SIDES):
        return []
    tiles = [_tiles(lists[side]) for side in SIDES]
    if tiles[0] is None or tiles[1] is None:
        return []
    del left["lists"]
    found: list[Block] = []
    for side, label, own, other in zip(SIDES, (first, second), tiles, tiles[::-1], strict=True):
        places = {tile.shot_id: rank for rank, tile in enumerate(other or (), start=1)}
        letter = SIDES[1 - SIDES.index(side)]
        words = [f"{letter} {places[one.shot_id]}" if one.shot_id in places else "" for one in own or ()]
        marked = tuple(
            ShotTile(one.shot_id, one.score, also) for one, also in zip(own or (), words, strict=True)
        )
        found.append(ShotsBlock(f"{side}: {label}", marked))
    return found


def _rows(value: Any, width: int) -> tuple[tuple[Cell, ...], ...] | None:
    """Rows of plain cells, all of a width; None for another form or none at all."""
    if not isinstance(value, list) or not value:
        return None
    for row in value:
        if not isinstance(row, list) or len(row) != width:
            return None
        if not all(one is None or isinstance(one, (str, int, float)) for one in row):
            return None
    return tuple(tuple(row) for row in value)
