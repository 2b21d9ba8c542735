"""The queries asked before: in this session, in this workspace by anybody, judged, pinned."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import state
from app.components import note
from app.parameters import Value, parse_link
from app.resources.search_forms import asked_queries
from app.search.asked_queries import AskedQueries, AskedQuery
from app.search.request import SearchRequest
from app.search.request_reading import read_request
from app.views.search.address import ask
from app.words import plain, shortened
from lpd.cards import ModelCard
from lpd.errors import LpdError
from lpd.judging import judged_needs
from lpd.notebook import pinned_views
from lpd.workspace import Workspace

__all__ = ["asked_lately", "draw_history", "draw_queries", "note_query"]

SHOWN = 8
WORDS_LENGTH = 70


def note_query(workspace: Workspace, request: SearchRequest) -> None:
    """Keeps a query that was answered."""
    parameters = {name: entry for name, entry in request.parameters().items() if entry is not None}
    label = request.form.label
    for asked in (_of_session(workspace), asked_queries(str(workspace.path))):
        asked.note(label, parameters)


def _of_session(workspace: Workspace) -> AskedQueries:
    asked: dict[str, AskedQueries] = state.remembered("asked_queries", dict)
    return asked.setdefault(str(workspace.path), AskedQueries())


def draw_history(workspace: Workspace, collection: str, card: ModelCard) -> None:
    """Draws the button and, behind it, the queries; one click asks again, with all its parts."""
    with st.popover("History", key="history"):
        own = _of_session(workspace).newest()
        others = asked_lately(workspace)[len(own) :]
        draw_queries("session", "Asked in this session", own, card)
        draw_queries("others", "Asked of this workspace since the server started", others, card)
        try:
            judged, pinned = _judged(workspace, collection), _pinned(workspace)
        except LpdError as error:
            note(str(error), "warn")
            return
        draw_queries("judged", "Judged in this workspace", judged, card)
        draw_queries("pinned", "Pinned to the notebook", pinned, card)


def asked_lately(workspace: Workspace) -> list[AskedQuery]:
    """Returns the queries asked of a workspace: those of this session first, then those of others."""
    own = _of_session(workspace).newest()
    labels = {one.label for one in own}
    others = asked_queries(str(workspace.path)).newest()
    return own + [one for one in others if one.label not in labels]


def draw_queries(name: str, title: str, queries: Sequence[AskedQuery], card: ModelCard) -> None:
    """Draws queries under a title; one click asks again.

    Args:
        name: part of the keys, unique on the page.
        title: above them.
        queries: the newest first.
        card: of the model that is searched.
    """
    if not queries and name != "session":
        return
    note(title, "title")
    if not queries:
        note("Nothing yet.", "small")
    for number, asked in enumerate(queries[:SHOWN]):
        st.button(
            plain(shortened(asked.label, WORDS_LENGTH)) or "–",
            key=f"history_{name}_{number}",
            type="tertiary",
            on_click=_ask_again,
            args=(asked.parameters, card),
        )


def _ask_again(parameters: tuple[tuple[str, Value], ...], card: ModelCard) -> None:
    ask(read_request(dict(parameters), card).request)


def _judged(workspace: Workspace, collection: str) -> list[AskedQuery]:
    """The free queries that have verdicts; one that was refined cannot be read back from its words."""
    needs = (counts.need for counts in judged_needs(workspace.judgements_path))
    return [
        AskedQuery(need.name, (("q", need.name),))
        for need in needs
        if need.collection == collection and need.edition is None and "; " not in need.name
    ]


def _pinned(workspace: Workspace) -> list[AskedQuery]:
    found = []
    for pinned in reversed(pinned_views(workspace.notebook_path)):
        page, parameters = parse_link(pinned.view.address)
        if page == "" and _asks(parameters):
            found.append(AskedQuery(pinned.view.title, tuple(parameters.items())))
    return found


def _asks(parameters: Mapping[str, Value]) -> bool:
    return bool(parameters.get("q") or parameters.get("like"))
