"""The line that says where the time of a search went; the browser adds what painting took."""

import streamlit as st

from app.components.files import read_script, read_style

__all__ = ["timing_note"]

_mount = st.components.v2.component(
    "lpd_timings",
    html='<p class="line"></p>',
    css=read_style("paint.css"),
    js=read_script("paint.js"),
)


def timing_note(text: str, *, marker: str, key: str) -> None:
    """Draws a line of text, and behind it how long the browser took from the arrival of the tiles until every
    picture on the screen was there.

    Args:
        text: what the server measured.
        marker: of the grid whose pictures are waited for.
        key: of the component, unique on the page.
    """
    _mount(key=key, data={"text": text, "marker": marker})
