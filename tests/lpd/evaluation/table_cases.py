"""Tables of topics made by hand, for the tests of what is done with them."""

import math
from collections.abc import Mapping, Sequence

from lpd.editions import Edition
from lpd.evaluation import TopicColumn, TopicTable, topic_table
from lpd.trec import Qrels, Topic


def edition_of(*topic_ids: str, name: str = "tv99", collection: str = "here") -> Edition:
    topics = tuple(Topic(one, f"text of {one}") for one in topic_ids)
    return Edition(name, collection, None, topics, ("main",), "main")


def qrels_of(*topic_ids: str) -> Qrels:
    """In each topic two relevant shots, one that is not, one that is not judged."""
    rows = [("a", 1), ("b", 1), ("c", 0), ("d", -1)]
    return Qrels([(topic_id, shot, "1", grade) for topic_id in topic_ids for shot, grade in rows])


def column_of(name: str, values: Mapping[str, float], *, judged: Sequence[str] = ()) -> TopicColumn:
    """A column of the topics in `values`; those of `judged` that it does not have are missing."""
    return TopicColumn(
        name=name,
        topics={topic_id: {"infAP": value, "iP10": value / 2} for topic_id, value in values.items()},
        missing=tuple(one for one in judged if one not in values),
        missing_as="skip",
        judged=dict.fromkeys(values, 0.5),
        judged_at=100,
        measures=("infAP", "iP10"),
        complete=False,
        warnings=(),
    )


def table_of(
    rows: Mapping[str, Sequence[float]],
    columns: Sequence[str],
    *,
    name: str = "tv99",
    extra: Sequence[str] = (),
) -> TopicTable:
    """A table of infAP; NaN is a topic that a list does not have, `extra` are topics without judgements."""
    made = [
        column_of(
            column,
            {one: values[number] for one, values in rows.items() if not math.isnan(values[number])},
            judged=list(rows),
        )
        for number, column in enumerate(columns)
    ]
    return topic_table(edition_of(*rows, *extra, name=name), made, qrels=qrels_of(*rows))
