"""The head of every page: what is shown at the left; the page's own controls, Pin, Export and `?` at the
right."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components import heading
from app.views.exporting import ExportItem, export_menu
from app.views.keys import keys_button
from app.views.pinning import ViewFacts, pin_button

__all__ = ["HeadPlaces", "fill_actions", "head_places", "page_head"]


class HeadPlaces(NamedTuple):
    """Where the parts of a head go, in the order of the page: a page that knows what it shows only at its
    end draws its controls first and the rest later."""

    left: DeltaGenerator
    controls: DeltaGenerator
    actions: DeltaGenerator


def head_places() -> HeadPlaces:
    """Returns the empty parts of a head; fill `actions` by `fill_actions`."""
    with st.container(horizontal=True, gap="small", key="head"):
        left = st.container(key="head_left", gap=None)
        with st.container(
            horizontal=True, horizontal_alignment="right", width="content", gap="xsmall", key="head_right"
        ):
            controls = st.container(horizontal=True, width="content", gap="xsmall", key="head_controls")
            actions = st.container(horizontal=True, width="content", gap="xsmall", key="head_actions")
    return HeadPlaces(left, controls, actions)


def fill_actions(
    places: HeadPlaces, *, pin: ViewFacts | None = None, exports: Sequence[ExportItem] = ()
) -> None:
    """Draws Pin, Export and `?`.

    Args:
        places: of the head.
        pin: what the page says of its view; None while there is nothing to pin.
        exports: the files it can be taken away as.
    """
    with places.actions:
        pin_button(pin)
        export_menu(exports)
        keys_button()


def page_head(
    title: str,
    sub: Sequence[str] = (),
    *,
    controls: Callable[[], None] | None = None,
    pin: ViewFacts | None,
    exports: Sequence[ExportItem] = (),
) -> None:
    """Draws a whole head at once.

    Args:
        title: of the page.
        sub: the parts of the line under it.
        controls: draws the page's own buttons and popovers.
        pin: what the page says of its view; None while there is nothing to pin.
        exports: the files it can be taken away as.
    """
    places = head_places()
    with places.left:
        heading(title, " · ".join(sub))
    if controls is not None:
        with places.controls:
            controls()
    fill_actions(places, pin=pin, exports=exports)
