"""The topics on which two systems differ, as a table of results."""

from collections.abc import Mapping

from lpd.services.topic_differences import TopicDifference, TopicDifferences, order_differences
from lpd.tables import Cell, Column, ResultTable, Row

__all__ = ["BY_MEASURE", "BY_RBO", "ORDERS", "differences_table", "mean_difference", "ordered_topics"]

BY_MEASURE, BY_RBO = "infAP", "RBO"
ORDERS = {BY_MEASURE: "measure", BY_RBO: "rbo"}
"""Order as it is printed and stands in the address -> its name in the library."""


def ordered_topics(found: TopicDifferences, by: str) -> list[TopicDifference]:
    """Returns the topics that differ most first; without judgements those whose lists differ most.

    Raises:
        KeyError: for another order than ORDERS.
    """
    judged = any(topic.difference is not None for topic in found.topics)
    return order_differences(found.topics, ORDERS[by if judged else BY_RBO])


def mean_difference(found: TopicDifferences) -> tuple[float, float] | None:
    """Returns the means of A and B over the topics that both have and that are judged; None without any."""
    both = [(one.first, one.second) for one in found.topics]
    judged = [(first, second) for first, second in both if first is not None and second is not None]
    if not judged:
        return None
    return sum(first for first, _ in judged) / len(judged), sum(second for _, second in judged) / len(judged)


def differences_table(
    found: TopicDifferences, *, texts: Mapping[str, str], labels: tuple[str, str], by: str
) -> ResultTable:
    """Returns how two systems differ: a row per topic in the order shown, the means below.

    Args:
        found: of the two systems.
        texts: topic -> its text.
        labels: the systems in words.
        by: a key of ORDERS.
    """
    measure = found.measure
    columns = (
        Column("topic text", "text"),
        Column(f"{measure} of A"),
        Column(f"{measure} of B"),
        Column("A - B", "number", 3),
        Column(f"RBO, p {found.p:g}"),
        Column(f"IoU@{found.k}"),
    )
    rows = [
        Row(
            one.topic_id,
            (
                Cell(text=texts.get(one.topic_id)),
                *(_number(value) for value in (one.first, one.second, one.difference)),
                Cell(one.rbo.extrapolated),
                Cell(one.iou),
            ),
        )
        for one in ordered_topics(found, by)
    ]
    notes = [f"{letter}: {label}" for letter, label in zip("AB", labels, strict=True)]
    missing = (("A", found.only_second), ("B", found.only_first))
    notes += [f"{letter} has no list of {', '.join(topics)}" for letter, topics in missing if topics]
    return ResultTable(
        title=f"Topics on which A and B differ most, by {by}",
        row_name="topic",
        columns=columns,
        rows=(*rows, _means(found)),
        notes=tuple(notes),
    )


def _number(value: float | None) -> Cell:
    return Cell() if value is None else Cell(value)


def _means(found: TopicDifferences) -> Row:
    means = mean_difference(found)
    first, second = means if means is not None else (None, None)
    difference = None if first is None or second is None else first - second
    cells = (Cell(), *(_number(value) for value in (first, second, difference)))
    return Row("mean", (*cells, Cell(found.mean_rbo), Cell(found.mean_iou)))
