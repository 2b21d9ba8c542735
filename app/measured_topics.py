"""One number per topic for several lists or runs, as rows of a table and as CSV; no drawing here."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.components import Column, TopicRow
from app.state import Selection, link
from lpd.editions import Edition
from lpd.evaluation import RunEvaluation
from lpd.trec import Qrels
from lpd.words import counted

__all__ = ["MEASURES", "ORDERS", "MeasuredTopics", "as_csv", "ordered", "topic_rows"]

MEASURES = {"infAP": "infAP", "infNDCG": "infNDCG", "iP10": "iP@10", "iP100": "iP@100", "iP1000": "iP@1000"}
"""Measures of the infAP family that are a value per topic -> how they are printed."""

BY_NUMBER, BY_SPREAD, BY_DIFFICULTY = "by number", "by spread", "by difficulty"
ORDERS = (BY_NUMBER, BY_SPREAD, BY_DIFFICULTY)


@dataclass(frozen=True)
class MeasuredTopics:
    """What a table of topics is made from.

    Args:
        edition: the topics and their texts.
        qrels: the judgements.
        columns: what is measured, in order.
        evaluations: one per column.
        measure: a key of MEASURES.
    """

    edition: Edition
    qrels: Qrels
    columns: tuple[Column, ...]
    evaluations: tuple[RunEvaluation, ...]
    measure: str

    @property
    def means(self) -> list[float]:
        """One mean per column, over the topics that the column has."""
        return [one.mean[self.measure] for one in self.evaluations]

    @property
    def unjudged(self) -> list[str]:
        """Topics of the edition that the qrels do not have."""
        judged = set(self.qrels.topic_ids)
        return [topic.topic_id for topic in self.edition.topics if topic.topic_id not in judged]

    @property
    def judged_words(self) -> str:
        """How many topics count: `19 of 20 topics`."""
        topics = len(self.edition.topics)
        return f"{topics - len(self.unjudged)} of {counted(topics, 'topic')}"

    def warnings(self) -> list[str]:
        """Returns what the evaluations warn of, each sentence once with the columns it is about."""
        by_sentence: dict[str, list[str]] = {}
        for column, one in zip(self.columns, self.evaluations, strict=True):
            for warning in one.warnings:
                by_sentence.setdefault(warning, []).append(column.label)
        return [f"{', '.join(labels)}: {warning}" for warning, labels in by_sentence.items()]


def topic_rows(table: MeasuredTopics, selection: Selection) -> list[TopicRow]:
    """Returns one row per judged topic in the edition's order, then judged topics that the edition does not
    list."""
    texts = {topic.topic_id: topic.text for topic in table.edition.topics}
    judged = set(table.qrels.topic_ids)
    ids = [topic_id for topic_id in texts if topic_id in judged]
    ids += [topic_id for topic_id in table.qrels.topic_ids if topic_id not in texts]
    rows = []
    for topic_id in ids:
        found = (one.topics.get(topic_id) for one in table.evaluations)
        values = tuple(None if topic is None else topic[table.measure] for topic in found)
        text = texts.get(topic_id)
        href = link("", {**selection.parameters(), "q": text}) if text else None
        rows.append(TopicRow(topic_id, text or "(not among the edition's topics)", values, href))
    return rows


def ordered(rows: Sequence[TopicRow], order: str) -> list[TopicRow]:
    """Returns the rows as they came, with the largest spread (max - min) first, or with the lowest mean
    first.

    Raises:
        KeyError: if the order is not one of ORDERS.
    """
    keys: dict[str, Callable[[list[float]], float]] = {
        BY_NUMBER: lambda values: 0.0,
        BY_SPREAD: lambda values: min(values) - max(values),
        BY_DIFFICULTY: lambda values: sum(values) / len(values),
    }
    key = keys[order]
    return sorted(rows, key=lambda row: key([value for value in row.values if value is not None] or [0.0]))


def as_csv(table: MeasuredTopics, rows: Sequence[TopicRow], origin: Mapping[str, str]) -> str:
    """Returns the table at full precision after lines that say where it comes from; missing values are
    empty."""
    out = io.StringIO()
    out.writelines(f"# {name}: {fact}\n" for name, fact in origin.items())
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["topic_id", "text", *(column.label for column in table.columns)])
    for row in rows:
        values = ["" if value is None else repr(value) for value in row.values]
        writer.writerow([_no_formula(row.topic_id), _no_formula(row.text), *values])
    writer.writerow(["mean", "", *(repr(mean) for mean in table.means)])
    return out.getvalue()


def _no_formula(text: str) -> str:
    """Spreadsheets run a cell that begins like a formula; a quote in front keeps it a text."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
