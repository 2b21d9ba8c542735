"""What the component of the table of topics is given: rows with what stands behind every number."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.components import Column, TableParts, TopicRow, full_tone, table_payload
from app.parameters import link
from app.topics.choices import FACTS, JUDGED, RELEVANT, fact_values, sorting_of
from app.topics.footers import topic_footers
from app.topics.formulas import formula_of
from app.topics.gathering import TopicsPage
from app.topics.printed import OUTSIDE
from app.topics.published import Beside
from app.topics.tables import TopicsShown
from app.words import printed_share, signed

__all__ = ["DrawnTable", "drawn_table"]

CLASSES = "class"
"""Head of the last column, the difficulty."""


class DrawnTable(NamedTuple):
    """What the component is given, as plain JSON values, and what its colours say."""

    payload: dict[str, Any]
    colours: str


def drawn_table(page: TopicsPage) -> DrawnTable:
    """Returns the whole table of a page."""
    shown, order = page.shown, page.choice.order
    baseline = _tint(shown, order)
    sorted_by, descending = sorting_of(order)
    columns = [Column(one.label, one.end, one.words, one.name) for one in shown.lists]
    columns += _runs_beside(shown.beside)
    columns += _fact_columns(shown) if page.choice.facts else []
    rows = [_row(page, row) for row in page.rows]
    parts = TableParts(
        classes=CLASSES,
        footers=tuple(topic_footers(shown, more=len(FACTS) if page.choice.facts else 0)),
        sorted_by=sorted_by,
        descending=descending,
        baseline=baseline,
    )
    payload = table_payload(columns, rows, means=(), note="", measure=shown.measure, parts=parts)
    full = printed_share(full_tone(rows, baseline=baseline, columns=columns), 2)
    reference = "the mean of the row" if baseline is None else columns[baseline].label
    words = f"Colours: distance from {reference}, blue above, amber below, full at {full}."
    return DrawnTable(payload, words)


def _tint(shown: TopicsShown, order: str) -> int | None:
    """The column that the colours are distances from, None for the mean of the row.

    Sorted by difference, the colours are differences too.
    """
    if shown.comparison is None or order != "difference":
        return None
    return shown.table.position(shown.comparison.baseline)


def _runs_beside(beside: Beside) -> list[Column]:
    """The published runs as columns; in italics, and in no mean, test or colour of ours."""
    if beside.runs is None:
        return []
    words = f"published, not measured here: {beside.runs.source}; {beside.runs.place}"
    return [Column(run, "", words, f"published {run}", published=True) for run in beside.runs.values]


def _fact_columns(shown: TopicsShown) -> list[Column]:
    """How many shots are relevant, and how much of the lists is judged; without colour."""
    judged = f"share of the first {shown.table.judged_at} shots that is judged, mean over the lists shown"
    relevant = "shots judged relevant"
    if not shown.table.complete:
        relevant = "relevant shots, estimated from the judged sample as sample_eval.pl does"
    return [
        Column("relevant", "", relevant, RELEVANT, plain=True),
        Column("judged", "", judged, JUDGED, plain=True),
    ]


def _row(page: TopicsPage, row: int) -> TopicRow:
    shown, table = page.shown, page.shown.table
    topic_id, text = table.topic_ids[row], table.texts[row]
    values = [value if np.isfinite(value) else None for value in table.values[row].tolist()]
    titles = [_behind(shown, row, column) for column in range(len(values))]
    if shown.beside.runs is not None:
        for figures in shown.beside.runs.values.values():
            values.append(figures.get(topic_id))
            titles.append(f"{shown.beside.runs.source}; {shown.beside.runs.place}")
    facts = _fact_texts(shown, row)
    texts = [""] * len(values)
    if page.choice.facts:
        known = (float(fact_values(table, name)[row]) for name in FACTS)
        values += [value if np.isfinite(value) else None for value in known]
        titles += ["" for _ in FACTS]
        texts += facts
    return TopicRow(
        topic_id,
        text or OUTSIDE,
        tuple(values),
        href=link("", {**page.selection.parameters(), "q": text}) if text else None,
        titles=tuple(titles),
        difficulty=shown.group_of(topic_id) or "–",
        texts=tuple(texts),
        class_title=_class_title(shown, row, facts),
    )


def _behind(shown: TopicsShown, row: int, column: int) -> str:
    """What a number was made from: how much is judged, which list with its digest, the qrels, the formula."""
    table, one = shown.table, shown.lists[column]
    parts = []
    if np.isfinite(table.judged[row, column]):
        parts.append(f"{table.judged[row, column]:.0%} of its top {table.judged_at} judged")
    taken = table.taken_from.get(one.name, (None,) * len(table.topic_ids))[row]
    if taken is not None:
        parts.append(f"that of {shown.label(taken)}")
    parts += _difference_words(shown, row, one.name)
    origin = f"{one.words}\nqrels {shown.edition.name}/{shown.qrels_name}, {table.qrels_digest}"
    return "\n".join([*parts, origin, formula_of(table.measure)])


def _difference_words(shown: TopicsShown, row: int, column: str) -> list[str]:
    """How far a number is from the baseline's; nothing without one."""
    if shown.comparison is None or column == shown.comparison.baseline:
        return []
    difference = shown.table.of(column)[row] - shown.table.of(shown.comparison.baseline)[row]
    baseline = shown.label(shown.comparison.baseline)
    return [f"{signed(difference)} against {baseline}"] if np.isfinite(difference) else []


def _fact_texts(shown: TopicsShown, row: int) -> list[str]:
    """The facts of a topic as they are printed: `≈43`, `98%`."""
    table = shown.table
    relevant, share = (float(fact_values(table, name)[row]) for name in FACTS)
    about = "" if table.complete else "≈"
    return [f"{about}{relevant:,.0f}", f"{share:.0%}" if np.isfinite(share) else "–"]


def _class_title(shown: TopicsShown, row: int, facts: Sequence[str]) -> str:
    """What stands behind the class of a topic: the rule, the facts, and what the slides of SEA call it."""
    relevant, share = facts
    lines = [
        shown.groups.words,
        f"{relevant} relevant shots",
        f"{share} of the top {shown.table.judged_at} of the lists judged",
    ]
    if not shown.group_of(shown.table.topic_ids[row]):
        lines.insert(0, "no class: a list lacks the topic")
    runs = shown.beside.runs
    named = None if runs is None else runs.named_groups.get(shown.table.topic_ids[row])
    if runs is not None and named:
        lines.append(f"published: {named}; {runs.source}; {runs.place}")
    return "\n".join(lines)
