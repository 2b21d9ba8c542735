"""The strip of numbers above two compared lists; whatever it is given is text and is escaped here."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from app.compare.lists import Figure

__all__ = ["draw_figures"]

STRIP = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:10px 18px;margin:0;"
    "padding:10px 14px;background:var(--lpd-surface);border:1px solid var(--lpd-line);border-radius:10px"
)
NAME = "font-size:11px;color:var(--lpd-muted);line-height:1.4"
VALUE = "margin:0;font-size:19px;font-weight:600;line-height:1.3;color:var(--lpd-ink)"
WORDS = "display:block;font-size:11px;font-weight:400;color:var(--lpd-muted);line-height:1.35"


def draw_figures(figures: Sequence[Figure]) -> None:
    """Draws the numbers side by side; how each is made stands in its hover."""
    cells = "".join(
        f'<div title="{escape(one.formula, quote=True)}"><dt style="{NAME}">{escape(one.name)}</dt>'
        f'<dd style="{VALUE}">{escape(one.value)}<span style="{WORDS}">{escape(one.words)}</span></dd></div>'
        for one in figures
    )
    st.html(f'<dl class="lpd-figures" style="{STRIP}">{cells}</dl>')
