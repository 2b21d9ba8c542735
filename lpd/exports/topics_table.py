"""Topics against runs or spaces, with their means, as a table of results."""

from collections.abc import Mapping

from lpd.errors import LpdError, NotFoundError
from lpd.evaluation import INFERRED_MEASURES, RunEvaluation
from lpd.tables import Cell, Column, ResultTable, Row

__all__ = ["topics_table"]

STYLES = {"inum_rel": ("number", 1), "inum_rel_ret": ("number", 1), "num_ret": ("count", 0)}
"""Measures that are no shares: how their columns are printed."""


def topics_table(
    evaluations: Mapping[str, RunEvaluation],
    *,
    measure: str = "infAP",
    title: str | None = None,
    texts: Mapping[str, str] | None = None,
) -> ResultTable:
    """Returns the table of one measure: a row per topic, a column per run or space, their means below.

    The last row is the row `all` of sample_eval.pl: means over the topics that a run was measured on, sums
    for inum_rel, inum_rel_ret and num_ret. A cell is empty where a run lacks the topic.

    Args:
        evaluations: name of a run or space -> its measures, all on the same judgements.
        measure: one of `INFERRED_MEASURES`.
        title: above the table; None says what is measured.
        texts: topic_id -> text, for a column of its own.

    Raises:
        LpdError: if there is nothing to show.
        NotFoundError: for an unknown measure.
    """
    if not evaluations:
        raise LpdError("nothing to put into the table", expected="the measures of at least one run")
    if measure not in INFERRED_MEASURES:
        raise NotFoundError("unknown measure", expected=", ".join(INFERRED_MEASURES), found=repr(measure))
    topics = dict.fromkeys(topic for one in evaluations.values() for topic in [*one.topics, *one.missing])
    style, decimals = STYLES.get(measure, ("share", 3))
    rows = [Row(topic, (*_text(texts, topic), *_cells(evaluations, topic, measure))) for topic in topics]
    sums = [] if texts is None else [Cell()]
    sums += [Cell(one.mean[measure], note=_told_topics(one)) for one in evaluations.values()]
    return ResultTable(
        title=title or f"{measure} per topic",
        row_name="topic",
        columns=(
            *(() if texts is None else (Column("topic text", "text"),)),
            *(Column(name, style, decimals) for name in evaluations),
        ),
        rows=(*rows, Row("all" if measure in STYLES else "mean", tuple(sums))),
        notes=tuple(f"{name}: {said}" for name, one in evaluations.items() for said in one.warnings),
    )


def _text(texts: Mapping[str, str] | None, topic: str) -> tuple[Cell, ...]:
    return () if texts is None else (Cell(text=texts.get(topic)),)


def _cells(evaluations: Mapping[str, RunEvaluation], topic: str, measure: str) -> list[Cell]:
    return [
        Cell(one.topics[topic][measure]) if topic in one.topics else Cell() for one in evaluations.values()
    ]


def _told_topics(evaluation: RunEvaluation) -> str | None:
    """Returns over how many topics a mean is, where the run lacks some; the warnings name these."""
    if not evaluation.missing:
        return None
    had = sum(topic not in evaluation.missing for topic in evaluation.topics)
    every = had + len(evaluation.missing)
    zeros = "; the others count as zero" if len(evaluation.topics) == every else ""
    return f"{had} of {every} topics{zeros}"
