"""From what a person chose to all that the page of topics shows."""

from collections.abc import Sequence
from typing import NamedTuple

from app import resources
from app.resources import topics as measured
from app.resources.topics import TableAsked
from app.state import Selection
from app.topics.choices import FACTS, RUNS, TopicsChoice, sorted_rows
from app.topics.lists import ListFacts, judging_lists, needs_left_out
from app.topics.published import Beside, published_beside
from app.topics.tables import TopicsShown, grouped
from lpd.editions import ROLES, Edition
from lpd.evaluation import edition_means
from lpd.exports import Digested, Provenance, digested_models
from lpd.workspace import Workspace

__all__ = ["TopicsPage", "ask_of", "gather", "page_provenance"]


class TopicsPage(NamedTuple):
    """What is shown, and what it came from.

    Args:
        workspace: of all.
        selection: the sidebar's choices.
        choice: the page's own.
        asked: the table they ask for.
        shown: that table.
        rows: its rows as they are sorted.
        problems: sentences about what could not be shown.
    """

    workspace: Workspace
    selection: Selection
    choice: TopicsChoice
    asked: TableAsked
    shown: TopicsShown
    rows: tuple[int, ...]
    problems: tuple[str, ...]


def ask_of(selection: Selection, choice: TopicsChoice) -> TableAsked:
    """Returns which table is asked for."""
    assert selection.edition is not None, "its topics are shown"
    assert selection.qrels is not None, "they are judged"
    return TableAsked(
        kind=choice.kind,
        model=None if choice.kind == RUNS else selection.model,
        edition=selection.edition,
        qrels=selection.qrels,
        shown=choice.shown,
        measure=choice.measure,
        k=selection.k,
    )


def gather(
    workspace: Workspace, selection: Selection, *, choice: TopicsChoice, lists: Sequence[ListFacts]
) -> TopicsPage:
    """Returns what the page shows; columns that are not made yet are left out.

    Args:
        workspace: of all.
        selection: the sidebar's choices.
        choice: the page's own.
        lists: the columns shown, in any order.

    Raises:
        LpdError: as `app.resources.topics.table`.
    """
    asked = ask_of(selection, choice)
    table = measured.table(workspace, asked)
    facts = {one.name: one for one in lists}
    columns = tuple(facts[name] for name in table.columns)
    judging, judges = judging_lists(columns)
    baseline = choice.baseline if choice.baseline in table.columns else None
    others, problems = _others(workspace, asked, choice)
    compared = None
    if baseline is not None:
        compared = measured.comparison(workspace, asked, baseline=baseline, settings=choice.settings)
    shown = TopicsShown(
        edition=workspace.edition(asked.edition),
        qrels_name=asked.qrels,
        lists=columns,
        table=table,
        intervals=measured.intervals(workspace, asked),
        groups=grouped(table, judging, low=choice.low, high=choice.high, judges=judges),
        comparison=compared,
        means=edition_means([measured.table(workspace, one) for one in others]) if others else None,
        means_intervals=measured.means_intervals(workspace, others) if others else {},
        beside=_beside(workspace, asked, columns),
        exactness=_exactness(workspace, asked),
    )
    rows = sorted_rows(table, _order(choice, shown), baseline=baseline, judging=judging)
    found = [one for one in (*problems, shown.beside.problem) if one]
    return TopicsPage(workspace, selection, choice, asked, shown, tuple(rows), tuple(found))


def _order(choice: TopicsChoice, shown: TopicsShown) -> str:
    """The order chosen; by number where its column is not made yet."""
    column = choice.order.partition(":")[2]
    lacking = (column and column not in (*shown.table.columns, *FACTS)) or (
        choice.order == "difference" and shown.comparison is None
    )
    return "id" if lacking else choice.order


def _exactness(workspace: Workspace, asked: TableAsked) -> str:
    """What the lists of the model call themselves, empty for runs."""
    if asked.model is None:
        return ""
    return resources.edition_exactness(workspace, asked.model, asked.edition).words


def _beside(workspace: Workspace, asked: TableAsked, lists: Sequence[ListFacts]) -> Beside:
    """What is published of whole systems; their spaces alone are not."""
    whole = [one for one in lists if one.end in ("", "fused") and not needs_left_out([one.name])]
    cards = {one.name: workspace.model_card(one.model) for one in whole if one.model is not None}
    edition = workspace.edition(asked.edition)
    return published_beside(edition, cards, measure=asked.measure, with_runs=asked.kind == RUNS)


def _others(
    workspace: Workspace, asked: TableAsked, choice: TopicsChoice
) -> tuple[list[TableAsked], list[str]]:
    """The tables of all editions chosen, this one first, none where it is alone; and what is missing."""
    tables, problems = [asked], []
    for name in choice.editions:
        problem = _unfit(workspace, asked, workspace.edition(name))
        shown = tuple(one for one in asked.shown if not needs_left_out([one]))
        if problem:
            problems.append(f"{name} is left out of the means over editions: {problem}.")
        else:
            qrels = str(workspace.edition(name).default_qrels)
            tables.append(asked._replace(edition=name, qrels=qrels, shown=shown))
    roles = {workspace.edition(one.edition).role for one in tables}
    if len(tables) > 1 and needs_left_out(asked.shown):
        problems.append("Fused lists without a space are measured on this edition alone.")
    if roles >= set(ROLES):
        problems.append("The mean over editions mixes development and test editions.")
    return (tables if len(tables) > 1 else []), problems


def _unfit(workspace: Workspace, asked: TableAsked, edition: Edition) -> str:
    """Why an edition has no table of these columns, empty where it has one."""
    if asked.kind == RUNS:
        kept = set(workspace.run_tags(edition.name)) & set(asked.shown)
        return "" if kept else "it has none of these runs"
    known = asked.model is not None and edition.collection in workspace.index_names(asked.model)
    return "" if known else f"{asked.model} has no index of {edition.collection}"


def page_provenance(page: TopicsPage) -> Provenance:
    """Returns what a table was made from, for exports and the notebook."""
    shown, workspace = page.shown, page.workspace
    models = dict.fromkeys(one.model for one in shown.lists if one.model is not None)
    runs = tuple(Digested(one.name, one.digest) for one in shown.lists)
    of_model = page.asked.model is not None
    judged = f"{shown.judged_words}, missing topics: {shown.table.missing_as}"
    return Provenance(
        workspace=workspace.name,
        source=workspace.source,
        collection=shown.edition.collection,
        subset=shown.edition.subset,
        models=digested_models(workspace, list(models)) if of_model else (),
        runs=() if of_model else runs,
        edition=shown.edition.name,
        qrels=Digested(f"{shown.edition.name}/{shown.qrels_name}", shown.table.qrels_digest),
        measure=f"{shown.measure} per topic, {judged}",
        depth=resources.DEPTH,
        exactness=shown.exactness or None,
    )
