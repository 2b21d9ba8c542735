"""The kinds of blocks that a pinned view is shown in; plain values only, all texts may be foreign."""

from dataclasses import dataclass

__all__ = [
    "Block",
    "Cell",
    "CurveLine",
    "CurvesBlock",
    "DotsBlock",
    "HeatmapBlock",
    "IntervalRow",
    "IntervalsBlock",
    "Place",
    "PlacesBlock",
    "ShotTile",
    "ShotsBlock",
    "TableBlock",
    "cell_text",
]

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class TableBlock:
    """A table.

    Args:
        title: above it.
        columns: their names.
        rows: a cell per column.
        foot: how many of the last rows stand under a line: means, tests.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: int = 0


@dataclass(frozen=True)
class ShotTile:
    """A shot of a list: its id, its score where it was kept, and what stands under it."""

    shot_id: str
    score: float | None = None
    words: str = ""


@dataclass(frozen=True)
class ShotsBlock:
    """A list of shots, best first."""

    title: str
    shots: tuple[ShotTile, ...]


@dataclass(frozen=True)
class HeatmapBlock:
    """A matrix of shares between 0 and 1 with its names; the diagonal compares a thing with itself."""

    title: str
    names: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class CurveLine:
    """A line: x and y of each point, and from where to where y spreads."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class CurvesBlock:
    """Lines over one axis."""

    title: str
    x_label: str
    y_label: str
    lines: tuple[CurveLine, ...]


@dataclass(frozen=True)
class DotsBlock:
    """A value of each row in each column, as dots side by side; its numbers stand in a table too."""

    title: str
    measure: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class IntervalRow:
    """A number with its interval."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class IntervalsBlock:
    """Numbers with their intervals, as in a table of runs."""

    title: str
    measure: str
    rows: tuple[IntervalRow, ...]


@dataclass(frozen=True)
class Place:
    """Where a shot lies on a map."""

    shot_id: str
    x: float
    y: float


@dataclass(frozen=True)
class PlacesBlock:
    """Shots on a map; its axes have no unit."""

    title: str
    places: tuple[Place, ...]


Block = TableBlock | ShotsBlock | HeatmapBlock | CurvesBlock | DotsBlock | IntervalsBlock | PlacesBlock


def cell_text(cell: Cell, *, decimals: int = 4) -> str:
    """Returns a cell as it is printed: whole numbers whole, others with their decimals, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}" if abs(cell) < 10**15 else f"{float(cell):.4g}" if abs(cell) < 10**300 else "large"
    if isinstance(cell, float):
        return f"{cell:.{decimals}f}" if abs(cell) < 1e9 else f"{cell:.3g}"
    return cell
