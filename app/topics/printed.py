"""The table of topics to take away, as it pastes into a paper."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.topics.tables import TopicsShown
from app.words import printed_share
from lpd.evaluation import Interval
from lpd.tables import Cell, Column, ResultTable, Row

__all__ = ["OUTSIDE", "result_table"]

OUTSIDE = "(not among the edition's topics)"
"""Stands for the text of a judged topic that the edition does not list."""


def result_table(shown: TopicsShown, rows: Sequence[int]) -> ResultTable:
    """Returns the table of topics as a table of results: topics, means with intervals, differences to the
    baseline, published figures.

    Args:
        shown: what the page shows.
        rows: of its table, in the order to be printed.
    """
    runs = () if shown.beside.runs is None else tuple(shown.beside.runs.values)
    columns = (
        Column("topic text", "text"),
        Column("topic class", "text"),
        *(Column(name) for name in shown.table.columns),
        *(Column(f"published {run}") for run in runs),
    )
    below = [Row(row.label, (*row.cells, *(Cell() for _ in runs))) for row in _below(shown)]
    return ResultTable(
        title=f"{shown.measure} per topic of {shown.edition.name}",
        row_name="topic",
        columns=columns,
        rows=(*(_topic(shown, row) for row in rows), *below),
        compared_with=None if shown.comparison is None else shown.comparison.baseline,
        published_in="; ".join(_sources(shown)) or None,
        notes=tuple(_notes(shown)),
    )


def _sources(shown: TopicsShown) -> list[str]:
    line, runs = shown.beside.line, shown.beside.runs
    found = [] if line is None else [f"{figure.source}; {figure.place}" for figure in line.figures.values()]
    found += [] if runs is None else [f"{runs.source}; {runs.place}"]
    return list(dict.fromkeys(found))


def _notes(shown: TopicsShown) -> list[str]:
    table = shown.table
    notes = [f"{name}: {said}" for name in table.columns for said in table.warnings.get(name, ())]
    if table.unjudged:
        notes.append(f"not judged, so not counted: {', '.join(table.unjudged)}")
    intervals = [one for one in shown.intervals.values() if one is not None]
    notes += [one.words for one in intervals[:1]]
    notes.append(shown.groups.words)
    return notes if shown.comparison is None else [*notes, shown.comparison.words]


def _topic(shown: TopicsShown, row: int) -> Row:
    table, topic_id = shown.table, shown.table.topic_ids[row]
    words = [Cell(text=table.texts[row] or OUTSIDE), Cell(text=shown.group_of(topic_id) or None)]
    values = [_cell(value) for value in table.values[row].tolist()]
    runs = {} if shown.beside.runs is None else shown.beside.runs.values
    published = [Cell(published=figures.get(topic_id)) for figures in runs.values()]
    return Row(topic_id, (*words, *values, *published))


def _cell(value: float | None) -> Cell:
    return Cell() if value is None or not np.isfinite(value) else Cell(value)


def _below(shown: TopicsShown) -> list[Row]:
    table, names = shown.table, shown.table.columns
    means = [_mean(shown, name, value) for name, value in zip(names, table.means.tolist(), strict=True)]
    rows = [_line("mean", means), _interval_line("mean", shown.intervals, names=names)]
    if shown.means is not None:
        found = zip(shown.means.editions, shown.means.means.tolist(), strict=True)
        rows += [_line(f"mean of {edition}", list(map(_cell, values))) for edition, values in found]
        rows.append(_line("mean over editions", list(map(_cell, shown.means.overall.tolist()))))
        rows.append(_interval_line("mean over editions", shown.means_intervals, names=names))
    return [*rows, *_against(shown), *_published(shown)]


def _line(label: str, cells: Sequence[Cell]) -> Row:
    return Row(label, (Cell(), Cell(), *cells))


def _mean(shown: TopicsShown, name: str, value: float) -> Cell:
    """The mean, the corrected p-value of its difference, and over how many topics where some are missing."""
    if not np.isfinite(value):
        return Cell()
    table, against = shown.table, shown.against(name)
    partial = int(table.counted[table.position(name)]) < table.topics_known
    p_value = None if against is None else against.corrected
    return Cell(value, p_value=p_value, note=table.counted_words(name) if partial else None)


def _interval_line(of: str, intervals: Mapping[str, Interval | None], *, names: Sequence[str]) -> Row:
    found = [intervals.get(name) for name in names]
    level = next((f"{100 * one.level:g} % interval" for one in found if one is not None), "interval")
    words = [
        None if one is None else f"{printed_share(one.low)} to {printed_share(one.high)}" for one in found
    ]
    return _line(f"{of}, {level}", [Cell(text=one) for one in words])


def _against(shown: TopicsShown) -> list[Row]:
    if shown.comparison is None:
        return []
    found = [shown.against(name) for name in shown.table.columns]
    counts = [None if one is None or not one.topics else " / ".join(map(str, one.counts)) for one in found]
    differences = [_cell(None if one is None else one.difference) for one in found]
    corrected = [_cell(None if one is None else one.corrected) for one in found]
    return [
        _line(f"difference to {shown.comparison.baseline}", differences),
        _line("p, corrected", corrected),
        _line("win / tie / loss", [Cell(text=words) for words in counts]),
    ]


def _published(shown: TopicsShown) -> list[Row]:
    line = shown.beside.line
    if line is None:
        return []
    figures = [line.figures.get(name) for name in shown.table.columns]
    return [_line(line.label, [Cell(published=None if one is None else one.value) for one in figures])]
