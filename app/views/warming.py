"""What a page shows while the index that it needs is read into memory."""

from collections.abc import Sequence

import streamlit as st

from app import resources
from app.components import note
from app.warming import Warming, WarmState
from app.words import plain, seconds
from lpd.errors import LpdError
from lpd.workspace import Workspace

__all__ = ["await_indexes", "warming_words"]

GRACE_S = 0.5
"""So long nothing is drawn: a small index is in memory by then."""


def await_indexes(workspace: Workspace, models: Sequence[str], collection: str) -> None:
    """Begins to read the indexes that are not in memory; until they are, shows how far it is, and no more.

    All sessions watch the same reading, and the page goes on by itself when it is done.

    Raises:
        LpdError: if a model has no index of the collection, or a stale one.
    """
    for model in models:
        warming = resources.warming(workspace, model, collection)
        warming.start()
        if not warming.wait(GRACE_S):
            _watch(warming, model, collection)
            st.stop()


@st.fragment(run_every=0.5)
def _watch(warming: Warming, model: str, collection: str) -> None:
    """Shows the reading and looks again; goes on with the page when it is done."""
    at = warming.look()
    if at.state == "warm":
        st.rerun()
    if at.problem is not None:
        if not isinstance(at.problem, LpdError):
            raise at.problem
        st.error(plain(str(at.problem)))
        st.button("Try again", on_click=warming.retry)
        return
    st.progress(min(1.0, max(0.0, at.share)), text=plain(warming_words(at, model, collection)))
    note("The query is answered as soon as the index is in memory; nothing needs to be typed again.", "small")


def warming_words(at: WarmState, model: str, collection: str) -> str:
    """Returns which index is read, how far it is, and how long it still takes."""
    left = "" if at.seconds_left is None else f" · about {seconds(at.seconds_left)} more"
    return f"The index of {model} over {collection} is read into memory: {at.stage} {at.share:.0%}{left}"
