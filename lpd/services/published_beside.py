"""Published figures that may stand beside measured ones: those of the very same topics, with their source.

Other data, features and training lie behind them; they are for orientation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.editions import Edition
from lpd.published import PublishedSlip, PublishedTable, published_slips, published_table

__all__ = [
    "TRECVID_TOPICS",
    "PublishedRuns",
    "PublishedSystems",
    "published_runs",
    "published_systems",
    "trecvid_edition",
]

TRECVID_TOPICS = {
    "TV16": (501, 530),
    "TV17": (531, 560),
    "TV18": (561, 590),
    "TV19": (611, 640),
    "TV20": (641, 660),
    "TV21": (661, 680),
    "TV22": (701, 730),
    "TV23": (731, 750),
}
"""Edition as the papers call it -> its first and last topic. Source: the topic files of TRECVID AVS."""

_RUNS, _EDITION_OF_RUNS = "sea-slide14", "TV20"
_SYSTEMS = ("lpd-table3", "lpd-table4", "lpd-table5", "sea-slide8")
_MEASURE = "infAP"
_NAMED_GROUP = "named_group"


@dataclass(frozen=True)
class PublishedRuns:
    """Published runs, topic by topic.

    Args:
        title: of the table, in our words.
        source: the publication.
        place: slide or table.
        notes: what a reader of the numbers should know.
        measure: of the figures.
        values: run -> topic, numbered as in the edition, -> figure.
        means: run -> mean over the topics, computed here: the slide prints none.
        named_groups: topic -> `easy`, `not easy` or `hard`, for topics that the slides name.
    """

    title: str
    source: str
    place: str
    notes: tuple[str, ...]
    measure: str
    values: dict[str, dict[str, float]]
    means: dict[str, float]
    named_groups: dict[str, str]


@dataclass(frozen=True)
class PublishedSystems:
    """A published table of systems, the columns of some editions.

    Args:
        name: of the table.
        title: what it holds, in our words.
        source: the publication.
        place: section and table, or slide.
        notes: what a reader of the numbers should know.
        measure: of the figures.
        editions: names of the editions at hand that the table has, in the order given.
        rows: system -> figure per edition.
        means: system -> mean of these figures, computed here.
        slips: where the table contradicts itself.
    """

    name: str
    title: str
    source: str
    place: str
    notes: tuple[str, ...]
    measure: str
    editions: tuple[str, ...]
    rows: dict[str, tuple[float, ...]]
    means: dict[str, float]
    slips: tuple[PublishedSlip, ...]


def trecvid_edition(edition: Edition) -> str | None:
    """Returns which of `TRECVID_TOPICS` an edition is: the one with exactly its topics; None for no such.

    The name of the edition has no influence. Either all numbers have the leading 1 of the qrels or none has.
    """
    own = {topic.topic_id for topic in edition.topics}
    for name, (first, last) in TRECVID_TOPICS.items():
        numbers = [str(number) for number in range(first, last + 1)]
        if own in (set(numbers), {"1" + number for number in numbers}):
            return name
    return None


def published_runs(edition: Edition) -> PublishedRuns | None:
    """Returns the published runs of an edition, topic by topic; None where there are none of its topics.

    Raises:
        NotFoundError: if the published figures are not there.
    """
    if trecvid_edition(edition) != _EDITION_OF_RUNS:
        return None
    table = published_table(_RUNS)
    number_of = {topic.topic_id: topic.topic_id[-3:] for topic in edition.topics}
    runs = [column for column in table.columns if column != _NAMED_GROUP]
    values = {run: {one: _figure(table, number, run) for one, number in number_of.items()} for run in runs}
    named = {one: table.text(number, _NAMED_GROUP) for one, number in number_of.items()}
    return PublishedRuns(
        title=table.title,
        source=table.source,
        place=table.place,
        notes=table.notes,
        measure=_MEASURE,
        values=values,
        means={run: float(np.mean(list(of_run.values()))) for run, of_run in values.items()},
        named_groups={one: group for one, group in named.items() if group},
    )


def published_systems(editions: Sequence[Edition]) -> list[PublishedSystems]:
    """Returns the published tables of systems that have figures of some editions; none if none has.

    Args:
        editions: in the order of the columns; those that are no TRECVID edition of these tables are passed
            over, and so are those that a table does not have.

    Raises:
        NotFoundError: if the published figures are not there.
    """
    names = {edition.name: trecvid_edition(edition) for edition in editions}
    found = []
    for table in map(published_table, _SYSTEMS):
        columns = {own: name for own, name in names.items() if name in table.columns and name is not None}
        if not columns:
            continue
        rows = {
            system: tuple(_figure(table, system, column) for column in columns.values())
            for system in table.labels
        }
        found.append(
            PublishedSystems(
                name=table.name,
                title=table.title,
                source=table.source,
                place=table.place,
                notes=table.notes,
                measure=_MEASURE,
                editions=tuple(columns),
                rows=rows,
                means={system: float(np.mean(figures)) for system, figures in rows.items()},
                slips=tuple(published_slips(table.name)),
            )
        )
    return found


def _figure(table: PublishedTable, row: str, column: str) -> float:
    value = table.value(row, column)
    assert value is not None, "every cell of an edition is printed"
    return value
