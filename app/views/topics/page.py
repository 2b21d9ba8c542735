"""Topics: one number per topic, for the spaces of a model or the runs of an edition, and what they say."""

from collections.abc import Sequence
from typing import NamedTuple

from app import resources, state
from app.components import empty_state, heading, note
from app.resources import topics as measured
from app.topics.choices import SPACES, TopicsChoice, order_words
from app.topics.gathering import gather
from app.topics.lists import needs_left_out
from app.topics.offering import Offered, listed, offer
from app.topics.printed import OUTSIDE
from app.views.background_work import show_work
from app.views.exporting import ExportItem
from app.views.head import HeadPlaces, fill_actions, head_places, page_head
from app.views.pinning import ViewFacts
from app.views.topics.case import show_case
from app.views.topics.controls import choose_kind, draw_choices, read_case, read_choice, read_kind
from app.views.topics.exports import topics_pin
from app.views.topics.table import draw_table
from app.views.warming import await_indexes
from lpd.evaluation import measure_label
from lpd.workspace import Workspace

__all__ = ["show"]

GRACE_S = 0.5
"""So long nothing is drawn for lists that are being made."""


class _Actions(NamedTuple):
    """What Pin and Export are given."""

    pin: ViewFacts | None = None
    exports: Sequence[ExportItem] = ()


def show(selection: state.Selection) -> None:
    """Draws the page."""
    if selection.edition is None or selection.qrels is None:
        page_head("infAP per topic", pin=None)
        sentence = f"No edition of {selection.collection} has qrels. Bring some:"
        empty_state("No judged topics", sentence, "lpd import qrels")
        return
    places, actions = head_places(), _Actions()
    try:
        actions = _show_topics(resources.named_workspace(selection.workspace), selection, places=places)
    finally:  # the keys are told whatever comes
        fill_actions(places, pin=actions.pin, exports=actions.exports)


def _show_topics(workspace: Workspace, selection: state.Selection, *, places: HeadPlaces) -> _Actions:
    """Draws the choices of the head, and what they ask for."""
    kind = read_kind()
    with places.controls:
        choose_kind(kind, selection.model)
    offered = offer(workspace, selection, kind=kind)
    if not offered.lists:
        with places.left:
            heading("infAP per topic", f"edition {selection.edition} · {offered.judged_words}")
        _say_why_empty(kind, selection)
        return _Actions()
    choice, case = read_choice(kind, offered), read_case(offered)
    with places.controls:
        draw_choices(choice, offered, case=case is not None)
    with places.left:
        _draw_title(workspace, selection, choice=choice, offered=offered, case=case)
    if offered.unjudged and case is None:
        note(f"Not judged in these qrels, so not counted: {', '.join(offered.unjudged)}.", "warn")
    _make_lists(workspace, selection, choice)
    lists = listed(workspace, selection, offered=offered, shown=choice.shown)
    page = gather(workspace, selection, choice=choice, lists=lists)
    exports = draw_table(page) if case is None else show_case(page, case)
    return _Actions(topics_pin(page, case), exports)


def _say_why_empty(kind: str, selection: state.Selection) -> None:
    if kind == SPACES:
        empty_state("No model yet", "Its spaces are measured once one is trained:", "lpd train lpd")
        return
    command = f"lpd run --model MODEL --edition {selection.edition}"
    sentence = f"Edition {selection.edition} has no runs in this workspace. Make one:"
    empty_state("No runs yet", sentence, command)


def _draw_title(
    workspace: Workspace,
    selection: state.Selection,
    *,
    choice: TopicsChoice,
    offered: Offered,
    case: str | None,
) -> None:
    judged = resources.qrels(workspace, str(selection.edition), str(selection.qrels))
    qrels = f"qrels {selection.qrels} {judged.digest[:6]}"
    if case is not None:
        sub = (f"case study of topic {case}", f"edition {selection.edition}", qrels)
        heading(offered.topics[case] or OUTSIDE, " · ".join(sub))
        return
    sub = (f"edition {selection.edition}", offered.judged_words, qrels, order_words(choice.order))
    heading(f"{measure_label(choice.measure)} per topic", " · ".join(sub))


def _make_lists(workspace: Workspace, selection: state.Selection, choice: TopicsChoice) -> None:
    """Waits for the indexes that the columns need; the fused lists without a space are made meanwhile."""
    if choice.kind != SPACES:
        return
    assert selection.model is not None, "its spaces are columns"
    editions = [workspace.edition(name) for name in (str(selection.edition), *choice.editions)]
    at_hand = workspace.index_names(selection.model)
    for number, collection in enumerate(dict.fromkeys(edition.collection for edition in editions)):
        # one that the model cannot search is named later; without that of this edition there is nothing
        if number == 0 or collection in at_hand:
            await_indexes(workspace, [selection.model], collection)
    if needs_left_out(choice.shown):
        work = measured.left_out(workspace, selection.model, str(selection.edition))
        work.start()
        if not work.wait(GRACE_S):
            show_work(work, f"Fused lists of {selection.model} without each space", key="topics_left_out")
