"""What a table of topics is made of: columns, rows, rows under them, and how far a number stands from the
others of its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "FOOTER_KINDS",
    "PLAIN",
    "Column",
    "Footer",
    "FooterCell",
    "TableParts",
    "TopicRow",
    "full_tone",
    "row_distances",
]

SMALLEST_FULL_TONE = 0.05
"""However alike the columns are, a distance below this never has the full colour."""

FOOTER_KINDS = ("mean", "difference", "published")


class Column(NamedTuple):
    """A space or a run; `end` colours its name, `title` says where its numbers come from, `name` is what a
    click on its head reports (the label where it is empty), `published` sets it in italics, without tint;
    `plain` is without tint too: another number than the measure of the table."""

    label: str
    end: str
    title: str
    name: str = ""
    published: bool = False
    plain: bool = False

    @property
    def tinted(self) -> bool:
        """Whether its cells say by their colour how far they are from the others."""
        return not (self.published or self.plain)


class TopicRow(NamedTuple):
    """A topic with one value per column, None where it was not measured; `href` leads to its query.

    `marks` has a sign of significance per column, `titles` further words for the hover of each cell,
    `difficulty` is its class, `group` (as an edition) heads the rows that have the same one; `texts` are
    printed instead of the values where they are not empty, `class_title` is the hover of the class.
    """

    topic_id: str
    text: str
    values: tuple[float | None, ...]
    href: str | None = None
    marks: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    difficulty: str = ""
    group: str = ""
    texts: tuple[str, ...] = ()
    class_title: str = ""


class FooterCell(NamedTuple):
    """A number under a column as it is printed; `note` stands below it, `title` is its hover, `mark` a sign
    of significance."""

    text: str
    note: str = ""
    title: str = ""
    mark: str = ""


class Footer(NamedTuple):
    """A row under the topics with one cell per column; `kind` is one of FOOTER_KINDS; with a `group` it
    stands under the rows of that group."""

    label: str
    cells: tuple[FooterCell, ...]
    note: str = ""
    kind: str = "mean"
    group: str = ""


@dataclass(frozen=True)
class TableParts:
    """What a table of topics may have beside its numbers and means.

    Args:
        first: head of the first column; what a click on it reports is `topic`.
        classes: head of the column of difficulty, empty for none; what a click on it reports is `class`.
        footers: rows below the means.
        sorted_by: name of the column that the rows are sorted by, `topic` and `class` among them.
        descending: whether the largest comes first.
        baseline: the column whose distance tints the others; None for the mean of the row.
    """

    first: str = "topic"
    classes: str = ""
    footers: tuple[Footer, ...] = ()
    sorted_by: str = ""
    descending: bool = False
    baseline: int | None = None


PLAIN = TableParts()


def row_distances(
    values: Sequence[float | None], *, baseline: int | None = None, counted: Sequence[bool] | None = None
) -> list[float]:
    """Returns each value's distance from the mean of its row, or from its baseline; 0 for None, for a value
    alone and where the baseline is not measured.

    Args:
        values: of one topic.
        baseline: the position of the baseline; None for the mean.
        counted: which values take part, None for all; the others have distance 0.
    """
    taking = [True] * len(values) if counted is None else list(counted)
    known = [value for value, part in zip(values, taking, strict=True) if value is not None and part]
    if baseline is not None:
        reference = values[baseline]
    else:
        reference = sum(known) / len(known) if len(known) > 1 else None
    if reference is None:
        return [0.0 for _ in values]
    return [
        value - reference if value is not None and part else 0.0
        for value, part in zip(values, taking, strict=True)
    ]


def full_tone(
    rows: Sequence[TopicRow], *, baseline: int | None = None, columns: Sequence[Column] = ()
) -> float:
    """Returns the distance that has the full colour: the largest one in the table.

    Args:
        rows: the topics.
        baseline: as in `TableParts`.
        columns: of the table; those without tint do not count.
    """
    counted = [column.tinted for column in columns] or None
    distances = (row_distances(row.values, baseline=baseline, counted=counted) for row in rows)
    return max([SMALLEST_FULL_TONE, *(abs(one) for row in distances for one in row)])
