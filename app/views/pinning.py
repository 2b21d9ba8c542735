"""Pinning a view: what a page says of itself, and the button that puts it into the workspace's notebook."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

from app import resources, state
from app.components import note
from app.parameters import Value, full_address, link
from app.words import plain, shortened
from lpd.errors import LpdError
from lpd.exports import Provenance
from lpd.notebook import PinnedView, View, changes_since, pin_view, pinned_views

__all__ = ["ViewFacts", "notebook_provenance", "pin_button", "pin_now"]

TITLE_LENGTH = 200
"""Signs of a title that is offered; a person may write a longer one."""

NOTES_KEPT = 64
"""How many views of a session remember that they were pinned."""


@dataclass(frozen=True)
class ViewFacts:
    """What a page says of the view it shows.

    Args:
        page: its name in the address, empty for the first page.
        title: what the view shows, in words; may hold foreign text.
        parameters: all that lead back to it: `{**selection.parameters(), "q": query, ...}`.
        provenance: what it was made from, as its exports say it.
        snapshot: the numbers or lists shown, as plain JSON, or what returns them when the view is pinned, for
            a page whose numbers change by themselves; None keeps none.
    """

    page: str
    title: str
    parameters: Mapping[str, Value]
    provenance: Provenance
    snapshot: Any = None

    @property
    def address(self) -> str:
        """The address of the view, relative to the app."""
        return link(self.page, self.parameters)


def notebook_provenance(provenance: Provenance) -> dict[str, Any]:
    """Returns a provenance in the keys of the notebook; the time is left out, a notebook keeps its own."""
    facts = provenance.as_dict()
    qrels, models = provenance.qrels, provenance.models
    del facts["made_at"], facts["models"]
    return {
        **facts,
        "model": ", ".join(one.name for one in models) or None,
        "model_digest": ", ".join(one.digest for one in models) or None,
        "qrels": None if qrels is None else qrels.name,
        "qrels_digest": None if qrels is None else qrels.digest,
    }


def pin_now(facts: ViewFacts, *, title: str, words: str) -> str:
    """Returns where a view was put, in a sentence.

    Args:
        facts: of the view.
        title: what the notebook calls it.
        words: the person's note.

    Raises:
        LpdError: if the notebook cannot be written, or cannot keep a part of the view.
    """
    snapshot = facts.snapshot() if callable(facts.snapshot) else facts.snapshot
    path = resources.named_workspace(str(facts.parameters["workspace"])).notebook_path
    provenance = notebook_provenance(facts.provenance)
    view = View(facts.page, facts.address, title, provenance, words)
    same = _same_view(path, view, snapshot)
    if same is not None and same.view.title == title and words in ("", same.view.note):
        return f"Already pinned as view {same.view_id}, and nothing has changed since; nothing was added"
    number = pin_view(path, view, snapshot=snapshot)
    beside = "" if same is None else f"; view {same.view_id} shows the same under another title or note"
    return f"Pinned as view {number} in {path}{beside}"


def _same_view(path: Path, view: View, snapshot: Any) -> PinnedView | None:
    """The view of the notebook with the same address, made from the same things, that showed the same."""
    for one in pinned_views(path):
        if (one.view.page, one.view.address) != (view.page, view.address):
            continue
        if one.has_snapshot != (snapshot is not None):
            continue
        try:
            changes = changes_since(path, one.view_id, provenance=view.provenance, snapshot=snapshot)
        except LpdError:  # what was kept of that one is damaged
            continue
        if not changes.provenance and not changes.snapshot:
            return one
    return None


@st.fragment
def pin_button(facts: ViewFacts | None) -> None:
    """Draws the button; behind it title and note, what became of pinning, and the address of the view.

    The page does not run again. Without facts the button says that there is nothing to pin.
    """
    hint = "Keep this view in the notebook, or copy its address" if facts else "No view to pin yet"
    with st.popover("Pin", key="pin", disabled=facts is None, help=hint):
        if facts is None:
            return
        view = sha256(facts.address.encode("utf-8", "replace")).hexdigest()[:16]
        offered = shortened(facts.title, TITLE_LENGTH)
        _fill_in(view, offered)
        with st.form("pin_form", border=False):
            title = st.text_input("Title", offered, key="pin_title")
            words = st.text_area("Note", key="pin_note", height=80, placeholder="What it shows")
            pressed = st.form_submit_button("Pin to the notebook", type="primary")
        told: dict[str, tuple[str, str]] = state.remembered("pins_told", dict)
        if pressed:
            told[view] = _told(facts, title or offered, words or "")
            while len(told) > NOTES_KEPT:
                del told[next(iter(told))]
        if view in told:
            note(*told[view])
        note("The address of this view. It opens the same for whoever has this workspace.", "small")
        here = full_address(state.browser_address(), facts.page, facts.parameters)
        st.code(here, language=None, wrap_lines=True)


def _fill_in(view: str, title: str) -> None:
    """Another view begins with its own title and no note.

    The fields keep their keys from view to view: a session remembers every key that a widget ever had.
    """
    if state.remembered("pin_view", lambda: view) != view:
        state.put("pin_view", view)
        state.put("pin_title", title)
        state.put("pin_note", "")


def _told(facts: ViewFacts, title: str, words: str) -> tuple[str, str]:
    """What became of pinning, and the style of the line that says so."""
    try:
        sentence = pin_now(facts, title=title, words=words)
    except LpdError as error:
        return f"Not pinned: {error}", "warn"
    st.toast(plain(sentence))
    return f"{sentence}.", "hint"
