"""The button that shows the address of a view."""

from collections.abc import Sequence

import streamlit as st

from app import state
from app.components import note
from app.parameters import full_address

__all__ = ["share_button"]


def share_button(page: str, selection: state.Selection, names: Sequence[str]) -> None:
    """Draws a button that opens the address of the view: the sidebar's choices and the named parameters."""
    with st.popover("Link"):
        note("The address of this view. It opens the same for whoever has this workspace.", "small")
        given = {name: state.value(name) for name in names}
        parameters = {**selection.parameters(), **{name: one for name, one in given.items() if one}}
        st.code(full_address(state.browser_address(), page, parameters), language=None, wrap_lines=True)
