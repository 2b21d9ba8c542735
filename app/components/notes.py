"""Short words of the app in its own styles; everything passed in is text and is escaped here."""

from collections.abc import Sequence
from html import escape

import streamlit as st

__all__ = ["empty_state", "heading", "note", "side_note", "worth_table"]

STYLES = ("hint", "small", "warn", "title", "side")


def heading(title: str, hint: str = "") -> None:
    """Draws the title of a page and the line under it."""
    under = f'<p class="lpd-hint">{escape(hint)}</p>' if hint else ""
    st.html(f'<h2 class="lpd-heading">{escape(title)}</h2>{under}')


def note(text: str, style: str = "hint") -> None:
    """Draws one line in a style of STYLES.

    Raises:
        ValueError: for another style.
    """
    if style not in STYLES:
        raise ValueError(f"style {style!r} is not one of {STYLES}")
    st.html(f'<p class="lpd-{style}">{escape(text)}</p>')


def side_note(label: str, lines: Sequence[str]) -> None:
    """Draws a fact of the sidebar: a small label and one or more lines."""
    shown = "<br>".join(escape(line) for line in lines)
    st.html(f'<p class="lpd-side">{escape(label)}</p><p class="lpd-side-value">{shown}</p>')


def empty_state(title: str, sentence: str, command: str | None = None) -> None:
    """Draws what a page says when there is nothing to show, with the command that changes it."""
    code = f" <code>{escape(command)}</code>" if command else ""
    st.html(f'<p class="lpd-empty"><b>{escape(title)}</b>{escape(sentence)}{code}</p>')


def worth_table(header: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Draws a small table; each row is (end that colours its dot, cells)."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = ""
    for end, cells in rows:
        first, *others = cells
        dot = f'<i class="lpd-dot {escape(end, quote=True)}"></i>'
        body += (
            f"<tr><td>{dot}{escape(first)}</td>"
            + "".join(f"<td>{escape(cell)}</td>" for cell in others)
            + "</tr>"
        )
    st.html(f'<table class="lpd-worth"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')
