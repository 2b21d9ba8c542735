"""Pinned views as the cards of a list: what each says of itself, and which of them a person looks for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from app.parameters import link, parse_link
from app.words import shortened
from lpd.notebook import PinnedView

__all__ = ["Card", "card_of", "filtered", "live_address", "made_from", "moment", "page_word", "pages_of"]

FIRST_PAGE = "Search"
MARKS = re.compile(r"(?m)^\s*(#{1,6}|[-*+>]|\d{1,3}\.)\s+|\*\*|__|`")
"""What of Markdown is left out where a note stands on one line."""

NOTE_SIGNS = 160
"""So much of a note stands on a card."""

LOOKED_INTO = ("model", "qrels", "collection", "edition", "query", "measure")
"""What of a provenance the words of a filter are looked for in."""


class Card(NamedTuple):
    """What a list of views shows of one: `facts` are what it was made from, `note` how its note begins,
    `changed` why it would show something else now, empty where it would not."""

    view_id: int
    title: str
    page: str
    when: str
    facts: str
    note: str
    changed: str = ""


def page_word(page: str) -> str:
    """Returns what the menu calls a page: `Topics` for `topics`, `Search` for the first page."""
    return page.replace("_", " ").capitalize() or FIRST_PAGE


def pages_of(views: Iterable[PinnedView]) -> list[str]:
    """Returns the words of the pages that views are of, each once, sorted."""
    return sorted({page_word(one.view.page) for one in views})


def moment(when: datetime) -> str:
    """Returns a moment: `2026-11-23 14:05 UTC`."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def made_from(provenance: Mapping[str, Any]) -> str:
    """Returns what a view was made from: `lpd · qrels pooled · inland`."""
    model, qrels, collection = (provenance.get(name) for name in ("model", "qrels", "collection"))
    told = (model, f"qrels {qrels}" if qrels else None, collection)
    return " · ".join(shortened(str(one), 60) for one in told if one)


def card_of(pinned: PinnedView, *, changed: str = "") -> Card:
    """Returns the card of a view.

    Args:
        pinned: the view.
        changed: why it would show something else now.
    """
    view = pinned.view
    return Card(
        pinned.view_id,
        shortened(view.title, 200),
        page_word(view.page),
        moment(pinned.created),
        made_from(view.provenance),
        shortened(MARKS.sub("", view.note), NOTE_SIGNS),
        changed,
    )


def filtered(views: Sequence[PinnedView], *, words: str = "", page: str = "") -> list[PinnedView]:
    """Returns the views that hold every word somewhere in title, note or provenance, in their order.

    Args:
        views: the pinned views.
        words: apart by blanks, in any case; empty for all.
        page: the word of the only page that is kept; empty for all.
    """
    asked = words.casefold().split()
    kept = [one for one in views if not page or page_word(one.view.page) == page]
    return [one for one in kept if all(word in _text_of(one) for word in asked)] if asked else kept


def _text_of(pinned: PinnedView) -> str:
    view = pinned.view
    facts = (str(view.provenance.get(name) or "") for name in LOOKED_INTO)
    return "\n".join((view.title, view.note, page_word(view.page), *facts)).casefold()


def live_address(pinned: PinnedView, workspace: str) -> str:
    """Returns the address that shows a view as it is now, relative to the app.

    A notebook goes with its workspace, whose folder may have been renamed or copied: the view is opened
    there, whatever it was called when the view was pinned.

    Args:
        pinned: the view.
        workspace: the present name of its workspace.
    """
    page, parameters = parse_link(pinned.view.address)
    return link(page, {**parameters, "workspace": workspace})
