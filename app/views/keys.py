"""The list of keys: `?` or its button opens it on every page, over whatever is open.

It is opened by the browser alone: no run of the page is needed, and a dialog of the page stays open under it.
"""

from pathlib import Path
from typing import NamedTuple

import streamlit as st

__all__ = ["KEYS", "KeyGroup", "groups_of", "keys_button", "listen_for_keys"]

FOLDER = Path(__file__).parent


class KeyGroup(NamedTuple):
    """Keys that belong together.

    `pages` are the addresses of the pages that have them, None for all; `keys` are (what is pressed, what it
    does), several keys for one thing apart by a blank.
    """

    title: str
    pages: tuple[str, ...] | None
    keys: tuple[tuple[str, str], ...]


KEYS = (
    KeyGroup("In the query box", ("",), (("Enter", "searches"),)),
    KeyGroup(
        "On a shot in the lists",
        ("", "compare", "diversity", "topics", "map"),
        (
            ("← → ↑ ↓", "move from shot to shot, and from list to list"),
            ("Home End", "first and last shot of the list"),
            ("1 – 9", "go to the list of that number"),
            ("Enter", "opens the shot"),
            ("Space", "plays and stops its preview"),
        ),
    ),
    KeyGroup(
        "Marks and more",
        ("",),
        (
            ("r", "marks the shot relevant"),
            ("n", "marks it not relevant"),
            ("u", "takes the mark away"),
            ("l", "searches for more like it"),
            ("f", "shows the near-duplicates folded into it"),
        ),
    ),
    KeyGroup(
        "On a map",
        ("map",),
        (
            ("← → ↑ ↓", "move the map"),
            ("+ −", "zoom in and out; Ctrl+scroll does too"),
            ("0", "shows all of it"),
            ("v", "takes all shots that are in view"),
            ("l p", "a drag draws a lasso, a drag moves the map; Shift+drag does the other"),
            ("Esc", "lets the shots of the lasso go"),
        ),
    ),
    KeyGroup(
        "On a card of the list",
        ("notebook",),
        (
            ("↑ ↓", "next and previous view"),
            ("Home End", "first and last view"),
            ("Enter", "opens the view"),
            ("Alt+↑ Alt+↓", "moves the view up or down"),
            ("Alt+Home Alt+End", "moves it to the begin or the end"),
            ("e", "edits its title and note"),
            ("o", "shows it live in its page"),
            ("Delete", "deletes it"),
            ("u", "brings the deleted one back"),
        ),
    ),
    KeyGroup(
        "While judging",
        ("judge",),
        (
            ("1", "the shot is relevant"),
            ("0", "it is not relevant"),
            ("s", "skips it; it comes again at the end"),
            ("b", "back: takes the last verdict back"),
            ("Space", "plays and stops the preview, also of the next shots"),
            ("c", "shows and hides the caption"),
            ("n p", "next topic that is not done, previous topic"),
        ),
    ),
    KeyGroup(
        "In the grid of shots to judge",
        ("judge",),
        (
            ("← → ↑ ↓", "move from shot to shot"),
            ("Home End", "first and last shot of the page"),
            ("x", "the rest of the page is not relevant; x again confirms, Esc does not"),
            ("Enter", "next page, once all of this one is judged or skipped"),
        ),
    ),
    KeyGroup(
        "Everywhere",
        None,
        (
            ("Tab Shift+Tab", "next and previous control"),
            ("Enter Space", "presses a button, opens a menu"),
            ("← →", "moves a slider or a choice"),
            ("Esc", "closes what is open: a shot, a menu, this list"),
            ("?", "opens this list"),
        ),
    ),
)

_listener = st.components.v2.component(
    "lpd_keys",
    html='<div class="root"></div>',
    js=(FOLDER / "keys.js").read_text(encoding="utf-8"),
)
_button = st.components.v2.component(
    "lpd_keys_button",
    html='<div class="root"></div>',
    css=(FOLDER / "keys_button.css").read_text(encoding="utf-8"),
    js=(FOLDER / "keys_button.js").read_text(encoding="utf-8"),
)


def groups_of(page: str) -> list[KeyGroup]:
    """Returns the keys that a page has, its own first."""
    return [group for group in KEYS if group.pages is None or page in group.pages]


def listen_for_keys(page: str) -> None:
    """Lets `?` open the list of keys of a page; to be called once in every run."""
    groups = [{"title": group.title, "keys": [list(key) for key in group.keys]} for group in groups_of(page)]
    with st.container(key="keys_listener", gap=None):
        _listener(key="keys", data={"title": "Keys", "groups": groups})


def keys_button() -> None:
    """Draws the `?` of the head."""
    _button(key="keys_button", data={"words": "Keys of this page (?)"}, width="content")
