"""How far a work in the background is, with the buttons that stop it and begin it anew."""

import streamlit as st

from app.background import BackgroundWork, WorkState
from app.components import note
from app.words import plain, seconds
from lpd.errors import LpdError

__all__ = ["show_work", "work_words"]


def show_work(work: BackgroundWork, what: str, *, key: str) -> None:
    """Draws where a work stands; nothing where it is done or was not begun.

    All sessions watch the same work, and the page goes on by itself when it is done.

    Args:
        work: the work.
        what: is being made, in words.
        key: of the buttons, unique on the page.
    """
    at = work.look()
    if at.state == "running":
        _watch(work, what, key)
    elif at.state == "stopped":
        note(f"{what}: stopped.", "small")
        st.button("Go on", key=f"again_{key}", on_click=work.again)
    elif at.state == "failed" and at.problem is not None:
        if not isinstance(at.problem, LpdError):
            raise at.problem
        st.error(plain(str(at.problem)))
        st.button("Try again", key=f"again_{key}", on_click=work.again)


@st.fragment(run_every=0.5)
def _watch(work: BackgroundWork, what: str, key: str) -> None:
    """Looks again every half second; the page runs anew when the work has ended."""
    at = work.look()
    if at.state != "running":
        st.rerun()
    st.progress(min(1.0, max(0.0, at.share)), text=plain(work_words(at, what)))
    st.button("Stop", key=f"stop_{key}", on_click=work.stop)


def work_words(at: WorkState, what: str) -> str:
    """Returns what is being made, how far it is, and how long it still takes."""
    left = "" if at.seconds_left is None else f" · about {seconds(at.seconds_left)} more"
    return f"{what}: {at.stage} {at.share:.0%}{left}"
