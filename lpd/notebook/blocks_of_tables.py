"""Blocks of tables: what is in a workspace, tables of results, plain values."""

from collections.abc import Mapping
from typing import Any

from lpd.notebook.block_forms import as_number, is_number, is_object, objects_of
from lpd.notebook.block_kinds import Block, Cell, TableBlock, cell_text

__all__ = ["cells_blocks", "thing_blocks"]


def thing_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns lists of objects of plain values, such as what is in a workspace, as tables."""
    found: list[Block] = []
    for key in [name for name, value in left.items() if _is_table(value)]:
        rows = left.pop(key)
        if all({"row", "column", "mean"} <= set(row) for row in rows):
            found.append(_result_table(key, rows))
            continue
        columns = tuple(dict.fromkeys(str(name) for row in rows for name in row))
        cells = tuple(tuple(row.get(name) for name in columns) for row in rows)
        used = [place for place in range(len(columns)) if any(row[place] not in (None, "") for row in cells)]
        found.append(
            TableBlock(
                key.replace("_", " ").capitalize(),
                tuple(columns[place].replace("_", " ") for place in used),
                tuple(tuple(row[place] for place in used) for row in cells),
            )
        )
    return found


def _result_table(name: str, cells: list[Mapping[str, Any]]) -> TableBlock:
    """A table of results from its cells: a row per group and row; a published figure stands in brackets."""
    columns = tuple(dict.fromkeys(str(one.get("column")) for one in cells))
    rows: dict[tuple[str, str], dict[str, Cell]] = {}
    for one in cells:
        group, row = (str(one.get(key) or "") for key in ("group", "row"))
        rows.setdefault((group, row), {})[str(one.get("column"))] = _result(one)
    grouped = any(group for group, _ in rows)
    lines = []
    for (group, row), found in rows.items():
        lines.append((*([group] if grouped else []), row, *(found.get(column) for column in columns)))
    return TableBlock(name, (*(["group"] if grouped else []), "row", *columns), tuple(lines))


def _result(cell: Mapping[str, Any]) -> Cell:
    mean, spread, published = cell.get("mean"), cell.get("spread"), cell.get("published")
    if is_number(mean) and not is_number(spread) and published is None:
        return mean
    told = cell_text(mean) if is_number(mean) else ""
    told += f" ± {cell_text(spread)}" if is_number(spread) else ""
    shown = published if isinstance(published, str) else cell_text(as_number(published))
    return f"{told} [{shown}]".strip() if shown else told


def _is_table(value: Any) -> bool:
    rows = objects_of(value)
    if rows is None:
        return False
    return all(one is None or isinstance(one, (str, int, float)) for row in rows for one in row.values())


def cells_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns objects of plain values as tables of two columns."""
    found: list[Block] = []
    plain = (str, int, float)
    for key in [name for name, value in left.items() if is_object(value)]:
        value = left[key]
        if all(one is None or isinstance(one, plain) for one in value.values()):
            rows = tuple((str(name), one) for name, one in left.pop(key).items())
            found.append(TableBlock(key.replace("_", " ").capitalize(), ("", "value"), rows))
    return found
