"""What the page of topics measures: columns, tables, intervals and comparisons, kept until files change."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app.background import BackgroundWork
from app.resources.engines import DEPTH, engine
from app.resources.measured import edition_lists
from app.resources.stamps import Stamp, edition_stamp
from app.resources.stamps import stamp as stamp_of
from app.resources.workspaces import kept_run, qrels
from app.topics.choices import RUNS
from app.topics.lists import needs_left_out
from app.topics.tables import chosen_table, compared_columns
from lpd.evaluation import (
    BaselineComparison,
    ComparisonSettings,
    Interval,
    TopicColumn,
    TopicTable,
    column_intervals,
    compare_with_baseline,
    edition_means,
    edition_means_intervals,
    measured_column,
    topic_table,
)
from lpd.progress import Progress
from lpd.services.model_columns import without_name
from lpd.services.space_worth import left_out_runs, search_space_lists
from lpd.trec import Qrels, Run
from lpd.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from lpd.text import WordCounts

__all__ = [
    "TableAsked",
    "comparison",
    "intervals",
    "left_out",
    "list_runs",
    "means_intervals",
    "table",
    "word_counts",
]


class TableAsked(NamedTuple):
    """A table of topics, as plain values.

    Args:
        kind: `spaces` or `runs`.
        model: whose spaces, None for runs.
        edition, qrels: names.
        shown: names of the columns, in order.
        measure: of the cells.
        k: the cut-off of the share of judged shots.
    """

    kind: str
    model: str | None
    edition: str
    qrels: str
    shown: tuple[str, ...]
    measure: str
    k: int


def list_runs(workspace: Workspace, asked: TableAsked) -> dict[str, Run]:
    """Returns column -> its lists, of the columns that are lists: the runs shown; or all of a model's, those
    without a space only if one of them is shown.

    Raises:
        LpdError: if a run cannot be read, or the model has no index of the edition's collection.
    """
    if asked.kind == RUNS:
        kept = workspace.run_tags(asked.edition)
        return {tag: kept_run(workspace, asked.edition, tag) for tag in asked.shown if tag in kept}
    assert asked.model is not None, "its spaces are shown"
    runs = dict(edition_lists(workspace, asked.model, asked.edition))
    if needs_left_out(asked.shown):
        made = left_out(workspace, asked.model, asked.edition).made
        runs |= {without_name(space): run for space, run in (made or {}).items()}
    return runs


def left_out(workspace: Workspace, model: str, edition: str) -> BackgroundWork[dict[str, Run]]:
    """Returns the work that makes the fused lists of a model without each of its spaces; one for all
    sessions.
    """
    return _left_out(str(workspace.path), model, edition, edition_stamp(workspace, model, edition))


@st.cache_resource(max_entries=8, show_spinner=False)
def _left_out(path: str, model: str, edition: str, stamp: Stamp) -> BackgroundWork[dict[str, Run]]:
    workspace = open_workspace(Path(path))
    opened = workspace.edition(edition)
    searching = engine(workspace, model, opened.collection)

    def make(progress: Progress) -> dict[str, Run]:
        lists = search_space_lists(searching, opened, depth=DEPTH, progress=progress)
        return left_out_runs(searching, opened, lists)

    return BackgroundWork(make, f"without each space of {model}")


def _stamp_of(workspace: Workspace, asked: TableAsked) -> tuple[object, ...]:
    """What the numbers of a table depend on beside what it asks for."""
    lists: tuple[object, ...]
    if asked.kind == RUNS:
        lists = stamp_of(*(workspace.run_path(asked.edition, tag) for tag in asked.shown))
    else:
        lists = edition_stamp(workspace, str(asked.model), asked.edition)
        if needs_left_out(asked.shown):
            lists = (*lists, left_out(workspace, str(asked.model), asked.edition).made is not None)
    topics = stamp_of(workspace.edition_folder(asked.edition) / "topics.txt")
    return (lists, topics, qrels(workspace, asked.edition, asked.qrels).digest)


def _columns(workspace: Workspace, asked: TableAsked) -> list[TopicColumn]:
    """Every list measured, each once for all tables."""
    judged = qrels(workspace, asked.edition, asked.qrels)
    found = []
    for name, run in list_runs(workspace, asked).items():
        if asked.kind == RUNS:
            where = (str(workspace.path), asked.edition, name)
            stamp = stamp_of(workspace.run_path(asked.edition, name))
        else:
            where = (str(workspace.path), asked.edition, str(asked.model), name)
            stamp = edition_stamp(workspace, str(asked.model), asked.edition)
        found.append(_column(run, judged, where, (stamp, judged.digest), asked.k))
    return found


@st.cache_resource(max_entries=512, show_spinner="Measuring")
def _column(
    _run: Run, _judged: Qrels, where: tuple[str, ...], stamp: tuple[object, ...], k: int
) -> TopicColumn:
    """The run is known by its name and the times of what it was made from, the qrels by their digest."""
    return measured_column(_run, _judged, name=where[-1], judged_at=k)


def table(workspace: Workspace, asked: TableAsked) -> TopicTable:
    """Returns the table of the columns shown; those that are no list of this edition are left out.

    Raises:
        LpdError: as `list_runs`, if none of the columns is a list of this edition, or they lack the measure.
        MismatchError: if a list and the qrels have no topic in common.
    """
    return _table(str(workspace.path), asked, _stamp_of(workspace, asked))


@st.cache_resource(max_entries=64, show_spinner=False)
def _table(path: str, asked: TableAsked, stamp: tuple[object, ...]) -> TopicTable:
    workspace = open_workspace(Path(path))
    judged = qrels(workspace, asked.edition, asked.qrels)
    edition = workspace.edition(asked.edition)
    whole = topic_table(edition, _columns(workspace, asked), qrels=judged, measure=asked.measure)
    card = None if asked.model is None else workspace.model_card(asked.model)
    spaces = [] if card is None else [space.name for space in card.spaces]
    return chosen_table(whole, asked.shown, spaces=spaces)


def intervals(workspace: Workspace, asked: TableAsked) -> dict[str, Interval | None]:
    """Returns column -> the bootstrap interval of its mean, None for fewer than two topics."""
    return _intervals(table(workspace, asked), str(workspace.path), asked, _stamp_of(workspace, asked))


@st.cache_resource(max_entries=64, show_spinner="Drawing topics again and again for the intervals")
def _intervals(
    _table: TopicTable, path: str, asked: TableAsked, stamp: tuple[object, ...]
) -> dict[str, Interval | None]:
    return column_intervals(_table)


def comparison(
    workspace: Workspace, asked: TableAsked, *, baseline: str, settings: ComparisonSettings
) -> BaselineComparison:
    """Returns the columns shown against one of them, the tests corrected for how many there are.

    Raises:
        NotFoundError: if the table has no such column.
    """
    stamp = _stamp_of(workspace, asked)
    return _comparison(table(workspace, asked), (str(workspace.path), stamp), asked, baseline, settings)


@st.cache_resource(max_entries=64, show_spinner="Testing the differences")
def _comparison(
    _table: TopicTable,
    stamp: tuple[object, ...],
    asked: TableAsked,
    baseline: str,
    settings: ComparisonSettings,
) -> BaselineComparison:
    columns = compared_columns(_table.columns, baseline)
    return compare_with_baseline(_table, baseline, columns=columns, settings=settings)


def means_intervals(workspace: Workspace, asked: Sequence[TableAsked]) -> dict[str, Interval | None]:
    """Returns column -> the bootstrap interval of its mean over the editions of some tables."""
    tables = [table(workspace, one) for one in asked]
    stamps = tuple(_stamp_of(workspace, one) for one in asked)
    return _means_intervals(tables, str(workspace.path), tuple(asked), stamps)


@st.cache_resource(max_entries=16, show_spinner="Drawing topics again and again for the intervals")
def _means_intervals(
    _tables: Sequence[TopicTable],
    path: str,
    asked: tuple[TableAsked, ...],
    stamps: tuple[tuple[object, ...], ...],
) -> dict[str, Interval | None]:
    return edition_means_intervals(edition_means(_tables))


def word_counts(workspace: Workspace, caption_set: str) -> "WordCounts":
    """Returns how often each word stands in a caption set.

    Raises:
        NotFoundError: if there is no such caption set.
    """
    stamp = stamp_of(workspace.captions_path(caption_set))
    return _word_counts(str(workspace.path), caption_set, stamp)


@st.cache_resource(max_entries=8, show_spinner="Counting the words of the training captions")
def _word_counts(path: str, caption_set: str, stamp: Stamp) -> "WordCounts":
    from lpd.services.learnt_words import caption_word_counts  # it loads torch

    return caption_word_counts(open_workspace(Path(path)), caption_set)
