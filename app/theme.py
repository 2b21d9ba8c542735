"""The look of the app: colours of both themes and the quiet chrome; further settings are in
.streamlit/config.toml."""

from pathlib import Path

import streamlit as st

from app.tokens import token_style

__all__ = ["ICON", "apply_theme"]

ICON = Path(__file__).with_name("icon.svg")
"""What the browser's tab shows."""


def apply_theme(dark: bool) -> None:
    """Puts the style sheet into the page; it is ours and holds no foreign text."""
    st.html(Path(__file__).with_name("theme.css"))
    st.html(f"<style>{token_style(dark)}</style>")
