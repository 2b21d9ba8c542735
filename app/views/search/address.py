"""The Search page and its address: the request is read from the address, and whatever a person changes is
written there; no widget of the page is the truth of anything but the text in the box.
"""

from collections.abc import Callable
from typing import Any

from app import state
from app.search.request import SearchRequest
from app.search.request_reading import SEARCH_NAMES, ReadRequest, read_request
from lpd.cards import ModelCard

__all__ = ["ask", "asked_now", "change", "held"]

Take = Callable[[SearchRequest, Any], SearchRequest]
"""A request and the value of a widget -> the request that the person wants."""


def asked_now(card: ModelCard | None) -> ReadRequest:
    """Returns what the address asks of a model, and what in it cannot be asked."""
    return read_request({name: state.value(name) for name in SEARCH_NAMES}, card)


def ask(request: SearchRequest) -> None:
    """Puts a request into the address; for callbacks, before the box is drawn."""
    for name, entry in request.parameters().items():
        if name == "q":
            state.fill("q", entry or "")
        elif (state.value(name) or None) != entry:  # every write is a step of the browser's history
            state.write(name, entry)


def change(card: ModelCard | None, take: Callable[[SearchRequest], SearchRequest]) -> None:
    """Asks for what is made of the present request; for callbacks."""
    ask(take(asked_now(card).request))


def held(name: str, value: Any, *, card: ModelCard | None, take: Take) -> dict[str, Any]:
    """Returns the arguments of a widget that shows a part of the request and changes it.

    Args:
        name: of the widget, unique on the page.
        value: what it shows.
        card: of the model that is searched.
        take: makes the request of what the person chose.
    """
    key = f"search_{name}"
    state.put(key, value)
    return {"key": key, "on_change": _taken, "args": (key, card, take)}


def _taken(key: str, card: ModelCard | None, take: Take) -> None:
    chosen = state.remembered(key, lambda: None)
    change(card, lambda request: take(request, chosen))
