"""The look of the app: colour tokens of both themes and the quiet chrome; further settings are in
.streamlit/config.toml."""

from pathlib import Path

import streamlit as st

__all__ = ["apply_theme"]


def apply_theme(dark: bool) -> None:
    """Puts the style sheet into the page; it is ours and holds no foreign text.

    Dialogs and popovers lie outside of the part of the page that knows the theme, so the root is told.
    """
    st.html(Path(__file__).with_name("theme.css"))
    st.html(f"<style>:root {{ color-scheme: {'dark' if dark else 'light'}; }}</style>")
