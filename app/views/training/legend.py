"""The key to the lines of one or several charts, in words that wrap where a chart would cut them off."""

from collections.abc import Sequence
from html import escape
from itertools import accumulate, pairwise

import streamlit as st

from app.charts.curve_look import CurveColours, Look

__all__ = ["draw_key", "draw_shares_key"]

LIST = "display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:0;padding:0"
ENTRY = "display:flex;align-items:center;gap:6px;margin:0;padding:0;font-size:11px;color:var(--lpd-ink)"
WHOSE = "margin:0;padding:0;font-size:11px;color:var(--lpd-muted)"
LINE = "display:block;flex:none;width:30px;height:2px"


def draw_key(looks: Sequence[Look], *, of: str = "") -> None:
    """Draws a short line and a name for each look.

    Args:
        looks: of the lines, in order.
        of: whose they are, said before them.
    """
    whose = f'<li style="{WHOSE}">{escape(of)}</li>' if of else ""
    entries = "".join(
        f'<li style="{ENTRY}"><i aria-hidden="true" style="{LINE};background:{_dashes(look)}"></i>'
        f"{escape(look.name)}</li>"
        for look in looks
    )
    st.html(f'<ul class="lpd-legend" style="{LIST}">{whose}{entries}</ul>')


def _dashes(look: Look) -> str:
    """A dashed line as the background of a box: colour and nothing in turn."""
    ends = [0, *accumulate(look.dash)]
    stops = [
        f"{look.colour if place % 2 == 0 else 'transparent'} {start}px {end}px"
        for place, (start, end) in enumerate(pairwise(ends))
    ]
    return f"repeating-linear-gradient(90deg,{','.join(stops)})"


def draw_shares_key(colours: CurveColours) -> None:
    """Draws the scale from no batch to all batches."""
    ramp = f"linear-gradient(90deg,{colours.low},{colours.high})"
    box = f"width:120px;height:8px;border:1px solid {colours.grid};background:{ramp}"
    st.html(f'<p class="lpd-legend" style="{ENTRY}">0 %<i aria-hidden="true" style="{box}"></i>100 %</p>')
