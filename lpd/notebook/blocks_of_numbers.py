"""Blocks of numbers: overlap and worth of spaces, tables of topics, curves, intervals, places on a map."""

from collections.abc import Mapping
from typing import Any

from lpd.notebook.block_forms import as_number, is_number, is_object, numbers_of, numbers_or_gaps, objects_of
from lpd.notebook.block_kinds import (
    Block,
    Cell,
    CurveLine,
    CurvesBlock,
    DotsBlock,
    HeatmapBlock,
    IntervalRow,
    IntervalsBlock,
    Place,
    PlacesBlock,
    TableBlock,
)

__all__ = [
    "curve_blocks",
    "interval_blocks",
    "overlap_blocks",
    "place_blocks",
    "topic_blocks",
    "worth_blocks",
]


def overlap_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the heatmaps of `overlap`: model -> {`rows`, `iou`, `mean`}."""
    overlap = left.get("overlap")
    if not is_object(overlap):
        return []
    k = left.get("k")
    found: list[Block] = []
    for model, one in overlap.items():
        if (
            not is_object(one)
            or not isinstance(one.get("rows"), list)
            or not isinstance(one.get("iou"), list)
        ):
            return []
        names = tuple(str(name) for name in one["rows"])
        values = tuple(numbers_or_gaps(row) or () for row in one["iou"])
        if len(values) != len(names) or any(len(row) != len(names) for row in values):
            return []
        mean = as_number(one.get("mean"))
        told = "" if mean is None else f", mean off the diagonal {mean:.3f}"
        cut = f"@{k}" if isinstance(k, int) else ""
        found.append(HeatmapBlock(f"{model}: inter-space IoU{cut}{told}", names, values))
    del left["overlap"]
    if isinstance(k, int):
        del left["k"]
    return found


def worth_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the table of `worth`: list -> {`inf_ap`, `found`, `without`: list -> infAP}."""
    worth = left.get("worth")
    if not isinstance(worth, Mapping) or not all(is_object(one) for one in worth.values()):
        return []
    del left["worth"]
    if not worth:
        return []
    left_out = dict.fromkeys(
        str(name) for one in worth.values() if is_object(one.get("without")) for name in one["without"]
    )
    rows: list[tuple[Cell, ...]] = []
    for name, one in worth.items():
        without = one["without"] if is_object(one.get("without")) else {}
        cells = [as_number(without.get(other)) for other in left_out]
        rows.append((name, as_number(one.get("inf_ap")), _whole(one.get("found")), *cells))
    columns = ("list", "infAP", "relevant shots only here", *(f"{name} without it" for name in left_out))
    return [TableBlock("What the spaces are worth", columns, tuple(rows))]


def _whole(value: Any) -> Cell:
    return value if isinstance(value, int) else as_number(value)


def topic_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the table of topics: `columns`, `topics`: [{`topic_id`, `values`}], `means`, `differences`."""
    columns, topics, means = left.get("columns"), objects_of(left.get("topics")), left.get("means")
    if not isinstance(columns, list) or not columns or topics is None:
        return []
    names = tuple(str(name) for name in columns)
    values = [numbers_or_gaps(one.get("values")) for one in topics]
    if any(row is None or len(row) != len(names) for row in values):
        return []
    ids = tuple(str(one.get("topic_id")) for one in topics)
    kept = tuple(row or () for row in values)
    labels = [f"{one} {topic.get('text') or ''}".rstrip() for one, topic in zip(ids, topics, strict=True)]
    rows: list[tuple[Cell, ...]] = [(label, *row) for label, row in zip(labels, kept, strict=True)]
    foot = _foot(names, means, left.get("differences"))
    measure = left.get("measure")
    title = str(measure) if isinstance(measure, str) else "value"
    for key in ("columns", "topics", "means", "differences", "measure"):
        left.pop(key, None)
    return [
        DotsBlock(f"{title} per topic", title, ids, names, kept),
        TableBlock(f"{title} per topic, the numbers", ("topic", *names), (*rows, *foot), len(foot)),
    ]


def _foot(names: tuple[str, ...], means: Any, differences: Any) -> list[tuple[Cell, ...]]:
    found: list[tuple[Cell, ...]] = []
    mean = numbers_or_gaps(means)
    if mean is not None and len(mean) == len(names):
        found.append(("mean", *mean))
    if is_object(differences):
        told = [differences.get(name) for name in names]
        for key, label in (("difference", "difference to the baseline"), ("p", "p, corrected")):
            cells = [as_number(one.get(key)) if is_object(one) else None for one in told]
            found.append((label, *cells))
    return found


def curve_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the curves of `curves`: line -> {`epoch`, `mean`, `low`, `high`}."""
    curves = left.get("curves")
    if not is_object(curves):
        return []
    lines = []
    for name, one in curves.items():
        columns = (
            [numbers_of(one.get(key)) for key in ("epoch", "mean", "low", "high")] if is_object(one) else []
        )
        read = [column for column in columns if column is not None]
        if len(read) != 4 or len({len(column) for column in read}) != 1:
            return []
        lines.append(CurveLine(str(name), *read))
    measure = left.get("measure") if isinstance(left.get("measure"), str) else "value"
    left.pop("curves")
    left.pop("measure", None)
    return [CurvesBlock(f"Validation {measure} per epoch", "epoch", str(measure), tuple(lines))]


def interval_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the runs of `runs`: tag -> {`inf_ap`, `low`, `high`}."""
    runs = left.get("runs")
    if not is_object(runs):
        return []
    rows = []
    for tag, one in runs.items():
        keys = ("inf_ap", "low", "high")
        numbers = [number for key in keys if is_object(one) and is_number(number := one.get(key))]
        if len(numbers) != len(keys):
            return []
        rows.append(IntervalRow(str(tag), *(float(number) for number in numbers)))
    del left["runs"]
    judged, pool = (left.pop(key) if isinstance(left.get(key), int) else None for key in ("judged", "pool"))
    told = "what is judged" if judged is None else f"{judged:,} judged shots"
    told += "" if pool is None else f" of {pool:,}"
    table = tuple((one.name, one.value, one.low, one.high) for one in rows)
    return [
        IntervalsBlock(f"Runs on {told}", "infAP", tuple(rows)),
        TableBlock("Runs, the numbers", ("run", "infAP", "from", "to"), table),
    ]


def place_blocks(left: dict[str, Any]) -> list[Block]:
    """Returns the maps of `places`: name -> shot -> [x, y]."""
    places = left.get("places")
    if not is_object(places) or not all(isinstance(one, Mapping) for one in places.values()):
        return []
    found: list[Block] = []
    for name, shots in places.items():
        points = {shot: numbers_of(place) for shot, place in shots.items()}
        if any(place is None or len(place) != 2 for place in points.values()):
            return []
        if points:
            marks = tuple(Place(str(shot), place[0], place[1]) for shot, place in points.items() if place)
            found.append(PlacesBlock(f"Map {name}", marks))
    del left["places"]
    return found
