"""Topics: one number per topic, for the spaces of a model or for the runs of an edition."""

from collections.abc import Collection
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import resources, state
from app.components import Column, empty_state, full_tone, heading, note, table_payload, topic_table
from app.lanes import FUSED
from app.measured_topics import MEASURES, ORDERS, MeasuredTopics, as_csv, ordered, topic_rows
from app.space_words import fusion_words
from app.views.share import share_button
from app.views.warming import await_indexes
from app.words import printed_share
from lpd import __version__
from lpd.workspace import Workspace

__all__ = ["show"]

SPACES, RUNS = "spaces of the model", "runs"


def show(selection: state.Selection) -> None:
    """Draws the page."""
    workspace = resources.named_workspace(selection.workspace)
    if selection.edition is None or selection.qrels is None:
        heading("infAP per topic")
        sentence = f"No edition of {selection.collection} has qrels. Bring some:"
        empty_state("No judged topics", sentence, "lpd import qrels")
        return
    places, kind, measure, order = _choose(selection)
    columns, evaluations = (_spaces if kind == SPACES else _runs)(workspace, selection)
    if not columns:
        _say_why_empty(kind, selection)
        return
    qrels = resources.qrels(workspace, selection.edition, selection.qrels)
    edition = workspace.edition(selection.edition)
    table = MeasuredTopics(edition, qrels, columns, evaluations, measure)
    with places.title:
        hint = f"edition {edition.name} · {table.judged_words} · qrels {selection.qrels} {qrels.digest[:6]}"
        hint += f" · lists {_exactness(workspace, selection)}" if kind == SPACES else ""
        heading(f"{MEASURES[measure]} per topic", hint)
    rows = ordered(topic_rows(table, selection), order)
    _draw_notes(table, places.notes)
    payload = table_payload(
        columns, rows, means=table.means, note=table.judged_words, measure=MEASURES[measure]
    )
    topic_table(payload, key="topic_table")
    colours = f"blue above, amber below, full at {printed_share(full_tone(rows), 2)}"
    note(f"Colours: distance from the mean of the row, {colours}. A topic opens its query.", "small")
    text = as_csv(table, rows, _origin(workspace, selection, table, kind))
    places.export.download_button(
        "CSV", text, f"{edition.name}-{kind}-{measure}.csv", "text/csv", on_click="ignore"
    )


class _Places(NamedTuple):
    """Where title, notes and export go, once it is known what they say."""

    title: DeltaGenerator
    notes: DeltaGenerator
    export: DeltaGenerator


def _choose(selection: state.Selection) -> tuple[_Places, str, str, str]:
    """Draws the choices; returns kind of table, measure and order."""
    title, actions = st.columns([4, 9], vertical_alignment="top")
    with actions, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        state.settle("table", [SPACES, RUNS])
        kind = st.segmented_control(
            "Columns",
            [SPACES, RUNS],
            default=SPACES,
            required=True,
            label_visibility="collapsed",
            **state.bound("table"),
        )
        measure = _pick("measure", MEASURES, width=100)
        order = _pick("order", ORDERS, width=128)
        notes = st.empty()
        share_button("topics", selection, names=("table", "measure", "order"))
        export = st.empty()
    return _Places(title, notes, export), str(kind or SPACES), measure, order


def _draw_notes(table: MeasuredTopics, place: DeltaGenerator) -> None:
    """Topics that do not count stand on the page; warnings of the evaluation stand behind a button."""
    if table.unjudged:
        note(f"Not judged in these qrels, so not counted: {', '.join(table.unjudged)}.", "warn")
    sentences = table.warnings()
    if sentences:
        with place, st.popover(f"Notes · {len(sentences)}"):
            for sentence in sentences:
                note(sentence, "hint")


def _pick(name: str, words: Collection[str], *, width: int) -> str:
    state.settle(name, list(words))
    return str(
        st.selectbox(
            name,
            list(words),
            label_visibility="collapsed",
            width=width,
            **state.bound(name),
        )
    )


def _spaces(workspace: Workspace, selection: state.Selection) -> tuple[tuple[Column, ...], tuple]:
    """Columns and evaluations of the fused list and of every space of the model; none without a model."""
    if selection.model is None or selection.edition is None or selection.qrels is None:
        return (), ()
    card = workspace.model_card(selection.model)
    await_indexes(workspace, [card.name], selection.collection)
    measured = resources.model_evaluations(workspace, card.name, selection.edition, selection.qrels)
    source = f"model {card.name}, digest {card.digest[:6]}"
    columns = [Column("fused", FUSED, f"{fusion_words(card)}, {source}")]
    columns += [Column(space.label, space.end, f"space {space.name}, {source}") for space in card.spaces]
    return tuple(columns), tuple(measured[name] for name in (FUSED, *(space.name for space in card.spaces)))


def _runs(workspace: Workspace, selection: state.Selection) -> tuple[tuple[Column, ...], tuple]:
    """Columns and evaluations of the runs kept for the edition."""
    if selection.edition is None or selection.qrels is None:
        return (), ()
    measured = resources.run_evaluations(workspace, selection.edition, selection.qrels)
    columns = tuple(Column(tag, "", f"run {tag} of edition {selection.edition}") for tag in measured)
    return columns, tuple(measured.values())


def _exactness(workspace: Workspace, selection: state.Selection) -> str:
    """What the lists of the model call themselves."""
    assert selection.model is not None, "its lists were measured"
    assert selection.edition is not None, "its topics were searched"
    return resources.edition_exactness(workspace, selection.model, selection.edition).words


def _say_why_empty(kind: str, selection: state.Selection) -> None:
    if kind == SPACES:
        empty_state("No model yet", "Its spaces are measured once one is trained:", "lpd train lpd")
        return
    command = f"lpd run --model MODEL --edition {selection.edition}"
    empty_state(
        "No runs yet", f"Edition {selection.edition} has no runs in this workspace. Make one:", command
    )


def _origin(
    workspace: Workspace, selection: state.Selection, table: MeasuredTopics, kind: str
) -> dict[str, str]:
    """What the numbers were made from, for the export."""
    facts = {"LPD Explorer": __version__, "workspace": workspace.name}
    if workspace.source is not None:
        facts["data"] = workspace.source
    if kind == SPACES and selection.model:
        card = workspace.model_card(selection.model)
        facts["model"] = f"{card.name}, system {card.system}, digest {card.digest}"
        facts["lists"] = _exactness(workspace, selection)
    facts["edition"] = f"{table.edition.name}, {table.judged_words}"
    facts["qrels"] = f"{selection.qrels}, digest {table.qrels.digest}"
    facts["measure"] = f"{table.measure}, depth {resources.DEPTH}"
    return facts
