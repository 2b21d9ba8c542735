"""Diversity: how much the lists of the spaces overlap, per model, and what each space is worth."""

from collections.abc import Sequence

import streamlit as st

from app import resources, state
from app.charts import DARK, LIGHT, SpaceName, iou_heatmap
from app.comparison import Comparison, compare, iou_over_topics
from app.components import empty_state, heading, note, worth_table
from app.lanes import FUSED
from app.views.pair import Pair, choose_pair, draw_pair
from app.views.share import share_button
from app.views.warming import await_indexes
from app.words import printed_share
from lpd.diversity import mean_off_diagonal
from lpd.editions import Edition
from lpd.words import counted
from lpd.workspace import Workspace

__all__ = ["show"]

EDITION, QUERY = "edition mean", "one query"
DEFAULT_MODELS = 3
HEATMAP_WIDTH = 290
"""Pixels that nine columns of numbers need."""


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    ready = [name for name in workspace.model_names() if selection.collection in workspace.index_names(name)]
    if not ready:
        heading(f"Inter-space IoU@{selection.k}")
        command = f"lpd index --model MODEL --collection {selection.collection}"
        sentence = "The lists of the spaces come from an index of this collection. Make one:"
        empty_state("No model with an index", sentence, command)
        return
    edition = workspace.edition(selection.edition) if selection.edition else None
    models, over, query = _choose(workspace, ready, edition, selection)
    if over == QUERY and not query:
        empty_state("Which query?", "Type a query above; the lists of its spaces are compared.")
        return
    heatmaps = st.container()
    left, right = st.columns([5, 7], gap="medium")
    pair_card = right.container(border=True, key="card_pair")
    with pair_card:
        pair = choose_pair({model: workspace.model_card(model) for model in models}, selection)
    chosen = edition if over == EDITION else None
    with heatmaps:
        await_indexes(workspace, models, selection.collection)
        comparison = compare(workspace, selection, models=models, edition=chosen, query=query)
        _draw_heatmaps(comparison, pair)
    with left, st.container(border=True, key="card_worth"):
        _draw_worth(comparison, pair.model)
    with pair_card:
        draw_pair(comparison, pair)


def _choose(
    workspace: Workspace, ready: Sequence[str], edition: Edition | None, selection: state.Selection
) -> tuple[list[str], str, str]:
    """Title and choices: the models, edition mean or one query, the query."""
    title, actions = st.columns([5, 7], vertical_alignment="top")
    options = [EDITION, QUERY] if edition else [QUERY]
    with actions, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        models = _choose_models(ready)
        state.settle("over", options)
        over = st.segmented_control(
            "Over",
            options,
            default=options[0],
            required=True,
            label_visibility="collapsed",
            **state.bound("over"),
        )
        over = str(over or options[0])
        share_button(
            "diversity",
            selection,
            names=("models", "over", "q", "pair_model", "pair_a", "pair_b", "pair_topic"),
        )
    with title:
        many = (
            f"mean over {counted(len(edition.topics), 'topic')} of {edition.name}"
            if edition and over == EDITION
            else "one query"
        )
        heading(
            f"Inter-space IoU@{selection.k}", f"{many} · one colour scale · click a cell to see both lists"
        )
    query = ""
    if over == QUERY:
        query = (
            st.text_input("Query", placeholder="A query", label_visibility="collapsed", **state.bound("q"))
            or ""
        )
    return models, over, query.strip()


def _choose_models(ready: Sequence[str]) -> list[str]:
    state.settle("models", ready)
    default = list(ready[:DEFAULT_MODELS])
    picked = state.value("models") or default
    with st.popover(f"Models · {len(picked)}"):
        models = st.multiselect("Models shown side by side", ready, default=default, **state.bound("models"))
    return list(models or default)


def _draw_heatmaps(comparison: Comparison, pair: Pair) -> None:
    chosen = (pair.first, pair.second) if pair.first and pair.second else None
    with st.grid(min_column_width=HEATMAP_WIDTH, gap="medium"):
        for model in comparison.cards:
            with st.container(border=True, height="stretch", key=f"card_heatmap_{model}"):
                _draw_heatmap(comparison, model, chosen if model == pair.model else None)


def _draw_heatmap(comparison: Comparison, model: str, pair: tuple[str, str] | None) -> None:
    card, k = comparison.cards[model], comparison.selection.k
    spaces = [SpaceName(space.name, space.label, space.end) for space in card.spaces]
    matrix = iou_over_topics(comparison.lists[model], [space.name for space in spaces], k)
    note(f"{card.name} · {counted(len(spaces), 'space')}", "title")
    told = "one space, nothing to compare"
    if len(spaces) > 1:
        told = f"mean off the diagonal {printed_share(mean_off_diagonal(matrix))}"
    note(f"{told} · lists {comparison.exactness(model)}", "small")
    key = f"heatmap_{model}"
    st.altair_chart(
        iou_heatmap(matrix, spaces, colours=DARK if state.is_dark() else LIGHT, chosen=pair),
        theme=None,
        key=key,
        on_select=lambda: _take_cell(key, model),
        selection_mode="cell",
        alt=f"Inter-space IoU at {k} of {model}, {len(spaces)} by {len(spaces)} cells",
    )


def _take_cell(key: str, model: str) -> None:
    selected = state.event(key, "selection")
    cells = selected.get("cell") if selected else None
    if not cells or cells[0]["row"] == cells[0]["column"]:
        return
    state.fill("pair_model", model)
    state.fill("pair_a", cells[0]["row"])
    state.fill("pair_b", cells[0]["column"])


def _draw_worth(comparison: Comparison, model: str) -> None:
    """What each space of one model finds alone: a bad space is also different."""
    selection, cards = comparison.selection, comparison.cards
    note(f"What each space of {model} is worth", "title")
    if selection.edition is None or selection.qrels is None:
        note("infAP needs an edition with qrels, and there is none for this collection.")
        return
    measured = resources.model_evaluations(comparison.workspace, model, selection.edition, selection.qrels)
    rows = [(FUSED, ("Fused", printed_share(measured[FUSED].mean["infAP"])))]
    for space in cards[model].spaces:
        rows.append((space.end, (space.label, printed_share(measured[space.name].mean["infAP"]))))
    worth_table(("space", "infAP alone"), rows)
    topics = f"mean over {counted(len(measured[FUSED].topics), 'topic')} of {selection.edition}"
    lists = resources.edition_exactness(comparison.workspace, model, selection.edition).words
    note(f"{topics} · qrels {selection.qrels} · depth {resources.DEPTH} · lists {lists}", "small")
