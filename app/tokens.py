"""Colours by role, in both themes: the style sheet and the charts take them from here."""

from typing import NamedTuple

__all__ = ["TOKENS", "Token", "token_style"]


class Token(NamedTuple):
    """One role's colour on a light and on a dark page; as text, each has a contrast of 4.5 or more there."""

    light: str
    dark: str


TOKENS = {
    "bg": Token("#f7f7f5", "#15181c"),
    "surface": Token("#ffffff", "#1d2126"),
    "ink": Token("#1b1f24", "#e8eaed"),
    "muted": Token("#5f6873", "#a3abb5"),
    "line": Token("#e3e3df", "#31363d"),
    "accent": Token("#1f5f8b", "#7db6dc"),
    "on-accent": Token("#ffffff", "#15181c"),
    "text": Token("#a05700", "#e3a557"),
    "video": Token("#2a6f6b", "#6fbdb6"),
    "relevant": Token("#187748", "#5cc48d"),
    "not": Token("#a8361a", "#ec8a6e"),
    "unjudged": Token("#656c76", "#9aa2ac"),
    "highlight": Token("#e9f1f7", "#243140"),
    "badge": Token("#ffe3a8", "#ffe3a8"),
    "on-badge": Token("#1b1f24", "#1b1f24"),
    "low": Token("#fff7e6", "#22303a"),
    "high": Token("#0b3c5d", "#f3d48a"),
    "up": Token("#1f5f8b", "#7db6dc"),
    "down": Token("#a85b00", "#e3a557"),
}
"""Role -> colours. `text` and `video` are the ends that lead a space; `low` and `high` those of a scale;
`up` and `down` those of a difference; `badge` lies on pictures and is the same in both themes."""


def token_style(dark: bool) -> str:
    """Returns the CSS that defines `--lpd-<role>` for a page in one theme.

    The scheme is told to the root because dialogs and popovers lie outside of the part of the page that knows
    the theme.
    """
    colours = "".join(f" --lpd-{role}: light-dark({one.light}, {one.dark});" for role, one in TOKENS.items())
    return f":root {{ color-scheme: {'dark' if dark else 'light'};{colours} }}"
